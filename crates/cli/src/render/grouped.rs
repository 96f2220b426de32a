//! Changes that are one: policies that one edit of a shared document changes, a template above all.
//!
//! Only for showing. Each is a change of its own in the plan, and in its order. Two changes are one edit where they
//! differ in the same members, each written at the same place of the same file: so an edit of a template is told from
//! policies that happen to be changed alike. What is filled in by parameters may differ, and with it who gains.

use entrant_manifest::{Writer, Written, written};
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_model::{Address, Declared, Dimension, Origin, Place, Pointer, Reference};
use entrant_plan::guards::Guard;
use entrant_plan::impact::phrase::quoted;
use entrant_plan::impact::{Class, Effect, Sentence};
use entrant_plan::output::{EditDocument, PlanDocument, digest};
use entrant_plan::{Action, Change, Field, Plan, introduced};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// One change as a person counts them: of one object, or of the policies that one edit changes.
#[derive(Debug, Clone)]
pub struct Group<'p> {
    /// The changes, in the order in which they are shown; one at least.
    pub changes: Vec<&'p Change>,
    /// The edit, where there are several.
    pub edit: Option<Edit>,
}

/// An edit of a document that policies share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    of: Writer,
    /// The name of the template, or of the catalog; a text from a file.
    name: String,
    /// The members that it changes.
    paths: Vec<String>,
}

/// What is the same in the changes that are one edit, or a word for each of those in which it is not.
pub enum Shared<'p, T> {
    /// All say this.
    Same(&'p T),
    /// Each says another, in the order of the changes.
    Each(Vec<&'p T>),
}

impl<'p> Group<'p> {
    /// The change that stands for all.
    pub fn first(&self) -> &'p Change {
        self.changes[0]
    }

    /// The worst effect, the same for all.
    pub fn class(&self) -> Class {
        self.first().class().unwrap_or(Class::Neutral)
    }

    /// Where the edit stands, as far as it touches this dimension; with `None`, its first member. What is written no more
    /// stands where it stood: in the template, or in the defaults.
    pub fn place(&self, dimension: Option<Dimension>) -> Place {
        let change = self.first();
        let is_it = |field: &&Field| dimension.is_none() || field.dimension == dimension;
        let field = change.fields.iter().find(is_it).or_else(|| change.fields.first());
        let said = field.filter(|field| field.reason.is_none() && field.after.is_some());
        let origin = change.place.origin.as_deref();
        let shared = match self.edit.as_ref().map(|edit| edit.of) {
            Some(Writer::Template) => origin.and_then(|origin| origin.template.as_deref()),
            Some(Writer::Defaults) => origin.and_then(|origin| origin.defaults.as_deref()),
            _ => None,
        };
        match (said, shared) {
            (Some(field), _) => change.place.key(field.path.clone()),
            (None, Some(declared)) => declared.place.clone(),
            (None, None) => change.place.clone(),
        }
    }

    /// A sentence about all of the changes.
    pub fn about(&self, sentence: Sentence) -> Sentence {
        let packages: BTreeSet<_> =
            self.changes.iter().map(|change| (&change.parent.id, &change.parent.name)).collect();
        match packages.len() {
            0 | 1 => sentence.about(self.first().subject_label()),
            several => sentence.about_each(several),
        }
    }

    /// The effects, the same number for each change.
    pub fn effects(&self) -> Vec<Shared<'p, Effect>> {
        self.shared(|change| &change.impact)
    }

    /// The members that differ, the same for each change.
    pub fn fields(&self) -> Vec<Shared<'p, Field>> {
        self.shared(|change| &change.fields)
    }

    /// What each of the changes brings in by name.
    pub fn names(&self) -> Vec<&'p Reference> {
        let mut names = introduced::by_change(self.first());
        for change in &self.changes[1..] {
            let of_other = introduced::by_change(change);
            names.retain(|name| of_other.contains(name));
        }
        names
    }

    fn shared<T: PartialEq>(&self, of: impl Fn(&'p Change) -> &'p Vec<T>) -> Vec<Shared<'p, T>> {
        let of_first = of(self.first());
        let each =
            |at: usize| self.changes.iter().filter_map(|change| of(change).get(at)).collect::<Vec<_>>();
        let shared = of_first.iter().enumerate().map(|(at, first)| match each(at) {
            all if all.iter().all(|other| *other == first) => Shared::Same(first),
            all => Shared::Each(all),
        });
        shared.collect()
    }

    /// A change as one that says only what it shares with the others, and one that says only its own.
    pub fn parts_of(&self, change: &Change) -> (Change, Change) {
        let is_shared = |at: usize, fields: &[Shared<Field>]| matches!(fields.get(at), Some(Shared::Same(_)));
        let fields = self.fields();
        let split = |shared: bool| {
            let of = change.fields.iter().enumerate();
            of.filter(|(at, _)| is_shared(*at, &fields) == shared).map(|(_, field)| field.clone()).collect()
        };
        (Change { fields: split(true), ..change.clone() }, Change { fields: split(false), ..change.clone() })
    }

    /// What several changes have in common, after "policies": `alike, by their template "one-day"`.
    pub fn words(&self) -> Option<String> {
        Some(match self.edit.as_ref()? {
            Edit { of: Writer::Template, name, .. } => {
                format!("alike, by their template {}", quoted(&visible(name)))
            }
            Edit { of: Writer::Defaults, name, .. } => {
                format!("alike, by the defaults of their catalog {}", quoted(&visible(name)))
            }
            Edit { of: Writer::Document, .. } => "alike, by their one document".to_owned(),
        })
    }

    /// The same apart, for an output that escapes the name itself.
    pub fn named(&self) -> Option<(&'static str, &str)> {
        let edit = self.edit.as_ref()?;
        Some(match edit.of {
            Writer::Template => ("policies alike, by their template ", edit.name.as_str()),
            Writer::Defaults => ("policies alike, by the defaults of their catalog ", edit.name.as_str()),
            Writer::Document => ("policies alike, by their one document", ""),
        })
    }
}

