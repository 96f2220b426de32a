//! Approval in the v1.0 shape: the settings and their stages.

use super::subjects::APPROVER;
use super::{APPROVER_VISIBILITY, METADATA};
use crate::kind::Version;
use crate::spec::Dimension::{Approval, Approvers, Escalation, Fallbacks, Justification};
use crate::spec::{HandForm, MemberSpec, Type, TypeSpec, UnionSpec, Variant, member, structure};

const STAGE_REFERENCE: &str = "Graph v1.0 reference, accessPackageApprovalStage";

/// `accessPackageAssignmentApprovalSettings`.
pub static APPROVAL: TypeSpec = structure(
    "accessPackageAssignmentApprovalSettings",
    Version::V1,
    "Whether and by whom requests are approved.",
    &[
        member("isApprovalRequiredForAdd", Type::Bool)
            .off()
            .touches(Approval)
            .counterpart("isApprovalRequired")
            .doc("Whether a request for access needs approval. Left out: no.")
            .source("Graph v1.0 reference, accessPackageAssignmentApprovalSettings"),
        member("isApprovalRequiredForUpdate", Type::Bool)
            .off()
            .touches(Approval)
            .counterpart("isApprovalRequiredForExtension")
            .doc("Whether a request to extend or change access needs approval. Left out: no.")
            .source("Graph v1.0 reference, accessPackageAssignmentApprovalSettings"),
        member("isRequestorJustificationRequired", Type::Bool)
            .off()
            .touches(Justification)
            .doc("Whether requestors must say why they need access. Left out: no.")
            .source(METADATA),
        member("stages", Type::Sequence { of: &STAGE, order_by: "", max: 3 })
            .empty()
            .sent()
            .touches(Approval)
            .counterpart("approvalStages")
            .doc("The approval stages, one after the other, at most three. Left out, there are none.")
            .source("Graph v1.0 reference, accessPackageAssignmentApprovalSettings"),
    ],
);

static STAGE: Type = Type::Union {
    spec: &STAGES,
    takes: &["accessPackageApprovalStage", "accessPackageDynamicApprovalStage"],
};

/// The two forms of an approval stage.
pub static STAGES: UnionSpec = UnionSpec {
    name: "accessPackageApprovalStage",
    doc: "One stage of approval.",
    variants: &[
        Variant { ty: &PLAIN_STAGE, hand: HandForm::Untagged, tagged: false },
        Variant { ty: &DYNAMIC_STAGE, hand: HandForm::Tag, tagged: true },
    ],
};

const STAGE_MEMBERS: &[MemberSpec] = &[
    member("durationBeforeAutomaticDenial", Type::Duration)
        .counterpart("approvalStageTimeOutInDays")
        .doc("How long approvers have before the request is denied: an ISO 8601 duration in whole days, such as `P14D`. Left out, it stays as it is.")
        .source(STAGE_REFERENCE),
    member("isApproverJustificationRequired", Type::Bool)
        .off()
        .touches(Justification)
        .doc("Whether approvers must say why they decide so. Left out: no.")
        .source(STAGE_REFERENCE),
    member("primaryApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Approvers)
        .doc("Who decides; one of them is enough. Order does not matter.")
        .source(STAGE_REFERENCE),
    member("fallbackPrimaryApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Fallbacks)
        .doc("Who decides where the primary approvers cannot be found, such as a manager or sponsor that nobody has. Left out, nobody.")
        .source(STAGE_REFERENCE),
    member("isEscalationEnabled", Type::Bool)
        .off()
        .touches(Escalation)
        .doc("Whether the request goes to the escalation approvers when nobody has decided in time. Left out: no.")
        .source(STAGE_REFERENCE),
    member("durationBeforeEscalation", Type::Duration)
        .touches(Escalation)
        .counterpart("escalationTimeInMinutes")
        .doc("How long until escalation: an ISO 8601 duration such as `P8D`, shorter than the time before denial; `PT0S` where escalation is off. Left out, it stays as it is.")
        .source(STAGE_REFERENCE),
    member("escalationApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Escalation)
        .doc("Who decides after escalation. Left out, nobody.")
        .source(STAGE_REFERENCE),
    member("fallbackEscalationApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Fallbacks)
        .doc("Who decides where the escalation approvers cannot be found. Left out, nobody.")
        .source(STAGE_REFERENCE),
    member("approverInformationVisibility", Type::Enum(&APPROVER_VISIBILITY))
        .doc("Whether requestors see who approves. Left out, it stays as it is; not every cloud has it.")
        .source(METADATA),
];

static PLAIN_STAGE: TypeSpec =
    structure("accessPackageApprovalStage", Version::V1, "A stage with named approvers.", STAGE_MEMBERS);
static DYNAMIC_STAGE: TypeSpec = structure(
    "accessPackageDynamicApprovalStage",
    Version::V1,
    "A stage whose approvers a workflow extension decides when the request is made.",
    STAGE_MEMBERS,
);
