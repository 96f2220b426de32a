//! A canonical policy as beta shows it, with the losses that the documentation states: beta has no
//! hours, no automatic assignment, no on-behalf requests and fewer scopes and subjects.
//!
//! This mapping is written here a second time, on purpose: the tool has its own.

use serde_json::{Map, Value, json};

use super::super::text;
use super::{beta, v1};
use crate::shape::{Shape, unknown_members};
use crate::values;

type Object = Map<String, Value>;

/// Every member that beta shows, contained collections included.
pub fn to_beta(policy: &Object) -> Object {
    let mut shown = Object::new();
    let mut put = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    let member = |name: &str| policy.get(name).cloned().unwrap_or_default();
    put("id", member("id"));
    put("accessPackageId", policy.get("accessPackage").map_or(Value::Null, |package| package["id"].clone()));
    put("displayName", member("displayName"));
    put("description", member("description"));
    let requestor = object(policy, "requestorSettings");
    put("canExtend", flag(requestor, "enableTargetsToSelfUpdateAccess").into());
    let (days, end) = expiration(policy.get("expiration"));
    put("durationInDays", days.into());
    put("expirationDateTime", end);
    for (name, kept) in [("createdBy", "beta:createdBy"), ("modifiedBy", "beta:modifiedBy")] {
        put(name, member(kept));
    }
    put("createdDateTime", member("createdDateTime"));
    put("modifiedDateTime", member("modifiedDateTime"));
    put("accessReviewSettings", policy.get("reviewSettings").and_then(Value::as_object).map(review).into());
    put("questions", Value::Array(items(policy, "questions").filter_map(question).collect()));
    put("requestorSettings", Value::Object(requestor_settings(policy, requestor)));
    let approval = policy.get("requestApprovalSettings").and_then(Value::as_object).map(approval_settings);
    put("requestApprovalSettings", approval.into());
    put("accessPackageNotificationSettings", member("notificationSettings"));
    put("verifiableCredentialSettings", member("beta:verifiableCredentialSettings"));
    put("customExtensionStageSettings", member("customExtensionStageSettings"));
    put("customExtensionHandlers", member("beta:customExtensionHandlers"));
    carry_unknown(&v1::POLICY, policy, &mut shown);
    shown
}

/// Beta's mode where nothing else was written: by the number of stages.
pub fn derived_mode(stages: usize) -> &'static str {
    match stages {
        0 => "NoApproval",
        1 => "SingleStage",
        _ => "Serial",
    }
}

/// Both versions name a scope; those that only v1.0 has are shown as nobody.
pub const SCOPES: [(&str, &str); 7] = [
    ("notSpecified", "NoSubjects"),
    ("specificDirectoryUsers", "SpecificDirectorySubjects"),
    ("specificConnectedOrganizationUsers", "SpecificConnectedOrganizationSubjects"),
    ("allConfiguredConnectedOrganizationUsers", "AllConfiguredConnectedOrganizationSubjects"),
    ("allMemberUsers", "AllExistingDirectoryMemberUsers"),
    ("allDirectoryUsers", "AllExistingDirectorySubjects"),
    ("allExternalUsers", "AllExternalSubjects"),
];

/// The scope that v1.0 has no word for.
pub const EXISTING: &str = "AllExistingConnectedOrganizationSubjects";

/// Members that the documentation does not know stand in both versions.
pub fn carry_unknown(shape: &'static Shape, from: &Object, into: &mut Object) {
    into.extend(unknown_members(shape, from).map(|(name, value)| (name.clone(), value.clone())));
}

/// Days and end. What is not made of whole days reads as no limit at all.
fn expiration(pattern: Option<&Value>) -> (i64, Value) {
    let pattern = pattern.cloned().unwrap_or_default();
    match pattern["type"].as_str() {
        Some("afterDuration") => {
            (pattern["duration"].as_str().and_then(values::whole_days).unwrap_or_default(), Value::Null)
        }
        Some("afterDateTime") => (0, pattern["endDateTime"].clone()),
        _ => (0, Value::Null),
    }
}

