//! A small language in which each kind says what its bodies may hold, and the check of a body
//! against it. Written from Graph's metadata, stricter where the reference is stricter.
//!
//! This knows no kind by name and no rule that takes more than one member; those are in `kinds`.

use serde_json::{Map, Value};

use crate::errors::{Result, invalid_model};
use crate::values;

/// Whether only the store has this member: `beta:…` for what v1.0 cannot hold, `kept:…` for what is
/// no property in either version. A body cannot carry one: `:` is in no name that Graph takes.
pub fn is_hidden(name: &str) -> bool {
    name.contains(':')
}

/// The values that a member can take.
pub enum Ty {
    Bool,
    /// A whole number in this range.
    Int(i64, i64),
    Text,
    /// An enumeration: exactly one of these words.
    Enum(&'static [&'static str]),
    /// Text for which the service knows these words, in any letter case.
    Words(&'static [&'static str]),
    Duration,
    Instant,
    Date,
    Object(&'static Shape),
    /// One of several types, told apart by `@odata.type`, which must be there.
    Union(&'static [&'static Shape]),
    /// As `Union`, but the first is meant where `@odata.type` is missing.
    Derived(&'static [&'static Shape]),
    List(&'static Ty),
    /// Another object, by `id`. Members that an expanded read puts beside it are let through, unread.
    Reference(&'static [&'static str]),
}

pub struct Member {
    pub name: &'static str,
    pub ty: Ty,
    /// Whether `null` may be written.
    pub nullable: bool,
}

pub struct Shape {
    /// Without `#microsoft.graph.`.
    pub type_name: &'static str,
    pub members: &'static [Member],
}

/// A member that may be null.
pub const fn opt(name: &'static str, ty: Ty) -> Member {
    Member { name, ty, nullable: true }
}

/// A member that may be left out, but not be null.
pub const fn req(name: &'static str, ty: Ty) -> Member {
    Member { name, ty, nullable: false }
}

/// Graph's `Edm.Int32`.
pub const INT: Ty = Ty::Int(i32::MIN as i64, i32::MAX as i64);
/// An `Edm.Int32` that counts something.
pub const COUNT: Ty = Ty::Int(0, i32::MAX as i64);

/// The word that stands for whatever a client cannot know. It is read, never written.
pub const UNKNOWN_FUTURE_VALUE: &str = "unknownFutureValue";

impl Shape {
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }

    pub fn odata_type(&self) -> String {
        format!("#microsoft.graph.{}", self.type_name)
    }
}

/// How a body is looked at.
#[derive(Clone, Copy)]
pub enum Strictness {
    /// A write: unknown members are refused where the object does not have them already.
    Write,
    /// A seed: unknown members and `unknownFutureValue` are what a live estate may hold.
    Seed,
}

/// Checks `value` and normalises it in place: annotations that say nothing go, durations and
/// timestamps take the spelling of the service. `existing` is what the object holds at this place
/// now, in every list element that could be meant.
pub fn check(
    ty: &Ty,
    value: &mut Value,
    existing: &[&Value],
    strictness: Strictness,
    path: &str,
) -> Result<()> {
    match ty {
        Ty::Bool => expect(value.is_boolean(), path, "a boolean is expected"),
        Ty::Int(low, high) => {
            let number = value.as_i64();
            expect(number.is_some(), path, "a whole number is expected")?;
            let inside = number.is_some_and(|number| (*low..=*high).contains(&number));
            expect(inside, path, &format!("the number is not between {low} and {high}"))
        }
        Ty::Text => expect(value.is_string(), path, "a string is expected"),
        Ty::Enum(words) => {
            let word = text(value, path)?;
            let known = words.contains(&word)
                || (word == UNKNOWN_FUTURE_VALUE && matches!(strictness, Strictness::Seed));
            expect(known, path, &format!("'{word}' is not a member of the enumeration"))
        }
        Ty::Words(words) => {
            let word = text(value, path)?;
            let known = words.iter().find(|known| known.eq_ignore_ascii_case(word));
            expect(known.is_some(), path, &format!("'{word}' is not a word that is known here"))?;
            *value = Value::from(known.copied());
            Ok(())
        }
        Ty::Duration => {
            let ticks = values::parse_duration(text(value, path)?);
            expect(ticks.is_some_and(|ticks| ticks >= 0), path, "an ISO 8601 duration is expected")?;
            *value = Value::from(ticks.map(values::format_duration));
            Ok(())
        }
        Ty::Instant => {
            let instant = values::parse_instant(text(value, path)?);
            expect(instant.is_some(), path, "a timestamp with a zone is expected")?;
            *value = Value::from(instant.map(values::format_instant));
            Ok(())
        }
        Ty::Date => expect(values::parse_date(text(value, path)?).is_some(), path, "a date is expected"),
        Ty::Object(shape) => {
            let object = object(value, path)?;
            let claimed = take_type(object, path)?;
            let right = claimed.is_none_or(|claimed| claimed == shape.odata_type());
            expect(right, path, &format!("@odata.type is not {}", shape.odata_type()))?;
            check_members(shape, object, existing, strictness, path)
        }
        Ty::Union(shapes) => check_union(shapes, None, value, existing, strictness, path),
        Ty::Derived(shapes) => {
            check_union(shapes, shapes.first().copied(), value, existing, strictness, path)
        }
        Ty::List(element) => {
            let Value::Array(items) = value else {
                return Err(invalid_model(path, "a collection is expected"));
            };
            let candidates: Vec<&Value> =
                existing.iter().filter_map(|value| value.as_array()).flatten().collect();
            for (index, item) in items.iter_mut().enumerate() {
                check(element, item, &candidates, strictness, &format!("{path}/{index}"))?;
            }
            Ok(())
        }
        Ty::Reference(beside) => {
            let object = object(value, path)?;
            let id = object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            expect(!id.is_empty(), path, "a reference is written as an object with an id")?;
            let unknown = object.keys().find(|name| {
                let known = *name == "id" || name.contains("@odata.") || beside.contains(&name.as_str());
                !known && matches!(strictness, Strictness::Write)
            });
            expect(unknown.is_none(), path, &format!("a reference has no member {unknown:?}"))?;
            *value = serde_json::json!({ "id": id });
            Ok(())
        }
    }
}

