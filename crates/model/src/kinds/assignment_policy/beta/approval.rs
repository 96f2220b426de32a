//! Approval in the beta shape: the settings and their stages.

use super::subjects::APPROVER;
use super::{APPROVER_VISIBILITY, METADATA, word};
use crate::kind::Version;
use crate::spec::Dimension::{Approval, Approvers, Escalation, Justification};
use crate::spec::{COUNT, EnumSpec, Type, TypeSpec, member, structure};
use crate::value::{Object, Value};

const APPROVAL_REFERENCE: &str = "Graph beta reference, approvalSettings";
const STAGE_REFERENCE: &str = "Graph beta reference, approvalStage";

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
        member("approvalStageTimeOutInDays", COUNT)
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
        member("escalationTimeInMinutes", COUNT)
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
