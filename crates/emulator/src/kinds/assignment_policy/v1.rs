//! What a policy may hold in v1.0. The store keeps this form too.

use super::super::{access_package, catalog, workflow_extension};
use crate::shape::{COUNT, INT, Member, Shape, Ty, opt, req};

pub static POLICY: Shape = Shape {
    type_name: "accessPackageAssignmentPolicy",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("allowedTargetScope", Ty::Enum(SCOPES)),
        req("specificAllowedTargets", Ty::List(&Ty::Union(TARGETS))),
        opt("expiration", Ty::Object(&EXPIRATION)),
        opt("requestorSettings", Ty::Object(&REQUESTOR)),
        opt("requestApprovalSettings", Ty::Object(&APPROVAL)),
        opt("reviewSettings", Ty::Object(&REVIEW)),
        opt("automaticRequestSettings", Ty::Object(&AUTOMATIC)),
        opt("notificationSettings", Ty::Object(&NOTIFICATION)),
        req("questions", Ty::List(&Ty::Union(&[&TEXT_QUESTION, &CHOICE_QUESTION]))),
        req("customExtensionStageSettings", Ty::List(&Ty::Object(&STAGE_SETTING))),
        opt("accessPackage", Ty::Reference(access_package::BESIDE_ID)),
        opt("catalog", Ty::Reference(catalog::BESIDE_ID)),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

pub const SCOPES: &[&str] = &[
    "notSpecified",
    "specificDirectoryUsers",
    "specificConnectedOrganizationUsers",
    "specificDirectoryServicePrincipals",
    "allMemberUsers",
    "allDirectoryUsers",
    "allDirectoryServicePrincipals",
    "allConfiguredConnectedOrganizationUsers",
    "allExternalUsers",
    "allDirectoryAgentIdentities",
];

pub static EXPIRATION: Shape = Shape {
    type_name: "expirationPattern",
    members: &[
        opt("endDateTime", Ty::Instant),
        opt("duration", Ty::Duration),
        opt("type", Ty::Enum(&["notSpecified", "noExpiration", "afterDateTime", "afterDuration"])),
    ],
};

pub static REQUESTOR: Shape = Shape {
    type_name: "accessPackageAssignmentRequestorSettings",
    members: &[
        opt("enableTargetsToSelfAddAccess", Ty::Bool),
        opt("enableTargetsToSelfUpdateAccess", Ty::Bool),
        opt("enableTargetsToSelfRemoveAccess", Ty::Bool),
        opt("allowCustomAssignmentSchedule", Ty::Bool),
        opt("enableOnBehalfRequestorsToAddAccess", Ty::Bool),
        opt("enableOnBehalfRequestorsToUpdateAccess", Ty::Bool),
        opt("enableOnBehalfRequestorsToRemoveAccess", Ty::Bool),
        req("onBehalfRequestors", Ty::List(&Ty::Union(SUBJECTS))),
    ],
};

pub static APPROVAL: Shape = Shape {
    type_name: "accessPackageAssignmentApprovalSettings",
    members: &[
        opt("isApprovalRequiredForAdd", Ty::Bool),
        opt("isApprovalRequiredForUpdate", Ty::Bool),
        opt("isRequestorJustificationRequired", Ty::Bool),
        req("stages", Ty::List(&Ty::Derived(&[&STAGE, &DYNAMIC_STAGE]))),
    ],
};

const STAGE_MEMBERS: &[Member] = &[
    opt("durationBeforeAutomaticDenial", Ty::Duration),
    opt("isApproverJustificationRequired", Ty::Bool),
    opt("isEscalationEnabled", Ty::Bool),
    opt("durationBeforeEscalation", Ty::Duration),
    req("approverInformationVisibility", Ty::Enum(&["default", "notVisible", "visible"])),
    req("primaryApprovers", Ty::List(&Ty::Union(APPROVERS))),
    req("fallbackPrimaryApprovers", Ty::List(&Ty::Union(APPROVERS))),
    req("escalationApprovers", Ty::List(&Ty::Union(APPROVERS))),
    req("fallbackEscalationApprovers", Ty::List(&Ty::Union(APPROVERS))),
];

pub static STAGE: Shape = Shape { type_name: "accessPackageApprovalStage", members: STAGE_MEMBERS };

/// An extension decides who approves.
pub static DYNAMIC_STAGE: Shape =
    Shape { type_name: "accessPackageDynamicApprovalStage", members: STAGE_MEMBERS };

pub const APPROVER_LISTS: [&str; 4] =
    ["primaryApprovers", "fallbackPrimaryApprovers", "escalationApprovers", "fallbackEscalationApprovers"];

pub static REVIEW: Shape = Shape {
    type_name: "accessPackageAssignmentReviewSettings",
    members: &[
        opt("isEnabled", Ty::Bool),
        opt("expirationBehavior", Ty::Enum(super::REVIEW_ENDS)),
        opt("isRecommendationEnabled", Ty::Bool),
        opt("isReviewerJustificationRequired", Ty::Bool),
        opt("isSelfReview", Ty::Bool),
        opt("schedule", Ty::Object(&SCHEDULE)),
        req("primaryReviewers", Ty::List(&Ty::Union(REVIEWERS))),
        req("fallbackReviewers", Ty::List(&Ty::Union(REVIEWERS))),
    ],
};

static SCHEDULE: Shape = Shape {
    type_name: "entitlementManagementSchedule",
    members: &[
        opt("startDateTime", Ty::Instant),
        opt("expiration", Ty::Object(&EXPIRATION)),
        opt("recurrence", Ty::Object(&RECURRENCE)),
    ],
};

static RECURRENCE: Shape = Shape {
    type_name: "patternedRecurrence",
    members: &[opt("pattern", Ty::Object(&PATTERN)), opt("range", Ty::Object(&RANGE))],
};

static PATTERN: Shape = Shape {
    type_name: "recurrencePattern",
    members: &[
        opt(
            "type",
            Ty::Enum(&[
                "daily",
                "weekly",
                "absoluteMonthly",
                "relativeMonthly",
                "absoluteYearly",
                "relativeYearly",
            ]),
        ),
        req("interval", COUNT),
        req("month", Ty::Int(0, 12)),
        req("dayOfMonth", Ty::Int(0, 31)),
        req("daysOfWeek", Ty::List(&DAY)),
        opt("firstDayOfWeek", DAY),
        opt("index", Ty::Enum(&["first", "second", "third", "fourth", "last"])),
    ],
};

static RANGE: Shape = Shape {
    type_name: "recurrenceRange",
    members: &[
        opt("type", Ty::Enum(&["endDate", "noEnd", "numbered"])),
        req("numberOfOccurrences", COUNT),
        opt("startDate", Ty::Date),
        opt("endDate", Ty::Date),
        opt("recurrenceTimeZone", Ty::Text),
    ],
};

const DAY: Ty = Ty::Enum(&["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]);

static AUTOMATIC: Shape = Shape {
    type_name: "accessPackageAutomaticRequestSettings",
    members: &[
        opt("requestAccessForAllowedTargets", Ty::Bool),
        opt("removeAccessWhenTargetLeavesAllowedTargets", Ty::Bool),
        opt("gracePeriodBeforeAccessRemoval", Ty::Duration),
    ],
};

static NOTIFICATION: Shape = Shape {
    type_name: "accessPackageNotificationSettings",
    members: &[req("isAssignmentNotificationDisabled", Ty::Bool)],
};

pub static TEXT_QUESTION: Shape = Shape {
    type_name: "accessPackageTextInputQuestion",
    members: &[
        req("id", Ty::Text),
        opt("sequence", INT),
        opt("isRequired", Ty::Bool),
        opt("isAnswerEditable", Ty::Bool),
        opt("text", Ty::Text),
        req("localizations", LOCALIZATIONS),
        opt("isSingleLineQuestion", Ty::Bool),
        opt("regexPattern", Ty::Text),
    ],
};

pub static CHOICE_QUESTION: Shape = Shape {
    type_name: "accessPackageMultipleChoiceQuestion",
    members: &[
        req("id", Ty::Text),
        opt("sequence", INT),
        opt("isRequired", Ty::Bool),
        opt("isAnswerEditable", Ty::Bool),
        opt("text", Ty::Text),
        req("localizations", LOCALIZATIONS),
        opt("isMultipleSelectionAllowed", Ty::Bool),
        req("choices", Ty::List(&Ty::Object(&CHOICE))),
    ],
};

pub static CHOICE: Shape = Shape {
    type_name: "accessPackageAnswerChoice",
    members: &[opt("actualValue", Ty::Text), opt("text", Ty::Text), req("localizations", LOCALIZATIONS)],
};

const LOCALIZATIONS: Ty = Ty::List(&Ty::Object(&LOCALIZED_TEXT));

static LOCALIZED_TEXT: Shape = Shape {
    type_name: "accessPackageLocalizedText",
    members: &[req("languageCode", Ty::Text), opt("text", Ty::Text)],
};

pub static STAGE_SETTING: Shape = Shape {
    type_name: "customExtensionStageSetting",
    members: &[
        req("id", Ty::Text),
        req("stage", Ty::Enum(super::EXTENSION_STAGES)),
        opt("customExtension", Ty::Reference(workflow_extension::BESIDE_ID)),
    ],
};

pub static SINGLE_USER: Shape =
    Shape { type_name: "singleUser", members: &[opt("userId", Ty::Text), opt("description", Ty::Text)] };
pub static GROUP_MEMBERS: Shape =
    Shape { type_name: "groupMembers", members: &[opt("groupId", Ty::Text), opt("description", Ty::Text)] };
pub static CONNECTED_ORGANIZATION_MEMBERS: Shape = Shape {
    type_name: "connectedOrganizationMembers",
    members: &[opt("connectedOrganizationId", Ty::Text), opt("description", Ty::Text)],
};
pub static SINGLE_SERVICE_PRINCIPAL: Shape = Shape {
    type_name: "singleServicePrincipal",
    members: &[opt("servicePrincipalId", Ty::Text), opt("description", Ty::Text)],
};
pub static ATTRIBUTE_RULE_MEMBERS: Shape = Shape {
    type_name: "attributeRuleMembers",
    members: &[opt("membershipRule", Ty::Text), opt("description", Ty::Text)],
};
pub static REQUESTOR_MANAGER: Shape =
    Shape { type_name: "requestorManager", members: &[opt("managerLevel", Ty::Int(1, 2))] };
pub static TARGET_MANAGER: Shape =
    Shape { type_name: "targetManager", members: &[opt("managerLevel", Ty::Int(1, 4))] };
pub static INTERNAL_SPONSORS: Shape = Shape { type_name: "internalSponsors", members: &[] };
pub static EXTERNAL_SPONSORS: Shape = Shape { type_name: "externalSponsors", members: &[] };
pub static TARGET_USER_SPONSORS: Shape = Shape { type_name: "targetUserSponsors", members: &[] };
pub static TARGET_APPLICATION_OWNERS: Shape = Shape { type_name: "targetApplicationOwners", members: &[] };
pub static AGENT_SPONSORS: Shape = Shape { type_name: "targetAgentIdentitySponsorsOrOwners", members: &[] };

const TARGETS: &[&Shape] = &[
    &SINGLE_USER,
    &GROUP_MEMBERS,
    &CONNECTED_ORGANIZATION_MEMBERS,
    &SINGLE_SERVICE_PRINCIPAL,
    &ATTRIBUTE_RULE_MEMBERS,
];

const APPROVERS: &[&Shape] = &[
    &SINGLE_USER,
    &GROUP_MEMBERS,
    &REQUESTOR_MANAGER,
    &INTERNAL_SPONSORS,
    &EXTERNAL_SPONSORS,
    &TARGET_USER_SPONSORS,
    &TARGET_MANAGER,
    &TARGET_APPLICATION_OWNERS,
    &AGENT_SPONSORS,
];

const REVIEWERS: &[&Shape] = &[&SINGLE_USER, &GROUP_MEMBERS, &REQUESTOR_MANAGER, &TARGET_MANAGER];

/// Who may ask for another is documented for no subject in particular, so every one may stand there.
pub const SUBJECTS: &[&Shape] = &[
    &SINGLE_USER,
    &GROUP_MEMBERS,
    &CONNECTED_ORGANIZATION_MEMBERS,
    &SINGLE_SERVICE_PRINCIPAL,
    &ATTRIBUTE_RULE_MEMBERS,
    &REQUESTOR_MANAGER,
    &TARGET_MANAGER,
    &INTERNAL_SPONSORS,
    &EXTERNAL_SPONSORS,
    &TARGET_USER_SPONSORS,
    &TARGET_APPLICATION_OWNERS,
    &AGENT_SPONSORS,
];
