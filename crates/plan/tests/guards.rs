//! Why apply refuses a plan, and what lets it pass.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Dice, object};
use entrant_model::address::Pattern;
use entrant_model::desired::Intent;
use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::{package_member, table};
use entrant_model::limits::{KindLimits, Limit, Limits};
use entrant_model::live::{LiveObject, Package};
use entrant_model::value::{Json, Value};
use entrant_model::{
    Address, Desired, Dimension, Envelope, Id, Kind, Live, Place, RemovedAction, Version, Wire, wire,
};
use entrant_plan::guards::{Allowed, Lift, Rules, judge};
use entrant_plan::impact::When;
use entrant_plan::output::{Origin, document};
use entrant_plan::{Action, Guard, Plan, plan, plan_owned};
use proptest::prelude::*;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

const PACKAGE: &str = "bbbbbbbb-0000-0000-0000-000000000001";

fn package() -> Package {
    Package {
        id: Id::new(PACKAGE),
        name: "Campaign".into(),
        catalog: Id::new("c"),
        catalog_name: "Sales".into(),
    }
}

fn desired(name: &str, intent: Intent) -> Desired {
    Desired {
        address: Address::policy("Sales", "Campaign", name),
        place: Place::document(Arc::new(PathBuf::from("policies/a.yaml")), 0),
        parent: package().reference(),
        intent,
    }
}

fn declared(name: &str, body: &Json) -> Desired {
    let mut object = wire::read(table(Version::V1), body.as_object().unwrap());
    object.set("displayName", Value::Text(name.into()));
    object.set(package_member(Version::V1), Value::Ref(Box::new(package().reference())));
    let envelope = Envelope {
        kind: Kind::AssignmentPolicy,
        version: Version::V1,
        pin: None,
        previous_names: Vec::new(),
        protected: false,
    };
    desired(name, Intent::Present { envelope, object })
}

fn removed(name: &str, action: RemovedAction) -> Desired {
    desired(name, Intent::Removed(action))
}

fn policy(name: &str, body: &Json) -> LiveObject {
    let mut json = body.clone();
    let map = json.as_object_mut().unwrap();
    map.insert("id".into(), name.into());
    map.insert("displayName".into(), name.into());
    map.insert("accessPackage".into(), json!({"id": PACKAGE}));
    LiveObject {
        kind: Kind::AssignmentPolicy,
        version: Version::V1,
        id: Id::new(name),
        display_name: name.into(),
        parent: Id::new(PACKAGE),
        object: wire::read(table(Version::V1), json.as_object().unwrap()),
        wire: Wire::new(&json),
        unread: Vec::new(),
    }
}

/// A tenant in which so many people hold access through each policy.
fn live(policies: Vec<LiveObject>, people: usize) -> Live {
    let mut live = Live::default();
    live.assignments.counts = policies.iter().map(|policy| (policy.id.clone(), people)).collect();
    live.policies = policies;
    live.packages.insert(Id::new(PACKAGE), package());
    live.coverage.add_whole(Kind::AssignmentPolicy, Version::V1, Id::new(PACKAGE));
    live
}

fn judged(documents: Vec<Desired>, live: &Live, rules: &Rules) -> Plan {
    let (mut plan, diagnostics) = plan(documents, live);
    assert!(!diagnostics.iter().any(entrant_model::Diagnostic::is_error), "{diagnostics:?}");
    let unmatched = judge(&mut plan, live, rules);
    assert!(unmatched.is_empty(), "{unmatched:?}");
    plan
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    plan.guards.iter().map(|guard| guard.code.name).collect()
}

fn allow_delete(address: &str) -> Rules {
    let allowed = Allowed { delete: vec![Pattern::parse(address).unwrap()], ..Allowed::default() };
    Rules { allowed, ..Rules::default() }
}

fn allow_immediate(address: &str) -> Rules {
    let allowed = Allowed { immediate: vec![Pattern::parse(address).unwrap()], ..Allowed::default() };
    Rules { allowed, ..Rules::default() }
}

fn open(expiration: &str) -> Json {
    json!({
        "allowedTargetScope": "allMemberUsers", "requestorSettings": {"enableTargetsToSelfAddAccess": true},
        "expiration": {"type": "afterDuration", "duration": expiration},
        "requestApprovalSettings": {"isApprovalRequiredForAdd": false, "isApprovalRequiredForUpdate": false}
    })
}

