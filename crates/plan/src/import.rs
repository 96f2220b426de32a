//! A live object as a document would say it: what silence says already is left out, and what no document can say is
//! named.
//!
//! What comes out means the same as the live object: [`diff`] finds nothing between the two.

use crate::diff::{diff, in_order, says_nothing};
use crate::other_shape;
use entrant_model::live::LiveObject;
use entrant_model::spec::{Access, Literal, absent_value};
use entrant_model::value::{Value, Word};
use entrant_model::{Absent, Object, Path, Type, Version};

/// A live object as a document says it.
#[derive(Debug, Clone)]
pub struct Said {
    /// What the document says, in the table's order.
    pub object: Object,
    /// What it leaves out because no document can say it: members as JSON Pointers, each with the reason.
    pub unsaid: Vec<String>,
}

/// The document of a live object; an error where something without which it would mean something else cannot be said.
///
/// # Errors
/// What cannot be said.
pub fn said(live: &Object) -> Result<Said, Vec<String>> {
    let mut unsaid = Vec::new();
    let mut object = live.clone();
    if !clean(&mut object, &Path::Root, &mut unsaid) {
        return Err(unsaid);
    }
    let full = object.clone();
    prune(&mut object);
    always(&mut object, &full);
    if diff(&object, live).is_empty() {
        return Ok(Said { object, unsaid });
    }
    let mut full = full;
    drop_nulls(&mut full);
    if diff(&full, live).is_empty() {
        return Ok(Said { object: full, unsaid });
    }
    let fields = diff(&full, live);
    Err(fields.iter().map(|field| format!("{}: the service's value cannot be written", field.path)).collect())
}

/// The members that `want` says and that mean something else in `have`.
pub fn differing(want: &Object, have: &Object) -> Vec<&'static str> {
    let fields = diff(want, have);
    let is_other =
        |name: &str| fields.iter().any(|field| field.path.0.first().is_some_and(|first| first == name));
    want.said().map(|(member, _)| member.name).filter(|name| is_other(name)).collect()
}

/// The shape in which a policy can be declared without losing something, and what is lost where neither holds all.
pub fn shape<'a>(v1: &'a LiveObject, beta: Option<&'a LiveObject>) -> (&'a LiveObject, Vec<String>) {
    let Some(beta) = beta else { return (v1, Vec::new()) };
    let only_in_beta = other_shape::dropped(&beta.object);
    if only_in_beta.is_empty() {
        return (v1, Vec::new());
    }
    if said(&v1.object).is_err() || other_shape::dropped(&v1.object).is_empty() {
        return (beta, Vec::new());
    }
    (v1, only_in_beta)
}

/// Whether a policy in beta says something that v1.0 does not show.
pub fn has_more_than_v1(beta: &LiveObject) -> bool {
    !other_shape::dropped(&beta.object).is_empty()
}

/// Takes out what no document can say. `false` where the whole cannot be said.
fn clean(object: &mut Object, path: &Path, unsaid: &mut Vec<String>) -> bool {
    for (name, _) in object.unknown() {
        unsaid.push(format!(
            "{}: a member that this version of the tool does not know",
            Path::Key(path, name).pointer()
        ));
    }
    object.set_unknown(entrant_model::value::Unknown::new());
    let mut gone = Vec::new();
    let mut is_whole = true;
    for (member, value) in object.said_mut() {
        if member.access != Access::ReadWrite {
            gone.push(member.name);
            continue;
        }
        if clean_value(value, &Path::Key(path, member.name), unsaid) {
            continue;
        }
        match member.absent {
            Absent::Kept => gone.push(member.name),
            _ => is_whole = false,
        }
    }
    for name in gone {
        object.remove(name);
    }
    is_whole
}

fn clean_value(value: &mut Value, path: &Path, unsaid: &mut Vec<String>) -> bool {
    match value {
        Value::Enum(Word::Other(word)) => {
            unsaid.push(format!("{}: `{word}`, a word that is not documented", path.pointer()));
            false
        }
        Value::Other(json) => {
            let tag = json.get(entrant_model::wire::ODATA_TYPE).and_then(|tag| tag.as_str());
            let what = tag.map_or_else(
                || "a value of another form".to_owned(),
                |tag| format!("`{tag}`, a type that is not documented"),
            );
            unsaid.push(format!("{}: {what}", path.pointer()));
            false
        }
        Value::Object(object) => clean(object, path, unsaid),
        Value::List(list) => {
            let mut is_whole = true;
            for (index, element) in list.iter_mut().enumerate() {
                is_whole &= clean_value(element, &Path::Index(path, index), unsaid);
            }
            is_whole
        }
        _ => true,
    }
}

