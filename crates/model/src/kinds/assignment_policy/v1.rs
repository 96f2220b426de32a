//! The v1.0 shape. Facts: the Graph v1.0 reference of `accessPackageAssignmentPolicy` and its parts, and
//! its metadata of August 2026.

mod approval;
mod expiration;
mod questions;
mod review;
mod subjects;

pub use approval::{APPROVAL, STAGES};
pub use expiration::EXPIRATION;
pub use questions::{QUESTION, QUESTIONS};
pub use review::{RECURRENCE, REVIEW, SCHEDULE};
pub use subjects::SUBJECTS;

use super::{APPROVER_VISIBILITY, EXTENSION_STAGE, REVIEW_TIMEOUT, paired, review_is_off, word};
use crate::kind::{Kind, Version};
use crate::spec::Dimension::{
    Approval, Automatic, Expiry, Extensions, Justification, OnBehalf, Requestors, Reviews,
};
use crate::spec::Literal::{Null, Word};
use crate::spec::{EnumSpec, RefForm, Type, TypeSpec, member, structure};
use subjects::{ON_BEHALF, TARGET};

const REFERENCE: &str = "Graph v1.0 reference, accessPackageAssignmentPolicy";
const REQUESTOR_REFERENCE: &str = "Graph v1.0 reference, accessPackageAssignmentRequestorSettings";
const QUESTION_REFERENCE: &str = "Graph v1.0 reference, accessPackageQuestion";
const METADATA: &str = "Graph v1.0 metadata, August 2026";

/// `accessPackageAssignmentPolicy`, v1.0.
pub static POLICY: TypeSpec = structure(
    "accessPackageAssignmentPolicy",
    Version::V1,
    "A policy of an access package: who may request it, who approves, when access ends, who reviews it.",
    &[
        member("id", Type::Text).read_only().doc("The policy's id, made by the service."),
        member("accessPackage", Type::Ref(Kind::AccessPackage, RefForm::Object))
            .required()
            .sent()
            .counterpart("accessPackageId")
            .doc("The access package that the policy belongs to: its name, `{catalog: …, name: …}` or `{id: …}`. A policy cannot move to another package.")
            .source(REFERENCE),
        member("displayName", Type::Text)
            .required()
            .doc("The policy's name. It is unique within its package and, with the package, says which policy the document means.")
            .source(REFERENCE),
        member("description", Type::Text)
            .doc("What the policy is for, as requestors and administrators read it. Left out, the live text stays.")
            .source(REFERENCE),
        member("allowedTargetScope", Type::Enum(&SCOPE))
            .default(Word("notSpecified"))
            .touches(Requestors)
            .counterpart("requestorSettings.scopeType")
            .doc("Who may receive access through this policy. Left out, it is `notSpecified`: nobody but whom an administrator assigns.")
            .source(REFERENCE),
        member("specificAllowedTargets", Type::Set(&TARGET))
            .empty()
            .sent()
            .touches(Requestors)
            .counterpart("requestorSettings.allowedRequestors")
            .doc("The people, groups, organizations or service principals that a `specific…` scope means. Order does not matter. Left out, there are none.")
            .source(REFERENCE),
        member("automaticRequestSettings", Type::Object(&AUTOMATIC))
            .empty()
            .touches(Automatic)
            .doc("Gives and takes access by a membership rule, without requests. Left out or null, the policy works by request.")
            .source(REFERENCE),
        member("expiration", Type::Object(&EXPIRATION))
            .empty()
            .touches(Expiry)
            .counterpart("durationInDays")
            .doc("When access ends: a duration such as `P90D` or `PT2H`, a UTC timestamp, or `noExpiration`. Where people may request, it must be written.")
            .source(REFERENCE),
        member("requestorSettings", Type::Object(&REQUESTORS))
            .empty()
            .touches(Requestors)
            .doc("Who may ask, for themselves or for others. Left out, nobody may ask.")
            .source(REFERENCE),
        member("requestApprovalSettings", Type::Object(&APPROVAL))
            .empty()
            .touches(Approval)
            .doc("Whether and by whom requests are approved. Null means that no approval is needed. Where people may request, it must be written.")
            .source(REFERENCE),
        member("reviewSettings", Type::Object(&REVIEW))
            .empty()
            .touches(Reviews)
            .counterpart("accessReviewSettings")
            .doc("Recurring reviews of whoever has access. Null means no reviews.")
            .source(REFERENCE),
        member("notificationSettings", Type::Object(&NOTIFICATION))
            .counterpart("accessPackageNotificationSettings")
            .doc("E-mail to requestors and approvers. Left out, it stays as it is; not every cloud has it.")
            .source(METADATA),
        member("questions", Type::Sequence { of: &QUESTION, order_by: "sequence", max: usize::MAX })
            .empty()
            .touches(Justification)
            .doc("Questions that a requestor answers, in the order in which they are asked. Left out, there are none.")
            .source(QUESTION_REFERENCE),
        member("customExtensionStageSettings", Type::Map { key: "stage", value: "customExtension", of: &STAGE_SETTING })
            .empty()
            .touches(Extensions)
            .doc("Workflow extensions (Logic Apps) that run at stages of a request, at most one a stage. Left out, there are none.")
            .source("Graph v1.0 reference, customExtensionStageSetting"),
        member("catalog", Type::Text).read_only().doc("The catalog of the package, filled by the service."),
        member("createdDateTime", Type::Instant).read_only().doc("When the policy was made, UTC, filled by the service."),
        member("modifiedDateTime", Type::Instant).read_only().doc("When the policy was last changed, UTC, filled by the service."),
    ],
);

