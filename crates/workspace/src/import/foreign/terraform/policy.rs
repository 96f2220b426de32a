//! A policy as the provider keeps it, in the beta shape of Graph.
//!
//! The provider reads beta and keeps part of it: whole days, no mode of approval, no form of an answer, no workflow
//! extension, no Verified ID. A release that reads v1.0 keeps the same members, and `false` in those that it does not find
//! there: whether requests are accepted, who stands in. [`as_shown`] leaves the same out of what a tenant shows, so that
//! the two can be compared.

use super::text;
use entrant_model::value::Json;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Object, Value, Version};
use serde_json::{Map, json};
use std::collections::BTreeMap;

const MINUTES_OF_A_DAY: i64 = 24 * 60;
const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;
/// The scope of a policy that is for nobody.
const NOBODY: &str = "NoSubjects";

/// The shape of Graph in which the provider read these policies. Where some are for somebody, and none accepts requests or
/// has anybody who stands in, it was that of v1.0.
pub(super) fn seen_in(policies: &[&Json]) -> Version {
    let scopes = policies.iter().filter_map(|policy| text(&policy["requestor_settings"][0], "scope_type"));
    let mut scopes = scopes;
    let are_for_somebody = scopes.any(|scope| scope != NOBODY);
    if are_for_somebody && !policies.iter().any(|policy| says_more_than_v1(policy)) {
        Version::V1
    } else {
        Version::Beta
    }
}

/// Whether some value within says what a release that reads v1.0 never says.
fn says_more_than_v1(values: &Json) -> bool {
    match values {
        Json::Object(map) => map.iter().any(|(name, value)| match name.as_str() {
            "requests_accepted" | "backup" => *value == Json::Bool(true),
            _ => says_more_than_v1(value),
        }),
        Json::Array(list) => list.iter().any(says_more_than_v1),
        _ => false,
    }
}

/// The members of a policy. What the state has in a form that says nothing is named in `unsaid`.
pub(super) fn read(values: &Json, unsaid: &mut BTreeMap<&'static str, String>) -> Map<String, Json> {
    let mut members = Map::new();
    members.insert("canExtend".into(), flag(values, "extension_enabled"));
    members.insert("durationInDays".into(), number(values, "duration_in_days"));
    let end = text(values, "expiration_date").map_or(Json::Null, Json::from);
    members.insert("expirationDateTime".into(), end);
    for (member, block, read) in [
        ("requestorSettings", "requestor_settings", requestors as fn(&Json) -> Result<Json, String>),
        ("requestApprovalSettings", "approval_settings", approval),
        ("accessReviewSettings", "assignment_review_settings", review),
    ] {
        // An empty list is what the provider keeps where Graph has nothing.
        match values[block].get(0).filter(|block| block.is_object()).map(read).transpose() {
            Ok(said) => {
                members.insert(member.into(), said.unwrap_or_default());
            }
            Err(why) => {
                unsaid.insert(member, format!("`{block}`: {why}"));
            }
        }
    }
    members.insert("questions".into(), list(values, "question").map(question).collect());
    members
}

fn list<'j>(values: &'j Json, name: &str) -> impl Iterator<Item = &'j Json> {
    values[name].as_array().into_iter().flatten()
}

fn flag(values: &Json, name: &str) -> Json {
    values[name].as_bool().unwrap_or_default().into()
}

fn number(values: &Json, name: &str) -> Json {
    values[name].as_i64().unwrap_or_default().into()
}

fn word(values: &Json, name: &str) -> Json {
    text(values, name).map_or(Json::Null, Json::from)
}

fn requestors(block: &Json) -> Result<Json, String> {
    let allowed: Vec<Json> = list(block, "requestor").map(subject).collect::<Result<_, _>>()?;
    Ok(json!({
        "scopeType": text(block, "scope_type").unwrap_or(NOBODY),
        "acceptRequests": flag(block, "requests_accepted"),
        "allowedRequestors": allowed,
    }))
}

fn approval(block: &Json) -> Result<Json, String> {
    let stages: Vec<Json> = list(block, "approval_stage").map(stage).collect::<Result<_, _>>()?;
    Ok(json!({
        "isApprovalRequired": flag(block, "approval_required"),
        "isApprovalRequiredForExtension": flag(block, "approval_required_for_extension"),
        "isRequestorJustificationRequired": flag(block, "requestor_justification_required"),
        "approvalStages": stages,
    }))
}

