//! What an update sends of an object that is no policy: the members that differ, and for each part, a collection of
//! its own in Graph, the elements that come and go.
//!
//! A policy is replaced as a whole (see [`crate::body`]); these are patched, so what is not sent stays as it is.

use crate::diff::{by_identity, diff, identity};
use entrant_model::live::LiveObject;
use entrant_model::spec::{Home, absent_value};
use entrant_model::value::{Json, each_reference};
use entrant_model::wire::{element_type, read, to_graph};
use entrant_model::{Absent, Address, Kind, MemberSpec, Object, RemovedAction, Type, Value};
use serde_json::Map;

/// The part of a catalog that Graph does not take away with it.
pub const RESOURCES: &str = "resources";

/// The part that holds what a package gives.
const ROLES: &str = "resourceRoleScopes";

/// The elements that come into a part and go from it.
#[derive(Debug, Clone, PartialEq)]
pub struct PartChange {
    /// The member.
    pub member: &'static str,
    /// Elements to add, in Graph's form. One that is there with other kept members is added again: the new ones are
    /// set.
    pub add: Vec<Element>,
    /// Elements to remove, as they were read.
    pub remove: Vec<Json>,
}

/// An element to add.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    /// In Graph's form.
    Known(Json),
    /// It refers to what is yet to be created.
    Placeholder(Value),
}

/// The names of the parts that an object says.
pub fn said(object: &Object) -> Vec<&'static str> {
    object.said().filter(|(member, _)| member.is_part()).map(|(member, _)| member.name).collect()
}

/// The parts that go with an object, so that a plan shows them and notes how they were. Those of a catalog have to go
/// before it: Graph deletes none that holds a resource.
pub fn goes_with(kind: Kind, action: RemovedAction) -> Vec<&'static str> {
    match (kind, action) {
        (Kind::Catalog, RemovedAction::Delete | RemovedAction::DeleteWithAssignments) => vec![RESOURCES],
        (Kind::AccessPackage, RemovedAction::Delete | RemovedAction::DeleteWithAssignments) => vec![ROLES],
        _ => Vec::new(),
    }
}

/// What has to come and go so that the parts are as wanted. Parts of which nothing is said stay. `have` is `None` for
/// an object that was just made: it holds nothing.
pub fn changes(want: &Object, have: Option<&LiveObject>) -> Vec<PartChange> {
    let wire = have.map(|have| have.wire.json());
    let parts = want.said().filter(|(member, _)| member.is_part());
    let change = |(member, wanted): (&MemberSpec, &Value)| {
        let of = element_type(&member.ty);
        let found = have.and_then(|have| have.object.get(member.name)).unwrap_or(&Value::Null);
        let (want, have) = (by_identity(&of, wanted), by_identity(&of, found));
        let is_new = |key: &String, element: &Value| match have.get(key) {
            Some(found) => !is_same(&of, element, found),
            None => true,
        };
        let add = want.iter().filter(|(key, element)| is_new(key, element));
        let add = add.map(|(_, element)| to_add(&of, element)).collect();
        let read = wire.as_ref().and_then(|wire| wire.get(member.name)).and_then(Json::as_array);
        let read = read.map_or(&[][..], Vec::as_slice);
        let gone = found
            .elements()
            .iter()
            .zip(read)
            .filter(|(element, _)| !want.contains_key(&identity(&of, element)));
        let remove = gone.map(|(_, json)| json.clone()).collect();
        PartChange { member: member.name, add, remove }
    };
    parts.map(change).filter(|change| !(change.add.is_empty() && change.remove.is_empty())).collect()
}

/// Whether a live object that was read with this part has an element, given in Graph's form, and it says the same.
pub fn holds(live: &LiveObject, member: &str, element: &Json) -> bool {
    let Some((_, spec)) = live.object.ty.member(member) else { return false };
    let of = element_type(&spec.ty);
    let alone = Map::from_iter([(member.to_owned(), Json::Array(vec![element.clone()]))]);
    let alone = read(live.object.ty, &alone);
    let wanted = alone.get(member).unwrap_or(&Value::Null);
    let there = live.object.get(member).unwrap_or(&Value::Null);
    let there = by_identity(&of, there);
    let is_there =
        |(key, wanted): (String, &Value)| there.get(&key).is_some_and(|found| is_same(&of, wanted, found));
    by_identity(&of, wanted).into_iter().next().is_some_and(is_there)
}

/// Whether an element that is there says what is wanted of it.
fn is_same(of: &Type, want: &Value, have: &Value) -> bool {
    match (of, want, have) {
        (Type::Union { .. } | Type::Object(_), Value::Object(want), Value::Object(have)) => {
            diff(want, have).is_empty()
        }
        _ => true,
    }
}

fn to_add(of: &Type, element: &Value) -> Element {
    if placeholder(element).is_some() {
        return Element::Placeholder(element.clone());
    }
    // The element stands alone: what it leaves to a default is said.
    let mut element = element.clone();
    if let Value::Object(object) = &mut element {
        for member in object.ty.members.iter().filter(|member| matches!(member.absent, Absent::Default(_))) {
            let default = absent_value(member, object);
            if object.get(member.name).is_none_or(Value::is_empty) && default != Value::Null {
                object.set(member.name, default);
            }
        }
    }
    Element::Known(to_graph(of, &element))
}

/// What an element refers to that is yet to be created.
pub fn placeholder(element: &Value) -> Option<&Address> {
    match element {
        Value::Ref(reference) => reference.placeholder(),
        Value::Object(object) => {
            let mut found = None;
            each_reference(object, &mut |_, reference| found = found.or_else(|| reference.placeholder()));
            found
        }
        _ => None,
    }
}

/// The body that sets the members that differ, parts left out. All members for a kind that is replaced as a whole.
/// Empty where none differs.
pub fn update_body(kind: Kind, want: &Object, have: &LiveObject) -> Json {
    let fields = diff(want, &have.object);
    let differs = |name: &str| fields.iter().any(|field| field.path.0.first().is_some_and(|at| at == name));
    let is_whole = kind == Kind::WorkflowExtension;
    let members = want.ty.members.iter().filter(|member| member.home == Home::Body);
    if !members.clone().any(|member| differs(member.name)) {
        return Json::Object(Map::new());
    }
    if is_whole {
        return crate::body::replace_body(want, &have.wire.json());
    }
    let body = members.filter(|member| differs(member.name)).map(|member| {
        let default;
        let value = if let Some(value) = want.get(member.name) {
            value
        } else {
            default = absent_value(member, want);
            &default
        };
        (member.name.to_owned(), to_graph(&member.ty, value))
    });
    Json::Object(body.collect())
}
