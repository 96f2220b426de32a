//! `connectedOrganization`: another organization whose people may request access. Facts: the Graph v1.0 reference of
//! the type and of `identitySource`, and the metadata of August 2026.

use super::word;
use crate::kind::{Kind, Version};
use crate::spec::Dimension::{Approvers, External};
use crate::spec::Literal::Word;
use crate::spec::{
    EnumSpec, HandForm, MemberSpec, RefForm, Type, TypeSpec, UnionSpec, Variant, member, structure,
};
use crate::value::{Object, Value};

const REFERENCE: &str = "Graph v1.0 reference, connectedOrganization";
const SOURCE_REFERENCE: &str = "Graph v1.0 reference, identitySource";

/// `connectedOrganization`, v1.0.
pub static ORGANIZATION: TypeSpec = structure(
    "connectedOrganization",
    Version::V1,
    "Another organization whose people may request access, and who sponsors them.",
    &[
        member("id", Type::Text).read_only().doc("The organization's id, made by the service."),
        member("displayName", Type::Text)
            .required()
            .doc("The organization's name. It says which organization the document means.")
            .source(REFERENCE),
        member("description", Type::Text)
            .doc("What the organization is to this one. Left out, the live text stays.")
            .source(REFERENCE),
        member("state", Type::Enum(&STATE))
            .default(Word("configured"))
            .sent()
            .touches(External)
            .doc("Whether policies for all configured organizations mean it. Left out, it is `configured`.")
            .source(REFERENCE),
        member("identitySources", Type::Set(&IDENTITY_SOURCE))
            .touches(External)
            .doc("How its people are recognised: their tenant, their domain. Order does not matter. It is set when the organization is made, and the service takes no change of it. A domain that belongs to a Microsoft Entra tenant means that tenant. Left out, it stays as it is.")
            .source(SOURCE_REFERENCE),
        member("internalSponsors", Type::Set(&SPONSOR))
            .part()
            .touches(Approvers)
            .doc("Who in this directory speaks for the organization, and approves where a policy says `internalSponsors`. Order does not matter. Left out, they stay as they are; a list that is written is the whole of them.")
            .source(REFERENCE),
        member("externalSponsors", Type::Set(&SPONSOR))
            .part()
            .touches(Approvers)
            .doc("Who of the organization speaks for it, and approves where a policy says `externalSponsors`. Order does not matter. Left out, they stay as they are; a list that is written is the whole of them.")
            .source(REFERENCE),
        member("createdDateTime", Type::Instant)
            .read_only()
            .doc("When the organization was made, UTC, filled by the service."),
        member("modifiedDateTime", Type::Instant)
            .read_only()
            .doc("When the organization was last changed, UTC, filled by the service."),
    ],
);

static STATE: EnumSpec = EnumSpec {
    name: "connectedOrganizationState",
    words: &[
        word("configured", "Policies for all configured organizations mean it."),
        word("proposed", "Only policies that name it mean it. A guest's first request makes such a one."),
    ],
};

static IDENTITY_SOURCE: Type = Type::Union {
    spec: &IDENTITY_SOURCES,
    takes: &[
        "azureActiveDirectoryTenant",
        "crossCloudAzureActiveDirectoryTenant",
        "domainIdentitySource",
        "externalDomainFederation",
        "socialIdentitySource",
    ],
};

/// How people of an organization are recognised.
pub static IDENTITY_SOURCES: UnionSpec = UnionSpec {
    name: "identitySource",
    doc: "How people of the organization are recognised.",
    variants: &[
        Variant { ty: &TENANT, hand: HandForm::Key { key: "tenant", member: "tenantId" }, tagged: true },
        Variant {
            ty: &CROSS_CLOUD_TENANT,
            hand: HandForm::Key { key: "crossCloudTenant", member: "tenantId" },
            tagged: true,
        },
        Variant { ty: &DOMAIN, hand: HandForm::Key { key: "domain", member: "domainName" }, tagged: true },
        Variant {
            ty: &FEDERATION,
            hand: HandForm::Key { key: "federatedDomain", member: "domainName" },
            tagged: true,
        },
        Variant {
            ty: &SOCIAL,
            hand: HandForm::Key { key: "social", member: "socialIdentitySourceType" },
            tagged: true,
        },
    ],
};

/// Neither a domain nor the id of a tenant is told from another by letter case.
fn lower(source: &mut Object) {
    for name in ["tenantId", "domainName"] {
        if let Some(text) = source.text(name).map(str::to_lowercase) {
            source.set(name, Value::Text(text.as_str().into()));
        }
    }
}

