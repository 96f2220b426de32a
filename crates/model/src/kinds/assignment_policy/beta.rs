//! The beta shape. Facts: the Graph beta reference of `accessPackageAssignmentPolicy` and its parts, and the
//! beta SDK models of August 2026.

use super::{APPROVER_VISIBILITY, EXTENSION_STAGE, REVIEW_TIMEOUT, paired, review_is_off, word};
use crate::kind::{Kind, Version};
use crate::spec::Dimension::{
    Approval, Approvers, Escalation, Expiry, Extensions, Justification, Requestors, Reviews,
};
use crate::spec::Literal::{Int, Null, Word};
use crate::spec::{
    EnumSpec, HandForm, INT32, MemberSpec, RefForm, Shorthand, Type, TypeSpec, UnionSpec, Variant, member,
    structure,
};
use crate::value::{Object, Value};

const REFERENCE: &str = "Graph beta reference, accessPackageAssignmentPolicy";
const APPROVAL_REFERENCE: &str = "Graph beta reference, approvalSettings";
const STAGE_REFERENCE: &str = "Graph beta reference, approvalStage";
const REVIEW_REFERENCE: &str = "Graph beta reference, assignmentReviewSettings";
const QUESTION_REFERENCE: &str = "Graph beta reference, accessPackageQuestion";
const SUBJECT_REFERENCE: &str = "Graph beta reference, userSet";
const METADATA: &str = "Graph beta metadata, August 2026";
const DAYS: Type = Type::Int { min: 0, max: 3660 };

/// `accessPackageAssignmentPolicy`, beta.
pub static POLICY: TypeSpec = structure(
    "accessPackageAssignmentPolicy",
    Version::Beta,
    "A policy of an access package in the beta shape: who may request it, who approves, when access ends, who reviews it.",
    &[
        member("id", Type::Text).read_only().doc("The policy's id, made by the service."),
        member("accessPackageId", Type::Ref(Kind::AccessPackage, RefForm::Id))
            .required()
            .sent()
            .counterpart("accessPackage")
            .doc("The access package that the policy belongs to: its name, `{catalog: …, name: …}` or its id. A policy cannot move to another package.")
            .source(REFERENCE),
        member("displayName", Type::Text)
            .required()
            .doc("The policy's name. It is unique within its package and, with the package, says which policy the document means.")
            .source(REFERENCE),
        member("description", Type::Text)
            .doc("What the policy is for, as requestors and administrators read it. Left out, the live text stays.")
            .source(REFERENCE),
        member("canExtend", Type::Bool)
            .off()
            .touches(Expiry)
            .counterpart("requestorSettings.enableTargetsToSelfUpdateAccess")
            .doc("Whether people may ask to extend their access before it ends. Left out: no.")
            .source(REFERENCE),
        member("durationInDays", DAYS)
            .default(Int(0))
            .touches(Expiry)
            .counterpart("expiration")
            .doc("How many days access lasts, up to 3660; 0 means no limit by days. Not together with `expirationDateTime`. Where people may request, one of the two must be written.")
            .source(REFERENCE),
        member("expirationDateTime", Type::Instant)
            .default(Null)
            .touches(Expiry)
            .counterpart("expiration.endDateTime")
            .doc("The moment at which access ends, as a UTC timestamp. Null or left out, there is none.")
            .source(REFERENCE),
        member("requestorSettings", Type::Object(&REQUESTORS))
            .empty()
            .touches(Requestors)
            .doc("Who may ask. Left out, nobody may ask.")
            .source(REFERENCE),
        member("requestApprovalSettings", Type::Object(&APPROVAL))
            .empty()
            .touches(Approval)
            .doc("Whether and by whom requests are approved. Null means that no approval is needed. Where people may request, it must be written.")
            .source(REFERENCE),
        member("accessReviewSettings", Type::Object(&REVIEW))
            .empty()
            .touches(Reviews)
            .counterpart("reviewSettings")
            .doc("Recurring reviews of whoever has access. Null means no reviews.")
            .source(REFERENCE),
        member("accessPackageNotificationSettings", Type::Object(&NOTIFICATION))
            .counterpart("notificationSettings")
            .doc("E-mail to requestors and approvers. Left out, it stays as it is.")
            .source(METADATA),
        member("verifiableCredentialSettings", Type::Object(&CREDENTIALS))
            .empty()
            .touches(Requestors)
            .doc("Verified IDs that a requestor must present. Beta only. Left out, none.")
            .source(REFERENCE),
        member("questions", Type::Sequence { of: &QUESTION, order_by: "sequence", max: usize::MAX })
            .empty()
            .touches(Justification)
            .doc("Questions that a requestor answers, in the order in which they are asked. Left out, there are none.")
            .source(QUESTION_REFERENCE),
        member("customExtensionStageSettings", Type::Map { key: "stage", value: "customExtension", of: &STAGE_SETTING })
            .empty()
            .touches(Extensions)
            .doc("Workflow extensions (Logic Apps) that run at stages of a request, at most one a stage. Left out, there are none.")
            .source("Graph beta reference, customExtensionStageSetting"),
        member("customExtensionHandlers", Type::Map { key: "stage", value: "customExtension", of: &HANDLER })
            .empty()
            .touches(Extensions)
            .counterpart("customExtensionStageSettings")
            .doc("The older form of `customExtensionStageSettings`, which Microsoft has deprecated. Left out, there are none.")
            .source("Graph beta reference, customExtensionHandler"),
        member("accessPackage", Type::Text).read_only().doc("The package itself, where it was expanded. Write `accessPackageId`."),
        member("accessPackageCatalog", Type::Text).read_only().doc("The catalog of the package, where it was expanded."),
        member("createdBy", Type::Text).read_only().doc("Who made the policy, filled by the service."),
        member("createdDateTime", Type::Instant).read_only().doc("When the policy was made, UTC, filled by the service."),
        member("modifiedBy", Type::Text).read_only().doc("Who last changed the policy, filled by the service."),
        member("modifiedDateTime", Type::Instant).read_only().doc("When the policy was last changed, UTC, filled by the service."),
    ],
);