fn automatic(rule: &str, removes: bool, grace: &str) -> Json {
    json!({
        "allowedTargetScope": "specificDirectoryUsers",
        "specificAllowedTargets": [{"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": rule}],
        "automaticRequestSettings": {
            "requestAccessForAllowedTargets": true, "removeAccessWhenTargetLeavesAllowedTargets": removes,
            "gracePeriodBeforeAccessRemoval": grace
        }
    })
}

#[test]
fn a_policy_that_people_hold_access_through_is_not_deleted_unless_its_document_says_so() {
    let delete = |people, action| {
        judged(vec![removed("A", action)], &live(vec![policy("A", &open("P30D"))], people), &Rules::default())
    };
    assert!(delete(0, RemovedAction::Delete).guards.is_empty());
    assert!(delete(4, RemovedAction::Forget).guards.is_empty());
    assert!(delete(4, RemovedAction::DeleteWithAssignments).guards.is_empty());
    let refused = delete(4, RemovedAction::Delete);
    assert_eq!(codes(&refused), ["policy-in-use"]);
    assert_eq!((refused.guards[0].people, refused.guards[0].lift), (Some(4), Lift::WithAssignments));
    let mut unread = live(vec![policy("A", &open("P30D"))], 0);
    unread.assignments.counts.clear();
    let refused = judged(vec![removed("A", RemovedAction::Delete)], &unread, &Rules::default());
    assert_eq!(codes(&refused), ["assignments-unread"], "what could not be read is not nobody");
}

#[test]
fn an_allowance_by_name_deletes_nothing_through_which_people_hold_access() {
    let live = live(vec![policy("A", &open("P30D"))], 4);
    let rules = allow_delete("AssignmentPolicy/Sales/Campaign/A");
    assert_eq!(codes(&judged(vec![removed("A", RemovedAction::Delete)], &live, &rules)), ["policy-in-use"]);
}

#[test]
fn targets_that_the_written_scope_makes_meaningless_may_go_in_silence() {
    let team = json!([{"@odata.type": "#microsoft.graph.groupMembers", "groupId": "g"}]);
    let with = |scope: &str| {
        let mut body = open("P30D");
        body["allowedTargetScope"] = scope.into();
        body
    };
    let listed = |scope: &str| {
        let mut body = with(scope);
        body["specificAllowedTargets"] = team.clone();
        body
    };
    let refuses = |before: &Json, after: &Json| {
        let plan = judged(vec![declared("P", after)], &live(vec![policy("P", before)], 0), &Rules::default());
        assert_eq!(plan.changes[0].action, Action::Update);
        codes(&plan).contains(&"not-written")
    };
    assert!(!refuses(&listed("specificDirectoryUsers"), &with("allDirectoryUsers")));
    assert!(!refuses(&listed("specificDirectoryUsers"), &with("allExternalUsers")));
    // Nobody, or a list of none, is another matter; and so is a rule that gives access.
    assert!(refuses(&listed("specificDirectoryUsers"), &with("notSpecified")));
    assert!(refuses(&listed("allMemberUsers"), &with("specificDirectoryUsers")));
    assert!(refuses(&automatic("(user.x -eq 1)", true, "P1D"), &with("allMemberUsers")));
}

