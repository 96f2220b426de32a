//! A checked beta body as the canonical policy. What v1.0 cannot hold is kept in members that begin
//! with `beta:`; what beta cannot say is not there, so a PUT through beta drops it.
//!
//! This mapping is written here a second time, on purpose: the tool has its own.

use serde_json::{Map, Value, json};

use super::super::text;
use super::to_beta::{EXISTING, SCOPES, carry_unknown, derived_mode};
use super::{beta, v1};
use crate::values;

type Object = Map<String, Value>;

pub fn from_beta(body: &Object) -> Object {
    let mut policy = Object::new();
    let mut put = |name: &str, value: Value| {
        policy.insert(name.to_owned(), value);
    };
    let member = |name: &str| body.get(name).cloned().unwrap_or_default();
    put("displayName", member("displayName"));
    put("description", member("description"));
    put("accessPackage", json!({ "id": member("accessPackageId") }));
    put("expiration", expiration(body));
    let approval = match body.get("requestApprovalSettings") {
        Some(Value::Object(approval)) => Value::Object(approval_settings(approval)),
        _ => json!({ "isRequestorJustificationRequired": false }),
    };
    put("requestApprovalSettings", approval);
    let review = body.get("accessReviewSettings").and_then(Value::as_object).map(review);
    put("reviewSettings", review.into());
    put("notificationSettings", notification(member("accessPackageNotificationSettings")));
    let questions =
        items(body, "questions").map(|question| Value::Object(self::question(question))).collect();
    put("questions", Value::Array(questions));
    for collection in ["customExtensionStageSettings", "customExtensionHandlers"] {
        let kept =
            if collection == "customExtensionHandlers" { "beta:customExtensionHandlers" } else { collection };
        put(kept, body.get(collection).cloned().unwrap_or_else(|| json!([])));
    }
    if let Some(settings @ Value::Object(_)) = body.get("verifiableCredentialSettings") {
        put("beta:verifiableCredentialSettings", settings.clone());
    }
    requestor_settings(body, &mut policy);
    carry_unknown(&beta::POLICY, body, &mut policy);
    policy
}

fn expiration(body: &Object) -> Value {
    let days = body.get("durationInDays").and_then(Value::as_i64).unwrap_or_default();
    match body.get("expirationDateTime") {
        Some(end @ Value::String(_)) => json!({ "type": "afterDateTime", "endDateTime": end }),
        _ if days > 0 => json!({ "type": "afterDuration", "duration": values::days_to_duration(days) }),
        _ => json!({ "type": "noExpiration" }),
    }
}

/// Scope and targets stand at the top in v1.0, so this fills two places.
fn requestor_settings(body: &Object, policy: &mut Object) {
    let empty = Object::new();
    let written = body.get("requestorSettings").and_then(Value::as_object).unwrap_or(&empty);
    let word = written.get("scopeType").and_then(Value::as_str).unwrap_or("NoSubjects");
    let accepts = written.get("acceptRequests").and_then(Value::as_bool).unwrap_or_default();
    let scope = SCOPES.iter().find(|(_, beta)| *beta == word).map(|(scope, _)| *scope);
    policy.insert(
        "allowedTargetScope".to_owned(),
        scope.unwrap_or("allConfiguredConnectedOrganizationUsers").into(),
    );
    if word == EXISTING {
        policy.insert("beta:scopeType".to_owned(), word.into());
    }
    let targets = items(written, "allowedRequestors").map(|target| subject(target).0).collect();
    policy.insert("specificAllowedTargets".to_owned(), Value::Array(targets));
    let nobody = word == "NoSubjects";
    let mut requestor = Object::new();
    requestor.insert("enableTargetsToSelfAddAccess".to_owned(), (accepts && !nobody).into());
    let extend = body.get("canExtend").cloned().unwrap_or_default();
    requestor.insert("enableTargetsToSelfUpdateAccess".to_owned(), extend);
    if nobody && !accepts {
        requestor.insert("beta:acceptRequests".to_owned(), false.into());
    }
    carry_unknown(&beta::REQUESTOR, written, &mut requestor);
    policy.insert("requestorSettings".to_owned(), Value::Object(requestor));
}