fn requestor_settings(policy: &Object, requestor: &Object) -> Object {
    let scope = text(policy, "allowedTargetScope");
    let word = match policy.get("beta:scopeType") {
        Some(kept) => kept.as_str().unwrap_or(EXISTING),
        None => SCOPES.iter().find(|(word, _)| *word == scope).map_or("NoSubjects", |(_, beta)| beta),
    };
    // The documented policies for direct assignment are NoSubjects with requests accepted, and in
    // v1.0 without self-add; that beta can also refuse them is remembered.
    let accepts = match requestor.get("beta:acceptRequests") {
        Some(kept) => kept.as_bool().unwrap_or_default(),
        None => scope == "notSpecified" || flag(requestor, "enableTargetsToSelfAddAccess"),
    };
    // An automatic policy has no beta form: neither the switch nor the rule that feeds it is shown.
    let automatic = policy.get("automaticRequestSettings").is_some_and(Value::is_object);
    let requestors = items(policy, "specificAllowedTargets")
        .filter(|subject| !(automatic && text(subject, "@odata.type").ends_with(".attributeRuleMembers")))
        .filter_map(|target| subject(target, false))
        .collect();
    let mut shown = Object::new();
    shown.insert("scopeType".to_owned(), word.into());
    shown.insert("acceptRequests".to_owned(), accepts.into());
    shown.insert("allowedRequestors".to_owned(), Value::Array(requestors));
    carry_unknown(&v1::REQUESTOR, requestor, &mut shown);
    shown
}

fn approval_settings(approval: &Object) -> Object {
    let stages: Vec<Value> =
        items(approval, "stages").map(|stage| Value::Object(self::stage(stage))).collect();
    let mode = match approval.get("beta:approvalMode") {
        Some(kept) => kept.clone(),
        None => derived_mode(stages.len()).into(),
    };
    let mut shown = Object::new();
    shown.insert("isApprovalRequired".to_owned(), flag(approval, "isApprovalRequiredForAdd").into());
    shown.insert(
        "isApprovalRequiredForExtension".to_owned(),
        flag(approval, "isApprovalRequiredForUpdate").into(),
    );
    let justification = flag(approval, "isRequestorJustificationRequired");
    shown.insert("isRequestorJustificationRequired".to_owned(), justification.into());
    shown.insert("approvalMode".to_owned(), mode);
    shown.insert("approvalStages".to_owned(), Value::Array(stages));
    carry_unknown(&v1::APPROVAL, approval, &mut shown);
    shown
}

fn stage(stage: &Object) -> Object {
    let member = |name: &str| stage.get(name).cloned().unwrap_or_default();
    let approvers = |first: &str, fallback: &str| {
        let first = items(stage, first).filter_map(|approver| subject(approver, false));
        let fallback = items(stage, fallback).filter_map(|approver| subject(approver, true));
        Value::Array(first.chain(fallback).collect())
    };
    let denial = member("durationBeforeAutomaticDenial");
    let escalation = member("durationBeforeEscalation");
    let mut shown = Object::new();
    let days = denial.as_str().map(|duration| values::whole_days(duration).unwrap_or_default());
    shown.insert("approvalStageTimeOutInDays".to_owned(), days.into());
    for name in ["isApproverJustificationRequired", "isEscalationEnabled"] {
        shown.insert(name.to_owned(), member(name));
    }
    shown.insert("escalationTimeInMinutes".to_owned(), escalation.as_str().and_then(values::minutes).into());
    shown.insert("approverInformationVisibility".to_owned(), member("approverInformationVisibility"));
    shown.insert("primaryApprovers".to_owned(), approvers("primaryApprovers", "fallbackPrimaryApprovers"));
    let escalation = approvers("escalationApprovers", "fallbackEscalationApprovers");
    shown.insert("escalationApprovers".to_owned(), escalation);
    carry_unknown(&v1::STAGE, stage, &mut shown);
    shown
}

fn review(review: &Object) -> Object {
    let schedule = object(review, "schedule");
    let is_manager = |reviewer: &Object| text(reviewer, "@odata.type").ends_with("Manager");
    let managed = items(review, "primaryReviewers").any(is_manager);
    let reviewer_type = match (flag(review, "isSelfReview"), managed) {
        (true, _) => "Self",
        (false, true) => "Manager",
        (false, false) => "Reviewers",
    };
    let primary = items(review, "primaryReviewers").filter(|reviewer| !(managed && is_manager(reviewer)));
    let primary = primary.filter_map(|reviewer| subject(reviewer, false));
    let fallback = items(review, "fallbackReviewers").filter_map(|reviewer| subject(reviewer, true));
    let expiration = schedule.get("expiration").cloned().unwrap_or_default();
    let days = expiration["duration"].as_str().and_then(values::whole_days).unwrap_or_default();
    let mut shown = Object::new();
    let mut put = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    let member = |name: &str| review.get(name).cloned().unwrap_or_default();
    put("isEnabled", member("isEnabled"));
    put("recurrenceType", recurrence_type(schedule).into());
    put("reviewerType", reviewer_type.into());
    put("startDateTime", schedule.get("startDateTime").cloned().unwrap_or_default());
    put("durationInDays", days.into());
    put("reviewers", Value::Array(primary.chain(fallback).collect()));
    put("isAccessRecommendationEnabled", member("isRecommendationEnabled"));
    put("isApprovalJustificationRequired", member("isReviewerJustificationRequired"));
    put("accessReviewTimeoutBehavior", member("expirationBehavior"));
    put("isAgenticExperienceEnabled", member("beta:isAgenticExperienceEnabled"));
    carry_unknown(&v1::REVIEW, review, &mut shown);
    shown
}