impl Edit {
    /// What `plan --format json` says of it.
    fn document(&self, changes: &[&Change]) -> EditDocument {
        let of = match self.of {
            Writer::Template => "template",
            Writer::Defaults => "defaults",
            Writer::Document => "document",
        };
        let addresses: Vec<String> = changes.iter().map(|change| change.address.to_string()).collect();
        EditDocument {
            id: digest(&json!([of, self.name, self.paths, addresses])),
            of: of.to_owned(),
            name: Some(self.name.clone()).filter(|name| !name.is_empty()),
        }
    }
}

/// The changes as they are shown: what widens first, within one class in the order of execution; those of one edit where
/// the first of them stands.
pub fn grouped(plan: &Plan) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let keys = keys(plan);
    let mut of_key: HashMap<&Key, usize> = HashMap::new();
    for (index, change) in worst_first(plan) {
        let Some((key, edit)) = keys.get(&index) else {
            groups.push(Group { changes: vec![change], edit: None });
            continue;
        };
        if let Some(at) = of_key.get(key) {
            let group = &mut groups[*at];
            group.changes.push(change);
            group.edit = Some(edit.clone());
        } else {
            of_key.insert(key, groups.len());
            groups.push(Group { changes: vec![change], edit: None });
        }
    }
    groups
}

/// The changes with their places in the plan: what widens first; within one class in the order of execution.
fn worst_first(plan: &Plan) -> Vec<(usize, &Change)> {
    let mut changes: Vec<(usize, &Change)> = plan.changes.iter().enumerate().collect();
    changes.sort_by_key(|(_, change)| change.class().unwrap_or(Class::Neutral));
    changes
}

/// What the changes of one edit have in common.
type Key = (String, Vec<Member>);

/// A member that differs: where that is written, and in what it differs, as far as that must be the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Member {
    path: Pointer,
    place: Option<(PathBuf, usize)>,
    difference: Option<String>,
}

/// The key of each update of a policy that takes values from elsewhere, by its place in the plan.
fn keys(plan: &Plan) -> HashMap<usize, (Key, Edit)> {
    let updates = plan.changes.iter().enumerate().filter(|(_, change)| change.action == Action::Update);
    let updates = updates.filter_map(|(at, change)| Some((at, change, change.place.origin.as_deref()?)));
    let updates: Vec<(usize, &Change, &Origin)> = updates.collect();
    if updates.len() < 2 {
        return HashMap::new();
    }
    let paths = |change: &Change| change.fields.iter().map(|field| field.path.clone()).collect();
    let asked: Vec<_> = updates.iter().map(|(_, change, _)| (&change.place, paths(change))).collect();
    let found = written(&asked);
    let keys = updates.into_iter().zip(found).map(|((at, change, origin), places)| {
        let members = change.fields.iter().zip(&places).map(|(field, place)| member(field, place.as_ref()));
        let effects = change.impact.iter().map(|e| (e.dimension.as_str(), e.kind.as_str(), e.code.name));
        let template = origin.template.as_ref().map(|template| &template.place);
        let defaults = origin.defaults.as_ref().map(|defaults| &defaults.place);
        let reasons: Vec<_> = change.fields.iter().map(|field| field.reason).collect();
        let common = format!(
            "{:?}",
            (change.version, &change.reason, template, defaults, reasons, effects.collect::<Vec<_>>())
        );
        (at, ((common, members.collect()), edit(change, origin, &places)))
    });
    keys.collect()
}