fn approval_settings(written: &Object) -> Object {
    let stages: Vec<Value> =
        items(written, "approvalStages").map(|stage| Value::Object(self::stage(stage))).collect();
    let mut approval = Object::new();
    for (name, beta) in [
        ("isApprovalRequiredForAdd", "isApprovalRequired"),
        ("isApprovalRequiredForUpdate", "isApprovalRequiredForExtension"),
        ("isRequestorJustificationRequired", "isRequestorJustificationRequired"),
    ] {
        let required = written.get(beta).and_then(Value::as_bool).unwrap_or_default();
        approval.insert(name.to_owned(), required.into());
    }
    if let Some(mode @ Value::String(word)) = written.get("approvalMode")
        && word != derived_mode(stages.len())
    {
        approval.insert("beta:approvalMode".to_owned(), mode.clone());
    }
    approval.insert("stages".to_owned(), Value::Array(stages));
    carry_unknown(&beta::APPROVAL, written, &mut approval);
    approval
}

fn stage(written: &Object) -> Object {
    let mut stage = Object::new();
    let number = |name: &str| written.get(name).and_then(Value::as_i64);
    let denial = number("approvalStageTimeOutInDays").map(values::days_to_duration);
    stage.insert("durationBeforeAutomaticDenial".to_owned(), denial.into());
    for name in ["isApproverJustificationRequired", "isEscalationEnabled", "approverInformationVisibility"] {
        stage.insert(name.to_owned(), written.get(name).cloned().unwrap_or_default());
    }
    let escalation = number("escalationTimeInMinutes").map(values::minutes_to_duration);
    stage.insert("durationBeforeEscalation".to_owned(), escalation.into());
    for (list, first, fallback) in [
        ("primaryApprovers", "primaryApprovers", "fallbackPrimaryApprovers"),
        ("escalationApprovers", "escalationApprovers", "fallbackEscalationApprovers"),
    ] {
        let (primary, backup) = split(written, list);
        stage.insert(first.to_owned(), primary.into());
        stage.insert(fallback.to_owned(), backup.into());
    }
    carry_unknown(&beta::STAGE, written, &mut stage);
    stage
}

fn review(written: &Object) -> Object {
    let member = |name: &str| written.get(name).cloned().unwrap_or_default();
    let (mut primary, fallback) = split(written, "reviewers");
    if text(written, "reviewerType") == "Manager" {
        primary.insert(0, json!({ "@odata.type": v1::REQUESTOR_MANAGER.odata_type(), "managerLevel": 1 }));
    }
    let mut schedule = Object::new();
    schedule.insert("startDateTime".to_owned(), member("startDateTime"));
    if let Some(days) = written.get("durationInDays").and_then(Value::as_i64).filter(|days| *days > 0) {
        let duration = values::days_to_duration(days);
        schedule.insert("expiration".to_owned(), json!({ "type": "afterDuration", "duration": duration }));
    }
    if let Some((kind, interval)) = recurrence(text(written, "recurrenceType")) {
        let recurrence = json!({
            "pattern": { "type": kind, "interval": interval },
            "range": { "type": "noEnd" },
        });
        schedule.insert("recurrence".to_owned(), recurrence);
    }
    let mut review = Object::new();
    review.insert("isEnabled".to_owned(), member("isEnabled"));
    review.insert("expirationBehavior".to_owned(), member("accessReviewTimeoutBehavior"));
    review.insert("isRecommendationEnabled".to_owned(), member("isAccessRecommendationEnabled"));
    review.insert("isReviewerJustificationRequired".to_owned(), member("isApprovalJustificationRequired"));
    review.insert("isSelfReview".to_owned(), (text(written, "reviewerType") == "Self").into());
    review.insert("schedule".to_owned(), Value::Object(schedule));
    review.insert("primaryReviewers".to_owned(), primary.into());
    review.insert("fallbackReviewers".to_owned(), fallback.into());
    if let Some(agentic @ Value::Bool(_)) = written.get("isAgenticExperienceEnabled") {
        review.insert("beta:isAgenticExperienceEnabled".to_owned(), agentic.clone());
    }
    carry_unknown(&beta::REVIEW, written, &mut review);
    review
}

