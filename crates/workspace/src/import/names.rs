//! What each reference is called: a name where it means one object alone, else the id and why.

use super::read::{Tenant, allowed};
use crate::progress::{Phase, Progress};
use entrant_graph::{Error, Found, Read};
use entrant_model::reference::fold;
use entrant_model::text::is_deceptive;
use entrant_model::value::{Json, each_reference};
use entrant_model::{Id, Kind, LiveObject, Reference};
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet};

/// How references are written.
#[derive(Debug, Default)]
pub struct Names {
    written: BTreeMap<(Kind, Id), Json>,
    /// Why an id stands where a name would be nicer, by the id.
    pub why: BTreeMap<String, String>,
    /// Ids that the directory does not know.
    pub gone: BTreeSet<Id>,
    /// What could not be read, as sentences.
    pub unread: Vec<String>,
}

impl Names {
    /// A reference as a document writes it.
    pub fn write(&self, reference: &Reference) -> Json {
        let Some(id) = &reference.id else { return Json::from(reference.label()) };
        let known = self.written.get(&(reference.kind, id.clone()));
        known.cloned().unwrap_or_else(|| Json::from(id.as_str()))
    }

    /// What is called by this name alone.
    pub fn by_name(&mut self, kind: Kind, id: &Id, name: &str) {
        self.why.remove(id.as_str());
        self.gone.remove(id);
        self.written.insert((kind, id.clone()), Json::from(name));
    }

    /// What no document can call by its name.
    pub fn by_id(&mut self, kind: Kind, id: &Id, why: String) {
        self.why.insert(id.to_string(), why);
        self.written.insert((kind, id.clone()), Json::from(id.as_str()));
    }
}

/// Why an id stands where several have the name.
pub fn one_of(several: usize, name: &str) -> String {
    format!("one of {several} called \"{name}\"")
}

/// Why a name cannot be written; `None` where it can.
pub fn unwritable(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() || name.trim() != name {
        return Some("its name begins or ends with blanks, or is empty");
    }
    if Id::guid(name).is_some() {
        return Some("its name reads like an id");
    }
    if name.chars().any(is_deceptive) {
        return Some("its name has characters that cannot be seen");
    }
    entrant_model::text::mixed_scripts(name).map(|_| "its name mixes letters which look alike")
}

/// The names of everything that objects of the tenant refer to.
pub async fn all<R: Read + Sync>(
    tenant: &Tenant,
    reader: &R,
    progress: &dyn Progress,
) -> Result<Names, Error> {
    let mut names = Names::default();
    catalogs(tenant, &mut names);
    packages(tenant, &mut names);
    extensions(tenant, &mut names);
    let mut sought: BTreeSet<(Kind, Id)> = BTreeSet::new();
    let objects = tenant.catalogs.iter().chain(&tenant.packages).chain(&tenant.organizations);
    for object in objects.chain(&tenant.policies).chain(tenant.beta.values()) {
        each_reference(&object.object, &mut |_, reference| {
            let is_here =
                matches!(reference.kind, Kind::Catalog | Kind::AccessPackage | Kind::WorkflowExtension);
            if let (false, Some(id)) = (is_here, &reference.id) {
                sought.insert((reference.kind, id.clone()));
            }
        });
    }
    let sought: Vec<(Kind, Id)> = sought.into_iter().collect();
    if sought.is_empty() {
        return Ok(names);
    }
    progress.tell(Phase::Names(sought.len()));
    let answer = reader.names(&sought).await?;
    let mut asked: BTreeMap<(Kind, String), String> = BTreeMap::new();
    for (kind, id) in &sought {
        if let Some(name) = answer.names.get(id)
            && unwritable(name).is_none()
            && (*kind == Kind::User) == name.contains('@')
        {
            asked.entry((*kind, fold(name))).or_insert_with(|| name.clone());
        }
    }
    let asked: Vec<(Kind, String)> = asked.into_iter().map(|((kind, _), name)| (kind, name)).collect();
    let (found, refused) = look_up(&asked, reader).await?;
    let mut unreadable = 0_usize;
    for (kind, id) in sought {
        let Some(name) = answer.names.get(&id) else {
            if answer.unreadable {
                unreadable += 1;
            } else {
                names.gone.insert(id.clone());
            }
            let why = if answer.unreadable { "may not be read" } else { "is not there any more" };
            names.by_id(kind, &id, format!("this {} {why}", kind.noun()));
            continue;
        };
        let of_name = found.get(&(kind, fold(name))).map_or(&[][..], Vec::as_slice);
        match of_name {
            [one] if one.id == id => {
                names.written.insert((kind, id), Json::from(name.as_str()));
            }
            [] => {
                let is_refused = refused.contains(&kind);
                unreadable += usize::from(is_refused);
                let other =
                    if is_refused { "its name may not be looked up" } else { "it is not found by its name" };
                names.by_id(kind, &id, unwritable(name).unwrap_or(other).to_owned());
            }
            several => {
                names.by_id(kind, &id, one_of(several.len(), name));
            }
        }
    }
    match unreadable {
        0 => {}
        1 => names.unread.push("1 name may not be read by this identity, and is given by its id".to_owned()),
        several => names
            .unread
            .push(format!("{several} names may not be read by this identity, and are given by their ids")),
    }
    Ok(names)
}