#[test]
fn each_thing_that_acts_at_once_is_a_guard_of_its_own() {
    let before = automatic("a", false, "P1D");
    let case = |after: &Json, live_body: &Json| {
        let live = live(vec![policy("A", live_body)], 7);
        let refused = judged(vec![declared("A", after)], &live, &Rules::default());
        let found: Vec<&'static str> =
            codes(&refused).into_iter().filter(|code| code.starts_with("immediate")).collect();
        for guard in refused.guards.iter().filter(|guard| guard.lift == Lift::AllowImmediate) {
            assert_eq!(guard.people, Some(7));
        }
        let allowed =
            judged(vec![declared("A", after)], &live, &allow_immediate("AssignmentPolicy/*/Campaign/A"));
        assert!(!codes(&allowed).iter().any(|code| code.starts_with("immediate")), "{allowed:?}");
        found
    };
    assert_eq!(case(&automatic("b", false, "P1D"), &before), ["immediate-rule"]);
    assert_eq!(case(&automatic("a", true, "P1D"), &before), ["immediate-removal"]);
    assert_eq!(case(&automatic("a", false, "P2D"), &before), ["immediate-grace"]);
    let mut scope = before.clone();
    scope["allowedTargetScope"] = "allMemberUsers".into();
    assert_eq!(case(&scope, &before), ["immediate-scope"]);
    let mut off = before.clone();
    off["automaticRequestSettings"]["requestAccessForAllowedTargets"] = false.into();
    assert_eq!(case(&off, &before), ["immediate-off"]);
    assert_eq!(case(&before, &off), ["immediate-on"]);
    let mut text = before.clone();
    text["description"] = "other".into();
    assert!(case(&text, &before).is_empty(), "a description acts on nobody");
    let live = live(vec![policy("A", &before)], 0);
    let gone = judged(vec![removed("A", RemovedAction::Delete)], &live, &Rules::default());
    assert_eq!(codes(&gone), ["immediate-delete"]);
    let new = judged(vec![declared("New", &before)], &live, &Rules::default());
    assert!(new.guards.is_empty(), "nobody holds access through a new policy");
}

fn many(count: usize, expiration: &str) -> Vec<(String, Json)> {
    (0..count).map(|n| (format!("P{n:04}"), open(expiration))).collect()
}

/// An estate of so many policies of which the first few are shortened, lengthened or deleted.
fn changed(all: usize, few: usize, how: &str) -> (Vec<Desired>, Live) {
    let policies = many(all, "P30D");
    let documents = policies.iter().enumerate().map(|(n, (name, body))| match how {
        _ if n >= few => declared(name, body),
        "delete" => removed(name, RemovedAction::Delete),
        expiration => declared(name, &open(expiration)),
    });
    (documents.collect(), live(policies.iter().map(|(name, body)| policy(name, body)).collect(), 0))
}

#[test]
fn a_run_changes_so_many_and_such_a_share() {
    let found = |all, few, how| {
        let (documents, live) = changed(all, few, how);
        codes(&judged(documents, &live, &Rules::default()))
    };
    assert!(found(10, 2, "delete").is_empty());
    assert_eq!(found(10, 3, "delete"), ["too-many-deletions"]);
    assert!(found(9, 9, "delete").is_empty(), "a share among few says nothing");
    assert_eq!(found(400, 21, "delete"), ["too-many-deletions"]);
    assert!(found(20, 10, "P7D").is_empty());
    assert_eq!(found(20, 11, "P7D"), ["too-many-narrowing"]);
    assert_eq!(found(300, 101, "P7D"), ["too-many-narrowing"]);
    assert_eq!(found(20, 6, "P90D"), ["too-many-widening"]);
    assert_eq!(found(300, 51, "P90D"), ["too-many-widening"]);
}

#[test]
fn a_first_apply_is_held_back_by_no_limit() {
    let documents = many(200, "P30D").iter().map(|(name, body)| declared(name, body)).collect();
    assert!(judged(documents, &live(Vec::new(), 0), &Rules::default()).guards.is_empty());
}

#[test]
fn a_delete_that_is_allowed_by_name_counts_towards_no_limit() {
    let (documents, live) = changed(10, 3, "delete");
    let one = allow_delete("AssignmentPolicy/Sales/Campaign/p0001");
    assert!(judged(documents.clone(), &live, &one).guards.is_empty());
    let none = judged(documents, &live, &Rules::default());
    assert_eq!(none.guards[0].lift, Lift::Limit("deletions"));
    assert!(none.guards[0].sentence.to_string().starts_with("3 of 10 existing objects would be deleted"));
}

#[test]
fn limits_of_a_kind_stand_beside_those_of_all() {
    let (documents, live) = changed(5, 2, "delete");
    let one = Limit { max: Some(1), ..Limit::NONE };
    let kinds = [(Kind::AssignmentPolicy, KindLimits { deletions: one, ..KindLimits::NONE })];
    let limits = Limits { kinds: kinds.into_iter().collect(), ..Limits::default() };
    let plan = judged(documents, &live, &Rules { limits, ..Rules::default() });
    assert_eq!(codes(&plan), ["too-many-deletions"]);
    assert!(plan.guards[0].sentence.to_string().contains("AssignmentPolicy"));
}