fn stage(block: &Json) -> Result<Json, String> {
    let subjects =
        |name: &str| list(block, name).map(subject).collect::<Result<Vec<Json>, String>>().map(Json::from);
    let days = block["enable_alternative_approval_in_days"].as_i64().unwrap_or_default();
    Ok(json!({
        "approvalStageTimeOutInDays": number(block, "approval_timeout_in_days"),
        "isApproverJustificationRequired": flag(block, "approver_justification_required"),
        "isEscalationEnabled": flag(block, "alternative_approval_enabled"),
        "escalationTimeInMinutes": days.saturating_mul(MINUTES_OF_A_DAY),
        "primaryApprovers": subjects("primary_approver")?,
        "escalationApprovers": subjects("alternative_approver")?,
    }))
}

fn review(block: &Json) -> Result<Json, String> {
    if block["enabled"].as_bool() != Some(true) {
        return Ok(Json::Null);
    }
    // In v1.0 the manager is one of the reviewers, in beta the type says it.
    let by_manager = text(block, "review_type") == Some("Manager");
    let is_manager = |reviewer: &&Json| {
        text(reviewer, "subject_type").is_some_and(|ty| ty.eq_ignore_ascii_case("requestorManager"))
    };
    let reviewers = list(block, "reviewer").filter(|reviewer| !(by_manager && is_manager(reviewer)));
    let reviewers: Vec<Json> = reviewers.map(subject).collect::<Result<_, _>>()?;
    // Graph's least moment stands for none.
    let start = text(block, "starting_on").filter(|start| !start.starts_with("0001-"));
    let mut review = json!({
        "isEnabled": true,
        "recurrenceType": word(block, "review_frequency"),
        "reviewerType": word(block, "review_type"),
        "durationInDays": number(block, "duration_in_days"),
        "reviewers": reviewers,
        "isAccessRecommendationEnabled": flag(block, "access_recommendation_enabled"),
        "isApprovalJustificationRequired": flag(block, "approver_justification_required"),
        "accessReviewTimeoutBehavior": word(block, "access_review_timeout_behavior"),
    });
    if let Some(start) = start {
        review["startDateTime"] = start.into();
    }
    Ok(review)
}

/// Versions 2 and 3 differ in the case of the first letter.
fn subject(block: &Json) -> Result<Json, String> {
    let written = text(block, "subject_type").unwrap_or_default();
    let known = [
        ("singleUser", true),
        ("groupMembers", true),
        ("connectedOrganizationMembers", true),
        ("requestorManager", false),
        ("internalSponsors", false),
        ("externalSponsors", false),
        ("targetUserSponsors", false),
    ];
    let Some((ty, has_id)) = known.into_iter().find(|(ty, _)| ty.eq_ignore_ascii_case(written)) else {
        return Err(format!("`subject_type` is `{written}`, which this version of the tool does not know"));
    };
    let mut subject = json!({
        ODATA_TYPE: format!("#microsoft.graph.{ty}"),
        "isBackup": flag(block, "backup"),
    });
    if has_id {
        // Version 2 keeps what it does not know as a user without an id.
        let id =
            text(block, "object_id").ok_or("a subject has no `object_id`, so it is not said who is meant")?;
        subject["id"] = id.into();
    }
    Ok(subject)
}

fn question(block: &Json) -> Json {
    let mut question = json!({
        "sequence": number(block, "sequence"),
        "isRequired": flag(block, "required"),
        "text": content(&block["text"]),
    });
    let choices: Vec<Json> = list(block, "choice")
        .map(|choice| {
            json!({"actualValue": choice["actual_value"], "displayValue": content(&choice["display_value"])})
        })
        .collect();
    let ty = if choices.is_empty() {
        "accessPackageTextInputQuestion"
    } else {
        question["choices"] = choices.into();
        "accessPackageMultipleChoiceQuestion"
    };
    question[ODATA_TYPE] = format!("#microsoft.graph.{ty}").into();
    question
}

fn content(block: &Json) -> Json {
    let block = &block[0];
    let localized: Vec<Json> = list(block, "localized_text")
        .map(|text| json!({"languageCode": text["language_code"], "text": text["content"]}))
        .collect();
    json!({"defaultText": word(block, "default_text"), "localizedTexts": localized})
}

