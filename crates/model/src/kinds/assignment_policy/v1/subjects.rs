//! Subjects in the v1.0 shape: who receives, asks, approves and reviews, and what each place takes.

use crate::kind::{Kind, Version};
use crate::spec::Dimension::Approvers;
use crate::spec::Literal::Int;
use crate::spec::{HandForm, MemberSpec, RefForm, Type, TypeSpec, UnionSpec, Variant, member, structure};

const SUBJECT_REFERENCE: &str = "Graph v1.0 reference, subjectSet";

const TARGETS: &[&str] = &[
    "singleUser",
    "groupMembers",
    "connectedOrganizationMembers",
    "attributeRuleMembers",
    "singleServicePrincipal",
];
pub(super) static TARGET: Type = Type::Union { spec: &SUBJECTS, takes: TARGETS };
pub(super) static APPROVER: Type = Type::Union {
    spec: &SUBJECTS,
    takes: &[
        "singleUser",
        "groupMembers",
        "requestorManager",
        "targetManager",
        "internalSponsors",
        "externalSponsors",
        "targetUserSponsors",
        "targetApplicationOwners",
        "targetAgentIdentitySponsorsOrOwners",
    ],
};
pub(super) static REVIEWER: Type = Type::Union {
    spec: &SUBJECTS,
    takes: &["singleUser", "groupMembers", "requestorManager", "targetManager"],
};
pub(super) static ON_BEHALF: Type = Type::Union {
    spec: &SUBJECTS,
    takes: &[
        "singleUser",
        "groupMembers",
        "connectedOrganizationMembers",
        "attributeRuleMembers",
        "singleServicePrincipal",
        "requestorManager",
        "targetManager",
        "targetUserSponsors",
        "targetApplicationOwners",
        "targetAgentIdentitySponsorsOrOwners",
    ],
};

/// The subject sets of v1.0.
pub static SUBJECTS: UnionSpec = UnionSpec {
    name: "subjectSet",
    doc: "A person, a group of people, or whoever stands in some relation to the requestor.",
    variants: &[
        Variant { ty: &USER, hand: HandForm::Key { key: "user", member: "userId" }, tagged: true },
        Variant { ty: &GROUP, hand: HandForm::Key { key: "group", member: "groupId" }, tagged: true },
        Variant {
            ty: &ORGANIZATION,
            hand: HandForm::Key { key: "connectedOrganization", member: "connectedOrganizationId" },
            tagged: true,
        },
        Variant {
            ty: &PRINCIPAL,
            hand: HandForm::Key { key: "servicePrincipal", member: "servicePrincipalId" },
            tagged: true,
        },
        Variant { ty: &RULE, hand: HandForm::Key { key: "rule", member: "membershipRule" }, tagged: true },
        Variant {
            ty: &MANAGER,
            hand: HandForm::Key { key: "manager", member: "managerLevel" },
            tagged: true,
        },
        Variant {
            ty: &TARGET_MANAGER,
            hand: HandForm::Key { key: "targetManager", member: "managerLevel" },
            tagged: true,
        },
        Variant { ty: &INTERNAL_SPONSORS, hand: HandForm::Word("internalSponsors"), tagged: true },
        Variant { ty: &EXTERNAL_SPONSORS, hand: HandForm::Word("externalSponsors"), tagged: true },
        Variant { ty: &TARGET_SPONSORS, hand: HandForm::Word("targetUserSponsors"), tagged: true },
        Variant { ty: &TARGET_OWNERS, hand: HandForm::Word("targetApplicationOwners"), tagged: true },
        Variant {
            ty: &TARGET_AGENT_OWNERS,
            hand: HandForm::Word("targetAgentIdentitySponsorsOrOwners"),
            tagged: true,
        },
    ],
};

const DESCRIPTION: MemberSpec = member("description", Type::Text)
    .unchecked()
    .doc("A remark, for readers. The service overwrites it with the object's display name, so it is sent but never compared.")
    .source(SUBJECT_REFERENCE);

static USER: TypeSpec = structure(
    "singleUser",
    Version::V1,
    "One user.",
    &[
        member("userId", Type::Ref(Kind::User, RefForm::Id))
            .required()
            .counterpart("id")
            .doc("The user: user principal name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static GROUP: TypeSpec = structure(
    "groupMembers",
    Version::V1,
    "The members of a group.",
    &[
        member("groupId", Type::Ref(Kind::Group, RefForm::Id))
            .required()
            .counterpart("id")
            .doc("The group: display name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static ORGANIZATION: TypeSpec = structure(
    "connectedOrganizationMembers",
    Version::V1,
    "The users of a connected organization.",
    &[
        member("connectedOrganizationId", Type::Ref(Kind::ConnectedOrganization, RefForm::Id))
            .required()
            .counterpart("id")
            .doc("The connected organization: display name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static PRINCIPAL: TypeSpec = structure(
    "singleServicePrincipal",
    Version::V1,
    "One service principal.",
    &[
        member("servicePrincipalId", Type::Ref(Kind::ServicePrincipal, RefForm::Id))
            .required()
            .doc("The service principal: display name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static RULE: TypeSpec = structure(
    "attributeRuleMembers",
    Version::V1,
    "Everyone whom a membership rule matches.",
    &[
        member("membershipRule", Type::Rule)
            .required()
            .doc("A rule in the language of dynamic groups: `(user.department -eq \"Marketing\")`.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static MANAGER: TypeSpec = structure(
    "requestorManager",
    Version::V1,
    "The requestor's manager, or the manager's manager.",
    &[member("managerLevel", Type::Int { min: 1, max: 2 })
        .default(Int(1))
        .touches(Approvers)
        .doc("How many levels up, 1 or 2. Left out, 1.")
        .source(SUBJECT_REFERENCE)],
);
static TARGET_MANAGER: TypeSpec = structure(
    "targetManager",
    Version::V1,
    "The manager of whoever receives access.",
    &[member("managerLevel", Type::Int { min: 1, max: 4 })
        .default(Int(1))
        .touches(Approvers)
        .doc("How many levels up, 1 to 4. Left out, 1.")
        .source(SUBJECT_REFERENCE)],
);
static INTERNAL_SPONSORS: TypeSpec = structure(
    "internalSponsors",
    Version::V1,
    "The internal sponsors of the requestor's connected organization.",
    &[],
);
static EXTERNAL_SPONSORS: TypeSpec = structure(
    "externalSponsors",
    Version::V1,
    "The external sponsors of the requestor's connected organization.",
    &[],
);
static TARGET_SPONSORS: TypeSpec =
    structure("targetUserSponsors", Version::V1, "The sponsors of the user who receives access.", &[]);
static TARGET_OWNERS: TypeSpec = structure(
    "targetApplicationOwners",
    Version::V1,
    "The owners of the application that receives access.",
    &[],
);
static TARGET_AGENT_OWNERS: TypeSpec = structure(
    "targetAgentIdentitySponsorsOrOwners",
    Version::V1,
    "The sponsors or owners of the agent identity that receives access.",
    &[],
);