#[test]
fn an_allowance_that_names_nothing_is_an_error() {
    let live = live(vec![policy("A", &open("P30D"))], 0);
    let (mut plan, _) = plan(vec![removed("A", RemovedAction::Delete)], &live);
    let found = judge(&mut plan, &live, &allow_delete("AssignmentPolicy/Sales/Campaign/B"));
    assert_eq!((found.len(), found[0].code.name), (1, "allowance-unmatched"));
    assert!(found[0].is_error() && found[0].help[0].contains("Campaign/A"), "{found:?}");
    // What is done already may still be named: the same command runs again after it was cut off.
    let rules = allow_delete("AssignmentPolicy/Sales/Campaign/A");
    let again = judged(vec![removed("A", RemovedAction::Delete)], &self::live(Vec::new(), 0), &rules);
    assert!(again.guards.is_empty());
}

#[test]
fn the_digest_does_not_cover_guards_and_the_json_names_the_override() {
    let delete = || vec![removed("A", RemovedAction::Delete)];
    let in_use = judged(delete(), &live(vec![policy("A", &open("P30D"))], 3), &Rules::default());
    let free = judged(delete(), &live(vec![policy("A", &open("P30D"))], 0), &Rules::default());
    let (one, other) = (document(&in_use, &Origin::default()), document(&free, &Origin::default()));
    assert_eq!(one.digest, other.digest);
    assert!(other.guards.is_empty());
    let json = serde_json::to_value(&one.guards).unwrap();
    assert_eq!(json[0]["code"], "policy-in-use");
    assert_eq!(json[0]["address"], "AssignmentPolicy/Sales/Campaign/A");
    assert_eq!(json[0]["override"], "`deleteWithAssignments: true` in the `Removed` document");
    let hostile = "x'; rm -rf $HOME #\u{202e}`";
    let live = live(vec![policy(hostile, &automatic("a", false, "P1D"))], 1);
    let plan = judged(vec![declared(hostile, &automatic("b", false, "P1D"))], &live, &Rules::default());
    assert_eq!(
        plan.guards[0].lifted_by().unwrap(),
        r"--allow-immediate 'AssignmentPolicy/Sales/Campaign/x'\''; rm -rf $HOME #%E2%80%AE`'"
    );
}