/// `requestorSettings`.
pub static REQUESTORS: TypeSpec = structure(
    "requestorSettings",
    Version::Beta,
    "Who may ask.",
    &[
        member("scopeType", Type::Enum(&SCOPE))
            .default(Word("NoSubjects"))
            .touches(Requestors)
            .counterpart("allowedTargetScope")
            .doc("Who may request. Left out, nobody.")
            .source("Graph beta reference, requestorSettings"),
        member("acceptRequests", Type::Bool)
            .off()
            .touches(Requestors)
            .counterpart("requestorSettings.enableTargetsToSelfAddAccess")
            .doc("Whether requests are accepted at all. With `NoSubjects`, false also stops administrators from assigning directly. Left out: no.")
            .source("Graph beta reference, requestorSettings"),
        member("allowedRequestors", Type::Set(&REQUESTOR))
            .empty()
            .sent()
            .touches(Requestors)
            .counterpart("specificAllowedTargets")
            .doc("The people, groups or organizations that a `Specific…` scope means. Order does not matter. Left out, there are none.")
            .source("Graph beta reference, requestorSettings"),
    ],
);

/// Who may request. Text in beta's metadata; the words are those of fact sheet §6.3.
pub static SCOPE: EnumSpec = EnumSpec {
    name: "scopeType",
    words: &[
        paired("NoSubjects", "notSpecified", "Nobody may request; administrators assign."),
        paired(
            "SpecificDirectorySubjects",
            "specificDirectoryUsers",
            "The users and groups of this directory in `allowedRequestors`.",
        ),
        paired(
            "SpecificConnectedOrganizationSubjects",
            "specificConnectedOrganizationUsers",
            "Users of the connected organizations in `allowedRequestors`.",
        ),
        paired(
            "AllConfiguredConnectedOrganizationSubjects",
            "allConfiguredConnectedOrganizationUsers",
            "Users of every connected organization in state configured.",
        ),
        word(
            "AllExistingConnectedOrganizationSubjects",
            "Users of every connected organization, whatever its state. Has no v1.0 form.",
        ),
        paired(
            "AllExistingDirectoryMemberUsers",
            "allMemberUsers",
            "Every member of this directory, guests left out.",
        ),
        paired(
            "AllExistingDirectorySubjects",
            "allDirectoryUsers",
            "Every user of this directory, guests included.",
        ),
        paired(
            "AllExternalSubjects",
            "allExternalUsers",
            "Users of every connected organization and anybody else from outside.",
        ),
    ],
};