/// Leaves out what silence says already, from the inside to the outside.
fn prune(object: &mut Object) {
    for (member, value) in object.said_mut() {
        if let (Type::Sequence { order_by, .. }, Value::List(list)) = (&member.ty, &mut *value) {
            let mut sorted: Box<[Value]> = in_order(list, order_by).into_iter().cloned().collect();
            for element in &mut sorted {
                if let Value::Object(object) = element {
                    object.remove(order_by);
                }
            }
            *list = sorted;
        }
        prune_value(value);
    }
    let names: Vec<&'static str> = object.said().map(|(member, _)| member.name).collect();
    for name in names {
        let Some(((_, member), value)) = object.ty.member(name).zip(object.get(name)) else { continue };
        let is_silent = match member.absent {
            Absent::Required => false,
            // A written empty list of a kept member would claim it; silence leaves it alone.
            Absent::Kept => is_filled_in(name, value),
            _ => says_nothing(object, member, value) && !is_needed(object, value),
        };
        if is_silent {
            object.remove(name);
        }
    }
}

/// Whether a document needs it though it means what silence means: an end after no time at all.
fn is_needed(object: &Object, value: &Value) -> bool {
    object.ty.name == "expirationPattern"
        && matches!(value, Value::Duration(_))
        && object.text("type").is_some_and(|ty| ty.eq_ignore_ascii_case("afterDuration"))
}

/// A live value without the members, however deep, that say what silence says or what the service fills in.
pub fn without_silence(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut lean = Object::new(object.ty);
            for (member, value) in object.said() {
                let inner = without_silence(value);
                let is_silent = match member.absent {
                    Absent::Required => false,
                    Absent::Kept => is_filled_in(member.name, value),
                    Absent::Default(Literal::Null) | Absent::Empty => inner.is_empty(),
                    Absent::Default(_) | Absent::Derived(_) => {
                        inner.is_empty() || *value == absent_value(member, object)
                    }
                };
                if !is_silent {
                    lean.set(member.name, inner);
                }
            }
            Value::Object(Box::new(lean))
        }
        Value::List(list) => Value::List(list.iter().map(without_silence).collect()),
        other => other.clone(),
    }
}

/// Whether a member that is kept where nobody writes it says what the service fills in.
pub fn is_filled_in(member: &str, value: &Value) -> bool {
    value.is_empty() || is_no_time(member, value) || is_unused(member, value) || is_default(value)
}

/// Whether it is a month or a day of the month as the service fills it in beside a rhythm that has none.
fn is_unused(member: &str, value: &Value) -> bool {
    matches!(member, "month" | "dayOfMonth") && *value == Value::Int(0)
}

/// Whether it is what the service fills in where nobody has chosen: a switch that is off, an empty text, or the word
/// `default`.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Bool(is_on) => !is_on,
        Value::Text(text) => text.is_empty(),
        Value::Enum(word) => word.as_str() == "default",
        _ => false,
    }
}

/// Whether it is a duration of nothing, as the service fills in beside a switch that is off, or no day of the year, as it
/// fills in where a rhythm has none.
fn is_no_time(member: &str, value: &Value) -> bool {
    match value {
        Value::Duration(duration) => duration.is_zero(),
        Value::Int(count) => {
            *count == 0 && (member.ends_with("InMinutes") || matches!(member, "month" | "dayOfMonth"))
        }
        _ => false,
    }
}

fn prune_value(value: &mut Value) {
    match value {
        Value::Object(object) => prune(object),
        Value::List(list) => list.iter_mut().for_each(prune_value),
        _ => {}
    }
}

fn drop_nulls(object: &mut Object) {
    let nulls: Vec<&'static str> = object
        .said()
        .filter(|(member, value)| **value == Value::Null && matches!(member.absent, Absent::Kept))
        .map(|(member, _)| member.name)
        .collect();
    for name in nulls {
        object.remove(name);
    }
    for (_, value) in object.said_mut() {
        drop_nulls_in(value);
    }
}