/// What has these names; and the kinds of which the caller may not look for names.
async fn look_up<R: Read + Sync>(
    asked: &[(Kind, String)],
    reader: &R,
) -> Result<(BTreeMap<(Kind, String), Vec<Found>>, BTreeSet<Kind>), Error> {
    if asked.is_empty() {
        return Ok((BTreeMap::new(), BTreeSet::new()));
    }
    if let Some(found) = allowed(reader.find_all(asked)).await? {
        return Ok((found, BTreeSet::new()));
    }
    let (mut found, mut refused) = (BTreeMap::new(), BTreeSet::new());
    for of_kind in asked.chunk_by(|(one, _), (other, _)| one == other) {
        match allowed(reader.find_all(of_kind)).await? {
            Some(of_kind) => found.extend(of_kind),
            None => refused.extend(of_kind.first().map(|(kind, _)| *kind)),
        }
    }
    Ok((found, refused))
}

/// The names of what `tenant` holds and of what is known otherwise, where there is no tenant to ask; and how many ids
/// have no name.
pub fn known(tenant: &Tenant, others: &BTreeMap<(Kind, Id), String>) -> (Names, usize) {
    let mut names = Names::default();
    catalogs(tenant, &mut names);
    packages(tenant, &mut names);
    let organizations = tenant.organizations.iter().map(|o| ((o.kind, o.id.clone()), &o.display_name));
    let all: BTreeMap<(Kind, Id), &String> =
        others.iter().map(|(key, name)| (key.clone(), name)).chain(organizations).collect();
    let mut counts: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    for ((kind, _), name) in &all {
        *counts.entry((*kind, fold(name))).or_default() += 1;
    }
    let mut nameless: BTreeSet<(Kind, &Id)> = BTreeSet::new();
    let objects = tenant.catalogs.iter().chain(&tenant.packages).chain(&tenant.organizations);
    for object in objects.chain(&tenant.policies) {
        each_reference(&object.object, &mut |_, reference| {
            let Some(id) = &reference.id else { return };
            let key = (reference.kind, id.clone());
            if names.written.contains_key(&key) {
                return;
            }
            let Some(name) = all.get(&key) else {
                nameless.insert((reference.kind, id));
                return;
            };
            let several = counts.get(&(reference.kind, fold(name))).copied().unwrap_or_default();
            if let Some(why) = unwritable(name) {
                names.by_id(reference.kind, id, why.to_owned());
            } else if several > 1 {
                names.by_id(reference.kind, id, one_of(several, name));
            } else {
                names.by_name(reference.kind, id, name);
            }
        });
    }
    let count = nameless.len();
    (names, count)
}

/// How often each name stands, letter case aside.
fn counted<'a>(objects: impl Iterator<Item = (&'a Id, &'a str)>) -> BTreeMap<(Id, String), usize> {
    let mut counts = BTreeMap::new();
    for (holder, name) in objects {
        *counts.entry((holder.clone(), fold(name))).or_default() += 1;
    }
    counts
}

fn catalogs(tenant: &Tenant, names: &mut Names) {
    let counts =
        counted(tenant.catalogs.iter().map(|catalog| (&catalog.parent, catalog.display_name.as_str())));
    for catalog in &tenant.catalogs {
        let several =
            counts.get(&(catalog.parent.clone(), fold(&catalog.display_name))).copied().unwrap_or_default();
        settle(names, catalog, several, || Json::from(catalog.display_name.as_str()));
    }
}

/// Writes a name where it is the only one, else the id.
fn settle(names: &mut Names, object: &LiveObject, several: usize, write: impl FnOnce() -> Json) {
    if let Some(why) = unwritable(&object.display_name) {
        names.by_id(object.kind, &object.id, why.to_owned());
    } else if several > 1 {
        names.by_id(object.kind, &object.id, one_of(several, &object.display_name));
    } else {
        names.written.insert((object.kind, object.id.clone()), write());
    }
}

fn packages(tenant: &Tenant, names: &mut Names) {
    let everywhere = Id::tenant();
    let in_catalog = counted(tenant.packages.iter().map(|p| (&p.parent, p.display_name.as_str())));
    let in_tenant = counted(tenant.packages.iter().map(|p| (&everywhere, p.display_name.as_str())));
    for package in &tenant.packages {
        let name = fold(&package.display_name);
        let beside = in_catalog.get(&(package.parent.clone(), name.clone())).copied().unwrap_or_default();
        let is_only = in_tenant.get(&(everywhere.clone(), name)).copied() == Some(1);
        let catalog = names.written.get(&(Kind::Catalog, package.parent.clone())).cloned();
        // A catalog that has to be given by its id does not tell a package from another.
        let is_named = !names.why.contains_key(package.parent.as_str());
        let several = if is_only {
            1
        } else if is_named {
            beside
        } else {
            2
        };
        settle(names, package, several, || match catalog {
            Some(catalog) if !is_only => Json::Object(Map::from_iter([
                ("catalog".to_owned(), catalog),
                ("name".to_owned(), Json::from(package.display_name.as_str())),
            ])),
            _ => Json::from(package.display_name.as_str()),
        });
    }
}

fn extensions(tenant: &Tenant, names: &mut Names) {
    let counts = counted(tenant.extensions.iter().map(|e| (&e.parent, e.display_name.as_str())));
    for extension in &tenant.extensions {
        let key = (extension.parent.clone(), fold(&extension.display_name));
        let several = counts.get(&key).copied().unwrap_or_default();
        settle(names, extension, several, || Json::from(extension.display_name.as_str()));
    }
}
