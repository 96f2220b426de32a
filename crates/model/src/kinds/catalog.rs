//! `accessPackageCatalog`: a container of resources and access packages, and who may manage it. Facts: the Graph v1.0
//! references of `accessPackageCatalog`, `accessPackageResource` and `unifiedRoleAssignment`, and the metadata of
//! August 2026.
//!
//! Graph tells resources apart by the text `originSystem`, and keeps role assignments of catalogs under
//! `/roleManagement/entitlementManagement`. Here both are unions whose variants are named by us, so that each takes
//! a reference of one kind; `graph` builds these shapes from Graph's answers and takes them apart again.

use super::assignment_policy::v1::QUESTION;
use super::word;
use crate::kind::{Kind, Version};
use crate::spec::Dimension::{Administration, External, Requestors, Resources};
use crate::spec::Literal::Word;
use crate::spec::{
    EnumSpec, HandForm, MemberSpec, RefForm, Type, TypeSpec, UnionSpec, Variant, member, structure,
};
use crate::value::{Object, Value};

const REFERENCE: &str = "Graph v1.0 reference, accessPackageCatalog";
const RESOURCE_REFERENCE: &str = "Graph v1.0 reference, accessPackageResource";
const ATTRIBUTE_REFERENCE: &str = "Graph v1.0 reference, accessPackageResourceAttribute";
const ROLE_REFERENCE: &str = "Graph v1.0 reference, unifiedRoleAssignment, provider entitlementManagement";

/// `accessPackageCatalog`, v1.0.
pub static CATALOG: TypeSpec = structure(
    "accessPackageCatalog",
    Version::V1,
    "A catalog: the resources that its access packages may give, the packages, and who may manage both.",
    &[
        member("id", Type::Text).read_only().doc("The catalog's id, made by the service."),
        member("displayName", Type::Text)
            .required()
            .doc("The catalog's name. It says which catalog the document means.")
            .source(REFERENCE),
        member("description", Type::Text)
            .doc("What the catalog is for. Left out, the live text stays.")
            .source(REFERENCE),
        member("state", Type::Enum(&STATE))
            .default(Word("published"))
            .sent()
            .touches(Requestors)
            .doc("Whether the packages of the catalog may be requested. Left out, it is `published`.")
            .source(REFERENCE),
        member("isExternallyVisible", Type::Bool)
            .off()
            .sent()
            .touches(External)
            .doc("Whether people from outside may request packages of the catalog, where a policy allows them. Left out: no.")
            .source(REFERENCE),
        member("resources", Type::Set(&RESOURCE))
            .part()
            .touches(Resources)
            .doc("What the packages of the catalog may give: groups, applications, sites. Order does not matter. Left out, they stay as they are; a list that is written is the whole of them.")
            .source(RESOURCE_REFERENCE),
        member("roleAssignments", Type::Set(&ROLE_ASSIGNMENT))
            .part()
            .touches(Administration)
            .doc("Who may manage or read the catalog. Order does not matter. Left out, they stay as they are; a list that is written is the whole of them.")
            .source(ROLE_REFERENCE),
        member("catalogType", Type::Text)
            .read_only()
            .doc("Whether people or the service made the catalog, filled by the service."),
        member("accessPackages", Type::Text)
            .read_only()
            .doc("The packages of the catalog, which are documents of their own."),
        member("customWorkflowExtensions", Type::Text)
            .read_only()
            .doc("The workflow extensions of the catalog, which are documents of their own."),
        member("resourceRoles", Type::Text)
            .read_only()
            .doc("The roles of the catalog's resources, filled by the service."),
        member("resourceScopes", Type::Text)
            .read_only()
            .doc("The scopes of the catalog's resources, filled by the service."),
        member("createdDateTime", Type::Instant)
            .read_only()
            .doc("When the catalog was made, UTC, filled by the service."),
        member("modifiedDateTime", Type::Instant)
            .read_only()
            .doc("When the catalog was last changed, UTC, filled by the service."),
    ],
);

static STATE: EnumSpec = EnumSpec {
    name: "accessPackageCatalogState",
    words: &[
        word("unpublished", "Nobody may request a package of the catalog, whatever the policies say."),
        word("published", "Packages of the catalog may be requested, as their policies say."),
    ],
};

static RESOURCE: Type = Type::Union {
    spec: &RESOURCES,
    takes: &["groupResource", "applicationResource", "siteResource", "accessPackageResource"],
};

