//! Fingerprints: they differ where somebody changed what is managed, and nowhere else.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Dice, object, shuffled, table, value};
use entrant_model::spec::Access;
use entrant_model::value::{Json, Value};
use entrant_model::{Type, TypeSpec, wire};
use entrant_plan::diff::diff;
use entrant_plan::fingerprint::of;
use proptest::prelude::*;
use serde_json::json;

fn print(ty: &'static TypeSpec, json: &Json) -> String {
    of(&wire::read(ty, json.as_object().unwrap()))
}

#[test]
fn what_is_not_managed_leaves_no_print() {
    let ty = table(0);
    let live = json!({
        "displayName": "P",
        "specificAllowedTargets": [
            {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "G1", "description": "Desk"},
            {"@odata.type": "#microsoft.graph.singleUser", "userId": "U1"},
        ],
        "questions": [
            {"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "id": "Q1", "text": "Why?", "sequence": 1},
            {"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "id": "Q2", "text": "Who?", "sequence": 2},
        ],
    });
    let same = json!({
        "id": "1",
        "modifiedDateTime": "2026-01-01T00:00:00Z",
        "displayName": "P",
        "description": null,
        "customExtensionStageSettings": [],
        "somethingNew": {"a": 1},
        "specificAllowedTargets": [
            {"@odata.type": "#microsoft.graph.singleUser", "userId": "u1", "description": "Ben", "isNew": true},
            {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "g1", "description": "The desk"},
        ],
        "questions": [
            {"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "id": "Q8", "text": "Who?", "sequence": 2},
            {"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "id": "Q9", "text": "Why?", "sequence": 1},
        ],
    });
    assert_eq!(print(ty, &live), print(ty, &same));
    for (pointer, value) in [
        ("/displayName", json!("p")),
        ("/specificAllowedTargets/0/groupId", json!("G2")),
        ("/specificAllowedTargets/0", json!({"@odata.type": "#microsoft.graph.newerSubject", "what": 1})),
        ("/specificAllowedTargets/1/@odata.type", json!("#microsoft.graph.connectedOrganizationMembers")),
        ("/questions/0/sequence", json!(3)),
        ("/questions/1/text", json!("Whom?")),
    ] {
        let mut other = live.clone();
        *other.pointer_mut(pointer).unwrap() = value;
        assert_ne!(print(ty, &live), print(ty, &other), "{pointer}");
    }
}

#[test]
fn two_newer_subjects_are_told_apart() {
    let ty = table(0);
    let with = |what: u64| json!({"specificAllowedTargets": [{"@odata.type": "#microsoft.graph.newerSubject", "what": what}]});
    assert_ne!(print(ty, &with(1)), print(ty, &with(2)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_of_any_managed_member_is_seen(seed in 1u64.., other in 1u64.., at in any::<prop::sample::Index>()) {
        let ty = table(seed);
        let before = object(ty, &mut Dice(seed), false);
        let members: Vec<_> = ty.members.iter().filter(|m| m.access == Access::ReadWrite).collect();
        let member = at.get(&members);
        let mut after = before.clone();
        after.set(member.name, value(&member.ty, &mut Dice(other), false));
        // Where a comparison sees a difference, so does the print.
        if !diff(&after, &before).is_empty() {
            prop_assert_ne!(of(&before), of(&after));
        }
        // What was read twice has one print, in whatever order it came.
        let json = wire::to_graph(&Type::Object(ty), &Value::Object(Box::new(before)));
        prop_assert_eq!(print(ty, &json), print(ty, &shuffled(&Type::Object(ty), &json)));
    }
}