/// What the provider keeps of a type.
const KEPT: &[(&str, &[&str])] = &[
    (
        "accessPackageAssignmentPolicy",
        &[
            "displayName",
            "description",
            "canExtend",
            "durationInDays",
            "expirationDateTime",
            "requestorSettings",
            "requestApprovalSettings",
            "accessReviewSettings",
            "questions",
        ],
    ),
    (
        "approvalSettings",
        &[
            "isApprovalRequired",
            "isApprovalRequiredForExtension",
            "isRequestorJustificationRequired",
            "approvalStages",
        ],
    ),
    (
        "approvalStage",
        &[
            "approvalStageTimeOutInDays",
            "isApproverJustificationRequired",
            "isEscalationEnabled",
            "escalationTimeInMinutes",
            "primaryApprovers",
            "escalationApprovers",
        ],
    ),
    ("requestorManager", &["isBackup"]),
    ("accessPackageTextInputQuestion", &["sequence", "isRequired", "text"]),
    ("accessPackageMultipleChoiceQuestion", &["sequence", "isRequired", "text", "choices"]),
];

/// A policy of a tenant in the beta shape, with what the provider keeps of it alone. `v1` is the same policy in v1.0.
pub fn as_shown(beta: &Object, v1: &Object, sees: Version) -> Object {
    let mut shown = kept(beta);
    if sees == Version::V1 {
        through_v1(&mut shown);
        // Beta shows a number of days of what lasts no whole number of them, and v1.0 the time itself.
        if let Some(Value::Duration(lasts)) = v1.object("expiration").and_then(|e| e.get("duration")) {
            let days = lasts.seconds() / SECONDS_OF_A_DAY;
            shown.set("durationInDays", Value::Int(i64::try_from(days).unwrap_or(i64::MAX)));
        }
    }
    shown
}

/// A policy of the file, with what the provider does not find in v1.0 as the tenant has it, in the beta shape.
pub fn completed(file: &Object, beta: &Object, sees: Version) -> Object {
    let mut file = file.clone();
    let accepts = beta.object("requestorSettings").and_then(|settings| settings.get("acceptRequests"));
    if let (Version::V1, Some(accepts)) = (sees, accepts)
        && let Some(mut settings) = file.object("requestorSettings").cloned()
    {
        settings.set("acceptRequests", accepts.clone());
        file.set("requestorSettings", Value::Object(Box::new(settings)));
    }
    file
}

/// Leaves out what v1.0 shows elsewhere: who stands in for approvers and reviewers, and one of two scopes.
fn through_v1(object: &mut Object) {
    for (member, value) in object.said_mut() {
        match value {
            Value::Enum(word) if word.as_str() == "AllExistingConnectedOrganizationSubjects" => {
                *value = Value::word("AllConfiguredConnectedOrganizationSubjects");
            }
            Value::Object(inner) => through_v1(inner),
            Value::List(list) => {
                if matches!(member.name, "primaryApprovers" | "escalationApprovers" | "reviewers") {
                    let stands_in = |element: &Value| element.as_object().is_some_and(|e| e.flag("isBackup"));
                    *list = list.iter().filter(|element| !stands_in(element)).cloned().collect();
                }
                for element in list.iter_mut() {
                    if let Value::Object(inner) = element {
                        through_v1(inner);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What the provider keeps of an object.
fn kept(object: &Object) -> Object {
    let mut shown = object.clone();
    shown.set_unknown(Map::new());
    if let Some((_, names)) = KEPT.iter().find(|(ty, _)| *ty == object.ty.name) {
        let others = object.said().map(|(member, _)| member.name).filter(|name| !names.contains(name));
        for name in others {
            shown.remove(name);
        }
    }
    for (member, value) in shown.said_mut() {
        if let (Value::Int(minutes), "escalationTimeInMinutes") = (&mut *value, member.name) {
            *minutes -= *minutes % MINUTES_OF_A_DAY;
        }
        match value {
            Value::Object(inner) => **inner = kept(inner),
            Value::List(list) => {
                for element in list.iter_mut() {
                    if let Value::Object(inner) = element {
                        **inner = kept(inner);
                    }
                }
            }
            _ => {}
        }
    }
    shown
}
