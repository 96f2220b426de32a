//! What the service fills into a canonical policy: the documented defaults, nulls for unused parts,
//! and ids for what the policy contains.

use serde_json::{Map, Value, json};

use super::super::{Write, fill, text};
use super::v1;

type Object = Map<String, Value>;

/// Completes a policy whose members have been checked. Contained objects get new ids unless
/// `keep_ids` (a seed's are kept).
pub fn complete(write: &mut Write, policy: &mut Object, keep_ids: bool) {
    fill(policy, "allowedTargetScope", "notSpecified");
    fill(policy, "specificAllowedTargets", empty());
    for unused in ["description", "automaticRequestSettings", "reviewSettings", "notificationSettings"] {
        fill(policy, unused, Value::Null);
    }
    fill(policy, "expiration", json!({ "type": "noExpiration" }));
    for_object(policy, "expiration", expiration);
    fill(policy, "requestorSettings", json!({}));
    for_object(policy, "requestorSettings", requestor);
    fill(policy, "requestApprovalSettings", json!({}));
    for_object(policy, "requestApprovalSettings", approval);
    let now = write.tenant.stamp();
    for_object(policy, "reviewSettings", |review| complete_review(review, &now));
    for_object(policy, "automaticRequestSettings", |automatic| {
        for flag in ["requestAccessForAllowedTargets", "removeAccessWhenTargetLeavesAllowedTargets"] {
            fill(automatic, flag, false);
        }
        fill(automatic, "gracePeriodBeforeAccessRemoval", Value::Null);
    });
    for contained in ["questions", "customExtensionStageSettings", "beta:customExtensionHandlers"] {
        fill(policy, contained, empty());
        for_each(policy, contained, |object| {
            let id = write.tenant.new_id();
            let kept = if keep_ids { object.get("id").cloned() } else { None };
            object.shift_remove("id");
            object.shift_insert(
                usize::from(object.contains_key("@odata.type")),
                "id".to_owned(),
                kept.unwrap_or_else(|| id.into()),
            );
        });
    }
    for_each(policy, "questions", question);
    for_subjects(policy, |subject| {
        if text(subject, "@odata.type").ends_with("Manager") {
            fill(subject, "managerLevel", 1);
        }
    });
}

/// Calls `visit` for every subject that the policy names, wherever it stands.
pub fn for_subjects(policy: &mut Object, mut visit: impl FnMut(&mut Object)) {
    for_each(policy, "specificAllowedTargets", &mut visit);
    for_object(policy, "requestorSettings", |requestor| {
        for_each(requestor, "onBehalfRequestors", &mut visit);
    });
    for_object(policy, "requestApprovalSettings", |approval| {
        for_each(approval, "stages", |stage| {
            for list in v1::APPROVER_LISTS {
                for_each(stage, list, &mut visit);
            }
        });
    });
    for_object(policy, "reviewSettings", |review| {
        for list in ["primaryReviewers", "fallbackReviewers"] {
            for_each(review, list, &mut visit);
        }
    });
}

fn expiration(expiration: &mut Object) {
    fill(expiration, "type", "notSpecified");
    for unused in ["endDateTime", "duration"] {
        fill(expiration, unused, Value::Null);
    }
}

fn requestor(requestor: &mut Object) {
    for flag in [
        "enableTargetsToSelfAddAccess",
        "enableTargetsToSelfUpdateAccess",
        "enableTargetsToSelfRemoveAccess",
        "allowCustomAssignmentSchedule",
        "enableOnBehalfRequestorsToAddAccess",
        "enableOnBehalfRequestorsToUpdateAccess",
        "enableOnBehalfRequestorsToRemoveAccess",
    ] {
        fill(requestor, flag, false);
    }
    if requestor.get("onBehalfRequestors") == Some(&json!([])) {
        requestor.shift_remove("onBehalfRequestors");
    }
}

fn approval(approval: &mut Object) {
    for flag in ["isApprovalRequiredForAdd", "isApprovalRequiredForUpdate"] {
        fill(approval, flag, false);
    }
    fill(approval, "stages", empty());
    for_each(approval, "stages", |stage| {
        fill(stage, "durationBeforeAutomaticDenial", Value::Null);
        for flag in ["isApproverJustificationRequired", "isEscalationEnabled"] {
            fill(stage, flag, false);
        }
        fill(stage, "durationBeforeEscalation", "PT0S");
        fill(stage, "approverInformationVisibility", "default");
        for list in v1::APPROVER_LISTS {
            fill(stage, list, empty());
        }
    });
}

fn complete_review(review: &mut Object, now: &str) {
    for flag in ["isEnabled", "isSelfReview"] {
        fill(review, flag, false);
    }
    for flag in ["isRecommendationEnabled", "isReviewerJustificationRequired"] {
        fill(review, flag, true);
    }
    fill(review, "expirationBehavior", Value::Null);
    for list in ["primaryReviewers", "fallbackReviewers"] {
        fill(review, list, empty());
    }
    fill(review, "schedule", json!({}));
    for_object(review, "schedule", |schedule| {
        fill(schedule, "startDateTime", now);
        let start = text(schedule, "startDateTime").get(..10).map(str::to_owned);
        for unused in ["expiration", "recurrence"] {
            fill(schedule, unused, Value::Null);
        }
        for_object(schedule, "expiration", expiration);
        for_object(schedule, "recurrence", |recurrence| {
            for part in ["pattern", "range"] {
                fill(recurrence, part, json!({}));
            }
            for_object(recurrence, "pattern", |pattern| {
                for unused in ["type", "firstDayOfWeek", "index"] {
                    fill(pattern, unused, Value::Null);
                }
                for number in ["interval", "month", "dayOfMonth"] {
                    fill(pattern, number, 0);
                }
                fill(pattern, "daysOfWeek", empty());
            });
            for_object(recurrence, "range", |range| {
                fill(range, "type", "noEnd");
                fill(range, "numberOfOccurrences", 0);
                fill(range, "startDate", Value::from(start.as_deref()));
                for unused in ["endDate", "recurrenceTimeZone"] {
                    fill(range, unused, Value::Null);
                }
            });
        });
    });
}

fn question(question: &mut Object) {
    for unused in ["sequence", "isAnswerEditable", "text"] {
        fill(question, unused, Value::Null);
    }
    fill(question, "isRequired", false);
    fill(question, "localizations", empty());
    if text(question, "@odata.type") == v1::TEXT_QUESTION.odata_type() {
        fill(question, "isSingleLineQuestion", false);
        fill(question, "regexPattern", Value::Null);
    } else {
        fill(question, "isMultipleSelectionAllowed", false);
        fill(question, "choices", empty());
        for_each(question, "choices", |choice| {
            for unused in ["actualValue", "text"] {
                fill(choice, unused, Value::Null);
            }
            fill(choice, "localizations", empty());
        });
    }
}

fn empty() -> Value {
    Value::Array(Vec::new())
}

fn for_object(parent: &mut Object, name: &str, mut change: impl FnMut(&mut Object)) {
    if let Some(Value::Object(object)) = parent.get_mut(name) {
        change(object);
    }
}

fn for_each(parent: &mut Object, name: &str, mut change: impl FnMut(&mut Object)) {
    if let Some(Value::Array(items)) = parent.get_mut(name) {
        items.iter_mut().filter_map(Value::as_object_mut).for_each(&mut change);
    }
}
