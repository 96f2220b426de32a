//! Whether a fresh plan does nothing but what was approved.
//!
//! Each fresh write must be one of the approved ones: the same action on the same object, to the same value, from
//! the same fingerprint. Approved writes that the fresh plan lacks are done already, or no longer needed. What a
//! plan only says of a change (its sentences, its class) is not compared: it follows from the rest. Names beside
//! ids are not compared either: the id is the object.
//!
//! The operations decide, not the documents: where other documents ask for the same operations, the plan holds.
//!
//! Two things are as they were approved although they read otherwise. What was yet to be created when the plan was made
//! may be there now: a reference without an id has one. And an object that is changed piece by piece may have been
//! changed in part, by an apply of the same plan that was killed: see [`progress`](super::progress).

use super::progress;
use crate::output::{ChangeDocument, PlanDocument, ReferenceDocument};
use entrant_model::reference::fold;
use entrant_model::value::Json;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Members of a change that only say something about it. Every other one is compared, also one that is yet to
/// come.
const SAYINGS: &[&str] = &["class", "impact", "reason", "template", "edit"];

/// Members by which the two sides of a change are found.
const KEY: &[&str] = &["address", "kind"];

/// Why a fresh plan is not the approved one: one object, or one name.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// The object that would be written; absent for a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What a name means now; absent for an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceDocument>,
    /// In what it differs, in one sentence.
    pub sentence: String,
    /// Both sides, where there are two.
    pub compared: Vec<Compared>,
}

/// A part of a change, as it was approved and as it would be now.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Compared {
    /// A member of the change (`action`, `id`, `fingerprint`, …), or the JSON Pointer of a field.
    pub part: String,
    /// As it was approved; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Json>,
    /// As it would be now; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Json>,
}

/// In what the fresh plan goes beyond the approved one. Empty: it may be applied. A fresh plan that writes nothing
/// always may.
pub fn compare(approved: &PlanDocument, fresh: &PlanDocument) -> Vec<Difference> {
    let fresh_writes = writes(fresh);
    if fresh_writes.is_empty() {
        return Vec::new();
    }
    let approved_writes = writes(approved);
    // Two objects of one name have one address. One approval is for one operation.
    let mut by_address: BTreeMap<(&str, &str), Vec<&ChangeDocument>> = BTreeMap::new();
    for change in &approved_writes {
        by_address.entry((&change.kind, &change.address)).or_default().push(change);
    }
    let made = Made::of(&approved_writes);
    let mut differences = retargeted(&approved.references, &fresh.references);
    for change in fresh_writes {
        let left = by_address.get_mut(&(change.kind.as_str(), change.address.as_str()));
        let approved = left.filter(|left| !left.is_empty()).map(|left| {
            let same_object = left.iter().position(|approved| approved.id == change.id);
            left.swap_remove(same_object.unwrap_or_default())
        });
        differences.extend(match approved {
            Some(approved) if progress::continues(approved, change, &made) => None,
            Some(approved) => difference(approved, change, &made),
            None => Some(not_approved(change, &approved_writes)),
        });
    }
    differences
}

fn writes(plan: &PlanDocument) -> Vec<&ChangeDocument> {
    plan.changes.iter().filter(|change| change.action != "keep").collect()
}

/// Names that meant another object when the plan was approved.
fn retargeted(approved: &[ReferenceDocument], fresh: &[ReferenceDocument]) -> Vec<Difference> {
    let key = |r: &ReferenceDocument| (r.kind.clone(), r.catalog.as_deref().map(fold), fold(&r.name));
    let meant: BTreeMap<_, &str> = approved.iter().map(|r| (key(r), r.id.as_str())).collect();
    let other = |r: &&ReferenceDocument| meant.get(&key(r)).is_some_and(|id| *id != r.id);
    let differences = fresh.iter().filter(other).map(|r| Difference {
        address: None,
        reference: Some(r.clone()),
        sentence: "the name means another object now: the one that was approved was deleted or renamed"
            .to_owned(),
        compared: vec![Compared {
            part: "id".to_owned(),
            approved: meant.get(&key(r)).map(|id| Json::from(*id)),
            now: Some(Json::from(r.id.as_str())),
        }],
    });
    differences.collect()
}

fn not_approved(change: &ChangeDocument, approved: &[&ChangeDocument]) -> Difference {
    let same_object = change.id.as_ref().and_then(|id| approved.iter().find(|a| a.id.as_ref() == Some(id)));
    let (sentence, compared) = match same_object {
        Some(other) => (
            "the object was approved under another address",
            vec![Compared {
                part: "address".to_owned(),
                approved: Some(Json::from(other.address.as_str())),
                now: Some(Json::from(change.address.as_str())),
            }],
        ),
        None => (
            "the approved plan does nothing to this object",
            compared(&BTreeMap::new(), &members(change), &Made::default()),
        ),
    };
    Difference {
        address: Some(change.address.clone()),
        reference: None,
        sentence: sentence.to_owned(),
        compared,
    }
}

