//! The facts of a policy in the beta shape.

use super::review::of_beta;
use super::{
    Credential, Expiry, Mode, PolicyFacts, Scope, Stage, Subject, count, extensions, flag, instant, objects,
    questions, subjects,
};
use crate::time::Duration;
use crate::value::{Object, Value};

pub(super) fn facts(policy: &Object) -> PolicyFacts<'_> {
    let requestors = policy.object("requestorSettings");
    let approval = policy.object("requestApprovalSettings");
    let review = policy.object("accessReviewSettings");
    let scope = Scope::read(requestors.and_then(|r| r.text("scopeType")));
    let is_nobody = scope == Scope::NotSpecified;
    let accepts = flag(requestors, "acceptRequests");
    let stages: Vec<Stage> = objects(approval, "approvalStages").map(stage).collect();
    let mut extension_list = extensions(policy, "customExtensionStageSettings", false);
    extension_list.extend(extensions(policy, "customExtensionHandlers", true));
    PolicyFacts {
        scope,
        targets: subjects(requestors, "allowedRequestors"),
        self_add: accepts && !is_nobody,
        self_update: policy.flag("canExtend"),
        on_behalf_add: false,
        on_behalf_update: false,
        on_behalf_remove: false,
        on_behalf_requestors: Vec::new(),
        is_assignment_stopped: is_nobody && !accepts,
        credentials: credentials(policy.object("verifiableCredentialSettings")),
        is_automatic: false,
        removes_leavers: false,
        grace: None,
        expiry: match (instant(policy.get("expirationDateTime")), count(policy.get("durationInDays"))) {
            (Some(at), _) => Expiry::At(at),
            (None, Some(days)) if days > 0 => Expiry::After(Duration::days(days)),
            _ => Expiry::Never,
        },
        approval_for_add: flag(approval, "isApprovalRequired"),
        approval_for_update: flag(approval, "isApprovalRequiredForExtension"),
        mode: mode(approval.and_then(|a| a.text("approvalMode")), stages.len()),
        stages,
        requestor_justification: flag(approval, "isRequestorJustificationRequired"),
        questions: questions(policy, |q| {
            q.object("text").and_then(|t| t.text("defaultText")).unwrap_or_default()
        }),
        review: review.filter(|r| r.flag("isEnabled")).map(of_beta),
        extensions: extension_list,
    }
}

fn mode(word: Option<&str>, stages: usize) -> Mode<'_> {
    let Some(word) = word else { return Mode::InTurn };
    match (word.to_ascii_lowercase().as_str(), stages) {
        // At most one stage is taken in the same way whatever the word.
        ("serial", _) | ("singlestage" | "parallel", 0 | 1) | ("noapproval", 0) => Mode::InTurn,
        ("parallel", _) => Mode::AtOnce,
        _ => Mode::Other(word),
    }
}

fn stage(stage: &Object) -> Stage<'_> {
    let split = |name: &str| {
        let is_backup = |v: &&Value| v.as_object().is_some_and(|o| o.flag("isBackup"));
        let (fallback, first): (Vec<&Value>, Vec<&Value>) = stage.list(name).iter().partition(is_backup);
        let subjects = |list: Vec<_>| list.into_iter().map(Subject::of).collect::<Vec<_>>();
        (subjects(first), subjects(fallback))
    };
    let (primary, fallback) = split("primaryApprovers");
    let (escalation, escalation_fallback) = split("escalationApprovers");
    Stage {
        primary,
        fallback,
        is_escalation_enabled: stage.flag("isEscalationEnabled"),
        escalation,
        escalation_fallback,
        denial: count(stage.get("approvalStageTimeOutInDays")).map(Duration::days),
        escalation_after: count(stage.get("escalationTimeInMinutes")).map(Duration::minutes),
        approver_justification: stage.flag("isApproverJustificationRequired"),
        is_dynamic: false,
    }
}

fn credentials(settings: Option<&Object>) -> Vec<Credential<'_>> {
    let mut list: Vec<Credential> = objects(settings, "credentialTypes")
        .map(|o| {
            let mut issuers: Vec<&str> = o.list("issuers").iter().filter_map(Value::as_text).collect();
            issuers.sort_unstable();
            Credential { credential_type: o.text("credentialType").unwrap_or_default(), issuers }
        })
        .collect();
    list.sort_by_key(|c| c.credential_type.to_lowercase());
    list
}
