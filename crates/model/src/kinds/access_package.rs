//! `accessPackage`: a bundle of roles of resources that is given as one. Facts: the Graph v1.0 references of
//! `accessPackage` and `accessPackageResourceRoleScope`, and the metadata of August 2026.
//!
//! Graph writes a role as two structures, a role and a scope, with ids of the catalog in both. Here it is what a person
//! means: which resource, by a reference of one kind, and which role. `graph` builds these shapes from Graph's answers
//! and finds the ids again. Policies are no member: each is a document of its own, also where it stands inline.

use super::catalog::site_without_slash;
use super::word;
use crate::kind::{Kind, Version};
use crate::spec::Dimension::{Requestors, Resources};
use crate::spec::Literal::Word;
use crate::spec::{EnumSpec, HandForm, RefForm, Type, TypeSpec, UnionSpec, Variant, member, structure};
use crate::value::{Object, Value};

const REFERENCE: &str = "Graph v1.0 reference, accessPackage";
const SCOPE_REFERENCE: &str = "Graph v1.0 reference, accessPackageResourceRoleScope";

/// `accessPackage`, v1.0.
pub static PACKAGE: TypeSpec = structure(
    "accessPackage",
    Version::V1,
    "An access package: roles of resources that are requested, given and taken together.",
    &[
        member("id", Type::Text).read_only().doc("The package's id, made by the service."),
        member("catalog", Type::Ref(Kind::Catalog, RefForm::Object))
            .required()
            .sent()
            .doc("The catalog that the package belongs to: its name or `{id: …}`. A package cannot move to another catalog.")
            .source(REFERENCE),
        member("displayName", Type::Text)
            .required()
            .doc("The package's name, as requestors read it. With the catalog, it says which package the document means.")
            .source(REFERENCE),
        member("description", Type::Text)
            .doc("What the package gives, as requestors read it. Left out, the live text stays.")
            .source(REFERENCE),
        member("isHidden", Type::Bool)
            .off()
            .sent()
            .doc("Whether the package is left out of the lists that people search. Whoever has the link may request it all the same. Left out: no.")
            .source(REFERENCE),
        member("resourceRoleScopes", Type::Set(&ROLE_SCOPE))
            .part()
            .touches(Resources)
            .doc("What whoever is assigned the package gets: roles of resources of its catalog. Order does not matter. Left out, they stay as they are; a list that is written is the whole of them.")
            .source(SCOPE_REFERENCE),
        member("incompatibleAccessPackages", Type::Set(&INCOMPATIBLE_PACKAGE))
            .part()
            .touches(Requestors)
            .doc("Packages whose assignees may not request this one. Order does not matter. Left out, they stay as they are; a list that is written is the whole of them.")
            .source(REFERENCE),
        member("incompatibleGroups", Type::Set(&INCOMPATIBLE_GROUP))
            .part()
            .touches(Requestors)
            .doc("Groups whose members may not request this package. Order does not matter. Left out, they stay as they are; a list that is written is the whole of them.")
            .source(REFERENCE),
        member("accessPackagesIncompatibleWith", Type::Text)
            .read_only()
            .doc("Packages that say this one is incompatible with them, filled by the service."),
        member("createdDateTime", Type::Instant)
            .read_only()
            .doc("When the package was made, UTC, filled by the service."),
        member("modifiedDateTime", Type::Instant)
            .read_only()
            .doc("When the package was last changed, UTC, filled by the service."),
    ],
);

static INCOMPATIBLE_PACKAGE: Type = Type::Ref(Kind::AccessPackage, RefForm::Object);
static INCOMPATIBLE_GROUP: Type = Type::Ref(Kind::Group, RefForm::Object);

static ROLE_SCOPE: Type = Type::Union {
    spec: &ROLE_SCOPES,
    takes: &["groupRole", "applicationRole", "siteRole", "accessPackageResourceRoleScope"],
};

