//! `kind: Removed`: the tables of the tool's own kind, read by the same parser as Graph's. There is one for each kind
//! of object that can be removed, since each is told by members of its own.

use entrant_model::spec::{EnumSpec, EnumWord, MemberSpec, RefForm, Type, TypeSpec, member, structure};
use entrant_model::{Kind, Version};

const SOURCE: &str = "entrant";
const DOC: &str =
    "An object that shall be deleted, or no longer managed. Nothing is deleted because a document is gone.";

/// The kinds of object that can be removed. The settings of a tenant cannot.
pub(crate) const KINDS: [Kind; 5] = [
    Kind::AssignmentPolicy,
    Kind::AccessPackage,
    Kind::WorkflowExtension,
    Kind::ConnectedOrganization,
    Kind::Catalog,
];

/// The table of a removal; that of a policy for a kind that cannot be removed.
pub(crate) fn table(kind: Kind) -> &'static TypeSpec {
    match kind {
        Kind::AccessPackage => &PACKAGE,
        Kind::WorkflowExtension => &EXTENSION,
        Kind::ConnectedOrganization => &ORGANIZATION,
        Kind::Catalog => &CATALOG,
        _ => &POLICY,
    }
}

/// The table of a target.
pub(crate) fn target(kind: Kind) -> &'static TypeSpec {
    match table(kind).members[0].ty {
        Type::Object(ty) => ty,
        _ => table(kind),
    }
}

/// Whether a table is one of this module's: those have no other version.
pub(crate) fn is_own(ty: &TypeSpec) -> bool {
    KINDS.into_iter().any(|kind| *table(kind) == *ty || *target(kind) == *ty)
}

static POLICY: TypeSpec = structure(
    "Removed.AssignmentPolicy",
    Version::V1,
    DOC,
    &[
        of(&POLICY_TARGET),
        ACTION_MEMBER,
        member("deleteWithAssignments", Type::Bool)
            .off()
            .doc("Whether it is deleted also where people hold access through it. What becomes of their access is not documented.")
            .source(SOURCE),
    ],
);
static PACKAGE: TypeSpec =
    structure("Removed.AccessPackage", Version::V1, DOC, &[of(&PACKAGE_TARGET), ACTION_MEMBER]);
static EXTENSION: TypeSpec =
    structure("Removed.WorkflowExtension", Version::V1, DOC, &[of(&EXTENSION_TARGET), ACTION_MEMBER]);
static ORGANIZATION: TypeSpec =
    structure("Removed.ConnectedOrganization", Version::V1, DOC, &[of(&ORGANIZATION_TARGET), ACTION_MEMBER]);
static CATALOG: TypeSpec =
    structure("Removed.Catalog", Version::V1, DOC, &[of(&CATALOG_TARGET), ACTION_MEMBER]);

static POLICY_TARGET: TypeSpec = structure(
    "RemovedTarget.AssignmentPolicy",
    Version::V1,
    "The identity of a policy: its package and its name.",
    &[
        KIND,
        member("accessPackage", Type::Ref(Kind::AccessPackage, RefForm::Object))
            .required()
            .counterpart("accessPackageId")
            .doc("The access package that the policy belongs to: its name, `{catalog: …, name: …}` or `{id: …}`.")
            .source(SOURCE),
        member("displayName", Type::Text).required().doc("The policy's name.").source(SOURCE),
    ],
);
static PACKAGE_TARGET: TypeSpec = structure(
    "RemovedTarget.AccessPackage",
    Version::V1,
    "The identity of a package: its catalog and its name.",
    &[
        KIND,
        IN_CATALOG,
        member("displayName", Type::Text).required().doc("The package's name.").source(SOURCE),
    ],
);
static EXTENSION_TARGET: TypeSpec = structure(
    "RemovedTarget.WorkflowExtension",
    Version::V1,
    "The identity of a workflow extension: its catalog and its name.",
    &[
        KIND,
        IN_CATALOG,
        member("displayName", Type::Text).required().doc("The extension's name.").source(SOURCE),
    ],
);
static ORGANIZATION_TARGET: TypeSpec = structure(
    "RemovedTarget.ConnectedOrganization",
    Version::V1,
    "The identity of a connected organization: its name.",
    &[KIND, member("displayName", Type::Text).required().doc("The organization's name.").source(SOURCE)],
);
static CATALOG_TARGET: TypeSpec = structure(
    "RemovedTarget.Catalog",
    Version::V1,
    "The identity of a catalog: its name.",
    &[KIND, member("displayName", Type::Text).required().doc("The catalog's name.").source(SOURCE)],
);

const fn of(target: &'static TypeSpec) -> MemberSpec {
    member("target", Type::Object(target))
        .required()
        .doc("Which object is meant: its kind, and what identifies it.")
        .source(SOURCE)
}

const ACTION_MEMBER: MemberSpec =
    member("action", Type::Enum(&ACTION)).required().doc("What shall happen to it.").source(SOURCE);
const KIND: MemberSpec =
    member("kind", Type::Enum(&TARGET_KIND)).required().doc("The kind of the object.").source(SOURCE);
const IN_CATALOG: MemberSpec = member("catalog", Type::Ref(Kind::Catalog, RefForm::Object))
    .required()
    .doc("The catalog that it belongs to: its name or `{id: …}`.")
    .source(SOURCE);

const fn word(word: &'static str, doc: &'static str) -> EnumWord {
    EnumWord { word, doc, counterpart: "" }
}

static TARGET_KIND: EnumSpec = EnumSpec {
    name: "kind",
    words: &[
        word("AssignmentPolicy", "A policy of an access package."),
        word("AccessPackage", "An access package."),
        word("WorkflowExtension", "A workflow extension of a catalog."),
        word("ConnectedOrganization", "A connected organization."),
        word("Catalog", "A catalog."),
    ],
};

static ACTION: EnumSpec = EnumSpec {
    name: "action",
    words: &[
        word("delete", "Delete it from the tenant."),
        word("forget", "Leave it as it is, and no longer manage it."),
    ],
};
