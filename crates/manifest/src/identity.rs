//! Two documents of one identity, as far as what is written tells. After names are resolved, `workspace`
//! looks again.

use crate::codes;
use entrant_model::desired::Body;
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Place, Reference, Version};
use std::collections::HashMap;

/// What a document declares, and where it says so.
pub(crate) struct Identity {
    package: String,
    name: String,
    shown: String,
    /// `None` for `Removed`.
    version: Option<Version>,
    place: Place,
}

/// The identity of a document; `None` where it does not say enough to have one.
pub(crate) fn identity(body: &Body, place: Place) -> Option<Identity> {
    let (package, name, version) = match body {
        Body::Resource(resource) => {
            let version = resource.envelope.version;
            let member = entrant_model::kinds::assignment_policy::package_member(version);
            (resource.object.reference(member)?, resource.object.text("displayName")?, Some(version))
        }
        Body::Removed(removed) => (&removed.parent, &*removed.display_name, None),
    };
    let shown = format!("`{}` of `{}`", visible(name), visible(package.label()));
    Some(Identity { package: key(package), name: fold(name), shown, version, place })
}

fn key(package: &Reference) -> String {
    match (&package.id, &package.written) {
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
    let mut first: HashMap<(&str, &str), &Identity> = HashMap::with_capacity(identities.len());
    for identity in identities {
        let key = (identity.package.as_str(), identity.name.as_str());
        match first.get(&key) {
            Some(before) => diagnostics.push(duplicate(identity, before)),
            None => {
                first.insert(key, identity);
            }
        }
    }
}

fn duplicate(second: &Identity, first: &Identity) -> Diagnostic {
    let shown = &second.shown;
    let found = match (first.version, second.version) {
        (Some(a), Some(b)) if a == b => {
            Diagnostic::new(codes::DECLARED_TWICE, format!("the policy {shown} is declared twice"))
                .help("keep one of the two documents, or give one of the policies another name")
        }
        (Some(a), Some(b)) => Diagnostic::new(
            codes::DECLARED_TWICE,
            format!("the policy {shown} is declared in {a} and in {b}"),
        )
        .note("both shapes write the same object, so each would undo the other")
        .help("keep one of the two documents"),
        (None, None) => Diagnostic::new(codes::REMOVED_TWICE, format!("the policy {shown} is removed twice"))
            .help("keep one of the two documents"),
        _ => Diagnostic::new(
            codes::REMOVED_AND_DECLARED,
            format!("the policy {shown} is both declared and removed"),
        )
        .help("keep the document that is meant"),
    };
    let found = if second.name == first.name && first.shown != second.shown {
        found.note("names that differ in letter case alone are one name")
    } else {
        found
    };
    found.at(second.place.clone(), "").related(first.place.clone(), "the first stands here")
}