/// Who may receive access.
pub static SCOPE: EnumSpec = EnumSpec {
    name: "allowedTargetScope",
    words: &[
        paired("notSpecified", "NoSubjects", "Nobody may request; administrators assign."),
        paired(
            "specificDirectoryUsers",
            "SpecificDirectorySubjects",
            "The users and groups of this directory in `specificAllowedTargets`.",
        ),
        paired(
            "specificConnectedOrganizationUsers",
            "SpecificConnectedOrganizationSubjects",
            "Users of the connected organizations in `specificAllowedTargets`.",
        ),
        word("specificDirectoryServicePrincipals", "The service principals in `specificAllowedTargets`."),
        paired(
            "allMemberUsers",
            "AllExistingDirectoryMemberUsers",
            "Every member of this directory, guests left out.",
        ),
        paired(
            "allDirectoryUsers",
            "AllExistingDirectorySubjects",
            "Every user of this directory, guests included.",
        ),
        word("allDirectoryServicePrincipals", "Every service principal of this directory."),
        paired(
            "allConfiguredConnectedOrganizationUsers",
            "AllConfiguredConnectedOrganizationSubjects",
            "Users of every connected organization in state configured.",
        ),
        paired(
            "allExternalUsers",
            "AllExternalSubjects",
            "Users of every connected organization and anybody else from outside.",
        ),
        word("allDirectoryAgentIdentities", "Every agent identity of this directory."),
    ],
};

/// `accessPackageAssignmentRequestorSettings`.
pub static REQUESTORS: TypeSpec = structure(
    "accessPackageAssignmentRequestorSettings",
    Version::V1,
    "Who may ask, for themselves or for others.",
    &[
        member("enableTargetsToSelfAddAccess", Type::Bool)
            .off()
            .touches(Requestors)
            .counterpart("acceptRequests")
            .doc("Whether whom the scope allows may request access for themselves. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableTargetsToSelfUpdateAccess", Type::Bool)
            .off()
            .touches(Expiry)
            .counterpart("canExtend")
            .doc("Whether they may ask to extend or change their access. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableTargetsToSelfRemoveAccess", Type::Bool)
            .doc("Whether they may give their access up. Left out, it stays as it is.")
            .source(REQUESTOR_REFERENCE),
        member("allowCustomAssignmentSchedule", Type::Bool)
            .doc("Whether they may ask for a start and end of their own, within the expiration. Left out, it stays as it is.")
            .source(REQUESTOR_REFERENCE),
        member("enableOnBehalfRequestorsToAddAccess", Type::Bool)
            .off()
            .touches(OnBehalf)
            .doc("Whether the on-behalf requestors may request access for others. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableOnBehalfRequestorsToUpdateAccess", Type::Bool)
            .off()
            .touches(OnBehalf)
            .doc("Whether they may change others' access. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableOnBehalfRequestorsToRemoveAccess", Type::Bool)
            .off()
            .touches(OnBehalf)
            .doc("Whether they may remove others' access. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("onBehalfRequestors", Type::Set(&ON_BEHALF))
            .empty()
            .touches(OnBehalf)
            .doc("Who may ask for others. Order does not matter. Left out, nobody.")
            .source(REQUESTOR_REFERENCE),
    ],
);

/// `accessPackageAutomaticRequestSettings`.
pub static AUTOMATIC: TypeSpec = TypeSpec {
    inert: Some(|object| !object.flag("requestAccessForAllowedTargets")),
    ..structure(
        "accessPackageAutomaticRequestSettings",
        Version::V1,
        "Gives and takes access by a membership rule, without requests.",
        &[
            member("requestAccessForAllowedTargets", Type::Bool)
                .off()
                .touches(Automatic)
                .doc("Whether everyone whom the rule matches is given access. Left out: no.")
                .source("Graph v1.0 reference, accessPackageAutomaticRequestSettings"),
            member("removeAccessWhenTargetLeavesAllowedTargets", Type::Bool)
                .off()
                .touches(Automatic)
                .doc("Whether whoever no longer matches loses access. Left out: no.")
                .source("Graph v1.0 reference, accessPackageAutomaticRequestSettings"),
            member("gracePeriodBeforeAccessRemoval", Type::Duration)
                .default(Null)
                .touches(Automatic)
                .doc("How long access stays after somebody no longer matches: an ISO 8601 duration such as `P7D`. Left out, it ends at once.")
                .source("Graph v1.0 reference, accessPackageAutomaticRequestSettings"),
        ],
    )
};

static NOTIFICATION: TypeSpec = structure(
    "accessPackageNotificationSettings",
    Version::V1,
    "E-mail to requestors and approvers.",
    &[member("isAssignmentNotificationDisabled", Type::Bool)
        .doc("Whether no e-mail about assignments is sent. Left out, it stays as it is.")
        .source(METADATA)],
);

static STAGE_SETTING: TypeSpec = structure(
    "customExtensionStageSetting",
    Version::V1,
    "A workflow extension that runs at one stage of a request.",
    &[
        member("id", Type::Text).read_only().doc("The setting's id, made by the service."),
        member("stage", Type::Enum(&EXTENSION_STAGE))
            .required()
            .touches(Extensions)
            .doc("The stage at which the extension runs.")
            .source("Graph v1.0 reference, customExtensionStageSetting"),
        member("customExtension", Type::Ref(Kind::WorkflowExtension, RefForm::Object))
            .required()
            .touches(Extensions)
            .doc("The extension of the package's catalog that runs: its name or `{id: …}`.")
            .source("Graph v1.0 reference, customExtensionStageSetting"),
    ],
);
