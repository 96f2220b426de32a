//! What an object said when it was read, as a digest: two that differ mean that somebody changed it in between.
//!
//! A policy is replaced as a whole, and has one for each shape. Other kinds are changed member by member, and an apply
//! that is killed has changed some of them: they have one for each member.
//!
//! Over managed properties alone: those that the tables know and that are written and compared. References count
//! by id, sets and keyed lists in one order, nothing and an empty list are one. Unknown and read-only properties
//! are left out, so that what the service adds or counts makes no plan stale.

use crate::change::{Action, Plan};
use crate::diff::in_order;
use crate::output::{canonical, digest};
use entrant_model::live::OtherShape;
use entrant_model::spec::Access;
use entrant_model::value::Json;
use entrant_model::wire::{ODATA_TYPE, element_type, to_graph};
use entrant_model::{Kind, Live, Object, Type, Value, Version};
use std::collections::BTreeMap;

/// Notes with every update and delete of the plan what its object said, in each shape that was read.
pub fn take(plan: &mut Plan, live: &Live) {
    let acts_on = |action| matches!(action, Action::Update | Action::Delete);
    for change in plan.changes.iter_mut().filter(|change| acts_on(change.action)) {
        let Some(found) = &change.live else { continue };
        if change.kind != Kind::AssignmentPolicy {
            change.fingerprint = by_member(change.version, &found.object);
            continue;
        }
        change.fingerprint.insert(change.version.to_string(), of(&found.object));
        if let Some(OtherShape::Read(seen)) = live.other_shape.get(&found.id) {
            change.fingerprint.insert(seen.version.to_string(), of(&seen.object));
        }
    }
}

/// The fingerprint of an object as it was read: `sha256:…`.
pub fn of(object: &Object) -> String {
    digest(&members(object))
}

/// A fingerprint of each member that says something.
fn by_member(version: Version, object: &Object) -> BTreeMap<String, String> {
    let Json::Object(members) = members(object) else { return BTreeMap::new() };
    members.iter().map(|(name, value)| (format!("{version}/{name}"), digest(value))).collect()
}

fn members(object: &Object) -> Json {
    let said =
        object.said().filter(|(member, value)| member.access == Access::ReadWrite && !value.is_empty());
    Json::Object(said.map(|(member, value)| (member.name.to_owned(), plain(&member.ty, value))).collect())
}

fn plain(ty: &Type, value: &Value) -> Json {
    let list =
        |list: &[&Value]| list.iter().map(|element| plain(&element_type(ty), element)).collect::<Vec<_>>();
    match (ty, value) {
        (_, Value::Ref(reference)) => Json::from(reference.id.as_ref().map(ToString::to_string)),
        (Type::Union { .. }, Value::Object(object)) => {
            let mut json = members(object);
            json[ODATA_TYPE] = Json::from(object.ty.name);
            json
        }
        (_, Value::Object(object)) => members(object),
        (Type::Sequence { order_by, .. }, Value::List(elements)) => {
            Json::Array(list(&in_order(elements, order_by)))
        }
        (_, Value::List(elements)) => {
            let mut elements = list(&elements.iter().collect::<Vec<_>>());
            elements.sort_by_cached_key(|element| canonical(element).to_string());
            elements.dedup();
            Json::Array(elements)
        }
        (ty, value) => to_graph(ty, value),
    }
}
