//! Which references mean one object, by what is written: a name where it is the only one of its kind, an id wherever it
//! stands, and a name beside an id that tells the two are one.

use super::{Entry, What};
use entrant_model::kinds::parent_member;
use entrant_model::reference::fold;
use entrant_model::value::each_reference;
use entrant_model::{Id, Kind, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// What makes two references mean one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    what: What,
    /// What holds it, where names are unique only within that.
    holder: Option<Box<Key>>,
    /// The name, folded; empty where an id decides.
    name: String,
    id: Option<Id>,
}

impl Key {
    /// What it stands for.
    pub const fn what(&self) -> What {
        self.what
    }

    /// The id that decides.
    pub const fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// What holds it, as far as the key tells.
    pub fn holder(&self) -> Option<Self> {
        self.holder.as_deref().cloned()
    }

    /// Something that no kind of object stands for, told by a text.
    pub fn text(what: What, text: &str) -> Self {
        Self { what, holder: None, name: text.to_owned(), id: None }
    }
}

/// What is known of an object beside its name: what holds it, and its id.
type Known = (Option<Key>, Option<Id>);

/// The names that the entries and their references give.
#[derive(Debug, Default)]
pub struct Names {
    /// The objects of a name.
    of_name: BTreeMap<(Kind, String), BTreeSet<Known>>,
    /// The names of ids, as they are spelled.
    of_id: BTreeMap<(Kind, Id), BTreeSet<String>>,
    /// Names as they are spelled.
    spelled: BTreeMap<(Kind, String), BTreeSet<String>>,
    /// What holds what is known by its id.
    holders: BTreeMap<(Kind, Id), Key>,
}

impl Names {
    /// Gathers them, what holds others first.
    pub fn of(entries: &[Entry]) -> Self {
        let mut names = Self::default();
        for kind in [Kind::Catalog, Kind::AccessPackage, Kind::WorkflowExtension, Kind::AssignmentPolicy] {
            names.gather(entries, |of| of == kind);
        }
        names.gather(entries, |of| of.parent() == Kind::Tenant && of != Kind::Catalog);
        names
    }

    fn gather(&mut self, entries: &[Entry], is_meant: impl Fn(Kind) -> bool) {
        // Of what holds others, all has to be known before the first is asked for.
        let mut found = Vec::new();
        for entry in entries {
            if is_meant(entry.kind)
                && let Some(name) = entry.object.text("displayName")
            {
                found.push((entry.kind, self.holder(entry), Some(name.to_owned()), entry.id.clone()));
            }
            each_reference(&entry.object, &mut |_, reference| {
                if is_meant(reference.kind) {
                    let name = name_of(reference).map(str::to_owned);
                    let holder = self.written_catalog(reference);
                    found.push((reference.kind, holder, name, id_of(reference).cloned()));
                }
                let beside = reference.written.as_deref().and_then(|written| written.catalog.as_deref());
                if let Some(catalog) = beside.filter(|_| is_meant(Kind::Catalog)) {
                    let id = Id::guid(catalog);
                    let name = id.is_none().then(|| catalog.to_owned());
                    found.push((Kind::Catalog, None, name, id));
                }
            });
        }
        for (kind, holder, name, id) in found {
            if let (Some(holder), Some(id)) = (&holder, &id) {
                self.holders.entry((kind, id.clone())).or_insert_with(|| holder.clone());
            }
            let Some(name) = name else { continue };
            if let Some(id) = &id {
                self.of_id.entry((kind, id.clone())).or_default().insert(name.clone());
            }
            let key = (kind, fold(&name));
            self.spelled.entry(key.clone()).or_default().insert(name);
            self.of_name.entry(key).or_default().insert((holder, id));
        }
    }

    /// The catalog that is written beside a name.
    fn written_catalog(&self, reference: &Reference) -> Option<Key> {
        let catalog = reference.written.as_deref()?.catalog.as_deref()?;
        Some(match Id::guid(catalog) {
            Some(id) => self.key(Kind::Catalog, None, None, Some(&id)),
            None => self.key(Kind::Catalog, None, Some(catalog), None),
        })
    }

    /// What holds an entry.
    pub fn holder(&self, entry: &Entry) -> Option<Key> {
        let member = parent_member(entry.kind, entry.object.ty.version)?;
        Some(self.of_reference(entry.object.reference(member)?, None))
    }

    /// The key of an entry.
    pub fn of_entry(&self, entry: &Entry) -> Key {
        let name = entry.object.text("displayName");
        self.key(entry.kind, self.holder(entry), name, entry.id.as_ref())
    }

    /// The key of what a reference means. `catalog` is where it is looked for first, where the reference does not say.
    pub fn of_reference(&self, reference: &Reference, catalog: Option<&Key>) -> Key {
        let holder = self.written_catalog(reference);
        if holder.is_none()
            && let (None, Some(catalog), Some(name)) = (id_of(reference), catalog, name_of(reference))
            && self.is_known(reference.kind, catalog, name)
        {
            return self.key(reference.kind, Some(catalog.clone()), Some(name), None);
        }
        self.key(reference.kind, holder, name_of(reference), id_of(reference))
    }

    fn is_known(&self, kind: Kind, holder: &Key, name: &str) -> bool {
        let of_name = self.of_name.get(&(kind, fold(name)));
        of_name.is_some_and(|all| all.iter().any(|(found, _)| found.as_ref() == Some(holder)))
    }

    fn key(&self, kind: Kind, holder: Option<Key>, name: Option<&str>, id: Option<&Id>) -> Key {
        let what = What::Object(kind);
        if let Some(id) = id {
            return Key { what, holder: None, name: String::new(), id: Some(id.clone()) };
        }
        let name = fold(name.unwrap_or_default());
        let all = self.of_name.get(&(kind, name.clone()));
        let known: Vec<&Known> = all.into_iter().flatten().collect();
        let holder = holder.or_else(|| {
            let holders: BTreeSet<&Key> = known.iter().filter_map(|(holder, _)| holder.as_ref()).collect();
            let mut holders = holders.into_iter();
            holders.next().filter(|_| holders.next().is_none()).cloned()
        });
        let within = |found: &Option<Key>| found.is_none() || holder.is_none() || *found == holder;
        let ids: BTreeSet<&Id> =
            known.iter().filter(|(found, _)| within(found)).filter_map(|(_, id)| id.as_ref()).collect();
        let mut ids = ids.into_iter();
        match (ids.next(), ids.next()) {
            (Some(id), None) => Key { what, holder: None, name: String::new(), id: Some(id.clone()) },
            _ => Key { what, holder: holder.map(Box::new), name, id: None },
        }
    }

    /// What holds an object that is known by its id.
    pub fn holder_of(&self, key: &Key) -> Option<Key> {
        let What::Object(kind) = key.what else { return None };
        match &key.id {
            Some(id) => self.holders.get(&(kind, id.clone())).cloned(),
            None => key.holder(),
        }
    }

    /// The name of an object, spelled as one of those that name it does.
    pub fn name(&self, key: &Key) -> Option<String> {
        let What::Object(kind) = key.what else { return Some(key.name.clone()) };
        let spelled = match &key.id {
            Some(id) => self.of_id.get(&(kind, id.clone())),
            None => self.spelled.get(&(kind, key.name.clone())),
        };
        spelled?.first().cloned()
    }
}

/// The name that is written or known.
fn name_of(reference: &Reference) -> Option<&str> {
    let written = || reference.written.as_ref().and_then(|written| written.name.as_deref());
    reference.name.as_deref().or_else(written)
}

const fn id_of(reference: &Reference) -> Option<&Id> {
    reference.id.as_ref()
}
