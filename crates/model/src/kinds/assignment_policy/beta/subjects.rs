//! Subjects in the beta shape: who asks, approves and reviews, and what each place takes.

use super::METADATA;
use crate::kind::{Kind, Version};
use crate::spec::Dimension::Approvers;
use crate::spec::Literal::Int;
use crate::spec::{HandForm, MemberSpec, RefForm, Type, TypeSpec, UnionSpec, Variant, member, structure};

const SUBJECT_REFERENCE: &str = "Graph beta reference, userSet";

pub(super) static REQUESTOR: Type =
    Type::Union { spec: &SUBJECTS, takes: &["singleUser", "groupMembers", "connectedOrganizationMembers"] };
pub(super) static APPROVER: Type = Type::Union {
    spec: &SUBJECTS,
    takes: &[
        "singleUser",
        "groupMembers",
        "requestorManager",
        "internalSponsors",
        "externalSponsors",
        "targetUserSponsors",
        "targetAgentIdentitySponsorsOrOwners",
    ],
};
pub(super) static REVIEWER: Type = Type::Union { spec: &SUBJECTS, takes: &["singleUser", "groupMembers"] };

/// The user sets of beta.
pub static SUBJECTS: UnionSpec = UnionSpec {
    name: "userSet",
    doc: "A person, a group of people, or whoever stands in some relation to the requestor.",
    variants: &[
        Variant { ty: &USER, hand: HandForm::Key { key: "user", member: "id" }, tagged: true },
        Variant { ty: &GROUP, hand: HandForm::Key { key: "group", member: "id" }, tagged: true },
        Variant {
            ty: &ORGANIZATION,
            hand: HandForm::Key { key: "connectedOrganization", member: "id" },
            tagged: true,
        },
        Variant {
            ty: &MANAGER,
            hand: HandForm::Key { key: "manager", member: "managerLevel" },
            tagged: true,
        },
        Variant { ty: &INTERNAL_SPONSORS, hand: HandForm::Word("internalSponsors"), tagged: true },
        Variant { ty: &EXTERNAL_SPONSORS, hand: HandForm::Word("externalSponsors"), tagged: true },
        Variant { ty: &TARGET_SPONSORS, hand: HandForm::Word("targetUserSponsors"), tagged: true },
        Variant {
            ty: &TARGET_AGENT_OWNERS,
            hand: HandForm::Word("targetAgentIdentitySponsorsOrOwners"),
            tagged: true,
        },
    ],
};

const BACKUP: MemberSpec = member("isBackup", Type::Bool)
    .off()
    .touches(Approvers)
    .doc("Whether this one decides only where the others cannot be found. Left out: no.")
    .source(SUBJECT_REFERENCE);
const DESCRIPTION: MemberSpec = member("description", Type::Text)
    .unchecked()
    .doc("A remark, for readers. The service overwrites it with the object's display name, so it is sent but never compared.")
    .source(SUBJECT_REFERENCE);

static USER: TypeSpec = structure(
    "singleUser",
    Version::Beta,
    "One user.",
    &[
        member("id", Type::Ref(Kind::User, RefForm::Id))
            .required()
            .counterpart("userId")
            .doc("The user: user principal name or id.")
            .source(SUBJECT_REFERENCE),
        BACKUP,
        DESCRIPTION,
    ],
);
static GROUP: TypeSpec = structure(
    "groupMembers",
    Version::Beta,
    "The members of a group.",
    &[
        member("id", Type::Ref(Kind::Group, RefForm::Id))
            .required()
            .counterpart("groupId")
            .doc("The group: display name or id.")
            .source(SUBJECT_REFERENCE),
        BACKUP,
        DESCRIPTION,
    ],
);
static ORGANIZATION: TypeSpec = structure(
    "connectedOrganizationMembers",
    Version::Beta,
    "The users of a connected organization.",
    &[
        member("id", Type::Ref(Kind::ConnectedOrganization, RefForm::Id))
            .required()
            .counterpart("connectedOrganizationId")
            .doc("The connected organization: display name or id.")
            .source(SUBJECT_REFERENCE),
        BACKUP,
        DESCRIPTION,
    ],
);
static MANAGER: TypeSpec = structure(
    "requestorManager",
    Version::Beta,
    "The requestor's manager, or the manager's manager.",
    &[
        member("managerLevel", Type::Int { min: 1, max: 2 })
            .default(Int(1))
            .touches(Approvers)
            .doc("How many levels up, 1 or 2. Left out, 1. Not every cloud has it.")
            .source(METADATA),
        BACKUP,
    ],
);
static INTERNAL_SPONSORS: TypeSpec = structure(
    "internalSponsors",
    Version::Beta,
    "The internal sponsors of the requestor's connected organization.",
    &[BACKUP],
);
static EXTERNAL_SPONSORS: TypeSpec = structure(
    "externalSponsors",
    Version::Beta,
    "The external sponsors of the requestor's connected organization.",
    &[BACKUP],
);
static TARGET_SPONSORS: TypeSpec = structure(
    "targetUserSponsors",
    Version::Beta,
    "The sponsors of the user who receives access.",
    &[BACKUP],
);
static TARGET_AGENT_OWNERS: TypeSpec = structure(
    "targetAgentIdentitySponsorsOrOwners",
    Version::Beta,
    "The sponsors or owners of the agent identity that receives access.",
    &[BACKUP],
);
