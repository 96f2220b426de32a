//! Saved plans: what a file must be, and when a fresh plan is what was approved.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Dice, object, table};
use entrant_model::desired::Intent;
use entrant_model::kinds::assignment_policy::package_member;
use entrant_model::live::{LiveObject, OtherShape, Package};
use entrant_model::reference::Written;
use entrant_model::value::{Json, Value, each_reference_mut};
use entrant_model::{
    Address, Desired, Envelope, Id, Kind, Live, Object, Place, Reference, RemovedAction, Type, Version, Wire,
    wire,
};
use entrant_plan::output::{
    ChangeDocument, Origin, PlanDocument, ReferenceDocument, canonical_text, digest, document,
};
use entrant_plan::saved::{SavedPlan, compare};
use entrant_plan::{fingerprint, plan};
use proptest::prelude::*;
use std::sync::Arc;

fn package() -> Package {
    Package {
        id: Id::new("bbbbbbbb-0000-0000-0000-000000000001"),
        name: "Campaign".into(),
        catalog: Id::new("c"),
        catalog_name: "Sales".into(),
    }
}

/// An object of the tables, of the package and with this name.
fn named(mut object: Object, version: Version, name: &str) -> Object {
    object.set("displayName", Value::Text(name.into()));
    object.set(package_member(version), Value::Ref(Box::new(package().reference())));
    object
}

fn declared(dice: &mut Dice, seed: u64, name: &str) -> Desired {
    let version = if seed.is_multiple_of(2) { Version::V1 } else { Version::Beta };
    let mut object = named(object(table(seed), dice, true), version, name);
    // As resolving leaves them: by name, with the id that it meant.
    each_reference_mut(&mut object, &mut |_, reference| {
        if reference.kind == Kind::AccessPackage {
            return;
        }
        let name = format!("Name of {}", reference.id.as_ref().unwrap());
        reference.written = Some(Box::new(Written { name: Some(name.clone()), ..Written::default() }));
        reference.name = Some(name.into());
    });
    Desired {
        intent: Intent::Present {
            envelope: Envelope {
                kind: Kind::AssignmentPolicy,
                version,
                pin: None,
                previous_names: Vec::new(),
                protected: false,
            },
            object,
        },
        ..removed(name)
    }
}

fn removed(name: &str) -> Desired {
    Desired {
        address: Address::policy("Sales", "Campaign", name),
        place: Place::document(Arc::default(), name.len()),
        parent: Reference {
            written: Some(Box::new(Written { name: Some("Campaign".into()), ..Written::default() })),
            ..package().reference()
        },
        intent: Intent::Removed(RemovedAction::Delete),
    }
}

fn policy(dice: &mut Dice, version: Version, id: &str, name: &str) -> LiveObject {
    let ty = table(u64::from(version == Version::Beta));
    let object = named(object(ty, dice, false), version, name);
    let json = wire::to_graph(&Type::Object(ty), &Value::Object(Box::new(object)));
    LiveObject {
        kind: Kind::AssignmentPolicy,
        version,
        id: Id::new(id),
        display_name: name.into(),
        parent: package().id,
        object: wire::read(ty, json.as_object().unwrap()),
        wire: Wire::new(&json),
        unread: Vec::new(),
    }
}

/// A plan that creates, updates and deletes.
fn some_plan(seed: u64) -> PlanDocument {
    let dice = &mut Dice(seed);
    let version = if seed.is_multiple_of(2) { Version::V1 } else { Version::Beta };
    let mut live = Live {
        policies: vec![policy(dice, version, "1", "Changed"), policy(dice, Version::V1, "2", "Gone")],
        ..Live::default()
    };
    live.packages.insert(package().id, package());
    for id in ["1", "2"] {
        let through = policy(dice, if id == "1" { version.other() } else { Version::Beta }, id, "x");
        live.other_shape.insert(Id::new(id), OtherShape::Read(Box::new(through)));
    }
    for version in [Version::V1, Version::Beta] {
        live.coverage.add_whole(Kind::AssignmentPolicy, version, package().id);
    }
    let desired = vec![declared(dice, seed, "Made"), declared(dice, seed, "Changed"), removed("Gone")];
    let (mut plan, _) = plan(desired, &live);
    fingerprint::take(&mut plan, &live);
    let origin = Origin {
        tool: "entrant test".into(),
        tenant: Some("T".into()),
        api_hosts: vec!["emulator".into()],
        targets: Vec::new(),
    };
    document(&plan, &origin)
}

