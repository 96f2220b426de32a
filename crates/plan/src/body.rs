//! The body of an update: the object as read, overlaid with what the document writes.
//!
//! An update is a PUT that replaces the whole object. So the body starts from the answer of Graph, with
//! everything expanded; members that the tables do not know stay as they came, read-only members and
//! annotations go, references become `{id}`. Only what the document writes, and what differs from the
//! default of a member that it lacks, is set.

use crate::pairing::pair;
use entrant_model::spec::{Access, RefForm, absent_value};
use entrant_model::value::Json;
use entrant_model::wire::{self, ODATA_TYPE, element_type};
use entrant_model::{Absent, Object, Pointer, Type, TypeSpec, UnionSpec, Value};
use serde_json::Map;

/// The body of the PUT that makes `live` (the answer of Graph) say what `want` says.
pub fn replace_body(want: &Object, live: &Json) -> Json {
    match live {
        Json::Object(map) => Json::Object(overlay(want, map)),
        _ => wire::create_body(want),
    }
}

/// Members whose value Graph gave as `unknownFutureValue` and that the body would write back.
pub fn future_values(ty: &'static TypeSpec, body: &Json) -> Vec<Pointer> {
    let mut found = Vec::new();
    find_future_values(&Type::Object(ty), body, &Pointer::default(), &mut found);
    found
}

/// What a live object says, in one form: read-only members and annotations left out, sets sorted. Two reads of
/// an object that nobody changed in between have the same.
pub fn fingerprint(ty: &'static TypeSpec, live: &Json) -> Json {
    let cleaned = match live {
        Json::Object(map) => Json::Object(cleaned(ty, map)),
        other => other.clone(),
    };
    crate::output::canonical(&sorted_sets(&Type::Object(ty), &cleaned))
}

fn sorted_sets(ty: &Type, json: &Json) -> Json {
    match (ty, json) {
        (Type::Object(ty), Json::Object(map)) => Json::Object(
            map.iter()
                .map(|(name, value)| {
                    let value =
                        ty.member(name).map_or_else(|| value.clone(), |(_, m)| sorted_sets(&m.ty, value));
                    (name.clone(), value)
                })
                .collect(),
        ),
        (Type::Union { spec, .. }, Json::Object(map)) => {
            variant_of(spec, map).map_or_else(|| json.clone(), |ty| sorted_sets(&Type::Object(ty), json))
        }
        (Type::Set(_) | Type::Map { .. }, Json::Array(list)) => {
            let mut list: Vec<Json> = list.iter().map(|v| sorted_sets(&element_type(ty), v)).collect();
            list.sort_by_cached_key(|v| crate::output::canonical(v).to_string());
            Json::Array(list)
        }
        (Type::Sequence { of, .. }, Json::Array(list)) => {
            Json::Array(list.iter().map(|v| sorted_sets(of, v)).collect())
        }
        _ => json.clone(),
    }
}

