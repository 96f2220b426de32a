//! Two documents of one identity, as far as what is written tells. After names are resolved, `workspace`
//! looks again.

use crate::codes;
use entrant_model::desired::Body;
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Id, Kind, Place, Reference, Version, kinds};
use std::collections::HashMap;

/// What a document declares, and where it says so.
pub(crate) struct Identity {
    kind: Kind,
    parent: String,
    name: String,
    shown: String,
    /// `None` for `Removed`.
    version: Option<Version>,
    /// The one object that it means, where it says so.
    pin: Option<Id>,
    place: Place,
}

/// The identity of a document; `None` where it does not say enough to have one.
pub(crate) fn identity(body: &Body, place: Place) -> Option<Identity> {
    let tenant = Reference::tenant();
    let (kind, parent, name, version) = match body {
        Body::Resource(resource) => {
            let (kind, version) = (resource.envelope.kind, resource.envelope.version);
            let parent = match kinds::parent_member(kind, version) {
                Some(member) => resource.object.reference(member)?,
                None => &tenant,
            };
            // A tenant has one of its settings, and they have no name.
            let name = if kind == Kind::Settings { "" } else { resource.object.text("displayName")? };
            (kind, parent, name, Some(version))
        }
        Body::Removed(removed) => (removed.kind, &removed.parent, &*removed.display_name, None),
    };
    let shown = match (kind, kind.parent()) {
        (Kind::Settings, _) => "the tenant's settings".to_owned(),
        (_, Kind::Tenant) => format!("the {} `{}`", noun(kind), visible(name)),
        _ => format!("the {} `{}` of `{}`", noun(kind), visible(name), visible(parent.label())),
    };
    let pin = match body {
        Body::Resource(resource) => resource.envelope.pin.clone(),
        Body::Removed(_) => None,
    };
    Some(Identity { kind, parent: key(parent), name: fold(name), shown, version, pin, place })
}

/// What a sentence about a document calls its object.
pub(crate) const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::AssignmentPolicy => "policy",
        other => other.noun(),
    }
}

/// A text that is the same for two references that are written alike.
pub(crate) fn key(reference: &Reference) -> String {
    match (&reference.id, &reference.written) {
        (Some(id), _) => format!("id {id}"),
        (None, Some(written)) => {
            let part = |text: &Option<String>| fold(text.as_deref().unwrap_or_default());
            format!("name {}\n{}", part(&written.catalog), part(&written.name))
        }
        (None, None) => String::new(),
    }
}

/// Reports every identity that stands twice.
pub(crate) fn duplicates(identities: &[Identity], diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<(Kind, &str, &str), &Identity> = HashMap::with_capacity(identities.len());
    for identity in identities {
        let key = (identity.kind, identity.parent.as_str(), identity.name.as_str());
        match first.get(&key) {
            // Graph lets several objects have one name; pins tell them apart.
            Some(before) if before.pin.is_some() && identity.pin.is_some() && before.pin != identity.pin => {}
            Some(before) => diagnostics.push(duplicate(identity, before)),
            None => {
                first.insert(key, identity);
            }
        }
    }
}

fn duplicate(second: &Identity, first: &Identity) -> Diagnostic {
    let shown = &second.shown;
    let verb = if second.kind == Kind::Settings { "are" } else { "is" };
    let found = match (first.version, second.version) {
        (Some(a), Some(b)) if a == b => {
            let found = Diagnostic::new(codes::DECLARED_TWICE, format!("{shown} {verb} declared twice"));
            match second.kind {
                Kind::Settings => found.help("keep one of the two documents; a tenant has one of these"),
                kind => found.help(format!(
                    "keep one of the two documents, or give one of the {} another name",
                    plural(kind)
                )),
            }
        }
        (Some(a), Some(b)) => {
            Diagnostic::new(codes::DECLARED_TWICE, format!("{shown} {verb} declared in {a} and in {b}"))
                .note("both shapes write the same object, so each would undo the other")
                .help("keep one of the two documents")
        }
        (None, None) => Diagnostic::new(codes::REMOVED_TWICE, format!("{shown} {verb} removed twice"))
            .help("keep one of the two documents"),
        _ => {
            Diagnostic::new(codes::REMOVED_AND_DECLARED, format!("{shown} {verb} both declared and removed"))
                .help("keep the document that is meant")
        }
    };
    let found = if second.name == first.name && first.shown != second.shown {
        found.note("names that differ in letter case alone are one name")
    } else {
        found
    };
    found.at(second.place.clone(), "").related(first.place.clone(), "the first stands here")
}

const fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::AssignmentPolicy => "policies",
        Kind::AccessPackage => "packages",
        Kind::Catalog => "catalogs",
        Kind::ConnectedOrganization => "organizations",
        _ => "extensions",
    }
}
