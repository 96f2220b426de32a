//! `kind: Removed`: the table of the tool's own kind, read by the same parser as Graph's.

use entrant_model::spec::{EnumSpec, EnumWord, RefForm, Type, TypeSpec, member, structure};
use entrant_model::{Kind, Version};

const SOURCE: &str = "entrant";

/// An object that shall not be there, or that is no longer managed.
pub(crate) static REMOVED: TypeSpec = structure(
    "Removed",
    Version::V1,
    "An object that shall be deleted, or no longer managed. Nothing is deleted because a document is gone.",
    &[
        member("target", Type::Object(&TARGET))
            .required()
            .doc("Which object is meant: its kind, and what identifies it.")
            .source(SOURCE),
        member("action", Type::Enum(&ACTION)).required().doc("What shall happen to it.").source(SOURCE),
        member("deleteWithAssignments", Type::Bool)
            .off()
            .doc("Whether it is deleted also where people hold access through it. What becomes of their access is not documented.")
            .source(SOURCE),
    ],
);

/// Whether a table is one of this module's: those have no other version.
pub(crate) fn is_own(ty: &TypeSpec) -> bool {
    [&REMOVED, &TARGET].iter().any(|own| own.name == ty.name)
}

static TARGET: TypeSpec = structure(
    "RemovedTarget",
    Version::V1,
    "The identity of an object: its kind, its package and its name.",
    &[
        member("kind", Type::Enum(&TARGET_KIND)).required().doc("The kind of the object.").source(SOURCE),
        member("accessPackage", Type::Ref(Kind::AccessPackage, RefForm::Object))
            .required()
            .counterpart("accessPackageId")
            .doc("The access package that the policy belongs to: its name, `{catalog: …, name: …}` or `{id: …}`.")
            .source(SOURCE),
        member("displayName", Type::Text).required().doc("The policy's name.").source(SOURCE),
    ],
);

static TARGET_KIND: EnumSpec = EnumSpec {
    name: "kind",
    words: &[EnumWord { word: "AssignmentPolicy", doc: "A policy of an access package.", counterpart: "" }],
};

static ACTION: EnumSpec = EnumSpec {
    name: "action",
    words: &[
        EnumWord { word: "delete", doc: "Delete it from the tenant.", counterpart: "" },
        EnumWord { word: "forget", doc: "Leave it as it is, and no longer manage it.", counterpart: "" },
    ],
};