/// The roles that a package gives. Only the name of the last variant is Graph's own; see the head of this file.
pub static ROLE_SCOPES: UnionSpec = UnionSpec {
    name: "accessPackageResourceRoleScope",
    doc: "A role of a resource that the package gives.",
    variants: &[
        Variant { ty: &GROUP_ROLE, hand: HandForm::Key { key: "group", member: "originId" }, tagged: true },
        Variant {
            ty: &APPLICATION_ROLE,
            hand: HandForm::Key { key: "application", member: "originId" },
            tagged: true,
        },
        Variant { ty: &SITE_ROLE, hand: HandForm::Key { key: "site", member: "originId" }, tagged: true },
        Variant { ty: &OTHER_ROLE, hand: HandForm::Untagged, tagged: false },
    ],
};

static GROUP_ROLE: TypeSpec = structure(
    "groupRole",
    Version::V1,
    "A role in a group.",
    &[
        member("originId", Type::Ref(Kind::Group, RefForm::Id))
            .required()
            .doc("The group: display name or id.")
            .source(SCOPE_REFERENCE),
        member("role", Type::Enum(&GROUP_ROLES))
            .default(Word("Member"))
            .touches(Resources)
            .doc("The role in the group. Left out, it is `Member`.")
            .source("Graph v1.0 reference, accessPackageResourceRole"),
    ],
);

/// The roles of a group, by Graph's display names.
pub static GROUP_ROLES: EnumSpec = EnumSpec {
    name: "groupResourceRole",
    words: &[
        word("Member", "A member of the group."),
        word("Owner", "An owner of the group, who may manage it."),
        word("Eligible Member", "May become a member for a time (Privileged Identity Management)."),
        word("Eligible Owner", "May become an owner for a time (Privileged Identity Management)."),
    ],
};

/// Letter case does not tell the roles of a resource apart.
fn role_in_any_case(object: &mut Object) {
    if let Some(role) = object.text("role").map(str::to_lowercase) {
        object.set("role", Value::Text(role.as_str().into()));
    }
}

static APPLICATION_ROLE: TypeSpec = TypeSpec {
    normalise: Some(role_in_any_case),
    ..structure(
        "applicationRole",
        Version::V1,
        "A role of an application.",
        &[
            member("originId", Type::Ref(Kind::ServicePrincipal, RefForm::Id))
                .required()
                .doc("The application: the display name or the object id of its service principal (enterprise application).")
                .source(SCOPE_REFERENCE),
            member("role", Type::Text)
                .required()
                .touches(Resources)
                .doc("The display name or the value of the role, as the application declares it. An application without roles has `Default Access`.")
                .source("Graph v1.0 reference, accessPackageResourceRole"),
        ],
    )
};

static SITE_ROLE: TypeSpec = TypeSpec {
    normalise: Some(|role| {
        site_without_slash(role);
        role_in_any_case(role);
    }),
    ..structure(
        "siteRole",
        Version::V1,
        "A role of a SharePoint Online site.",
        &[
            member("originId", Type::Text)
                .required()
                .doc("The URL of the site: `https://contoso.sharepoint.com/sites/campaign`.")
                .source(SCOPE_REFERENCE),
            member("role", Type::Text)
                .required()
                .touches(Resources)
                .doc("The name of the role, such as `Campaign Members`.")
                .source("Graph v1.0 reference, accessPackageResourceRole"),
        ],
    )
};

static OTHER_ROLE: TypeSpec = TypeSpec {
    normalise: Some(role_in_any_case),
    ..structure(
    "accessPackageResourceRoleScope",
    Version::V1,
    "A role of any other resource, as Graph has it.",
    &[
        member("originSystem", Type::Text)
            .required()
            .doc("Where the resource comes from: `DirectoryRole`, `AzureResources` and others. For groups, applications and sites write `group`, `application` or `site` instead.")
            .source(SCOPE_REFERENCE),
        member("originId", Type::Text)
            .required()
            .doc("The id of the resource where it comes from.")
            .source(SCOPE_REFERENCE),
        member("role", Type::Text)
            .required()
            .touches(Resources)
            .doc("The display name of the role.")
            .source("Graph v1.0 reference, accessPackageResourceRole"),
        member("id", Type::Text).read_only().doc("The id of the role and its scope, made by the service."),
        member("createdDateTime", Type::Instant)
            .read_only()
            .doc("When the role was added, UTC, filled by the service."),
    ],
)
};