#[test]
fn the_document_that_closes_the_door_takes_nothing_from_whoever_has_access() {
    let mut body = open("P30D");
    body["reviewSettings"] = json!({"isEnabled": true, "expirationBehavior": "removeAccess"});
    body["requestorSettings"]["enableTargetsToSelfRemoveAccess"] = true.into();
    let live = live(vec![policy("A: \"b\"", &body)], 2);
    let plan = judged(vec![removed("A: \"b\"", RemovedAction::Delete)], &live, &Rules::default());
    let (_, text) = plan.guards[0].instead.clone().unwrap();
    for line in [
        r#"displayName: "A: \"b\"""#,
        "accessPackage: {catalog: Sales, name: Campaign}",
        "allowedTargetScope: notSpecified",
        "expiration: P30D",
        "  enableTargetsToSelfAddAccess: false",
        "  enableTargetsToSelfRemoveAccess: true",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
}

/// Two policies of which one becomes the other, as the tables generate them.
fn step(seed: u64, other: u64) -> (Json, Json) {
    let body = |seed| {
        let mut json = wire::create_body(&object(table(Version::V1), &mut Dice(seed), false));
        let map = json.as_object_mut().unwrap();
        map.retain(|name, _| {
            matches!(
                name.as_str(),
                "allowedTargetScope" | "specificAllowedTargets" | "automaticRequestSettings"
            )
        });
        json
    };
    (body(seed), body(other))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_a_rule_does_at_once_is_guarded(seed in 1u64.., other in 1u64..) {
        let (before, after) = step(seed, other);
        let live = live(vec![policy("A", &before)], 1);
        let (mut plan, diagnostics) = plan(vec![declared("A", &after)], &live);
        prop_assume!(diagnostics.is_empty());
        judge(&mut plan, &live, &Rules::default());
        let acts = |change: &entrant_plan::Change| {
            change.impact.iter().any(|e| e.dimension == Dimension::Automatic && e.when == When::AtOnce)
        };
        let is_guarded = plan.guards.iter().any(|guard: &Guard| guard.lift == Lift::AllowImmediate);
        if plan.changes.iter().any(acts) {
            let was = PolicyFacts::of(&live.policies[0].object).is_automatic;
            prop_assert!(is_guarded, "was automatic: {}, {:?}", was, plan.changes[0].impact);
        }
    }
}

/// A plan of a package that is owned exclusively.
fn owned(documents: Vec<Desired>, live: &Live, rules: &Rules) -> Plan {
    let place = Place::document(Arc::new(PathBuf::from("policies/entrant.yaml")), 0);
    let exclusive = [(Id::new(PACKAGE), place)].into_iter().collect();
    let (mut plan, diagnostics) = plan_owned(documents, live, &exclusive);
    assert!(!diagnostics.iter().any(entrant_model::Diagnostic::is_error), "{diagnostics:?}");
    assert!(judge(&mut plan, live, rules).is_empty());
    plan
}

#[test]
fn what_no_document_declares_in_an_exclusive_place_is_deleted_by_approval_alone() {
    let live = live(["A", "B", "C", "D"].map(|name| policy(name, &open("P30D"))).into(), 0);
    let documents = || {
        let forgotten = removed("C", RemovedAction::Forget);
        vec![declared("A", &open("P30D")), removed("B", RemovedAction::Delete), forgotten]
    };
    let found = owned(documents(), &live, &Rules::default());
    let deletes: Vec<(&str, bool)> = found
        .changes
        .iter()
        .filter(|change| change.action == Action::Delete)
        .map(|change| (change.address.segments[2].as_str(), change.by_absence))
        .collect();
    assert_eq!(deletes, [("B", false), ("D", true)], "what is forgotten is left");
    assert!(found.unmanaged.is_empty());
    assert_eq!(codes(&found), ["delete-by-absence"]);
    assert_eq!(found.guards[0].lifted_by().unwrap(), "--allow-delete 'AssignmentPolicy/Sales/Campaign/D'");
    let named = allow_delete("AssignmentPolicy/Sales/Campaign/D");
    assert!(owned(documents(), &live, &named).guards.is_empty());
    let approved = Rules { allowed: Allowed { absences: true, ..Allowed::default() }, ..Rules::default() };
    assert!(owned(documents(), &live, &approved).guards.is_empty());
    let elsewhere = judged(documents(), &live, &Rules::default());
    assert_eq!((elsewhere.unmanaged.len(), elsewhere.guards.len()), (1, 0), "not owned, so listed and left");
}

#[test]
fn a_policy_in_use_is_not_deleted_by_absence_either() {
    let live = live(vec![policy("A", &open("P30D"))], 2);
    let approved = Rules { allowed: Allowed { absences: true, ..Allowed::default() }, ..Rules::default() };
    let found = owned(Vec::new(), &live, &approved);
    assert_eq!(codes(&found), ["policy-in-use"]);
    assert_eq!(found.guards[0].lift, Lift::None, "there is no document to say it in");
}

#[test]
fn most_of_what_was_there_is_not_made_anew_unseen() {
    let documents = || many(8, "P30D").iter().map(|(name, body)| declared(name, body)).collect::<Vec<_>>();
    let seen = |names: &[usize]| Rules {
        seen: names.iter().map(|n| Address::policy("Sales", "Campaign", &format!("p{n:04}")).key()).collect(),
        ..Rules::default()
    };
    let there =
        |names: &[usize]| live(names.iter().map(|n| policy(&format!("P{n:04}"), &open("P30D"))).collect(), 0);
    let found = |live: &Live, rules: &Rules| codes(&judged(documents(), live, rules));
    assert_eq!(found(&there(&[]), &seen(&[0, 1, 2, 3, 4])), ["listing-too-small"]);
    assert_eq!(found(&there(&[0, 1]), &seen(&[0, 1, 2, 3, 4, 5, 6])), ["listing-too-small"]);
    assert!(found(&there(&[]), &seen(&[0, 1, 2, 3])).is_empty(), "a few may be gone");
    assert!(found(&there(&[0, 1, 2]), &seen(&[0, 1, 2, 3, 4, 5])).is_empty(), "half is there");
    assert!(found(&there(&[]), &Rules::default()).is_empty(), "nothing is known of a new estate");
}