/// In what a change differs from the approved one of its address.
fn difference(approved: &ChangeDocument, fresh: &ChangeDocument, made: &Made) -> Option<Difference> {
    let compared = compared(&members(approved), &members(fresh), made);
    if compared.is_empty() {
        return None;
    }
    let differs = |part: &str| compared.iter().any(|c| c.part == part);
    let sentence = match (approved.action.as_str(), fresh.action.as_str()) {
        ("update" | "delete", "create") => "the object is gone, and would be made anew",
        ("create", "update" | "delete") => "somebody else has made an object of this name",
        _ if differs("action") => "something else would be done to the object",
        _ if differs("id") => "another object stands in its place",
        _ if differs("fingerprint") => "the object was changed after the plan was made",
        _ => "the object would get another value",
    };
    Some(Difference {
        address: Some(fresh.address.clone()),
        reference: None,
        sentence: sentence.to_owned(),
        compared,
    })
}

/// The parts that differ: members of the change first, then its fields.
fn compared(approved: &BTreeMap<String, Json>, fresh: &BTreeMap<String, Json>, made: &Made) -> Vec<Compared> {
    let parts: BTreeSet<(bool, &String)> =
        approved.keys().chain(fresh.keys()).map(|part| (part.starts_with('/'), part)).collect();
    let differing = parts.into_iter().filter(|(_, part)| match (approved.get(*part), fresh.get(*part)) {
        (Some(approved), Some(fresh)) => !made.is_same(approved, fresh),
        (approved, fresh) => approved.is_some() != fresh.is_some(),
    });
    let both = differing.map(|(_, part)| Compared {
        part: part.clone(),
        approved: approved.get(part).cloned(),
        now: fresh.get(part).cloned(),
    });
    both.collect()
}

/// What is compared of a change, by part: its members, and its fields by their pointers.
fn members(change: &ChangeDocument) -> BTreeMap<String, Json> {
    let Ok(Json::Object(mut members)) = serde_json::to_value(change) else { return BTreeMap::new() };
    members.shift_remove("fields");
    members.retain(|name, _| !SAYINGS.contains(&name.as_str()) && !KEY.contains(&name.as_str()));
    let mut parts: BTreeMap<String, Json> = members.into_iter().collect();
    for field in &change.fields {
        let Ok(Json::Object(mut value)) = serde_json::to_value(field) else { continue };
        value.shift_remove("path");
        parts.insert(field.path.clone(), Json::Object(value));
    }
    parts
}

/// What the approved plan creates, by kind and folded name: references to it may have an id by now.
#[derive(Default)]
pub(super) struct Made(BTreeSet<(String, String)>);

impl Made {
    fn of(approved: &[&ChangeDocument]) -> Self {
        let creates = approved.iter().filter(|change| change.action == "create");
        let key = |change: &&&ChangeDocument| {
            let name = change.address.rsplit('/').next().unwrap_or_default();
            (change.kind.clone(), fold(&entrant_model::address::decode(name)))
        };
        Self(creates.map(|change| key(&change)).collect())
    }

    /// Whether two values mean the same: names beside ids do not count, a set of references has no order, and what the
    /// approved plan creates may have an id now.
    pub(super) fn is_same(&self, approved: &Json, fresh: &Json) -> bool {
        match (approved, fresh) {
            (Json::Object(a), Json::Object(b)) if is_reference(approved) && is_reference(fresh) => {
                let rest = |map: &serde_json::Map<String, Json>| {
                    let rest = map.iter().filter(|(name, _)| !["name", "id"].contains(&name.as_str()));
                    Json::Object(rest.map(|(name, value)| (name.clone(), value.clone())).collect())
                };
                self.is_same_object(a, b) && rest(a) == rest(b)
            }
            (Json::Object(a), Json::Object(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| self.is_same(a, b)))
            }
            (Json::Array(a), Json::Array(b)) if a.iter().chain(b).any(is_reference) => {
                a.len() == b.len() && self.missing(a, b).is_empty()
            }
            (Json::Array(a), Json::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.is_same(a, b))
            }
            (a, b) => a == b,
        }
    }

    /// The elements of the first list that have no partner of their own in the second.
    pub(super) fn missing<'a>(&self, list: &'a [Json], other: &[Json]) -> Vec<&'a Json> {
        let mut left: Vec<&Json> = other.iter().collect();
        let mut missing = Vec::new();
        for element in list {
            match left.iter().position(|one| self.is_same(element, one) || self.is_same(one, element)) {
                Some(at) => {
                    left.swap_remove(at);
                }
                None => missing.push(element),
            }
        }
        missing
    }

    fn is_same_object(
        &self,
        approved: &serde_json::Map<String, Json>,
        fresh: &serde_json::Map<String, Json>,
    ) -> bool {
        let name = |map: &serde_json::Map<String, Json>| {
            fold(map.get("name").and_then(Json::as_str).unwrap_or_default())
        };
        match (approved.get("id"), fresh.get("id")) {
            (None, Some(_)) => {
                let kind = approved.get("kind").and_then(Json::as_str).unwrap_or_default();
                name(approved) == name(fresh) && self.0.contains(&(kind.to_owned(), name(approved)))
            }
            (None, None) => name(approved) == name(fresh),
            (a, b) => a == b,
        }
    }
}

/// `{kind, name, id?}`, with whatever else the element says.
fn is_reference(json: &Json) -> bool {
    json.get("kind").is_some_and(Json::is_string) && (json.get("id").is_some() || json.get("name").is_some())
}