/// `approvalSettings`.
pub static APPROVAL: TypeSpec = structure(
    "approvalSettings",
    Version::Beta,
    "Whether and by whom requests are approved.",
    &[
        member("isApprovalRequired", Type::Bool)
            .off()
            .touches(Approval)
            .counterpart("isApprovalRequiredForAdd")
            .doc("Whether a request for access needs approval. Left out: no.")
            .source(APPROVAL_REFERENCE),
        member("isApprovalRequiredForExtension", Type::Bool)
            .off()
            .touches(Approval)
            .counterpart("isApprovalRequiredForUpdate")
            .doc("Whether a request to extend access needs approval. Left out: no.")
            .source(APPROVAL_REFERENCE),
        member("isRequestorJustificationRequired", Type::Bool)
            .off()
            .touches(Justification)
            .doc("Whether requestors must say why they need access. Left out: no.")
            .source(APPROVAL_REFERENCE),
        member("approvalMode", Type::Enum(&MODE))
            .derived(mode_of_stages)
            .sent()
            .touches(Approval)
            .doc("How the stages are taken. Left out, it follows from their number: `NoApproval`, `SingleStage` or `Serial`.")
            .source(APPROVAL_REFERENCE),
        member("approvalStages", Type::Sequence { of: &Type::Object(&STAGE), order_by: "", max: 3 })
            .empty()
            .sent()
            .touches(Approval)
            .counterpart("stages")
            .doc("The approval stages, at most three. Left out, there are none.")
            .source(APPROVAL_REFERENCE),
    ],
);

static MODE: EnumSpec = EnumSpec {
    name: "approvalMode",
    words: &[
        word("NoApproval", "No approval."),
        word("SingleStage", "One stage."),
        word("Serial", "One stage after the other."),
        word("Parallel", "All stages at once. Has no v1.0 form."),
    ],
};

/// The mode that the number of stages asks for.
fn mode_of_stages(approval: &Object) -> Value {
    Value::word(match approval.list("approvalStages").len() {
        0 => "NoApproval",
        1 => "SingleStage",
        _ => "Serial",
    })
}

/// `approvalStage`.
pub static STAGE: TypeSpec = structure(
    "approvalStage",
    Version::Beta,
    "One stage of approval.",
    &[
        member("approvalStageTimeOutInDays", INT32)
            .counterpart("durationBeforeAutomaticDenial")
            .doc("How many days approvers have before the request is denied. Left out, it stays as it is.")
            .source(STAGE_REFERENCE),
        member("isApproverJustificationRequired", Type::Bool)
            .off()
            .touches(Justification)
            .doc("Whether approvers must say why they decide so. Left out: no.")
            .source(STAGE_REFERENCE),
        member("isEscalationEnabled", Type::Bool)
            .off()
            .touches(Escalation)
            .doc("Whether the request goes to the escalation approvers when nobody has decided in time. Left out: no.")
            .source(STAGE_REFERENCE),
        member("escalationTimeInMinutes", INT32)
            .touches(Escalation)
            .counterpart("durationBeforeEscalation")
            .doc("How many minutes until escalation: 11520 are 8 days. Left out, it stays as it is.")
            .source(STAGE_REFERENCE),
        member("primaryApprovers", Type::Set(&APPROVER))
            .empty()
            .sent()
            .touches(Approvers)
            .doc("Who decides; one of them is enough. Those with `isBackup: true` decide where the others cannot be found. Order does not matter.")
            .source(STAGE_REFERENCE),
        member("escalationApprovers", Type::Set(&APPROVER))
            .empty()
            .sent()
            .touches(Escalation)
            .doc("Who decides after escalation. Left out, nobody.")
            .source(STAGE_REFERENCE),
        member("approverInformationVisibility", Type::Enum(&APPROVER_VISIBILITY))
            .doc("Whether requestors see who approves. Left out, it stays as it is.")
            .source(METADATA),
    ],
);