/// The resources of a catalog. Only the last variant is Graph's own; see the head of this file.
pub static RESOURCES: UnionSpec = UnionSpec {
    name: "accessPackageResource",
    doc: "What an access package can give: membership of a group, a role of an application or of a site, or something else that has roles.",
    variants: &[
        Variant {
            ty: &GROUP_RESOURCE,
            hand: HandForm::Key { key: "group", member: "originId" },
            tagged: true,
        },
        Variant {
            ty: &APPLICATION_RESOURCE,
            hand: HandForm::Key { key: "application", member: "originId" },
            tagged: true,
        },
        Variant { ty: &SITE_RESOURCE, hand: HandForm::Key { key: "site", member: "originId" }, tagged: true },
        Variant { ty: &OTHER_RESOURCE, hand: HandForm::Untagged, tagged: false },
    ],
};

const ATTRIBUTES: MemberSpec =
    member("attributes", Type::Map { key: "name", value: "source", of: &ATTRIBUTE })
        .doc("What requestors are asked that the resource needs to know, by the name of the attribute. Left out, it stays as it is.")
        .source(ATTRIBUTE_REFERENCE);
const RESOURCE_ID: MemberSpec =
    member("id", Type::Text).read_only().doc("The id of the resource in the catalog, made by the service.");
const RESOURCE_NAME: MemberSpec =
    member("displayName", Type::Text).read_only().doc("The name of the resource, filled by the service.");

static GROUP_RESOURCE: TypeSpec = structure(
    "groupResource",
    Version::V1,
    "A group: a security group, a Microsoft 365 group or a team.",
    &[
        member("originId", Type::Ref(Kind::Group, RefForm::Id))
            .required()
            .doc("The group: display name or id.")
            .source(RESOURCE_REFERENCE),
        ATTRIBUTES,
        RESOURCE_ID,
        RESOURCE_NAME,
    ],
);

static APPLICATION_RESOURCE: TypeSpec = structure(
    "applicationResource",
    Version::V1,
    "An application that people sign in to, by its service principal.",
    &[
        member("originId", Type::Ref(Kind::ServicePrincipal, RefForm::Id))
            .required()
            .doc("The application: the display name or the object id of its service principal (enterprise application).")
            .source(RESOURCE_REFERENCE),
        ATTRIBUTES,
        RESOURCE_ID,
        RESOURCE_NAME,
    ],
);

static SITE_RESOURCE: TypeSpec = TypeSpec {
    normalise: Some(site_without_slash),
    ..structure(
        "siteResource",
        Version::V1,
        "A SharePoint Online site.",
        &[
            member("originId", Type::Text)
                .required()
                .doc("The URL of the site: `https://contoso.sharepoint.com/sites/campaign`.")
                .source(RESOURCE_REFERENCE),
            ATTRIBUTES,
            RESOURCE_ID,
            RESOURCE_NAME,
        ],
    )
};

static OTHER_RESOURCE: TypeSpec = structure(
    "accessPackageResource",
    Version::V1,
    "Any other resource, such as a Microsoft Entra role or an API permission, as Graph has it.",
    &[
        member("originSystem", Type::Text)
            .required()
            .doc("Where the resource comes from: `DirectoryRole`, `AzureResources` and others. For groups, applications and sites write `group`, `application` or `site` instead.")
            .source(RESOURCE_REFERENCE),
        member("originId", Type::Text)
            .required()
            .doc("The id of the resource where it comes from.")
            .source(RESOURCE_REFERENCE),
        ATTRIBUTES,
        RESOURCE_ID,
        RESOURCE_NAME,
        member("description", Type::Text).read_only().doc("What the resource is, filled by the service."),
        member("environment", Type::Text)
            .read_only()
            .doc("The geography of a site, filled by the service."),
        member("roles", Type::Text).read_only().doc("The roles of the resource, filled by the service."),
        member("scopes", Type::Text).read_only().doc("The scopes of the resource, filled by the service."),
        member("createdDateTime", Type::Instant)
            .read_only()
            .doc("When the resource was added, UTC, filled by the service."),
        member("modifiedDateTime", Type::Instant)
            .read_only()
            .doc("When the resource was last changed, UTC, filled by the service."),
    ],
);

/// A site is the same one with and without a slash at the end of its URL.
pub(super) fn site_without_slash(object: &mut Object) {
    let Some(url) = object.text("originId").and_then(|url| url.strip_suffix('/')) else { return };
    let url = Value::Text(url.trim_end_matches('/').into());
    object.set("originId", url);
}