/// The structure that an object of a union is, by its tag.
fn variant_of(spec: &'static UnionSpec, map: &Map<String, Json>) -> Option<&'static TypeSpec> {
    let tag = map.get(ODATA_TYPE).and_then(Json::as_str).and_then(|t| t.strip_prefix("#microsoft.graph."));
    tag.map_or_else(|| spec.untagged(), |t| spec.variant(t)).map(|v| v.ty)
}

fn overlay(want: &Object, live: &Map<String, Json>) -> Map<String, Json> {
    let have = wire::read(want.ty, live);
    let mut body = cleaned(want.ty, live);
    for (index, member) in want.ty.members.iter().enumerate() {
        if member.access == Access::ReadOnly {
            continue;
        }
        let id = entrant_model::MemberId(u8::try_from(index).unwrap_or(u8::MAX));
        let found = have.at(id).unwrap_or(&Value::Null);
        let json = match want.at(id) {
            Some(value) => merged(&member.ty, value, found, live.get(member.name)),
            None if matches!(member.absent, Absent::Kept | Absent::Required) => continue,
            None => {
                let default = absent_value(member, want);
                let nothing = Object::with(want.ty, [(member.name, default.clone())]);
                let present = Object::with(want.ty, [(member.name, found.clone())]);
                let differs =
                    crate::diff::diff(&nothing, &present).iter().any(|f| f.path.0[0] == member.name);
                if !differs {
                    continue;
                }
                wire::to_graph(&member.ty, &default)
            }
        };
        body.insert(member.name.to_owned(), json);
    }
    body
}

/// What the document writes, laid over what was read at the same place.
fn merged(ty: &Type, want: &Value, found: &Value, live: Option<&Json>) -> Json {
    match (ty, want, found, live) {
        (_, Value::Object(want), Value::Object(have), Some(Json::Object(live))) if want.ty == have.ty => {
            let mut map = overlay(want, live);
            tag(ty, want.ty, &mut map);
            Json::Object(map)
        }
        (
            Type::Set(_) | Type::Map { .. } | Type::Sequence { .. },
            Value::List(want),
            found,
            Some(Json::Array(live)),
        ) => {
            let of = element_type(ty);
            let have = &found.elements()[..found.elements().len().min(live.len())];
            let mut list: Vec<Json> = want
                .iter()
                .zip(pair(ty, want, have))
                .map(|(element, continues)| match continues {
                    Some(at) => merged(&of, element, &have[at], Some(&live[at])),
                    None => wire::to_graph(&of, element),
                })
                .collect();
            keep_order(ty, want, &mut list);
            Json::Array(list)
        }
        _ => wire::to_graph(ty, want),
    }
}

/// Where the document leaves the ordering member of a sequence out, the place in its list counts. What was
/// read must not say another order: it is counted anew from where it began, or dropped where the document
/// gives some of the elements a number.
fn keep_order(ty: &Type, want: &[Value], list: &mut [Json]) {
    let Type::Sequence { order_by, .. } = ty else { return };
    let said: Vec<bool> =
        want.iter().map(|v| v.as_object().is_some_and(|o| o.get(order_by).is_some())).collect();
    let numbers: Vec<Option<i64>> = list.iter().map(|v| v.get(*order_by).and_then(Json::as_i64)).collect();
    let ascends = numbers.iter().all(Option::is_some) && numbers.is_sorted_by(|a, b| a < b);
    let Some(first) = numbers.iter().flatten().min().copied() else { return };
    if order_by.is_empty() || ascends {
        return;
    }
    let none_said = !said.contains(&true);
    for (number, (json, said)) in (first..).zip(list.iter_mut().zip(said)) {
        match json {
            Json::Object(map) if none_said => {
                map.insert((*order_by).to_owned(), Json::from(number));
            }
            Json::Object(map) if !said => {
                map.shift_remove(*order_by);
            }
            _ => {}
        }
    }
}

/// The structure as read, without what a body must not have.
fn cleaned(ty: &'static TypeSpec, live: &Map<String, Json>) -> Map<String, Json> {
    let mut body = Map::new();
    for (name, value) in live {
        match ty.member(name) {
            Some((_, member)) if member.access == Access::ReadOnly => {}
            Some((_, member)) => {
                body.insert(name.clone(), cleaned_value(&member.ty, value));
            }
            None if name.contains('@') && name != ODATA_TYPE => {}
            None => {
                body.insert(name.clone(), value.clone());
            }
        }
    }
    body
}

fn cleaned_value(ty: &Type, live: &Json) -> Json {
    match (ty, live) {
        (Type::Ref(_, RefForm::Object), Json::Object(map)) => {
            Json::Object(map.get("id").map(|id| ("id".to_owned(), id.clone())).into_iter().collect())
        }
        (Type::Object(ty), Json::Object(map)) => Json::Object(cleaned(ty, map)),
        (Type::Union { spec, .. }, Json::Object(map)) => {
            variant_of(spec, map).map_or_else(|| live.clone(), |ty| Json::Object(cleaned(ty, map)))
        }
        (Type::Set(_) | Type::Map { .. } | Type::Sequence { .. }, Json::Array(list)) => {
            Json::Array(list.iter().map(|v| cleaned_value(&element_type(ty), v)).collect())
        }
        _ => live.clone(),
    }
}

fn tag(ty: &Type, of: &'static TypeSpec, map: &mut Map<String, Json>) {
    if let Type::Union { spec, .. } = ty
        && spec.variant(of.name).is_some_and(|v| v.tagged)
        && !map.contains_key(ODATA_TYPE)
    {
        map.shift_insert(0, ODATA_TYPE.to_owned(), Json::from(format!("#microsoft.graph.{}", of.name)));
    }
}

fn find_future_values(ty: &Type, json: &Json, at: &Pointer, found: &mut Vec<Pointer>) {
    match (ty, json) {
        (Type::Enum(_), Json::String(word)) if word.eq_ignore_ascii_case("unknownFutureValue") => {
            found.push(at.clone());
        }
        (Type::Object(ty), Json::Object(map)) => {
            for member in ty.members {
                if let Some(value) = map.get(member.name) {
                    find_future_values(&member.ty, value, &at.child(member.name), found);
                }
            }
        }
        (Type::Union { spec, .. }, Json::Object(map)) => {
            if let Some(ty) = variant_of(spec, map) {
                find_future_values(&Type::Object(ty), json, at, found);
            }
        }
        (Type::Set(_) | Type::Map { .. } | Type::Sequence { .. }, Json::Array(list)) => {
            for (index, value) in list.iter().enumerate() {
                find_future_values(&element_type(ty), value, &at.child(index.to_string()), found);
            }
        }
        _ => {}
    }
}