/// `assignmentReviewSettings`.
pub static REVIEW: TypeSpec = TypeSpec {
    inert: Some(review_is_off),
    ..structure(
        "assignmentReviewSettings",
        Version::Beta,
        "Recurring reviews of whoever has access.",
        &[
            member("isEnabled", Type::Bool)
                .off()
                .touches(Reviews)
                .doc("Whether access is reviewed. Left out: no.")
                .source(REVIEW_REFERENCE),
            member("recurrenceType", Type::Enum(&RECURRENCE))
                .touches(Reviews)
                .counterpart("schedule.recurrence")
                .doc("How often reviews come. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("reviewerType", Type::Enum(&REVIEWER_TYPE))
                .touches(Reviews)
                .counterpart("isSelfReview")
                .doc("Who reviews. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("startDateTime", Type::Instant)
                .counterpart("schedule.startDateTime")
                .doc("When the first review begins, as a UTC timestamp. Left out, the service's value stays.")
                .source(REVIEW_REFERENCE),
            member("durationInDays", INT32)
                .touches(Reviews)
                .counterpart("schedule.expiration")
                .doc("How many days one review is open. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("reviewers", Type::Set(&REVIEWER))
                .empty()
                .sent()
                .touches(Reviews)
                .counterpart("primaryReviewers")
                .doc("With `Reviewers`: who reviews. With `Manager`: who reviews where there is none. Order does not matter.")
                .source(REVIEW_REFERENCE),
            member("isAccessRecommendationEnabled", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isRecommendationEnabled")
                .doc("Whether reviewers see the system's recommendations. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("isApprovalJustificationRequired", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isReviewerJustificationRequired")
                .doc("Whether reviewers must say why they decide so. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("accessReviewTimeoutBehavior", Type::Enum(&REVIEW_TIMEOUT))
                .touches(Reviews)
                .counterpart("expirationBehavior")
                .doc("What happens to access that nobody reviewed in time. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("isAgenticExperienceEnabled", Type::Bool)
                .doc("New and not described by Microsoft. Left out, it stays as it is.")
                .source(METADATA),
        ],
    )
};

static RECURRENCE: EnumSpec = EnumSpec {
    name: "recurrenceType",
    words: &[
        word("weekly", "Every week."),
        word("monthly", "Every month."),
        word("quarterly", "Every three months."),
        word("halfyearly", "Every six months."),
        word("annual", "Every twelve months."),
    ],
};

static REVIEWER_TYPE: EnumSpec = EnumSpec {
    name: "reviewerType",
    words: &[
        word("Self", "Everyone reviews their own access."),
        word("Reviewers", "The people in `reviewers`."),
        word("Manager", "Everyone's manager."),
    ],
};

static NOTIFICATION: TypeSpec = structure(
    "accessPackageNotificationSettings",
    Version::Beta,
    "E-mail to requestors and approvers.",
    &[member("isAssignmentNotificationDisabled", Type::Bool)
        .doc("Whether no e-mail about assignments is sent. Left out, it stays as it is.")
        .source(METADATA)],
);

static CREDENTIALS: TypeSpec = structure(
    "verifiableCredentialSettings",
    Version::Beta,
    "Verified IDs that a requestor must present.",
    &[member("credentialTypes", Type::Map { key: "credentialType", value: "issuers", of: &CREDENTIAL_TYPE })
        .empty()
        .touches(Requestors)
        .doc("The types of credential, with the issuers that are trusted for each. Order does not matter.")
        .source("Graph beta reference, verifiableCredentialSettings")],
);

static CREDENTIAL_TYPE: TypeSpec = structure(
    "verifiableCredentialType",
    Version::Beta,
    "A type of credential and its trusted issuers.",
    &[
        member("credentialType", Type::Text)
            .required()
            .touches(Requestors)
            .doc("The type of the credential, such as `VerifiedEmployee`.")
            .source("Graph beta reference, verifiableCredentialType"),
        member("issuers", Type::Set(&Type::Text))
            .empty()
            .sent()
            .touches(Requestors)
            .doc("The issuers that are trusted, as decentralized identifiers. Order does not matter.")
            .source("Graph beta reference, verifiableCredentialType"),
    ],
);

const STAGE_SETTING_MEMBERS: &[MemberSpec] = &[
    member("id", Type::Text).read_only().doc("The setting's id, made by the service."),
    member("stage", Type::Enum(&EXTENSION_STAGE))
        .required()
        .touches(Extensions)
        .doc("The stage at which the extension runs.")
        .source("Graph beta reference, customExtensionStageSetting"),
    member("customExtension", Type::Ref(Kind::WorkflowExtension, RefForm::Object))
        .required()
        .touches(Extensions)
        .doc("The extension of the package's catalog that runs: its name or `{id: …}`.")
        .source("Graph beta reference, customExtensionStageSetting"),
];

static STAGE_SETTING: TypeSpec = structure(
    "customExtensionStageSetting",
    Version::Beta,
    "A workflow extension that runs at one stage of a request.",
    STAGE_SETTING_MEMBERS,
);

static HANDLER: TypeSpec = structure(
    "customExtensionHandler",
    Version::Beta,
    "A workflow extension that runs at one stage of a request, in the older form.",
    STAGE_SETTING_MEMBERS,
);

static QUESTION: Type = Type::Union {
    spec: &QUESTIONS,
    takes: &["accessPackageTextInputQuestion", "accessPackageMultipleChoiceQuestion"],
};

/// The two types of question.
pub static QUESTIONS: UnionSpec = UnionSpec {
    name: "accessPackageQuestion",
    doc: "A question that a requestor answers.",
    variants: &[
        Variant { ty: &CHOICE_QUESTION, hand: HandForm::ByMember("choices"), tagged: true },
        Variant { ty: &TEXT_QUESTION, hand: HandForm::Untagged, tagged: true },
    ],
};

const QUESTION_ID: MemberSpec =
    member("id", Type::Text).read_only().doc("The question's id, made by the service.");
const QUESTION_SEQUENCE: MemberSpec = member("sequence", INT32)
    .doc("The question's place among the others. Left out, the order in the list counts.")
    .source(QUESTION_REFERENCE);
const QUESTION_TEXT: MemberSpec = member("text", Type::Object(&CONTENT))
    .required()
    .touches(Justification)
    .doc("The question: a text, or `{defaultText: …, localizedTexts: {fr: …}}`.")
    .source(QUESTION_REFERENCE);
const QUESTION_REQUIRED: MemberSpec = member("isRequired", Type::Bool)
    .off()
    .touches(Justification)
    .doc("Whether a request without an answer is refused. Left out: no.")
    .source(QUESTION_REFERENCE);
const QUESTION_EDITABLE: MemberSpec = member("isAnswerEditable", Type::Bool)
    .doc("Whether the requestor may change the answer later. Left out, it stays as it is.")
    .source(QUESTION_REFERENCE);

static TEXT_QUESTION: TypeSpec = structure(
    "accessPackageTextInputQuestion",
    Version::Beta,
    "A question that is answered with text.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("isSingleLineQuestion", Type::Bool)
            .off()
            .doc("Whether the answer is one line. Left out: no.")
            .source("Graph beta reference, accessPackageTextInputQuestion"),
        member("regexPattern", Type::Text)
            .default(Null)
            .touches(Justification)
            .doc("A regular expression that the answer must match. Left out, any answer will do.")
            .source("Graph beta reference, accessPackageTextInputQuestion"),
    ],
);

static CHOICE_QUESTION: TypeSpec = structure(
    "accessPackageMultipleChoiceQuestion",
    Version::Beta,
    "A question that is answered by choosing.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("choices", Type::Sequence { of: &Type::Object(&CHOICE), order_by: "", max: usize::MAX })
            .empty()
            .sent()
            .touches(Justification)
            .doc("The answers to choose from, in order: a text, or `{actualValue: …, displayValue: …}`.")
            .source("Graph beta reference, accessPackageMultipleChoiceQuestion"),
        member("allowsMultipleSelection", Type::Bool)
            .off()
            .counterpart("isMultipleSelectionAllowed")
            .doc("Whether several answers may be chosen. Left out: no.")
            .source("Graph beta reference, accessPackageMultipleChoiceQuestion"),
    ],
);

static CHOICE: TypeSpec = TypeSpec {
    shorthand: Some(&CHOICE_SCALAR),
    ..structure(
        "accessPackageAnswerChoice",
        Version::Beta,
        "An answer to choose.",
        &[
            member("actualValue", Type::Text)
                .required()
                .touches(Justification)
                .doc("The value that is stored.")
                .source("Graph beta reference, accessPackageAnswerChoice"),
            member("displayValue", Type::Object(&CONTENT))
                .counterpart("text")
                .doc("The text that requestors read: a text, or `{defaultText: …, localizedTexts: {fr: …}}`. Left out, it stays as it is.")
                .source("Graph beta reference, accessPackageAnswerChoice"),
        ],
    )
};

static CHOICE_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        let content = Object::with(&CONTENT, [("defaultText", Value::Text(text.into()))]);
        let members =
            [("actualValue", Value::Text(text.into())), ("displayValue", Value::Object(Box::new(content)))];
        Some(Object::with(ty, members))
    },
    write: |object| {
        let alone =
            object.said().all(|(m, v)| matches!(m.name, "actualValue" | "displayValue") || v.is_empty());
        let text = (CONTENT_SCALAR.write)(object.object("displayValue")?)?;
        (alone && object.text("actualValue")? == text).then_some(text)
    },
    words: &[],
    pattern: "^[\\s\\S]*$",
    expects: "a text",
};

static CONTENT: TypeSpec = TypeSpec {
    shorthand: Some(&CONTENT_SCALAR),
    ..structure(
        "accessPackageLocalizedContent",
        Version::Beta,
        "A text, and the same in other languages.",
        &[
            member("defaultText", Type::Text)
                .touches(Justification)
                .counterpart("text")
                .doc("The text where there is none in the reader's language. Left out, it stays as it is.")
                .source("Graph beta reference, accessPackageLocalizedContent"),
            member("localizedTexts", Type::Map { key: "languageCode", value: "text", of: &LOCALIZED })
                .empty()
                .counterpart("localizations")
                .doc("The same text in other languages, by language code: `{fr: \"…\"}`. Left out, there are none.")
                .source("Graph beta reference, accessPackageLocalizedContent"),
        ],
    )
};

static CONTENT_SCALAR: Shorthand = Shorthand {
    read: |ty, text| Some(Object::with(ty, [("defaultText", Value::Text(text.into()))])),
    write: |object| {
        let alone = object.said().all(|(m, v)| m.name == "defaultText" || v.is_empty());
        if alone { object.text("defaultText").map(str::to_owned) } else { None }
    },
    words: &[],
    pattern: "^[\\s\\S]*$",
    expects: "a text",
};

static LOCALIZED: TypeSpec = structure(
    "accessPackageLocalizedText",
    Version::Beta,
    "A text in one language.",
    &[
        member("languageCode", Type::Text)
            .required()
            .doc("The language, as an ISO code such as `fr` or `pt-BR`.")
            .source("Graph beta reference, accessPackageLocalizedText"),
        member("text", Type::Text)
            .required()
            .doc("The text in that language.")
            .source("Graph beta reference, accessPackageLocalizedText"),
    ],
);

// Subjects. What each place takes: fact sheet §6.1.

static REQUESTOR: Type =
    Type::Union { spec: &SUBJECTS, takes: &["singleUser", "groupMembers", "connectedOrganizationMembers"] };
static APPROVER: Type = Type::Union {
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
static REVIEWER: Type = Type::Union { spec: &SUBJECTS, takes: &["singleUser", "groupMembers"] };

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