static ATTRIBUTE: TypeSpec = structure(
    "accessPackageResourceAttribute",
    Version::V1,
    "Something that the resource needs to know of a requestor.",
    &[
        member("name", Type::Text)
            .required()
            .doc("The name of the attribute: `jobTitle`, or that of a directory extension.")
            .source(ATTRIBUTE_REFERENCE),
        member("source", Type::Union { spec: &SOURCES, takes: &["accessPackageResourceAttributeQuestion"] })
            .required()
            .doc("Where the value comes from: `{question: …}`, which the requestor answers.")
            .source(ATTRIBUTE_REFERENCE),
        member(
            "destination",
            Type::Union { spec: &DESTINATIONS, takes: &["accessPackageUserDirectoryAttributeStore"] },
        )
        .derived(|_| Value::Object(Box::new(Object::new(&USER_STORE))))
        .sent()
        .doc("Where the value is kept. Left out, it is `userDirectoryAttributeStore`.")
        .source(ATTRIBUTE_REFERENCE),
        member("isEditable", Type::Bool)
            .doc("Whether the requestor may change the value later. Left out, it stays as it is.")
            .source(ATTRIBUTE_REFERENCE),
        member("isPersistedOnAssignmentRemoval", Type::Bool)
            .doc("Whether the value stays when access ends. Left out, it stays as it is.")
            .source(ATTRIBUTE_REFERENCE),
        member("id", Type::Text).read_only().doc("The attribute's id, made by the service."),
    ],
);

static SOURCES: UnionSpec = UnionSpec {
    name: "accessPackageResourceAttributeSource",
    doc: "Where the value of an attribute comes from.",
    variants: &[Variant { ty: &FROM_QUESTION, hand: HandForm::ByMember("question"), tagged: true }],
};

static FROM_QUESTION: TypeSpec = structure(
    "accessPackageResourceAttributeQuestion",
    Version::V1,
    "The answer of the requestor to a question.",
    &[member("question", QUESTION)
        .required()
        .doc("The question, with `choices` where there is something to choose from.")
        .source("Graph v1.0 reference, accessPackageResourceAttributeQuestion")],
);

static DESTINATIONS: UnionSpec = UnionSpec {
    name: "accessPackageResourceAttributeDestination",
    doc: "Where the value of an attribute is kept.",
    variants: &[Variant {
        ty: &USER_STORE,
        hand: HandForm::Word("userDirectoryAttributeStore"),
        tagged: true,
    }],
};

static USER_STORE: TypeSpec = structure(
    "accessPackageUserDirectoryAttributeStore",
    Version::V1,
    "The attribute of that name of the user in the directory.",
    &[],
);

static ROLE_ASSIGNMENT: Type = Type::Union {
    spec: &ROLE_ASSIGNMENTS,
    takes: &["userRoleAssignment", "groupRoleAssignment", "servicePrincipalRoleAssignment"],
};

/// Who has a role on a catalog. Graph has one type for all and does not say what the principal is; see the head of
/// this file.
pub static ROLE_ASSIGNMENTS: UnionSpec = UnionSpec {
    name: "catalogRoleAssignment",
    doc: "Somebody who has a role on the catalog.",
    variants: &[
        Variant { ty: &USER_ROLE, hand: HandForm::Key { key: "user", member: "principalId" }, tagged: true },
        Variant {
            ty: &GROUP_ROLE,
            hand: HandForm::Key { key: "group", member: "principalId" },
            tagged: true,
        },
        Variant {
            ty: &PRINCIPAL_ROLE,
            hand: HandForm::Key { key: "servicePrincipal", member: "principalId" },
            tagged: true,
        },
    ],
};

const ROLE: MemberSpec = member("role", Type::Enum(&CATALOG_ROLE))
    .required()
    .touches(Administration)
    .doc("What they may do.")
    .source(ROLE_REFERENCE);

static USER_ROLE: TypeSpec = structure(
    "userRoleAssignment",
    Version::V1,
    "A user who has a role on the catalog.",
    &[
        member("principalId", Type::Ref(Kind::User, RefForm::Id))
            .required()
            .doc("The user: user principal name or id.")
            .source(ROLE_REFERENCE),
        ROLE,
    ],
);

static GROUP_ROLE: TypeSpec = structure(
    "groupRoleAssignment",
    Version::V1,
    "A group whose members have a role on the catalog.",
    &[
        member("principalId", Type::Ref(Kind::Group, RefForm::Id))
            .required()
            .doc("The group: display name or id.")
            .source(ROLE_REFERENCE),
        ROLE,
    ],
);

static PRINCIPAL_ROLE: TypeSpec = structure(
    "servicePrincipalRoleAssignment",
    Version::V1,
    "A service principal that has a role on the catalog.",
    &[
        member("principalId", Type::Ref(Kind::ServicePrincipal, RefForm::Id))
            .required()
            .doc("The service principal: display name or id.")
            .source(ROLE_REFERENCE),
        ROLE,
    ],
);

/// The roles on a catalog; `graph` knows the ids of their definitions.
pub static CATALOG_ROLE: EnumSpec = EnumSpec {
    name: "catalogRole",
    words: &[
        word("owner", "Catalog owner: may change everything in the catalog and add resources that they own."),
        word("reader", "Catalog reader: may see everything in the catalog and change nothing."),
        word(
            "accessPackageManager",
            "Access package manager: may make and change packages and policies, with the resources that are there.",
        ),
        word(
            "assignmentManager",
            "Access package assignment manager: may give and take access, and change policies.",
        ),
    ],
};
