//! Live values as documents write them: by hand, names for ids, without what silence says.

use super::shared::{Kept, Shared};
use crate::import::unwritable;
use entrant_model::reference::fold;
use entrant_model::spec::HandForm;
use entrant_model::text::visible;
use entrant_model::value::{Json, Unknown};
use entrant_model::{Id, Kind, MemberSpec, Object, Pointer, Reference, Type, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Writes live values, and remembers what cannot be written.
pub struct Renderer<'a> {
    /// Objects whose name means them alone.
    pub unique: &'a BTreeSet<Id>,
    /// Packages and extensions that one document declares, by name: their catalogs.
    pub declared: &'a BTreeMap<(Kind, String), String>,
    /// Whether ids stand beside names everywhere.
    pub pinned: bool,
    /// What the document is laid over.
    pub shared: &'a Shared,
    /// What could not be written, and why.
    pub left: Vec<(Pointer, String)>,
    /// What the document is laid over says otherwise.
    pub kept: Vec<Kept>,
}

impl Renderer<'_> {
    /// The value of a member: null or the empty list where it says nothing. `None` where it cannot be written.
    pub fn member(&mut self, member: &MemberSpec, value: &Value, at: &Pointer) -> Option<Json> {
        if value.is_empty() && !matches!(value, Value::Object(_)) {
            return Some(match value {
                Value::List(_) => Json::Array(Vec::new()),
                _ if matches!(&member.ty, Type::Object(ty) if ty.name == "expirationPattern") => {
                    Json::from("noExpiration")
                }
                _ => Json::Null,
            });
        }
        self.value(&member.ty, value, at)
    }

    /// A value in hand form. `None` where it cannot be written, which is remembered.
    pub fn value(&mut self, ty: &Type, value: &Value, at: &Pointer) -> Option<Json> {
        if let Some(why) = unsayable(value) {
            self.left.push((at.clone(), why));
            return None;
        }
        let said = entrant_plan::import::without_silence(&in_order(ty, value));
        let reference = |reference: &Reference| self.reference(reference);
        let json = entrant_model::hand::to_hand(ty, &said, &reference);
        Some(split_names(ty, json))
    }

    /// A name where it means the one object; the id beside it where it does not, or where ids are asked for.
    fn reference(&self, reference: &Reference) -> Json {
        let id = reference.id.as_ref().map(|id| Json::from(id.as_str()));
        let is_pinned = self.pinned && is_subject(reference.kind);
        if let Some(name) = reference.name.as_deref()
            && let Some(catalog) = self.declared.get(&(reference.kind, fold(name)))
        {
            return match reference.kind {
                Kind::AccessPackage => serde_json::json!({"catalog": catalog, "name": name}),
                _ => Json::from(name),
            };
        }
        match (reference.name.as_deref(), id) {
            (Some(name), Some(id)) if unwritable(name).is_none() => {
                let is_unique = reference.id.as_ref().is_some_and(|id| self.unique.contains(id));
                if is_unique && !is_pinned {
                    Json::from(name)
                } else {
                    serde_json::json!({"name": name, "id": id})
                }
            }
            (_, Some(id)) => id,
            (Some(name), None) => Json::from(name),
            (None, None) => Json::Null,
        }
    }
}

/// Whether `references: pinned` asks for the id of such an object.
const fn is_subject(kind: Kind) -> bool {
    matches!(kind, Kind::User | Kind::Group | Kind::ServicePrincipal | Kind::ConnectedOrganization)
}

/// `{group: {name: …, id: …}}` as `{group: …, id: …}`.
fn split_names(ty: &Type, json: Json) -> Json {
    match (ty, json) {
        (Type::Union { spec, .. }, Json::Object(mut map)) => {
            let key = spec.variants.iter().find_map(|variant| match variant.hand {
                HandForm::Key { key, .. } if map.contains_key(key) => Some(key),
                _ => None,
            });
            if let Some(key) = key
                && let Some(Json::Object(mut both)) = map.get(key).cloned()
                && let (Some(name), Some(id)) = (both.remove("name"), both.remove("id"))
            {
                map.insert(key.to_owned(), name);
                let at = map.keys().position(|k| k == key).map_or(0, |at| at + 1);
                map.shift_insert(at, "id".to_owned(), id);
            }
            let ty =
                spec.variants.iter().find(|variant| map.keys().any(|key| variant.ty.member(key).is_some()));
            match ty {
                Some(variant) => split_members(variant.ty.members, map),
                None => Json::Object(map),
            }
        }
        (Type::Object(ty), Json::Object(map)) => split_members(ty.members, map),
        (Type::Set(of) | Type::Sequence { of, .. }, Json::Array(list)) => {
            Json::Array(list.into_iter().map(|json| split_names(of, json)).collect())
        }
        (Type::Map { of, .. }, Json::Array(list)) => {
            Json::Array(list.into_iter().map(|json| split_names(&Type::Object(of), json)).collect())
        }
        (_, json) => json,
    }
}

fn split_members(members: &[MemberSpec], map: serde_json::Map<String, Json>) -> Json {
    let of = |(key, json): (String, Json)| {
        let member = members.iter().find(|member| member.name == key);
        let json = match member {
            Some(member) => split_names(&member.ty, json),
            None => json,
        };
        (key, json)
    };
    Json::Object(map.into_iter().map(of).collect())
}

/// The elements of a sequence in their order, which is their number then.
fn in_order(ty: &Type, value: &Value) -> Value {
    let (Type::Sequence { order_by, .. }, Value::List(list)) = (ty, value) else { return value.clone() };
    let list = entrant_plan::diff::in_order(list, order_by);
    let without_number = |value: &Value| {
        let mut value = value.clone();
        if let Value::Object(object) = &mut value {
            object.remove(order_by);
        }
        value
    };
    Value::List(list.into_iter().map(without_number).collect())
}

/// Why a live value cannot be written into a document.
fn unsayable(value: &Value) -> Option<String> {
    match value {
        Value::Enum(entrant_model::value::Word::Other(word)) => {
            Some(if word.eq_ignore_ascii_case("unknownFutureValue") {
                "Graph shows `unknownFutureValue`: the real value is newer than this API version".to_owned()
            } else {
                format!("`{}` is a word that the tables do not have", visible(word))
            })
        }
        Value::Other(_) => Some("the live value is of a form that the tables do not have".to_owned()),
        Value::Object(object) => object.said().find_map(|(_, value)| unsayable(value)),
        Value::List(list) => list.iter().find_map(unsayable),
        _ => None,
    }
}

/// Members that the tables do not know are carried by updates and stand in no document.
pub fn known(object: &Object) -> Object {
    let mut object = object.clone();
    object.set_unknown(Unknown::new());
    object
}
