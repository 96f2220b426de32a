//! Graph JSON to objects and back. Lenient on reading: what the table does not know is kept as it came.
//! Strict on writing: a body has no `@odata.*` but `@odata.type`, no read-only member, references as ids.

mod text;

use crate::kind::Kind;
use crate::reference::{Id, Reference};
use crate::spec::{Access, Home, RefForm, Type, TypeSpec, UnionSpec};
use crate::time::{Date, Duration, Instant};
use crate::value::{Json, Object, Value, Word};
use serde_json::Map;
pub use text::from_text;

/// The discriminator of derived types.
pub const ODATA_TYPE: &str = "@odata.type";

/// Reads a structure that Graph sent. Never fails: a value of another type than the table's is kept as
/// [`Value::Other`], an unknown member as it came; annotations are dropped.
pub fn read(ty: &'static TypeSpec, json: &Map<String, Json>) -> Object {
    let mut members = Vec::with_capacity(json.len());
    let mut unknown = Map::new();
    for (name, value) in json {
        if name.contains('@') {
            continue;
        }
        match ty.member(name) {
            Some((_, member)) if member.access == Access::ReadOnly => {}
            Some((id, member)) => members.push((id, read_value(&member.ty, value))),
            None => {
                unknown.insert(name.clone(), value.clone());
            }
        }
    }
    let mut object = Object::of(ty, members);
    object.set_unknown(unknown);
    object
}

fn read_value(ty: &Type, json: &Json) -> Value {
    let other = || Value::Other(Box::new(json.clone()));
    match (ty, json) {
        (_, Json::Null) => Value::Null,
        (Type::Bool, Json::Bool(b)) => Value::Bool(*b),
        (Type::Int { .. }, Json::Number(n)) => n.as_i64().map_or_else(other, Value::Int),
        (_, Json::String(text)) => of_text(ty, text).unwrap_or_else(other),
        (Type::Ref(kind, RefForm::Object), Json::Object(map)) => match map.get("id").and_then(Json::as_str) {
            Some(id) => Value::Ref(Box::new(Reference {
                name: map.get(name_member(*kind)).and_then(Json::as_str).map(Into::into),
                ..Reference::live(*kind, id)
            })),
            None => other(),
        },
        (Type::Object(ty), Json::Object(map)) => Value::Object(Box::new(read(ty, map))),
        (Type::Union { spec, .. }, Json::Object(map)) => match variant(spec, map) {
            Some(ty) => Value::Object(Box::new(read(ty, map))),
            None => other(),
        },
        (Type::Set(of) | Type::Sequence { of, .. }, Json::Array(list)) => {
            Value::List(list.iter().map(|element| read_value(of, element)).collect())
        }
        (Type::Map { of, .. }, Json::Array(list)) => {
            Value::List(list.iter().map(|element| read_value(&Type::Object(of), element)).collect())
        }
        _ => other(),
    }
}

/// A text as a value of this type; `None` where it is none of it.
fn of_text(ty: &Type, text: &str) -> Option<Value> {
    match ty {
        Type::Text | Type::Rule => Some(Value::Text(text.into())),
        Type::Enum(spec) => Some(Value::Enum(
            spec.find(text).map_or_else(|| Word::Other(text.into()), |w| Word::Known(w.word)),
        )),
        Type::Duration => Duration::parse(text).map(Value::Duration),
        Type::Instant => Instant::parse(text)
            .map(|instant| if instant.is_minimum() { Value::Null } else { Value::Instant(instant) }),
        Type::Date => {
            Date::parse(text).map(|date| if date.is_minimum() { Value::Null } else { Value::Date(date) })
        }
        Type::Ref(kind, RefForm::Id) => Some(Value::Ref(Box::new(Reference::live(*kind, text)))),
        _ => None,
    }
}

