//! Whether a fresh plan does nothing but what was approved.
//!
//! Each fresh write must be one of the approved ones: the same action on the same object, to the same value, from
//! the same fingerprint. Approved writes that the fresh plan lacks are done already, or no longer needed. What a
//! plan only says of a change (its sentences, its class) is not compared: it follows from the rest. Names beside
//! ids are not compared either: the id is the object.
//!
//! The operations decide, not the documents: where other documents ask for the same operations, the plan holds.

use crate::output::{ChangeDocument, PlanDocument, ReferenceDocument, canonical};
use entrant_model::reference::fold;
use entrant_model::value::Json;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Members of a change that only say something about it. Every other one is compared, also one that is yet to
/// come.
const SAYINGS: &[&str] = &["class", "impact", "reason"];

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
    let mut differences = retargeted(&approved.references, &fresh.references);
    for change in fresh_writes {
        let left = by_address.get_mut(&(change.kind.as_str(), change.address.as_str()));
        let approved = left.filter(|left| !left.is_empty()).map(|left| {
            let same_object = left.iter().position(|approved| approved.id == change.id);
            left.swap_remove(same_object.unwrap_or_default())
        });
        differences.extend(match approved {
            Some(approved) => difference(approved, change),
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
        None => {
            ("the approved plan does nothing to this object", compared(&BTreeMap::new(), &members(change)))
        }
    };
    Difference {
        address: Some(change.address.clone()),
        reference: None,
        sentence: sentence.to_owned(),
        compared,
    }
}

/// In what a change differs from the approved one of its address.
fn difference(approved: &ChangeDocument, fresh: &ChangeDocument) -> Option<Difference> {
    let compared = compared(&members(approved), &members(fresh));
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
fn compared(approved: &BTreeMap<String, Json>, fresh: &BTreeMap<String, Json>) -> Vec<Compared> {
    let parts: BTreeSet<(bool, &String)> =
        approved.keys().chain(fresh.keys()).map(|part| (part.starts_with('/'), part)).collect();
    let differing = parts.into_iter().filter(|(_, part)| {
        let meant = |side: &BTreeMap<String, Json>| side.get(*part).map(meaning);
        meant(approved) != meant(fresh)
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

/// A value without the names that stand beside ids, and sets of references in an order that no name decides.
fn meaning(json: &Json) -> Json {
    let is_reference = |json: &Json| json.get("kind").is_some() && json.get("id").is_some();
    match json {
        Json::Object(map) => {
            let is_reference = is_reference(json);
            let members = map.iter().filter(|(name, _)| !(is_reference && *name == "name"));
            Json::Object(members.map(|(name, value)| (name.clone(), meaning(value))).collect())
        }
        Json::Array(list) => {
            let mut meant: Vec<Json> = list.iter().map(meaning).collect();
            if list.iter().any(is_reference) {
                meant.sort_by_cached_key(|element| canonical(element).to_string());
            }
            Json::Array(meant)
        }
        scalar => scalar.clone(),
    }
}
