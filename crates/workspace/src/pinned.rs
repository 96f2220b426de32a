//! `references: pinned`: requestors, approvers, reviewers, sponsors, owners, and groups and applications that are given
//! have their ids in the documents, so that no object made under the same name can take their place.

use crate::codes;
use entrant_model::desired::{Body, Intent};
use entrant_model::text::visible;
use entrant_model::value::each_reference;
use entrant_model::{Desired, Diagnostic, Document, Kind, Object, Place, Pointer, Reference};
use entrant_plan::yaml::flow_text;

/// References without an id, as the files alone tell.
pub fn written(documents: &[Document]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for document in documents {
        if let Body::Resource(resource) = &document.body {
            each_unpinned(&resource.object, &document.place, false, &mut found);
        }
    }
    found
}

/// References without an id, each with the id that its name has now. Those that no name settled are told already.
pub fn resolved(desired: &[Desired]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for declared in desired {
        if let Intent::Present { object, .. } = &declared.intent {
            each_unpinned(object, &declared.place, true, &mut found);
        }
    }
    found
}

fn each_unpinned(object: &Object, place: &Place, is_resolved: bool, found: &mut Vec<Diagnostic>) {
    each_reference(object, &mut |path, reference| {
        if is_resolved && reference.id.is_none() {
            return;
        }
        let written = reference.written.as_ref().filter(|written| written.id.is_none());
        if let (Some(written), Some(key)) = (written, hand_key(reference.kind, &path.pointer())) {
            let name = written.name.as_deref().unwrap_or_default();
            found.push(unpinned(reference, key, name).at(place.at(path.pointer()), "no id"));
        }
    });
}

fn unpinned(reference: &Reference, key: &str, name: &str) -> Diagnostic {
    let noun = reference.kind.noun();
    let diagnostic =
        Diagnostic::new(codes::UNPINNED_REFERENCE, format!("the {noun} `{}` has no id", visible(name)))
            .note("`entrant.yaml` says `references: pinned`");
    let name = flow_text(name);
    match &reference.id {
        Some(id) => diagnostic
            .note(format!("the name means {id} now"))
            .help(format!("if that is the one, write `{{{key}: {name}, id: {id}}}`")),
        None => diagnostic
            .help(format!("write `{{{key}: {name}, id: …}}`; `entrant plan` tells the id that the name has")),
    }
}

/// The key beside which the id of such a reference stands; `None` for what is no person, group, application or
/// organization.
fn hand_key(kind: Kind, at: &Pointer) -> Option<&'static str> {
    let is_in = |member: &str| at.0.iter().any(|name| name == member);
    match kind {
        Kind::User => Some("user"),
        Kind::Group if is_in("incompatibleGroups") => Some("name"),
        Kind::Group => Some("group"),
        Kind::ServicePrincipal if is_in("resources") || is_in("resourceRoleScopes") => Some("application"),
        Kind::ServicePrincipal => Some("servicePrincipal"),
        Kind::ConnectedOrganization => Some("connectedOrganization"),
        _ => None,
    }
}
