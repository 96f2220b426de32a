//! What a tenant holds, for a picture of it: every object with its references by name.

use crate::import::known::Known;
use crate::import::{Wanted, read};
use crate::place::kind_of;
use crate::progress::{Phase, Progress};
use entrant_graph::{Error, Read};
use entrant_model::desired::Body;
use entrant_model::kinds::parent_member;
use entrant_model::value::{Value, each_reference, each_reference_mut};
use entrant_model::{Document, Id, Kind, LiveObject, Reference, RemovedAction};
use entrant_plan::estate::Entry;
use entrant_plan::import::shape;
use std::collections::{BTreeMap, BTreeSet};

/// What was read of a tenant.
#[derive(Debug, Default)]
pub struct Tenant {
    /// Every object that this identity may see, but those that documents delete or call by another name than they have.
    pub entries: Vec<Entry>,
    /// What could not be read, as sentences with texts of the tenant.
    pub unread: Vec<String>,
}

/// Reads everything in the tenant that is drawn, whether `documents` declare it or not.
///
/// # Errors
/// Graph could not be read.
pub async fn tenant<R: Read + Sync>(
    documents: &[Document],
    reader: &R,
    progress: &dyn Progress,
) -> Result<Tenant, Error> {
    let mut found = read::roots(reader).await?;
    read::selected(&mut found, &Wanted::default(), &Known::of(&[]), reader, progress).await?;
    let read::Tenant { catalogs, packages, organizations, extensions, policies, beta, unread, .. } = found;
    let policies = policies.into_iter().map(|policy| shape(&policy, beta.get(&policy.id)).0.clone());
    let objects = catalogs.into_iter().chain(packages).chain(organizations).chain(extensions).chain(policies);
    let mut objects: Vec<LiveObject> = objects.collect();
    let names = names(&objects, reader, progress).await?;
    let holders: BTreeMap<Id, (Id, Vec<String>)> = objects
        .iter()
        .map(|object| (object.id.clone(), (object.parent.clone(), vec![object.display_name.clone()])))
        .collect();
    let hidden = documents.iter().filter(|document| is_hiding(document));
    let hidden: Vec<Document> = hidden.cloned().collect();
    let hidden = Known::of(&hidden);
    objects.retain(|object| {
        let parent = holders.get(&object.parent);
        let catalog = parent.and_then(|(catalog, _)| holders.get(catalog));
        !hidden.holds(object, called(parent), called(catalog))
    });
    let entries = objects.into_iter().map(|object| entry(object, &names)).collect();
    Ok(Tenant { entries, unread })
}

fn called(holder: Option<&(Id, Vec<String>)>) -> &[String] {
    holder.map_or(&[], |(_, names)| names)
}

/// Whether a document says that an object shall not be there under the name that it has.
fn is_hiding(document: &Document) -> bool {
    match &document.body {
        Body::Removed(removed) => removed.action != RemovedAction::Forget,
        // A rename is done by apply; until then the object has one of the former names.
        Body::Resource(resource) => {
            resource.envelope.pin.is_none()
                && !resource.envelope.previous_names.is_empty()
                && kind_of(&document.body) != Kind::Settings
        }
    }
}

/// The names of what objects refer to.
async fn names<R: Read + Sync>(
    objects: &[LiveObject],
    reader: &R,
    progress: &dyn Progress,
) -> Result<BTreeMap<Id, String>, Error> {
    let mut names: BTreeMap<Id, String> =
        objects.iter().map(|object| (object.id.clone(), object.display_name.clone())).collect();
    let mut sought = BTreeSet::new();
    for object in objects {
        each_reference(&object.object, &mut |_, reference| {
            if let Some(id) = &reference.id
                && !names.contains_key(id)
            {
                sought.insert((reference.kind, id.clone()));
            }
        });
    }
    if !sought.is_empty() {
        progress.tell(Phase::Names(sought.len()));
        let sought: Vec<(Kind, Id)> = sought.into_iter().collect();
        names.extend(reader.names(&sought).await?.names);
    }
    Ok(names)
}

fn entry(object: LiveObject, names: &BTreeMap<Id, String>) -> Entry {
    let LiveObject { kind, version, id, parent, object: mut said, display_name, .. } = object;
    if let Some(member) = parent_member(kind, version) {
        said.set(member, Value::Ref(Box::new(Reference::live(kind.parent(), parent.as_str()))));
    }
    said.set("displayName", Value::Text(display_name.into()));
    each_reference_mut(&mut said, &mut |_, reference| {
        reference.name = reference.id.as_ref().and_then(|id| names.get(id)).map(|name| name.as_str().into());
    });
    Entry { kind, object: said, id: Some(id), place: None }
}