fn recurrence_type(schedule: &Object) -> Option<&'static str> {
    let pattern = schedule.get("recurrence")?.get("pattern")?;
    match (pattern["type"].as_str()?, pattern["interval"].as_i64()?) {
        ("weekly", 1) => Some("weekly"),
        ("absoluteMonthly", 1) => Some("monthly"),
        ("absoluteMonthly", 3) => Some("quarterly"),
        ("absoluteMonthly", 6) => Some("halfyearly"),
        ("absoluteMonthly", 12) | ("absoluteYearly", 1) => Some("annual"),
        _ => None,
    }
}

pub fn question(question: &Object) -> Option<Value> {
    let mut shown = Object::new();
    for name in ["@odata.type", "id", "sequence", "isRequired", "isAnswerEditable"] {
        shown.insert(name.to_owned(), question.get(name).cloned()?);
    }
    shown.insert("text".to_owned(), content(question));
    let shape = if text(question, "@odata.type") == v1::TEXT_QUESTION.odata_type() {
        for name in ["isSingleLineQuestion", "regexPattern"] {
            shown.insert(name.to_owned(), question.get(name).cloned().unwrap_or_default());
        }
        &v1::TEXT_QUESTION
    } else {
        let several = question.get("isMultipleSelectionAllowed").cloned().unwrap_or_default();
        shown.insert("allowsMultipleSelection".to_owned(), several);
        let choices = items(question, "choices").map(choice).collect();
        shown.insert("choices".to_owned(), Value::Array(choices));
        &v1::CHOICE_QUESTION
    };
    carry_unknown(shape, question, &mut shown);
    Some(Value::Object(shown))
}

fn choice(choice: &Object) -> Value {
    let mut shown = Object::new();
    shown.insert("actualValue".to_owned(), choice.get("actualValue").cloned().unwrap_or_default());
    shown.insert("displayValue".to_owned(), content(choice));
    carry_unknown(&v1::CHOICE, choice, &mut shown);
    Value::Object(shown)
}

fn content(of: &Object) -> Value {
    let localizations = of.get("localizations").cloned().unwrap_or_else(|| json!([]));
    let default = of.get("text").cloned().unwrap_or_default();
    match (&default, localizations.as_array()) {
        (Value::Null, Some(texts)) if texts.is_empty() => Value::Null,
        _ => json!({ "defaultText": default, "localizedTexts": localizations }),
    }
}

/// A subject as beta has it, or nothing where beta has no such type.
fn subject(subject: &Object, is_backup: bool) -> Option<Value> {
    let name = text(subject, "@odata.type");
    let shape = beta::SUBJECTS.iter().find(|shape| shape.odata_type() == name)?;
    let kept = v1::SUBJECTS.iter().find(|shape| shape.odata_type() == name)?;
    let mut shown = Object::new();
    shown.insert("@odata.type".to_owned(), name.into());
    shown.insert("isBackup".to_owned(), is_backup.into());
    if shape.member("id").is_some() {
        let id = kept.members.iter().find(|member| member.name.ends_with("Id"));
        let id = id.and_then(|member| subject.get(member.name)).cloned();
        shown.insert("id".to_owned(), id.unwrap_or_default());
    }
    for name in ["membershipRule", "managerLevel", "description"] {
        if shape.member(name).is_some() {
            shown.insert(name.to_owned(), subject.get(name).cloned().unwrap_or_default());
        }
    }
    carry_unknown(kept, subject, &mut shown);
    Some(Value::Object(shown))
}

fn object<'a>(parent: &'a Object, name: &str) -> &'a Object {
    static EMPTY: std::sync::LazyLock<Object> = std::sync::LazyLock::new(Object::new);
    parent.get(name).and_then(Value::as_object).unwrap_or(&EMPTY)
}

fn items<'a>(parent: &'a Object, name: &str) -> impl Iterator<Item = &'a Object> {
    parent.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn flag(parent: &Object, name: &str) -> bool {
    parent.get(name).and_then(Value::as_bool).unwrap_or_default()
}