fn member(field: &Field, place: Option<&Written>) -> Member {
    let json = |side: &Option<Json>| side.as_ref().map_or_else(|| "-".to_owned(), Json::to_string);
    let difference = match place {
        // The shared document says all of it: each policy becomes the same.
        Some(place) if place.is_whole && place.by != Writer::Document => None,
        // It says that there is something, and each policy what.
        Some(place) if place.by != Writer::Document && field.before.is_none() => None,
        Some(_) => Some(difference(field)),
        None => Some(format!("{} {}", json(&field.before), json(&field.after))),
    };
    Member {
        path: field.path.clone(),
        place: place.map(|place| (place.file.to_path_buf(), place.start)),
        difference,
    }
}

/// What goes and what comes: of a list its elements.
fn difference(field: &Field) -> String {
    let list = |side: &Option<Json>| match side {
        Some(Json::Array(list)) => Some(list.clone()),
        None => Some(Vec::new()),
        Some(_) => None,
    };
    match (list(&field.before), list(&field.after)) {
        (Some(before), Some(after)) => {
            let without = |from: &[Json], other: &[Json]| {
                from.iter().filter(|element| !other.contains(element)).cloned().collect::<Vec<_>>()
            };
            json!([without(&before, &after), without(&after, &before)]).to_string()
        }
        _ => json!([field.before, field.after]).to_string(),
    }
}

/// What was edited: the document that says the first member of which that can be told.
fn edit(change: &Change, origin: &Origin, places: &[Option<Written>]) -> Edit {
    let said: Vec<Writer> = places.iter().flatten().map(|place| place.by).collect();
    let name = |declared: &Option<Arc<Declared>>| {
        declared.as_ref().map(|declared| declared.name.clone()).unwrap_or_default()
    };
    let of = match said.iter().find(|by| **by != Writer::Document) {
        Some(by) => *by,
        // What is said no more was said by whatever the policies have in common.
        None if said.is_empty() && origin.template.is_some() => Writer::Template,
        None if said.is_empty() && origin.defaults.is_some() => Writer::Defaults,
        None => Writer::Document,
    };
    let name = match of {
        Writer::Template => name(&origin.template),
        Writer::Defaults => name(&origin.defaults),
        Writer::Document => String::new(),
    };
    Edit { of, name, paths: change.fields.iter().map(|field| field.path.to_string()).collect() }
}

/// Says in the plan's JSON which changes are one edit.
pub fn tell(groups: &[Group], document: &mut PlanDocument) {
    let mut edits: HashMap<(&str, String, Option<&str>), EditDocument> = HashMap::new();
    for group in groups {
        let Some(edit) = &group.edit else { continue };
        let told = edit.document(&group.changes);
        for change in &group.changes {
            let id = change.live.as_ref().map(|live| live.id.as_str());
            edits.insert((change.kind.as_str(), change.address.to_string(), id), told.clone());
        }
    }
    for change in &mut document.changes {
        let key = (change.kind.as_str(), change.address.clone(), change.id.as_deref());
        change.edit = edits.get(&key).cloned();
    }
}

/// Guards that ask the same, with the edit that they are about where there are several.
pub type Alike<'g, 'p> = (Option<&'g Group<'p>>, Vec<&'p Guard>);

/// The guards, those together that ask the same of the policies of one edit.
pub fn guards<'g, 'p>(plan: &'p Plan, groups: &'g [Group<'p>]) -> Vec<Alike<'g, 'p>> {
    let mut edit_of: HashMap<&Address, &Group> = HashMap::new();
    for group in groups.iter().filter(|group| group.edit.is_some()) {
        edit_of.extend(group.changes.iter().map(|change| (&change.address, group)));
    }
    let mut all: Vec<Alike> = Vec::new();
    let mut of_edit: HashMap<*const Group, Vec<usize>> = HashMap::new();
    for guard in &plan.guards {
        // Only what a document must say is the same for all; what is allowed is allowed object by object.
        let edit = guard.address.as_ref().filter(|_| !guard.silent.is_empty());
        let Some(group) = edit.and_then(|address| edit_of.get(address).copied()) else {
            all.push((None, vec![guard]));
            continue;
        };
        let known = of_edit.entry(std::ptr::from_ref(group)).or_default();
        let asks = |at: &&usize| (all[**at].1[0].code, &all[**at].1[0].silent) == (guard.code, &guard.silent);
        if let Some(at) = known.iter().find(asks) {
            all[*at].1.push(guard);
        } else {
            known.push(all.len());
            all.push((Some(group), vec![guard]));
        }
    }
    all
}
