//! Whether a fresh change is the rest of an approved one, which an apply that was killed has begun.
//!
//! A policy is written in one request: it is changed or it is not. Every other kind is changed piece by piece: its members,
//! then the elements of its parts. So the fresh change may ask for less than the approved one. It is the rest of it where
//! every value that it sets was approved, nothing that the approved change leaves alone has changed, and a part stands
//! somewhere on the way from what it was to what it shall be.

use super::compare::Made;
use crate::output::{ChangeDocument, FieldDocument};
use entrant_model::kinds;
use entrant_model::value::Json;
use entrant_model::{Kind, Version};

/// Whether `fresh` is the rest of `approved`.
pub(super) fn continues(approved: &ChangeDocument, fresh: &ChangeDocument, made: &Made) -> bool {
    let Some(kind) = Kind::declared(&fresh.kind).filter(|kind| *kind != Kind::AssignmentPolicy) else {
        return false;
    };
    let approved_field = |path: &str| approved.fields.iter().find(|field| field.path == path);
    let is_approved = |field: &FieldDocument| {
        approved_field(&field.path).is_some_and(|approved| is_on_the_way(kind, approved, field, made))
    };
    if !fresh.fields.iter().all(is_approved) {
        return false;
    }
    match (approved.action.as_str(), fresh.action.as_str()) {
        // Its members were sent in one request, its parts come after that.
        ("create", "update") => fresh.fields.iter().all(|field| is_part(kind, &field.path)),
        ("update", "update") => approved.id == fresh.id && is_untouched(approved, fresh),
        _ => false,
    }
}

/// Whether what the approved change leaves alone is as it was.
fn is_untouched(approved: &ChangeDocument, fresh: &ChangeDocument) -> bool {
    let is_changed = |key: &str| {
        let member = key.split_once('/').map_or(key, |(_, member)| member);
        approved.fields.iter().any(|field| field.path.split('/').nth(1) == Some(member))
    };
    let keys = approved.fingerprint.keys().chain(fresh.fingerprint.keys());
    keys.filter(|key| !is_changed(key)).all(|key| approved.fingerprint.get(key) == fresh.fingerprint.get(key))
}

/// Whether a field is set to what was approved, from what was there or, of a part, from somewhere between the two.
fn is_on_the_way(kind: Kind, approved: &FieldDocument, fresh: &FieldDocument, made: &Made) -> bool {
    let is_same = |a: &Option<Json>, b: &Option<Json>| match (a, b) {
        (Some(a), Some(b)) => made.is_same(a, b),
        (a, b) => a.is_some() == b.is_some(),
    };
    if !is_same(&approved.after, &fresh.after) || approved.reason != fresh.reason {
        return false;
    }
    if is_same(&approved.before, &fresh.before) {
        return true;
    }
    let elements = |side: &Option<Json>| side.as_ref().and_then(Json::as_array).cloned().unwrap_or_default();
    let (was, shall, is) = (elements(&approved.before), elements(&approved.after), elements(&fresh.before));
    let known: Vec<Json> = was.iter().chain(&shall).cloned().collect();
    let stays: Vec<Json> =
        was.iter().filter(|one| made.missing(&[(*one).clone()], &shall).is_empty()).cloned().collect();
    is_part(kind, &fresh.path) && made.missing(&is, &known).is_empty() && made.missing(&stays, &is).is_empty()
}

/// Whether a JSON Pointer leads to a part of the object.
fn is_part(kind: Kind, path: &str) -> bool {
    let member = path.split('/').nth(1).unwrap_or_default();
    let table = kinds::table(kind, Version::V1);
    table.and_then(|table| table.member(member)).is_some_and(|(_, member)| member.is_part())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn change(action: &str, fields: &[(&str, Json, Json)]) -> ChangeDocument {
        let side = |json: &Json| Some(json.clone()).filter(|json| !json.is_null());
        ChangeDocument {
            address: "AccessPackage/Sales/Kit".to_owned(),
            kind: "AccessPackage".to_owned(),
            api_version: "v1.0".to_owned(),
            action: action.to_owned(),
            id: (action != "create").then(|| "p1".to_owned()),
            fingerprint: BTreeMap::from([
                ("v1.0/displayName".to_owned(), "sha256:1".to_owned()),
                ("v1.0/description".to_owned(), "sha256:2".to_owned()),
            ]),
            fields: fields
                .iter()
                .map(|(path, before, after)| FieldDocument {
                    path: (*path).to_owned(),
                    before: side(before),
                    after: side(after),
                    reason: None,
                })
                .collect(),
            class: None,
            impact: Vec::new(),
            reason: None,
            template: None,
            edit: None,
        }
    }

    fn group(name: &str) -> Json {
        json!({"kind": "Group", "name": name, "id": name})
    }

    #[test]
    fn what_a_killed_apply_has_begun_goes_on() {
        let made = Made::default();
        let (a, b, c) = (group("a"), group("b"), group("c"));
        let roles = |before: Json, after: Json| ("/resourceRoleScopes", before, after);
        let text = ("/description", json!("old"), json!("new"));
        let approved = change("update", &[text.clone(), roles(json!([a, b]), json!([b, c]))]);
        for begun in [json!([a, b]), json!([b, c, a]), json!([b]), json!([b, c])] {
            let rest = change("update", &[roles(begun.clone(), json!([b, c]))]);
            assert!(continues(&approved, &rest, &made), "{begun}");
        }
        // Somebody else took the one that stays, or brought in one that nobody approved; or it shall be another.
        for begun in [json!([a]), json!([b, group("d")])] {
            assert!(!continues(&approved, &change("update", &[roles(begun, json!([b, c]))]), &made));
        }
        let other = change("update", &[roles(json!([a, b]), json!([a]))]);
        assert!(!continues(&approved, &other, &made));
        let edited = change("update", &[("/description", json!("else"), json!("new"))]);
        assert!(!continues(&approved, &edited, &made));
        let mut renamed = change("update", &[text]);
        assert!(continues(&approved, &renamed, &made));
        renamed.fingerprint.insert("v1.0/displayName".to_owned(), "sha256:3".to_owned());
        assert!(!continues(&approved, &renamed, &made));
    }

    #[test]
    fn a_create_goes_on_with_its_parts_alone() {
        let made = Made::default();
        let roles = |before: Json| ("/resourceRoleScopes", before, json!([group("a"), group("b")]));
        let approved = change("create", &[("/description", Json::Null, json!("new")), roles(Json::Null)]);
        assert!(continues(&approved, &change("update", &[roles(Json::Null)]), &made));
        assert!(continues(&approved, &change("update", &[roles(json!([group("b")]))]), &made));
        assert!(!continues(&approved, &change("update", &[roles(json!([group("x")]))]), &made));
        let text = ("/description", json!("else"), json!("new"));
        assert!(!continues(&approved, &change("update", &[text]), &made));
    }
}
