//! What an earlier revision declared and the present documents do not speak of any more.
//!
//! Compared is first what is written, as a duplicate is found. What finds no partner so is looked up: a package may be
//! written by name here and by id there. Where a package is gone there is nothing left to remove.

use crate::codes;
use crate::place;
use crate::resolve;
use entrant_graph::{Error, Read};
use entrant_model::desired::{Body, Intent};
use entrant_model::reference::{Written, fold};
use entrant_model::text::visible;
use entrant_model::{Desired, Diagnostic, Document, Id, Kind, Live, Reference, RemovedAction};
use std::collections::{BTreeMap, BTreeSet};

/// An earlier revision.
#[derive(Debug, Clone, Default)]
pub struct Since {
    /// What the person called it.
    pub revision: String,
    /// What it declared.
    pub documents: Vec<Document>,
}

/// What became of the documents of the earlier revision.
#[derive(Debug, Default)]
pub struct Compared {
    /// One error for each that vanished, and for each that is deleted although it was protected.
    pub diagnostics: Vec<Diagnostic>,
    /// The keys of the addresses that were declared there and still are.
    pub kept: BTreeSet<String>,
}

impl Compared {
    fn note(&mut self, present: &Desired, is_protected: bool, revision: &str) {
        if is_protected && is_deleted(&present.intent) {
            self.diagnostics.push(protected(present, revision));
        }
        self.kept.insert(present.address.key());
    }
}

/// Holds the earlier documents against the present ones, which are resolved already.
pub async fn compare<R: Read + Sync>(
    since: &Since,
    present: &[Desired],
    reader: &R,
) -> Result<Compared, Error> {
    let known = Known::of(present);
    let mut compared = Compared::default();
    let declared = since.documents.iter().filter(|document| matches!(document.body, Body::Resource(_)));
    let (open, found): (Vec<&Document>, Vec<&Document>) =
        declared.partition(|document| known.written(&document.body).is_none());
    for document in found {
        if let Some(present) = known.written(&document.body) {
            compared.note(present, is_protected(&document.body), &since.revision);
        }
    }
    let mut live = Live::default();
    let mut ignored = Vec::new();
    let open: Vec<Document> = open.into_iter().cloned().collect();
    if open.is_empty() {
        return Ok(compared);
    }
    let resolved = place::documents(open, &[], reader, &(), &mut live, &mut ignored).await?.desired;
    // What it meant cannot be told any more, so neither that it is spoken of.
    let unclear = ignored.into_iter().filter(|found| found.code == codes::REFERENCE_AMBIGUOUS);
    compared.diagnostics.extend(unclear.map(|found| Diagnostic { place: None, ..found }));
    for earlier in resolved {
        let is_protected = matches!(&earlier.intent, Intent::Present { envelope, .. } if envelope.protected);
        match known.resolved(&earlier) {
            Some(present) => compared.note(present, is_protected, &since.revision),
            None => compared.diagnostics.push(vanished(&earlier, is_protected, &since.revision)),
        }
    }
    compared.diagnostics.sort_by(|a, b| a.message.cmp(&b.message));
    Ok(compared)
}

fn is_protected(body: &Body) -> bool {
    matches!(body, Body::Resource(resource) if resource.envelope.protected)
}

/// The present declarations, by what they may be known by.
struct Known<'a> {
    /// By kind, what holds it as it is written, and the folded name, a previous one included.
    texts: BTreeMap<(Kind, String, String), &'a Desired>,
    /// By kind, the id of what holds it, and the folded name, a previous one included.
    names: BTreeMap<(Kind, &'a Id, String), &'a Desired>,
    pins: BTreeMap<&'a Id, &'a Desired>,
}

