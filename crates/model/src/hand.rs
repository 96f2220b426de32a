//! Values in the form that is nicer to write by hand: what plans show and what `fmt` and `import` print.
//!
//! One to one with Graph's form: what this prints, `manifest` reads back to the same object.

use crate::reference::Reference;
use crate::spec::{Access, HandForm, Type, TypeSpec};
use crate::value::{Json, Object, Value};
use crate::wire::{ODATA_TYPE, element_type};
use serde_json::Map;
use std::collections::HashSet;

/// How a reference is printed: as `{kind, name, id}` in plans, as a name in documents.
pub type ReferenceForm<'a> = &'a dyn Fn(&Reference) -> Json;

/// The value in hand form.
pub fn to_hand(ty: &Type, value: &Value, reference: ReferenceForm) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => Json::from(*n),
        Value::Text(text) => Json::from(&**text),
        Value::Enum(word) => Json::from(word.as_str()),
        Value::Duration(duration) => Json::from(duration.to_string()),
        Value::Instant(instant) => Json::from(instant.to_string()),
        Value::Date(date) => Json::from(date.to_string()),
        Value::Ref(r) => reference(r),
        Value::Object(object) => object_to_hand(ty, object, reference),
        Value::List(list) => match ty {
            Type::Map { key, value, of } => map_to_hand(of, key, value, list, reference),
            Type::Set(of) => once_each(list.iter().map(|v| to_hand(of, v, reference)).collect()),
            _ => Json::Array(list.iter().map(|v| to_hand(&element_type(ty), v, reference)).collect()),
        },
        Value::Other(json) => (**json).clone(),
    }
}

/// A set has each element once, also where the service gives one twice.
fn once_each(mut elements: Vec<Json>) -> Json {
    if elements.len() > 1 {
        let mut seen = HashSet::new();
        elements.retain(|element| seen.insert(element.to_string()));
    }
    Json::Array(elements)
}

/// The members of a structure in hand form.
pub fn members_to_hand(object: &Object, reference: ReferenceForm) -> Map<String, Json> {
    let mut map = Map::new();
    for (member, value) in object.said() {
        if member.access == Access::ReadWrite {
            map.insert(member.name.to_owned(), to_hand(&member.ty, value, reference));
        }
    }
    for (name, value) in object.unknown() {
        map.insert(name.clone(), value.clone());
    }
    map
}

fn object_to_hand(ty: &Type, object: &Object, reference: ReferenceForm) -> Json {
    if let Some(text) = object.ty.shorthand.and_then(|s| (s.write)(object))
        && object.unknown().next().is_none()
    {
        return Json::from(text);
    }
    let mut map = members_to_hand(object, reference);
    let Type::Union { spec, .. } = ty else { return Json::Object(map) };
    let Some(variant) = spec.variant(object.ty.name) else { return Json::Object(map) };
    match variant.hand {
        HandForm::Untagged => Json::Object(map),
        HandForm::ByMember(member) if map.contains_key(member) => Json::Object(map),
        // Without the member that tells it from others, its type does.
        HandForm::ByMember(_) | HandForm::Tag => {
            map.shift_insert(
                0,
                ODATA_TYPE.to_owned(),
                Json::from(format!("#microsoft.graph.{}", object.ty.name)),
            );
            Json::Object(map)
        }
        HandForm::Word(word) => {
            map.retain(|_, v| *v != Json::Bool(false));
            if map.is_empty() {
                return Json::from(word);
            }
            map.shift_insert(0, word.to_owned(), Json::Object(Map::new()));
            Json::Object(map)
        }
        HandForm::Key { key, member } => {
            map.retain(|_, v| *v != Json::Bool(false));
            let value = map.shift_remove(member).unwrap_or_else(|| default_of(object.ty, member));
            map.shift_insert(0, key.to_owned(), value);
            Json::Object(map)
        }
    }
}

/// The default of a member that was not said, in hand form.
fn default_of(ty: &'static TypeSpec, member: &str) -> Json {
    ty.member(member).map_or(Json::Null, |(_, spec)| {
        let value = crate::spec::absent_value(spec, &Object::new(ty));
        to_hand(&spec.ty, &value, &Reference::to_json)
    })
}

/// A keyed list as a mapping where every element is just key and value, else as the list it is.
fn map_to_hand(
    of: &'static TypeSpec,
    key: &str,
    value: &str,
    list: &[Value],
    reference: ReferenceForm,
) -> Json {
    let pairs: Option<Map<String, Json>> = list
        .iter()
        .map(|element| {
            let object = element.as_object()?;
            let plain = object.unknown().next().is_none()
                && object.said().all(|(m, _)| m.name == key || m.name == value);
            let (_, member) = of.member(value)?;
            let name = object.text(key)?.to_owned();
            plain.then(|| (name, to_hand(&member.ty, object.get(value).unwrap_or(&Value::Null), reference)))
        })
        .collect();
    match pairs {
        Some(pairs) if pairs.len() == list.len() => Json::Object(pairs),
        _ => Json::Array(list.iter().map(|v| to_hand(&Type::Object(of), v, reference)).collect()),
    }
}
