//! The facts of a policy in the v1.0 shape.

use super::review::{expiry, of_v1};
use super::{Mode, PolicyFacts, Scope, Stage, duration, extensions, flag, objects, questions, subjects};
use crate::value::Object;

pub(super) fn facts(policy: &Object) -> PolicyFacts<'_> {
    let requestors = policy.object("requestorSettings");
    let approval = policy.object("requestApprovalSettings");
    let automatic = policy.object("automaticRequestSettings");
    let review = policy.object("reviewSettings");
    PolicyFacts {
        scope: Scope::read(policy.text("allowedTargetScope")),
        targets: subjects(Some(policy), "specificAllowedTargets"),
        self_add: flag(requestors, "enableTargetsToSelfAddAccess"),
        self_update: flag(requestors, "enableTargetsToSelfUpdateAccess"),
        on_behalf_add: flag(requestors, "enableOnBehalfRequestorsToAddAccess"),
        on_behalf_update: flag(requestors, "enableOnBehalfRequestorsToUpdateAccess"),
        on_behalf_remove: flag(requestors, "enableOnBehalfRequestorsToRemoveAccess"),
        on_behalf_requestors: subjects(requestors, "onBehalfRequestors"),
        is_assignment_stopped: false,
        credentials: Vec::new(),
        is_automatic: flag(automatic, "requestAccessForAllowedTargets"),
        removes_leavers: flag(automatic, "removeAccessWhenTargetLeavesAllowedTargets"),
        grace: duration(automatic.and_then(|a| a.get("gracePeriodBeforeAccessRemoval"))),
        expiry: expiry(policy.object("expiration")),
        approval_for_add: flag(approval, "isApprovalRequiredForAdd"),
        approval_for_update: flag(approval, "isApprovalRequiredForUpdate"),
        mode: Mode::InTurn,
        stages: objects(approval, "stages").map(stage).collect(),
        requestor_justification: flag(approval, "isRequestorJustificationRequired"),
        questions: questions(policy, |q| q.text("text").unwrap_or_default()),
        review: review.filter(|r| r.flag("isEnabled")).map(of_v1),
        extensions: extensions(policy, "customExtensionStageSettings", false),
    }
}

fn stage(stage: &Object) -> Stage<'_> {
    Stage {
        primary: subjects(Some(stage), "primaryApprovers"),
        fallback: subjects(Some(stage), "fallbackPrimaryApprovers"),
        is_escalation_enabled: stage.flag("isEscalationEnabled"),
        escalation: subjects(Some(stage), "escalationApprovers"),
        escalation_fallback: subjects(Some(stage), "fallbackEscalationApprovers"),
        denial: duration(stage.get("durationBeforeAutomaticDenial")),
        escalation_after: duration(stage.get("durationBeforeEscalation")),
        approver_justification: stage.flag("isApproverJustificationRequired"),
        is_dynamic: stage.ty.name == "accessPackageDynamicApprovalStage",
    }
}