fn drop_nulls_in(value: &mut Value) {
    match value {
        Value::Object(object) => drop_nulls(object),
        Value::List(list) => list.iter_mut().for_each(drop_nulls_in),
        _ => {}
    }
}

/// Says of a policy what is always written: when access ends, who may ask, who approves, who reviews.
fn always(policy: &mut Object, full: &Object) {
    if policy.ty.name != "accessPackageAssignmentPolicy" {
        return;
    }
    let (expiry, flag, approval, review): (_, _, _, &[&str]) = match policy.ty.version {
        Version::V1 => {
            ("expiration", "enableTargetsToSelfAddAccess", "isApprovalRequiredForAdd", &["reviewSettings"])
        }
        Version::Beta => {
            ("durationInDays", "acceptRequests", "isApprovalRequired", &["accessReviewSettings"])
        }
    };
    let has_end = policy.get("expirationDateTime").is_some_and(|end| *end != Value::Null);
    if policy.get(expiry).is_none() && !has_end {
        let never = match policy.ty.member(expiry) {
            Some((_, member)) => match member.ty {
                Type::Object(ty) => {
                    Value::Object(Box::new(Object::with(ty, [("type", Value::word("noExpiration"))])))
                }
                _ => Value::Int(0),
            },
            None => Value::Null,
        };
        policy.set(expiry, never);
    }
    flagged(policy, full, "requestorSettings", flag);
    // Where nothing is asked of a request, one word says so.
    let settings = "requestApprovalSettings";
    let is_free = !full.object(settings).is_some_and(|found| found.flag(approval))
        && policy.object(settings).is_none_or(|object| object.said().next().is_none());
    if is_free {
        policy.set(settings, Value::Null);
    } else {
        flagged(policy, full, settings, approval);
    }
    for name in review {
        if policy.get(name).is_none() {
            policy.set(name, Value::Null);
        }
    }
}

/// Says a switch also where it is off.
fn flagged(policy: &mut Object, full: &Object, name: &str, flag: &str) {
    let Some((_, member)) = policy.ty.member(name) else { return };
    let Type::Object(ty) = member.ty else { return };
    let mut object = policy.object(name).cloned().unwrap_or_else(|| Object::new(ty));
    if object.get(flag).is_none() {
        let is_on = full.object(name).is_some_and(|found| found.flag(flag));
        object.set(flag, Value::Bool(is_on));
    }
    policy.set(name, Value::Object(Box::new(object)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use entrant_model::{Kind, kinds, wire};

    /// What a document says of a policy that Graph shows.
    fn said_of(live: &serde_json::Value) -> Object {
        let table = kinds::table(Kind::AssignmentPolicy, Version::V1).expect("there is one");
        let live = wire::read(table, live.as_object().expect("it is an object"));
        said(&live).expect("a document can say it").object
    }

    fn names(object: &Object) -> Vec<&str> {
        object.said().map(|(member, _)| member.name).collect()
    }

    #[test]
    fn a_week_has_no_month() {
        let pattern = serde_json::json!({
            "type": "weekly", "interval": 2, "month": 0, "dayOfMonth": 0, "daysOfWeek": ["monday"],
            "firstDayOfWeek": "sunday",
        });
        let policy = said_of(&serde_json::json!({
            "displayName": "Initial Policy",
            "reviewSettings": {"isEnabled": true, "schedule": {"recurrence": {"pattern": pattern}}},
        }));
        let schedule = policy.object("reviewSettings").and_then(|review| review.object("schedule"));
        let recurrence = schedule.and_then(|schedule| schedule.object("recurrence"));
        let pattern = recurrence.and_then(|recurrence| recurrence.object("pattern"));
        let pattern = pattern.expect("it cannot be left out");
        assert_eq!(names(pattern), ["type", "interval", "daysOfWeek", "firstDayOfWeek"]);
    }

    #[test]
    fn an_end_after_no_time_keeps_its_duration() {
        let policy = said_of(&serde_json::json!({
            "displayName": "Initial Policy",
            "expiration": {"type": "afterDuration", "duration": "PT0S", "endDateTime": null},
        }));
        assert_eq!(names(policy.object("expiration").expect("it is always written")), ["type", "duration"]);
    }
}