impl<'a> Known<'a> {
    fn of(present: &'a [Desired]) -> Self {
        let mut known = Self { texts: BTreeMap::new(), names: BTreeMap::new(), pins: BTreeMap::new() };
        for declared in present {
            let mut names = vec![fold(declared.address.segments.last().map_or("", String::as_str))];
            if let Intent::Present { envelope, .. } = &declared.intent {
                names.extend(envelope.previous_names.iter().map(|name| fold(name)));
                if let Some(pin) = &envelope.pin {
                    known.pins.insert(pin, declared);
                }
            }
            for name in names {
                let kind = declared.address.kind;
                if let Some(written) = written(Some(&declared.parent)) {
                    known.texts.insert((kind, written, name.clone()), declared);
                }
                if let Some(parent) = &declared.parent.id {
                    known.names.insert((kind, parent, name), declared);
                }
            }
        }
        known
    }

    /// The declaration that means the same by what is written.
    fn written(&self, earlier: &Body) -> Option<&'a Desired> {
        let Body::Resource(resource) = earlier else { return None };
        if let Some(pin) = &resource.envelope.pin
            && let Some(present) = self.pins.get(pin)
        {
            return Some(present);
        }
        let kind = resource.envelope.kind;
        let parent = written(resolve::parent_of(earlier))?;
        self.texts.get(&(kind, parent, fold(resolve::name_of(earlier)))).copied()
    }

    /// The declaration that means the same once what holds it is known.
    fn resolved(&self, earlier: &Desired) -> Option<&'a Desired> {
        let name = fold(earlier.address.segments.last().map_or("", String::as_str));
        self.names.get(&(earlier.address.kind, earlier.parent.id.as_ref()?, name)).copied()
    }
}

/// What holds something as a document writes it, letter case aside. The tenant is written nowhere.
fn written(parent: Option<&Reference>) -> Option<String> {
    let Some(parent) = parent.filter(|parent| parent.kind != Kind::Tenant) else {
        return Some("tenant".to_owned());
    };
    let written: &Written = parent.written.as_deref()?;
    if let Some(id) = &written.id {
        return Some(format!("id {id}"));
    }
    let part = |text: &Option<String>| fold(text.as_deref().unwrap_or_default());
    Some(format!("name {}\n{}", part(&written.catalog), part(&written.name)))
}

const fn is_deleted(intent: &Intent) -> bool {
    matches!(intent, Intent::Removed(RemovedAction::Delete | RemovedAction::DeleteWithAssignments))
}

/// An object that was protected is not deleted in the change that takes its protection away.
fn protected(present: &Desired, revision: &str) -> Diagnostic {
    Diagnostic::new(
        codes::PROTECTED,
        format!(
            "`{}` was `protected: true` in `{}`, so it is not deleted",
            present.address,
            visible(revision)
        ),
    )
    .at(present.place.clone(), "would delete it")
    .help("put its document back without `protected` in a change of its own, and delete it in a later one")
}

fn vanished(earlier: &Desired, is_protected: bool, revision: &str) -> Diagnostic {
    let revision = visible(revision);
    let found = Diagnostic::new(
        codes::VANISHED,
        format!("`{}` was declared in `{revision}` and no document speaks of it now", earlier.address),
    )
    .note(format!(
        "nothing is deleted because a document is gone, so the {} would stay as it is, unmanaged",
        earlier.address.kind.noun().replace("assignment ", "")
    ));
    if is_protected {
        return found
            .note(format!("it was `protected: true` in `{revision}`, so it must not be deleted"))
            .help("put the document back; take `protected` away in a change of its own first");
    }
    let quote = |text: &String| entrant_plan::yaml_text(text);
    let identity = match &*earlier.address.segments {
        [catalog, package, name] => format!(
            "accessPackage: {{catalog: {}, name: {}}}\n  displayName: {}",
            quote(catalog),
            quote(package),
            quote(name)
        ),
        [catalog, name] => format!("catalog: {}\n  displayName: {}", quote(catalog), quote(name)),
        [name] => format!("displayName: {}", quote(name)),
        // Settings are there as long as the tenant is.
        _ => {
            return found
                .help("put the document back, or say so in the review: the settings stay as they are");
        }
    };
    found.help(format!(
        "to delete it, add this document; to leave it as it is and no longer manage it, with `action: forget`:\n---\nkind: Removed\ntarget:\n  kind: {}\n  {identity}\naction: delete",
        earlier.address.kind
    ))
}
