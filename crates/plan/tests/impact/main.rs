//! Pairs of policies, and of objects of the other kinds, as an identity expert classes them, each also with the sides
//! swapped.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod doors;
mod locks;
mod nasty;
mod objects;
mod pairs;
mod wording;

use entrant_model::Object;
use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::v1;
use entrant_model::value::Json;
use entrant_plan::impact::{Class, codes, effects, in_package};
use pairs::{Pairs, base_v1, group, patched, read, rule};
use serde_json::json;

#[test]
fn pairs_are_classed_as_an_expert_would() {
    let mut p = Pairs::default();
    doors::pairs(&mut p);
    locks::pairs(&mut p);
    objects::pairs(&mut p);
    assert!(p.wrong.is_empty(), "{}", p.wrong.join("\n"));
    assert!(p.count >= 90, "{}", p.count);
    let unseen: Vec<_> = codes::ALL
        .iter()
        .map(|c| c.name)
        // What other objects do to an effect is tested on whole plans.
        .filter(|name| !["broader-policy", "package-gone", "organization-policy"].contains(name))
        .filter(|name| !p.seen.contains(name))
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn pairs_with_gates_and_several_changes_are_classed_as_an_expert_would() {
    let mut p = Pairs::default();
    nasty::pairs(&mut p);
    assert!(p.wrong.is_empty(), "{}", p.wrong.join("\n"));
    assert!(p.count >= 35, "{}", p.count);
}

#[test]
fn a_closing_is_unknown_where_a_broader_policy_remains() {
    let policy = |patch: &Json| read(&v1::POLICY, &patched(&base_v1(), patch));
    let open = policy(&json!({"requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}}));
    let closed = policy(&json!({"requestorSettings": {
        "enableTargetsToSelfAddAccess": false, "enableOnBehalfRequestorsToAddAccess": false
    }}));
    let scope = |word: &str, takes: bool| {
        policy(&json!({"allowedTargetScope": word, "specificAllowedTargets": [],
            "requestorSettings": {"enableTargetsToSelfAddAccess": takes, "enableOnBehalfRequestorsToAddAccess": false}}))
    };
    let class = |before: &Object, after: Option<&Object>, other: &Object| {
        let before = PolicyFacts::of(before);
        let after = after.map(PolicyFacts::of);
        let found = effects(Some(&before), after.as_ref());
        let found = in_package(found, &before, after.as_ref(), &[("Other", PolicyFacts::of(other))]);
        Class::of(&found)
    };
    let everybody = scope("allMemberUsers", true);
    assert_eq!(class(&open, Some(&closed), &everybody), Class::Unknown, "closing");
    assert_eq!(class(&open, None, &everybody), Class::Unknown, "deleting");
    let fewer = policy(&json!({"specificAllowedTargets": [group("a")],
        "requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}}));
    assert_eq!(class(&open, Some(&fewer), &everybody), Class::Unknown, "narrowing");
    assert_eq!(class(&open, Some(&closed), &fewer), Class::Unknown, "one that lists the same group");
    let members_to_group = class(&everybody, Some(&open), &scope("allDirectoryUsers", true));
    assert_eq!(members_to_group, Class::Unknown, "down the ladder");
    // One that is narrower than the policy was may still be broader than it becomes.
    let all_to_group = class(&scope("allDirectoryUsers", true), Some(&open), &everybody);
    assert_eq!(all_to_group, Class::Unknown, "down past it");
    // A group that stays with both says nothing of the one that goes.
    let two = policy(&json!({"specificAllowedTargets": [group("a"), group("b")],
        "requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}}));
    let lists = |id: &str| {
        policy(&json!({"specificAllowedTargets": [group(id)],
            "requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}}))
    };
    assert_eq!(class(&two, Some(&fewer), &lists("a")), Class::Narrows, "the other lists what stays");
    assert_eq!(class(&two, Some(&fewer), &lists("b")), Class::Unknown, "the other lists what goes");
    // What remains takes no requests, is narrower, or is for others.
    for other in [
        scope("allMemberUsers", false),
        scope("notSpecified", true),
        scope("allExternalUsers", true),
        policy(&json!({"specificAllowedTargets": [group("z")]})),
        policy(&json!({"specificAllowedTargets": [rule("true")],
            "automaticRequestSettings": {"requestAccessForAllowedTargets": true}})),
    ] {
        assert_eq!(class(&open, Some(&closed), &other), Class::Narrows);
    }
    assert_eq!(class(&everybody, None, &open), Class::Narrows, "a more specific one remains");
    // A lock is not a door: it narrows whatever else is there.
    let locked = policy(&json!({"expiration": {"duration": "P1D"},
        "requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}}));
    assert_eq!(class(&open, Some(&locked), &everybody), Class::Narrows);
    // Guests may be among all users of the directory.
    let organization = policy(&json!({"allowedTargetScope": "specificConnectedOrganizationUsers"}));
    assert_eq!(class(&organization, None, &scope("allDirectoryUsers", true)), Class::Unknown);
    assert_eq!(class(&organization, None, &everybody), Class::Narrows);
    // A policy that took no requests opens nothing by going.
    assert_eq!(class(&closed, None, &everybody), Class::Narrows);
}