fn recurrence(word: &str) -> Option<(&'static str, u32)> {
    match word {
        "weekly" => Some(("weekly", 1)),
        "monthly" => Some(("absoluteMonthly", 1)),
        "quarterly" => Some(("absoluteMonthly", 3)),
        "halfyearly" => Some(("absoluteMonthly", 6)),
        "annual" => Some(("absoluteMonthly", 12)),
        _ => None,
    }
}

/// v1.0 has no null for the one member.
fn notification(written: Value) -> Value {
    match written {
        Value::Object(mut settings) => {
            let switch = settings.get("isAssignmentNotificationDisabled").and_then(Value::as_bool);
            settings.insert("isAssignmentNotificationDisabled".to_owned(), switch.unwrap_or_default().into());
            Value::Object(settings)
        }
        _ => Value::Null,
    }
}

pub fn question(written: &Object) -> Object {
    let member = |name: &str| written.get(name).cloned().unwrap_or_default();
    let mut question = Object::new();
    for name in ["@odata.type", "id", "sequence", "isRequired", "isAnswerEditable"] {
        question.insert(name.to_owned(), member(name));
    }
    put_content(&member("text"), &mut question);
    let shape = if text(written, "@odata.type") == beta::TEXT_QUESTION.odata_type() {
        for name in ["isSingleLineQuestion", "regexPattern"] {
            question.insert(name.to_owned(), member(name));
        }
        &beta::TEXT_QUESTION
    } else {
        question.insert("isMultipleSelectionAllowed".to_owned(), member("allowsMultipleSelection"));
        let choices = items(written, "choices").map(|written| {
            let mut choice = Object::new();
            choice.insert("actualValue".to_owned(), written.get("actualValue").cloned().unwrap_or_default());
            put_content(&written.get("displayValue").cloned().unwrap_or_default(), &mut choice);
            carry_unknown(&beta::CHOICE, written, &mut choice);
            Value::Object(choice)
        });
        question.insert("choices".to_owned(), choices.collect());
        &beta::CHOICE_QUESTION
    };
    carry_unknown(shape, written, &mut question);
    question
}

fn put_content(content: &Value, into: &mut Object) {
    let localizations = content.get("localizedTexts").cloned().unwrap_or_else(|| json!([]));
    into.insert("text".to_owned(), content.get("defaultText").cloned().unwrap_or_default());
    into.insert("localizations".to_owned(), localizations);
}

/// The subjects that are not backups, and those that are.
fn split(written: &Object, list: &str) -> (Vec<Value>, Vec<Value>) {
    let subjects: Vec<(Value, bool)> = items(written, list).map(subject).collect();
    let (backup, primary): (Vec<_>, Vec<_>) = subjects.into_iter().partition(|(_, is_backup)| *is_backup);
    let values = |subjects: Vec<(Value, bool)>| subjects.into_iter().map(|(subject, _)| subject).collect();
    (values(primary), values(backup))
}

/// A subject as v1.0 has it, and whether it was a backup.
fn subject(written: &Object) -> (Value, bool) {
    let name = text(written, "@odata.type");
    let is_backup = written.get("isBackup").and_then(Value::as_bool).unwrap_or_default();
    let mut subject = Object::new();
    subject.insert("@odata.type".to_owned(), name.into());
    let shape = v1::SUBJECTS.iter().find(|shape| shape.odata_type() == name);
    if let Some(member) =
        shape.and_then(|shape| shape.members.iter().find(|member| member.name.ends_with("Id")))
    {
        subject.insert(member.name.to_owned(), written.get("id").cloned().unwrap_or_default());
    }
    for name in ["membershipRule", "managerLevel", "description"] {
        if let Some(value) = written.get(name) {
            subject.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(shape) = beta::SUBJECTS.iter().find(|shape| shape.odata_type() == name) {
        carry_unknown(shape, written, &mut subject);
    }
    (Value::Object(subject), is_backup)
}

fn items<'a>(parent: &'a Object, name: &str) -> impl Iterator<Item = &'a Object> {
    parent.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}