const SOURCE_NAME: MemberSpec = member("displayName", Type::Text)
    .unchecked()
    .doc("A name, for readers. The service fills it too, so it is sent but never compared.")
    .source(SOURCE_REFERENCE);

/// Another tenant of Microsoft Entra.
pub static TENANT: TypeSpec = TypeSpec {
    normalise: Some(lower),
    ..structure(
        "azureActiveDirectoryTenant",
        Version::V1,
        "A Microsoft Entra tenant.",
        &[
            member("tenantId", Type::Text)
                .required()
                .touches(External)
                .doc("The tenant: its id, or a domain of it such as `fabrikam.com`, which is looked up.")
                .source("Graph v1.0 reference, azureActiveDirectoryTenant"),
            SOURCE_NAME,
        ],
    )
};

static CROSS_CLOUD_TENANT: TypeSpec = TypeSpec {
    normalise: Some(lower),
    ..structure(
        "crossCloudAzureActiveDirectoryTenant",
        Version::V1,
        "A Microsoft Entra tenant of another cloud.",
        &[
            member("tenantId", Type::Text)
                .required()
                .touches(External)
                .doc("The id of the tenant, a GUID.")
                .source("Graph v1.0 reference, crossCloudAzureActiveDirectoryTenant"),
            member("cloudInstance", Type::Text)
                .required()
                .touches(External)
                .doc("The cloud of the tenant, such as `microsoftonline.us`.")
                .source("Graph v1.0 reference, crossCloudAzureActiveDirectoryTenant"),
            SOURCE_NAME,
        ],
    )
};

static DOMAIN: TypeSpec = TypeSpec {
    normalise: Some(lower),
    ..structure(
        "domainIdentitySource",
        Version::V1,
        "A domain of e-mail addresses whose people sign in with a one-time passcode.",
        &[
            member("domainName", Type::Text)
                .required()
                .touches(External)
                .doc("The domain: `fabrikam.com`.")
                .source("Graph v1.0 reference, domainIdentitySource"),
            SOURCE_NAME,
        ],
    )
};

static FEDERATION: TypeSpec = TypeSpec {
    normalise: Some(lower),
    ..structure(
        "externalDomainFederation",
        Version::V1,
        "A domain whose people sign in at an identity provider of its own.",
        &[
            member("domainName", Type::Text)
                .required()
                .touches(External)
                .doc("The domain: `fabrikam.com`.")
                .source("Graph v1.0 reference, externalDomainFederation"),
            member("issuerUri", Type::Text)
                .required()
                .touches(External)
                .doc("The issuer of the identity provider, a URI.")
                .source("Graph v1.0 reference, externalDomainFederation"),
            SOURCE_NAME,
        ],
    )
};

static SOCIAL: TypeSpec = structure(
    "socialIdentitySource",
    Version::V1,
    "People with an account of a social network.",
    &[
        member("socialIdentitySourceType", Type::Enum(&SOCIAL_TYPE))
            .required()
            .touches(External)
            .doc("The social network.")
            .source("Graph v1.0 reference, socialIdentitySource"),
        SOURCE_NAME,
    ],
);

static SOCIAL_TYPE: EnumSpec =
    EnumSpec { name: "socialIdentitySourceType", words: &[word("facebook", "Facebook.")] };

static SPONSOR: Type = Type::Union { spec: &SPONSORS, takes: &["user", "group"] };

/// Who sponsors an organization: Graph's own types of the directory, of which only the id counts.
pub static SPONSORS: UnionSpec = UnionSpec {
    name: "directoryObject",
    doc: "A user, or a group whose members are meant.",
    variants: &[
        Variant { ty: &USER, hand: HandForm::Key { key: "user", member: "id" }, tagged: true },
        Variant { ty: &GROUP, hand: HandForm::Key { key: "group", member: "id" }, tagged: true },
    ],
};

const NAME: MemberSpec =
    member("displayName", Type::Text).read_only().doc("The display name, filled by the service.");
const MAIL: MemberSpec =
    member("mail", Type::Text).read_only().doc("The e-mail address, filled by the service.");

static USER: TypeSpec = structure(
    "user",
    Version::V1,
    "One user.",
    &[
        member("id", Type::Ref(Kind::User, RefForm::Id))
            .required()
            .doc("The user: user principal name or id.")
            .source(REFERENCE),
        NAME,
        member("userPrincipalName", Type::Text)
            .read_only()
            .doc("The user principal name, filled by the service."),
        MAIL,
    ],
);

static GROUP: TypeSpec = structure(
    "group",
    Version::V1,
    "The members of a group.",
    &[
        member("id", Type::Ref(Kind::Group, RefForm::Id))
            .required()
            .doc("The group: display name or id.")
            .source(REFERENCE),
        NAME,
        MAIL,
    ],
);
