//! What an access package cannot say.

use super::finding;
use crate::codes;
use crate::context::Context;
use crate::yaml::Node;
use entrant_model::reference::same_name;
use entrant_model::{Envelope, Object, Reference, Value};

/// No package keeps its own assignees from requesting it.
pub(super) fn incompatible(ctx: &mut Context, envelope: &Envelope, object: &Object, root: &Node) {
    let list = object.get("incompatibleAccessPackages").map_or(&[][..], Value::elements);
    for (index, other) in list.iter().enumerate() {
        let Value::Ref(other) = other else { continue };
        if is_itself(other, envelope, object) {
            let index = index.to_string();
            let message = "the package is incompatible with itself".to_owned();
            let pointer = ["incompatibleAccessPackages", &*index];
            let found = finding(ctx, object, root, &pointer, codes::SELF_INCOMPATIBLE, message)
                .note("whoever has a package that is listed here may not request this one")
                .help(
                    "leave it out; a package of the same name in another catalog is `{catalog: …, name: …}`",
                );
            ctx.push(found);
        }
    }
}

fn is_itself(other: &Reference, envelope: &Envelope, object: &Object) -> bool {
    if other.id.is_some() {
        return other.id == envelope.pin;
    }
    let Some(written) = &other.written else { return false };
    let catalog = object.reference("catalog").and_then(|catalog| catalog.written.as_ref()?.name.as_deref());
    let is_of_catalog = written.catalog.is_none() || same_name(written.catalog.as_deref(), catalog);
    is_of_catalog && same_name(written.name.as_deref(), object.text("displayName"))
}
