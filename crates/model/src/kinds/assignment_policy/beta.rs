//! The beta shape. Facts: the Graph beta reference of `accessPackageAssignmentPolicy` and its parts, and the
//! beta SDK models of August 2026.

mod approval;
mod questions;
mod review;
mod subjects;

pub use approval::{APPROVAL, STAGE};
pub use questions::QUESTIONS;
pub use review::REVIEW;
pub use subjects::SUBJECTS;

use super::{APPROVER_VISIBILITY, EXTENSION_STAGE, REVIEW_TIMEOUT, paired, review_is_off, word};
use crate::kind::{Kind, Version};
use crate::spec::Dimension::{Approval, Expiry, Extensions, Justification, Requestors, Reviews};
use crate::spec::Literal::{Int, Null, Word};
use crate::spec::{EnumSpec, MemberSpec, RefForm, Type, TypeSpec, member, structure};
use crate::value::{Object, Value};
use questions::QUESTION;
use subjects::REQUESTOR;

const REFERENCE: &str = "Graph beta reference, accessPackageAssignmentPolicy";
const QUESTION_REFERENCE: &str = "Graph beta reference, accessPackageQuestion";
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
pub static REQUESTORS: TypeSpec = TypeSpec {
    normalise: Some(requestors_are_no_backup),
    ..structure(
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
)
};

/// Who may request is nobody's backup: the service drops `isBackup` there.
fn requestors_are_no_backup(object: &mut Object) {
    if let Some(Value::List(mut requestors)) = object.remove("allowedRequestors") {
        for requestor in &mut requestors {
            if let Value::Object(requestor) = requestor {
                requestor.remove("isBackup");
            }
        }
        object.set("allowedRequestors", Value::List(requestors));
    }
}

/// Who may request. Text in beta's metadata.
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
