//! What a write in one shape would drop that only the other shape shows.
//!
//! An update replaces the whole object with what its own shape can say. So before one, the object is read in
//! the other shape too, and the write is refused where that shows something that the own shape cannot hold.
//! Facts: the mapping of beta to v1.0 in the Graph reference of both versions.

use entrant_model::spec::{EnumSpec, EnumWord, Type, UnionSpec};
use entrant_model::wire::element_type;
use entrant_model::{Object, Value, Version};

/// Sentences that say what a write in the other version than `other`'s would drop; empty for nothing.
pub fn dropped(other: &Object) -> Vec<String> {
    let mut found = Vec::new();
    match other.ty.version {
        Version::Beta => only_in_beta(other, &mut found),
        Version::V1 => only_in_v1(other, &mut found),
    }
    foreign_parts(&Type::Object(other.ty), &Value::Object(Box::new(other.clone())), &mut found);
    found.sort();
    found.dedup();
    found
}

fn only_in_beta(policy: &Object, found: &mut Vec<String>) {
    let credentials =
        policy.object("verifiableCredentialSettings").map_or(&[][..], |c| c.list("credentialTypes"));
    if !credentials.is_empty() {
        found
            .push("a Verified ID is required of requestors (beta `verifiableCredentialSettings`)".to_owned());
    }
    if !policy.list("customExtensionHandlers").is_empty() {
        found.push("workflow extensions run in the older form (beta `customExtensionHandlers`)".to_owned());
    }
}

fn only_in_v1(policy: &Object, found: &mut Vec<String>) {
    if policy.object("automaticRequestSettings").is_some_and(|a| a.flag("requestAccessForAllowedTargets")) {
        found.push("access is given automatically by a rule (v1.0 `automaticRequestSettings`)".to_owned());
    }
    if let Some(requestors) = policy.object("requestorSettings") {
        let flags = [
            "enableOnBehalfRequestorsToAddAccess",
            "enableOnBehalfRequestorsToUpdateAccess",
            "enableOnBehalfRequestorsToRemoveAccess",
        ];
        for flag in flags.into_iter().filter(|f| requestors.flag(f)) {
            found.push(format!("requests on behalf of others are allowed (v1.0 `{flag}`)"));
        }
        if !requestors.list("onBehalfRequestors").is_empty() {
            found.push("there are requestors on behalf of others (v1.0 `onBehalfRequestors`)".to_owned());
        }
    }
    let expiry = policy.object("expiration").and_then(|e| e.get("duration"));
    if let Some(Value::Duration(duration)) = expiry
        && duration.whole_days().is_none()
    {
        found.push(format!(
            "access lasts `{duration}`, which is not a whole number of days (v1.0 `expiration`)"
        ));
    }
    if let Some(review) = policy.object("reviewSettings").filter(|r| r.flag("isEnabled")) {
        only_in_v1_review(review, found);
    }
    for stage in policy.object("requestApprovalSettings").map_or(&[][..], |a| a.list("stages")) {
        let Some(stage) = stage.as_object() else { continue };
        if let Some(Value::Duration(duration)) = stage.get("durationBeforeAutomaticDenial")
            && duration.whole_days().is_none()
        {
            found.push(format!(
                "an approval stage is open for `{duration}`, which is not a whole number of days"
            ));
        }
        if let Some(Value::Duration(duration)) = stage.get("durationBeforeEscalation")
            && !duration.seconds().is_multiple_of(60)
        {
            found.push(format!(
                "a stage escalates after `{duration}`, which is not a whole number of minutes"
            ));
        }
    }
}

/// Beta has five rhythms without an end, and a review is open for whole days.
fn only_in_v1_review(review: &Object, found: &mut Vec<String>) {
    let Some(schedule) = review.object("schedule") else { return };
    if let Some(Value::Duration(duration)) = schedule.object("expiration").and_then(|e| e.get("duration"))
        && duration.whole_days().is_none()
    {
        found.push(format!("a review is open for `{duration}`, which is not a whole number of days"));
    }
    let Some(recurrence) = schedule.object("recurrence") else { return };
    let has_word = recurrence.ty.shorthand.and_then(|s| (s.write)(recurrence)).is_some();
    if !has_word && recurrence.object("pattern").is_some() {
        found.push(
            "reviews recur in a way that beta has no word for (v1.0 `reviewSettings.schedule`)".to_owned(),
        );
    }
}

/// Words and variants that exist in this version alone.
fn foreign_parts(ty: &Type, value: &Value, found: &mut Vec<String>) {
    match (ty, value) {
        (Type::Enum(spec), Value::Enum(word)) => {
            if let Some(known) = spec.find(word.as_str())
                && is_foreign(spec, known)
            {
                found.push(format!(
                    "`{}` is `{}`, a word that the other version lacks",
                    spec.name, known.word
                ));
            }
        }
        (Type::Union { spec, .. }, Value::Object(object)) => {
            if let Some(sentence) = foreign_variant(spec, object) {
                found.push(sentence);
            }
            members(object, found);
        }
        (_, Value::Object(object)) => members(object, found),
        (_, Value::List(list)) => list.iter().for_each(|v| foreign_parts(&element_type(ty), v, found)),
        _ => {}
    }
}

fn members(object: &Object, found: &mut Vec<String>) {
    for (member, value) in object.said() {
        foreign_parts(&member.ty, value, found);
    }
}

/// Enums whose words are paired between the versions, and this word is not.
fn is_foreign(spec: &EnumSpec, word: &EnumWord) -> bool {
    let paired = spec.words.iter().any(|w| !w.counterpart.is_empty());
    (paired && word.counterpart.is_empty()) || (spec.name == "approvalMode" && word.word == "Parallel")
}

fn foreign_variant(spec: &'static UnionSpec, object: &Object) -> Option<String> {
    use entrant_model::kinds::assignment_policy::{beta, v1};
    let name = object.ty.name;
    let known = match (object.ty.version, spec.name) {
        (Version::V1, "subjectSet") => beta::SUBJECTS.variant(name).is_some(),
        (Version::Beta, "userSet") => v1::SUBJECTS.variant(name).is_some(),
        (Version::V1, "accessPackageApprovalStage") => name == "accessPackageApprovalStage",
        _ => true,
    };
    (!known).then(|| format!("`{name}` is a type that the other version lacks"))
}