/// The structure that an object with this `@odata.type` is.
fn variant(spec: &'static UnionSpec, map: &Map<String, Json>) -> Option<&'static TypeSpec> {
    match map.get(ODATA_TYPE).and_then(Json::as_str) {
        Some(tag) => variant_of(spec, tag),
        None => spec.untagged().map(|v| v.ty),
    }
}

/// The structure of this `@odata.type`.
fn variant_of(spec: &'static UnionSpec, tag: &str) -> Option<&'static TypeSpec> {
    // Some answers leave the `#` out.
    let tag = tag.strip_prefix('#').unwrap_or(tag);
    spec.variant(tag.strip_prefix("microsoft.graph.")?).map(|v| v.ty)
}

/// The member that names an object of this kind.
pub const fn name_member(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "userPrincipalName",
        _ => "displayName",
    }
}

/// The body of a POST: what the object says, nulls left out, plus members that the table marks as always
/// sent. Every reference has its id.
pub fn create_body(object: &Object) -> Json {
    let mut map = Map::new();
    write_members(object, &mut map, Nulls::LeaveOut);
    Json::Object(map)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    LeaveOut,
    Keep,
}

fn write_members(object: &Object, map: &mut Map<String, Json>, nulls: Nulls) {
    for (index, member) in object.ty.members.iter().enumerate() {
        let id = crate::value::MemberId(u8::try_from(index).unwrap_or(u8::MAX));
        let said = object.at(id);
        let default;
        let value = match said {
            Some(value) => value,
            None if member.always_sent => {
                default = crate::spec::absent_value(member, object);
                &default
            }
            None => continue,
        };
        if member.access == Access::ReadOnly || member.home != Home::Body {
            continue;
        }
        match write_value(&member.ty, value, nulls) {
            Json::Null if nulls == Nulls::LeaveOut => {}
            json => {
                map.insert(member.name.to_owned(), json);
            }
        }
    }
    for (name, value) in object.unknown() {
        map.insert(name.clone(), value.clone());
    }
}

/// A value as Graph's JSON. Null for a list is the empty list: Graph refuses null for a collection.
pub fn to_graph(ty: &Type, value: &Value) -> Json {
    write_value(ty, value, Nulls::Keep)
}

fn write_value(ty: &Type, value: &Value, nulls: Nulls) -> Json {
    match value {
        Value::Null if matches!(ty, Type::Set(_) | Type::Map { .. } | Type::Sequence { .. }) => {
            Json::Array(Vec::new())
        }
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => Json::from(*n),
        Value::Text(text) => Json::from(&**text),
        Value::Enum(word) => Json::from(word.as_str()),
        Value::Duration(duration) => Json::from(duration.to_string()),
        Value::Instant(instant) => Json::from(instant.to_string()),
        Value::Date(date) => Json::from(date.to_string()),
        Value::Ref(reference) => {
            let id = reference.id.as_ref().map_or(Json::Null, |id| Json::from(id.as_str()));
            match ty {
                Type::Ref(_, RefForm::Object) => Json::Object(Map::from_iter([("id".to_owned(), id)])),
                _ => id,
            }
        }
        Value::Object(object) => {
            let mut map = Map::new();
            if let Type::Union { spec, .. } = ty
                && spec.variant(object.ty.name).is_some_and(|v| v.tagged)
            {
                map.insert(ODATA_TYPE.to_owned(), Json::from(format!("#microsoft.graph.{}", object.ty.name)));
            }
            write_members(object, &mut map, nulls);
            Json::Object(map)
        }
        Value::List(list) => {
            let element = element_type(ty);
            Json::Array(list.iter().map(|v| write_value(&element, v, nulls)).collect())
        }
        Value::Other(json) => (**json).clone(),
    }
}

/// The type of a list's elements; the type itself where it is no list.
pub const fn element_type(ty: &Type) -> Type {
    match ty {
        Type::Set(of) | Type::Sequence { of, .. } => **of,
        Type::Map { of, .. } => Type::Object(of),
        other => *other,
    }
}

/// The id that a live object carries.
pub fn id_of(json: &Json) -> Option<Id> {
    json.get("id").and_then(Json::as_str).map(Id::new)
}
