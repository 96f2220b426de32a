//! What a policy may hold in beta.

use super::super::{access_package, catalog, workflow_extension};
use crate::shape::{COUNT, INT, Member, Shape, Ty, opt, req};

pub static POLICY: Shape = Shape {
    type_name: "accessPackageAssignmentPolicy",
    members: &[
        req("id", Ty::Text),
        opt("accessPackageId", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("canExtend", Ty::Bool),
        opt("durationInDays", Ty::Int(0, 3660)),
        opt("expirationDateTime", Ty::Instant),
        opt("requestorSettings", Ty::Object(&REQUESTOR)),
        opt("requestApprovalSettings", Ty::Object(&APPROVAL)),
        opt("accessReviewSettings", Ty::Object(&REVIEW)),
        req("questions", Ty::List(&Ty::Union(&[&TEXT_QUESTION, &CHOICE_QUESTION]))),
        opt("accessPackageNotificationSettings", Ty::Object(&NOTIFICATION)),
        opt("verifiableCredentialSettings", Ty::Object(&VERIFIABLE_CREDENTIAL)),
        req("customExtensionStageSettings", Ty::List(&Ty::Object(&STAGE_SETTING))),
        req("customExtensionHandlers", Ty::List(&Ty::Object(&HANDLER))),
        opt("accessPackage", Ty::Reference(access_package::BESIDE_ID)),
        opt("accessPackageCatalog", Ty::Reference(catalog::BESIDE_ID)),
        opt("createdBy", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedBy", Ty::Text),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

pub static REQUESTOR: Shape = Shape {
    type_name: "requestorSettings",
    members: &[
        opt("scopeType", Ty::Words(SCOPES)),
        opt("acceptRequests", Ty::Bool),
        req("allowedRequestors", Ty::List(&Ty::Union(REQUESTORS))),
    ],
};

const SCOPES: &[&str] = &[
    "NoSubjects",
    "SpecificDirectorySubjects",
    "SpecificConnectedOrganizationSubjects",
    "AllConfiguredConnectedOrganizationSubjects",
    "AllExistingConnectedOrganizationSubjects",
    "AllExistingDirectoryMemberUsers",
    "AllExistingDirectorySubjects",
    "AllExternalSubjects",
];

pub static APPROVAL: Shape = Shape {
    type_name: "approvalSettings",
    members: &[
        opt("isApprovalRequired", Ty::Bool),
        opt("isApprovalRequiredForExtension", Ty::Bool),
        opt("isRequestorJustificationRequired", Ty::Bool),
        opt("approvalMode", Ty::Words(&["NoApproval", "SingleStage", "Serial", "Parallel"])),
        req("approvalStages", Ty::List(&Ty::Object(&STAGE))),
    ],
};

pub static STAGE: Shape = Shape {
    type_name: "approvalStage",
    members: &[
        opt("approvalStageTimeOutInDays", COUNT),
        opt("isApproverJustificationRequired", Ty::Bool),
        opt("isEscalationEnabled", Ty::Bool),
        opt("escalationTimeInMinutes", COUNT),
        opt("approverInformationVisibility", Ty::Words(&["default", "notVisible", "visible"])),
        req("primaryApprovers", Ty::List(&Ty::Union(APPROVERS))),
        req("escalationApprovers", Ty::List(&Ty::Union(APPROVERS))),
    ],
};

pub static REVIEW: Shape = Shape {
    type_name: "assignmentReviewSettings",
    members: &[
        opt("isEnabled", Ty::Bool),
        opt("recurrenceType", Ty::Words(&["weekly", "monthly", "quarterly", "halfyearly", "annual"])),
        opt("reviewerType", Ty::Words(&["Self", "Reviewers", "Manager"])),
        opt("startDateTime", Ty::Instant),
        opt("durationInDays", COUNT),
        req("reviewers", Ty::List(&Ty::Union(REVIEWERS))),
        opt("isAccessRecommendationEnabled", Ty::Bool),
        opt("isApprovalJustificationRequired", Ty::Bool),
        opt("accessReviewTimeoutBehavior", Ty::Enum(super::REVIEW_ENDS)),
        opt("isAgenticExperienceEnabled", Ty::Bool),
    ],
};

pub static NOTIFICATION: Shape = Shape {
    type_name: "accessPackageNotificationSettings",
    members: &[opt("isAssignmentNotificationDisabled", Ty::Bool)],
};

static VERIFIABLE_CREDENTIAL: Shape = Shape {
    type_name: "verifiableCredentialSettings",
    members: &[req("credentialTypes", Ty::List(&Ty::Object(&CREDENTIAL_TYPE)))],
};

static CREDENTIAL_TYPE: Shape = Shape {
    type_name: "verifiableCredentialType",
    members: &[opt("credentialType", Ty::Text), req("issuers", Ty::List(&Ty::Text))],
};

pub static TEXT_QUESTION: Shape = Shape {
    type_name: "accessPackageTextInputQuestion",
    members: &[
        opt("id", Ty::Text),
        opt("sequence", INT),
        opt("isRequired", Ty::Bool),
        opt("isAnswerEditable", Ty::Bool),
        opt("text", Ty::Object(&LOCALIZED_CONTENT)),
        opt("isSingleLineQuestion", Ty::Bool),
        opt("regexPattern", Ty::Text),
    ],
};

pub static CHOICE_QUESTION: Shape = Shape {
    type_name: "accessPackageMultipleChoiceQuestion",
    members: &[
        opt("id", Ty::Text),
        opt("sequence", INT),
        opt("isRequired", Ty::Bool),
        opt("isAnswerEditable", Ty::Bool),
        opt("text", Ty::Object(&LOCALIZED_CONTENT)),
        opt("allowsMultipleSelection", Ty::Bool),
        req("choices", Ty::List(&Ty::Object(&CHOICE))),
    ],
};

pub static CHOICE: Shape = Shape {
    type_name: "accessPackageAnswerChoice",
    members: &[opt("actualValue", Ty::Text), opt("displayValue", Ty::Object(&LOCALIZED_CONTENT))],
};

pub static LOCALIZED_CONTENT: Shape = Shape {
    type_name: "accessPackageLocalizedContent",
    members: &[opt("defaultText", Ty::Text), req("localizedTexts", Ty::List(&Ty::Object(&LOCALIZED_TEXT)))],
};

static LOCALIZED_TEXT: Shape = Shape {
    type_name: "accessPackageLocalizedText",
    members: &[opt("languageCode", Ty::Text), opt("text", Ty::Text)],
};

pub static STAGE_SETTING: Shape = Shape {
    type_name: "customExtensionStageSetting",
    members: &[
        req("id", Ty::Text),
        opt("stage", Ty::Enum(super::EXTENSION_STAGES)),
        opt("customExtension", Ty::Reference(workflow_extension::BESIDE_ID)),
    ],
};

pub static HANDLER: Shape = Shape {
    type_name: "customExtensionHandler",
    members: &[
        req("id", Ty::Text),
        opt("stage", Ty::Enum(super::EXTENSION_STAGES)),
        opt("customExtension", Ty::Reference(workflow_extension::BESIDE_ID)),
    ],
};

const WITH_ID: &[Member] = &[opt("isBackup", Ty::Bool), opt("id", Ty::Text), opt("description", Ty::Text)];
const PLAIN: &[Member] = &[opt("isBackup", Ty::Bool)];

static SINGLE_USER: Shape = Shape { type_name: "singleUser", members: WITH_ID };
static GROUP_MEMBERS: Shape = Shape { type_name: "groupMembers", members: WITH_ID };
static CONNECTED_ORGANIZATION_MEMBERS: Shape =
    Shape { type_name: "connectedOrganizationMembers", members: WITH_ID };
static ATTRIBUTE_RULE_MEMBERS: Shape = Shape {
    type_name: "attributeRuleMembers",
    members: &[opt("isBackup", Ty::Bool), opt("membershipRule", Ty::Text), opt("description", Ty::Text)],
};
static REQUESTOR_MANAGER: Shape = Shape {
    type_name: "requestorManager",
    members: &[opt("isBackup", Ty::Bool), opt("managerLevel", Ty::Int(1, 2))],
};
static INTERNAL_SPONSORS: Shape = Shape { type_name: "internalSponsors", members: PLAIN };
static EXTERNAL_SPONSORS: Shape = Shape { type_name: "externalSponsors", members: PLAIN };
static TARGET_USER_SPONSORS: Shape = Shape { type_name: "targetUserSponsors", members: PLAIN };
static AGENT_SPONSORS: Shape = Shape { type_name: "targetAgentIdentitySponsorsOrOwners", members: PLAIN };

const REQUESTORS: &[&Shape] =
    &[&SINGLE_USER, &GROUP_MEMBERS, &CONNECTED_ORGANIZATION_MEMBERS, &ATTRIBUTE_RULE_MEMBERS];

const APPROVERS: &[&Shape] = &[
    &SINGLE_USER,
    &GROUP_MEMBERS,
    &REQUESTOR_MANAGER,
    &INTERNAL_SPONSORS,
    &EXTERNAL_SPONSORS,
    &TARGET_USER_SPONSORS,
    &AGENT_SPONSORS,
];

const REVIEWERS: &[&Shape] = &[&SINGLE_USER, &GROUP_MEMBERS, &REQUESTOR_MANAGER];

/// Every subject that beta has, so that a view can tell what it cannot show.
pub const SUBJECTS: &[&Shape] = &[
    &SINGLE_USER,
    &GROUP_MEMBERS,
    &CONNECTED_ORGANIZATION_MEMBERS,
    &ATTRIBUTE_RULE_MEMBERS,
    &REQUESTOR_MANAGER,
    &INTERNAL_SPONSORS,
    &EXTERNAL_SPONSORS,
    &TARGET_USER_SPONSORS,
    &AGENT_SPONSORS,
];