/// As [`check`], for an object that is known to be one.
pub fn check_object(
    shape: &'static Shape,
    body: Map<String, Value>,
    existing: Option<&Value>,
    strictness: Strictness,
) -> Result<Map<String, Value>> {
    let mut value = Value::Object(body);
    let existing: Vec<&Value> = existing.into_iter().collect();
    check(&Ty::Object(shape), &mut value, &existing, strictness, "")?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(invalid_model("", "an object is expected")),
    }
}

/// The members of `object` that `shape` does not have: what the documentation does not know.
pub fn unknown_members<'a>(
    shape: &'static Shape,
    object: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    object
        .iter()
        .filter(|(name, _)| shape.member(name).is_none() && *name != "@odata.type" && !is_hidden(name))
}

/// Removes from `value`, at any depth, what only the store remembers.
pub fn strip_hidden(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|name, _| !is_hidden(name));
            object.values_mut().for_each(strip_hidden);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_hidden),
        _ => {}
    }
}

fn check_union(
    shapes: &[&'static Shape],
    default: Option<&'static Shape>,
    value: &mut Value,
    existing: &[&Value],
    strictness: Strictness,
    path: &str,
) -> Result<()> {
    let object = object(value, path)?;
    let claimed = take_type(object, path)?;
    let shape = match &claimed {
        Some(claimed) => shapes.iter().copied().find(|shape| shape.odata_type() == *claimed),
        None => default,
    };
    let Some(shape) = shape else {
        let sentence = claimed.map_or_else(
            || "@odata.type is missing".to_owned(),
            |claimed| format!("@odata.type '{claimed}' cannot stand here"),
        );
        return Err(invalid_model(path, sentence));
    };
    check_members(shape, object, existing, strictness, path)?;
    if claimed.is_some() {
        object.shift_insert(0, "@odata.type".to_owned(), shape.odata_type().into());
    }
    Ok(())
}

fn check_members(
    shape: &'static Shape,
    object: &mut Map<String, Value>,
    existing: &[&Value],
    strictness: Strictness,
    path: &str,
) -> Result<()> {
    object.retain(|name, _| !is_read_annotation(name));
    for (name, value) in object.iter_mut() {
        let here = format!("{path}/{name}");
        let candidates: Vec<&Value> = existing.iter().filter_map(|object| object.get(name)).collect();
        let Some(member) = shape.member(name) else {
            let had = !candidates.is_empty() || matches!(strictness, Strictness::Seed);
            let known = had && !is_hidden(name);
            expect(known, &here, &format!("{} has no member '{name}'", shape.type_name))?;
            continue;
        };
        if value.is_null() {
            expect(member.nullable, &here, "the member cannot be null")?;
        } else {
            check(&member.ty, value, &candidates, strictness, &here)?;
        }
    }
    Ok(())
}

/// What a read answers with and a client may send back unread.
fn is_read_annotation(name: &str) -> bool {
    matches!(name, "@odata.context" | "@odata.etag" | "@odata.id")
        || name.split_once("@odata.").is_some_and(|(of, what)| {
            !of.is_empty()
                && matches!(what, "context" | "count" | "type" | "associationLink" | "navigationLink")
        })
}

fn take_type(object: &mut Map<String, Value>, path: &str) -> Result<Option<String>> {
    match object.shift_remove("@odata.type") {
        None => Ok(None),
        Some(Value::String(claimed)) => Ok(Some(claimed)),
        Some(_) => Err(invalid_model(path, "@odata.type is not a string")),
    }
}

fn object<'a>(value: &'a mut Value, path: &str) -> Result<&'a mut Map<String, Value>> {
    value.as_object_mut().ok_or_else(|| invalid_model(path, "an object is expected"))
}

fn text<'a>(value: &'a Value, path: &str) -> Result<&'a str> {
    value.as_str().ok_or_else(|| invalid_model(path, "a string is expected"))
}

fn expect(holds: bool, path: &str, sentence: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(invalid_model(path, sentence)) }
}
