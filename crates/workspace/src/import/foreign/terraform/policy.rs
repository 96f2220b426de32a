//! A policy as the provider keeps it, in the beta shape of Graph.
//!
//! The provider reads beta and keeps part of it: whole days, no mode of approval, no form of an answer, no workflow
//! extension, no Verified ID. [`as_shown`] leaves the same out of what a tenant shows, so that the two can be compared.

use super::text;
use entrant_model::value::Json;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Object, Value};
use serde_json::{Map, json};
use std::collections::BTreeMap;

const MINUTES_OF_A_DAY: i64 = 24 * 60;

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
        "scopeType": text(block, "scope_type").unwrap_or("NoSubjects"),
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
    let reviewers: Vec<Json> = list(block, "reviewer").map(subject).collect::<Result<_, _>>()?;
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

/// A policy of a tenant, in the beta shape, with what the provider keeps of it alone.
pub fn as_shown(object: &Object) -> Object {
    let mut shown = object.clone();
    shown.set_unknown(Map::new());
    if let Some((_, kept)) = KEPT.iter().find(|(ty, _)| *ty == object.ty.name) {
        let names: Vec<&'static str> = object.said().map(|(member, _)| member.name).collect();
        for name in names.into_iter().filter(|name| !kept.contains(name)) {
            shown.remove(name);
        }
    }
    for (member, value) in shown.said_mut() {
        if let (Value::Int(minutes), "escalationTimeInMinutes") = (&mut *value, member.name) {
            *minutes -= *minutes % MINUTES_OF_A_DAY;
        }
        match value {
            Value::Object(inner) => **inner = as_shown(inner),
            Value::List(list) => {
                for element in list.iter_mut() {
                    if let Value::Object(inner) = element {
                        **inner = as_shown(inner);
                    }
                }
            }
            _ => {}
        }
    }
    shown
}