/// The plan with the digest that it should have.
fn sealed(mut plan: PlanDocument) -> PlanDocument {
    plan.digest.clear();
    let mut json = serde_json::to_value(&plan).unwrap();
    // Guards are of the moment: no digest covers them.
    json.as_object_mut().unwrap().shift_remove("guards");
    plan.digest = digest(&json);
    plan
}

/// Every value in the JSON that a mutation could alter, as pointers.
fn leaves(json: &Json, at: &str, found: &mut Vec<String>) {
    match json {
        Json::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                // The name beside an id says nothing of its own.
                if !(key == "name" && map.contains_key("id") && map.contains_key("kind")) {
                    leaves(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
                }
            }
        }
        Json::Array(list) if !list.is_empty() => {
            for (index, value) in list.iter().enumerate() {
                leaves(value, &format!("{at}/{index}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

/// Another value than this one.
fn altered(json: &Json) -> Json {
    match json {
        Json::Bool(b) => Json::from(!b),
        Json::Number(n) => Json::from(n.as_i64().unwrap_or_default() + 1),
        Json::String(text) => Json::from(format!("{text}x")),
        _ => Json::from("x"),
    }
}

#[test]
fn a_plan_has_the_pieces_that_the_laws_are_about() {
    let plan = some_plan(6);
    let mut actions: Vec<&str> = plan.changes.iter().map(|c| c.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["create", "delete", "update"]);
    for change in plan.changes.iter().filter(|c| c.action != "create") {
        assert_eq!(change.fingerprint.keys().collect::<Vec<_>>(), ["beta", "v1.0"], "{}", change.action);
    }
    let package = |r: &&ReferenceDocument| r.kind == "AccessPackage";
    let package = plan.references.iter().find(package).unwrap();
    assert_eq!((package.catalog.as_deref(), package.name.as_str()), (Some("Sales"), "Campaign"));
    assert_eq!(plan.references.iter().filter(|r| r.kind == "AccessPackage").count(), 1, "each once");
    assert!(plan.references.iter().any(|r| r.kind == "Group" && r.name == format!("Name of {}", r.id)));
}

#[test]
fn a_fresh_plan_without_writes_may_always_be_applied() {
    let approved = some_plan(6);
    let mut fresh = some_plan(6);
    fresh.changes.clear();
    fresh.references[0].id = "another".into();
    assert_eq!(compare(&approved, &fresh), []);
    let keeps = ChangeDocument { action: "keep".into(), ..some_plan(6).changes.remove(0) };
    fresh.changes.push(keeps);
    let nothing = PlanDocument { changes: Vec::new(), ..some_plan(6) };
    assert_eq!(compare(&nothing, &fresh), []);
}

#[test]
fn the_difference_says_what_happened() {
    let approved = some_plan(6);
    let sentence = |action: &str, change: &dyn Fn(&mut ChangeDocument)| {
        let mut fresh = some_plan(6);
        fresh.changes.retain(|c| c.action == action);
        change(&mut fresh.changes[0]);
        let differences = compare(&approved, &fresh);
        assert_eq!(differences.len(), 1, "{differences:?}");
        differences[0].sentence.clone()
    };
    let is_now = |action: &'static str| move |change: &mut ChangeDocument| change.action = action.into();
    for (action, change, expected) in [
        (
            "update",
            &is_now("create") as &dyn Fn(&mut ChangeDocument),
            "the object is gone, and would be made anew",
        ),
        ("create", &is_now("update"), "somebody else has made an object of this name"),
        ("update", &is_now("delete"), "something else would be done to the object"),
        ("update", &|c| c.id = Some("9".into()), "another object stands in its place"),
        (
            "delete",
            &|c| *c.fingerprint.get_mut("beta").unwrap() = "sha256:0".into(),
            "the object was changed after the plan was made",
        ),
        ("create", &|c| c.fields[0].after = None, "the object would get another value"),
        ("update", &|c| c.address.push('x'), "the object was approved under another address"),
        ("create", &|c| c.address.push('x'), "the approved plan does nothing to this object"),
    ] {
        assert_eq!(sentence(action, change), expected, "{action}");
    }
}

#[test]
fn two_objects_of_one_name_are_each_approved_once() {
    let mut approved = some_plan(6);
    approved.changes.retain(|c| c.action == "update");
    let other = ChangeDocument { id: Some("9".into()), ..approved.changes[0].clone() };
    approved.changes.push(other);
    let mut turned = approved.clone();
    turned.changes.reverse();
    assert_eq!(compare(&approved, &turned), []);
    turned.changes[0] = turned.changes[1].clone();
    assert_eq!(compare(&approved, &turned).len(), 1);
}

#[test]
fn names_beside_ids_and_sayings_are_not_compared_and_sets_have_no_order() {
    let approved = some_plan(6);
    let mut fresh = some_plan(6);
    let reference = |name: &str, id: &str| serde_json::json!({"kind": "Group", "name": name, "id": id});
    let with = |plan: &mut PlanDocument, list: Json| plan.changes[0].fields[0].after = Some(list);
    let mut approved = approved;
    with(&mut approved, serde_json::json!(["externalSponsors", reference("A", "1"), reference("B", "2")]));
    with(&mut fresh, serde_json::json!([reference("C", "2"), "externalSponsors", reference("D", "1")]));
    fresh.changes[0].impact.clear();
    fresh.changes[0].class = None;
    fresh.changes[0].reason = Some("keeps 1 property".into());
    assert_eq!(compare(&approved, &fresh), []);
    with(&mut fresh, serde_json::json!([reference("A", "2"), reference("B", "3"), "externalSponsors"]));
    assert_eq!(compare(&approved, &fresh).len(), 1);
    // A sequence has an order.
    with(&mut approved, serde_json::json!([{"text": "a"}, {"text": "b"}]));
    with(&mut fresh, serde_json::json!([{"text": "b"}, {"text": "a"}]));
    assert_eq!(compare(&approved, &fresh).len(), 1);
}

#[test]
fn a_plan_belongs_to_its_tenant_and_hosts() {
    let plan = SavedPlan::read("f", canonical_text(&some_plan(6)).as_bytes()).unwrap();
    let emulator = ["emulator".to_owned()];
    let elsewhere = ["graph.microsoft.com".to_owned()];
    let fits = |tenant, hosts| plan.for_another("f", tenant, hosts).is_none();
    assert!(fits(Some("t"), Some(&emulator[..])) && fits(None, None) && fits(Some("T"), None));
    assert!(!fits(Some("u"), None) && !fits(Some("u"), Some(&emulator)));
    assert!(!fits(None, Some(&emulator)), "not known any more");
    assert!(!fits(Some("T"), Some(&elsewhere)));
    let unknown = sealed(PlanDocument { tenant: None, ..some_plan(6) });
    let unknown = SavedPlan::read("f", canonical_text(&unknown).as_bytes()).unwrap();
    assert!(unknown.for_another("f", Some("t"), Some(&emulator)).is_some());
    assert!(unknown.for_another("f", None, Some(&emulator)).is_none());
}

#[test]
fn a_file_that_is_no_plan_is_refused_by_name() {
    let text = canonical_text(&some_plan(6));
    let code = |text: &str| SavedPlan::read("f", text.as_bytes()).unwrap_err().code.name;
    assert_eq!(code(""), "unreadable-plan");
    assert_eq!(code("[]"), "unreadable-plan");
    assert_eq!(code(&text[..text.len() / 2]), "unreadable-plan");
    assert_eq!(SavedPlan::read("f", b"\xff").unwrap_err().code.name, "unreadable-plan");
    assert_eq!(code(&text.replacen("\"formatVersion\":1", "\"formatVersion\":2", 1)), "other-plan-format");
    assert_eq!(code(&text.replacen("\"formatVersion\":1", "\"formatVersion\":-1", 1)), "unreadable-plan");
    assert_eq!(code(&text.replacen('{', "{\"ok\":true,", 1)), "unreadable-plan");
    assert_eq!(code(&text.replacen("entrant test", "entrant best", 1)), "altered-plan");
    assert_eq!(code(&text.replacen('{', "{ ", 1)), "altered-plan");
    assert_eq!(code(&text.replacen('{', "{\"tool\":\"x\",", 1)), "altered-plan", "twice");
    let nested = text.replacen("\"kind\":\"AccessPackage\"", "\"kind\":\"x\",\"kind\":\"AccessPackage\"", 1);
    assert_eq!(code(&nested), "altered-plan", "twice");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_what_was_approved_and_so_is_less(seed in 1u64.., drop in any::<u8>()) {
        let approved = some_plan(seed);
        prop_assert_eq!(compare(&approved, &some_plan(seed)), []);
        let mut fresh = some_plan(seed);
        let mut index = 0;
        fresh.changes.retain(|_| { index += 1; drop >> index & 1 == 0 });
        prop_assert_eq!(compare(&approved, &fresh), []);
    }

    #[test]
    fn any_mutation_of_a_write_is_a_difference(seed in 1u64.., at in any::<prop::sample::Index>()) {
        let approved = some_plan(seed);
        let fresh = some_plan(seed);
        let mut json = serde_json::to_value(&fresh).unwrap();
        for change in json["changes"].as_array_mut().unwrap() {
            for saying in ["class", "impact", "reason"] {
                change.as_object_mut().unwrap().shift_remove(saying);
            }
        }
        let mut pointers = Vec::new();
        leaves(&json["changes"], "/changes", &mut pointers);
        for (index, _) in approved.references.iter().enumerate() {
            pointers.push(format!("/references/{index}/id"));
        }
        let pointer = at.get(&pointers);
        let value = json.pointer_mut(pointer).unwrap();
        *value = altered(value);
        for change in json["changes"].as_array_mut().unwrap() {
            change["impact"] = Json::Array(Vec::new());
        }
        // What cannot be a plan any more is none.
        if let Ok(mutant) = serde_json::from_value::<PlanDocument>(json) {
            prop_assert!(!compare(&approved, &mutant).is_empty(), "{}", pointer);
        }
    }

    #[test]
    fn what_is_saved_is_read_and_saved_again_byte_for_byte(seed in 1u64..) {
        let plan = some_plan(seed);
        let text = canonical_text(&plan);
        let read = SavedPlan::read("f", text.as_bytes()).unwrap();
        prop_assert_eq!(read.document(), &plan);
        prop_assert_eq!(canonical_text(read.document()), text);
        let printed = serde_json::to_string_pretty(&plan).unwrap();
        prop_assert_eq!(canonical_text(SavedPlan::read("f", printed.as_bytes()).unwrap().document()), canonical_text(&plan));
    }

    #[test]
    fn one_byte_more_less_or_other_is_refused_or_means_the_same(
        seed in 1u64..40, at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0..3,
    ) {
        let plan = some_plan(seed);
        let mut bytes = canonical_text(&plan).into_bytes();
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            _ => { bytes.remove(at); }
        }
        if let Ok(read) = SavedPlan::read("f", &bytes) {
            prop_assert_eq!(read.document(), &plan);
        }
    }

    #[test]
    fn a_forged_plan_approves_no_more_than_it_says(seed in 1u64.., other in 1u64..) {
        // Whoever can make a digest can approve other changes, but each fresh write is still held against one.
        let forged = sealed(PlanDocument { changes: some_plan(other).changes, ..some_plan(seed) });
        let forged = SavedPlan::read("f", canonical_text(&forged).as_bytes()).unwrap();
        let fresh = some_plan(seed);
        let approved = fresh.changes.iter().all(|change| {
            let same = |c: &&ChangeDocument| {
                (&c.action, &c.address, &c.id, &c.fingerprint, &c.fields, &c.api_version)
                    == (&change.action, &change.address, &change.id, &change.fingerprint, &change.fields, &change.api_version)
            };
            change.action == "keep" || forged.document().changes.iter().any(|c| same(&c))
        });
        prop_assert_eq!(compare(forged.document(), &fresh).is_empty(), approved || fresh.changes.iter().all(|c| c.action == "keep"));
    }
}
