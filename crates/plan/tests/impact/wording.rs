//! What effects say where a looser sentence would be untrue of somebody.

use crate::pairs::{base_v1, group, organization, patched, read, rule, stage};
use entrant_model::Object;
use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::v1;
use entrant_plan::impact::{effects, in_package};
use serde_json::{Value as Json, json};

fn policy(patch: &Json) -> Object {
    read(&v1::POLICY, &patched(&base_v1(), patch))
}

/// The sentences of a change, one a line.
fn said(before: &Json, after: &Json, remaining: &[&Json]) -> String {
    let (before, after) = (policy(before), policy(after));
    let others: Vec<Object> = remaining.iter().map(|patch| policy(patch)).collect();
    let others: Vec<_> = others.iter().map(|object| ("Other", PolicyFacts::of(object))).collect();
    let (before, after) = (PolicyFacts::of(&before), PolicyFacts::of(&after));
    let found = in_package(effects(Some(&before), Some(&after)), &before, Some(&after), &others);
    found.iter().map(|e| e.sentence().to_string()).collect::<Vec<_>>().join("\n")
}

#[test]
fn outsiders_who_could_ask_before_or_still_can_are_not_all_outsiders() {
    let organizations = |names: &[&str]| {
        json!({
            "allowedTargetScope": "specificConnectedOrganizationUsers",
            "specificAllowedTargets": names.iter().map(|name| organization(name)).collect::<Vec<_>>()
        })
    };
    let scope = |word: &str| json!({"allowedTargetScope": word, "specificAllowedTargets": []});
    let (one, two) = (organizations(&["Fabrikam"]), organizations(&["Fabrikam", "Litware"]));
    let every = scope("allExternalUsers");
    for (before, after, wanted) in [
        (&scope("allMemberUsers"), &one, "People from outside this directory may now request it"),
        (&one, &scope("allMemberUsers"), "People from outside this directory may no longer request it"),
        (&one, &two, "Further people from outside this directory may now request it"),
        (&two, &one, "Some people from outside this directory may no longer request it"),
        (&one, &every, "Further people from outside this directory may now request it"),
        (&every, &one, "Some people from outside this directory may no longer request it"),
        (
            &every,
            &scope("allDirectoryUsers"),
            "Some people from outside this directory may no longer request it",
        ),
    ] {
        let said = said(before, after, &[]);
        assert!(said.lines().any(|line| line.starts_with(wanted)), "{wanted}\n{said}");
    }
}

#[test]
fn who_still_may_ask_by_another_policy_is_not_said_to_be_locked_out() {
    let own = json!({"allowedTargetScope": "allMemberUsers", "specificAllowedTargets": []});
    let closed = patched(
        &own,
        &json!({"requestorSettings": {
            "enableTargetsToSelfAddAccess": false, "enableOnBehalfRequestorsToAddAccess": false
        }}),
    );
    let own = patched(&own, &json!({"requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}}));
    let some = "Every member of this directory may no longer request it for themselves by this policy (";
    let all = "Every member of this directory may no longer request it for themselves (";
    let services =
        json!({"allowedTargetScope": "allDirectoryServicePrincipals", "specificAllowedTargets": []});
    let by_rule = json!({
        "specificAllowedTargets": [rule("true")],
        "automaticRequestSettings": {"requestAccessForAllowedTargets": true}
    });
    for (others, wanted) in [
        (vec![], all),
        (vec![&closed], all),
        (vec![&services], all),
        (vec![&by_rule], all),
        (vec![&json!({"specificAllowedTargets": [group("z")]})], some),
    ] {
        let said = said(&own, &closed, &others);
        assert!(said.starts_with(wanted), "{said}");
    }
}

#[test]
fn guests_cannot_ask_by_a_policy_for_members() {
    let scope = |word: &str| {
        json!({"allowedTargetScope": word, "specificAllowedTargets": [],
            "requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}})
    };
    let group = json!({"requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false}});
    let said = said(&scope("allDirectoryUsers"), &group, &[&scope("allMemberUsers")]);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].contains("but the broader policy \"Other\" remains"), "{said}");
    assert!(
        lines[1].starts_with("Guests of this directory may no longer request it (new requests"),
        "{said}"
    );
}

#[test]
fn a_stage_goes_and_whoever_decides_in_another_goes_on() {
    let stages = |approvers: &[&[&str]]| {
        let stages: Vec<Json> = approvers
            .iter()
            .map(|ids| {
                let approvers: Vec<Json> = ids.iter().map(|id| group(id)).collect();
                patched(&stage(), &json!({"primaryApprovers": approvers}))
            })
            .collect();
        json!({"requestApprovalSettings": {"stages": stages}})
    };
    let twice = said(&stages(&[&["a"], &["a"]]), &stages(&[&["a"]]), &[]);
    assert!(twice.starts_with("One stage of approval fewer is needed for it, that of "), "{twice}");
    // Who goes is said of the stage where they were, who comes of the stage where they are.
    let moved = said(&stages(&[&["a"], &["b", "c"]]), &stages(&[&["b", "d"], &["a"]]), &[]);
    let lines: Vec<&str> = moved.lines().collect();
    assert!(lines[0].contains(" may now ") && lines[0].contains("in stage 1"), "{moved}");
    assert!(lines[1].contains(" may no longer ") && lines[1].contains("in stage 2"), "{moved}");
}

#[test]
fn whose_review_takes_the_place_of_whose() {
    let review = |own: bool| json!({"reviewSettings": {"isSelfReview": own}});
    let (others, own) = (review(false), review(true));
    let to_own = said(&others, &own, &[]);
    assert!(to_own.starts_with("Access to it is now reviewed by everybody for themselves instead of by \""));
    let from_own = said(&own, &others, &[]);
    assert!(from_own.contains("\" instead of by everybody for themselves ("), "{from_own}");
}

#[test]
fn leavers_keep_access_for_the_grace() {
    let automatic = |removes: bool, grace: &str| {
        json!({
            "specificAllowedTargets": [rule("true")],
            "automaticRequestSettings": {
                "requestAccessForAllowedTargets": true,
                "removeAccessWhenTargetLeavesAllowedTargets": removes,
                "gracePeriodBeforeAccessRemoval": grace
            }
        })
    };
    let after_a_week = said(&automatic(false, "P7D"), &automatic(true, "P7D"), &[]);
    assert!(after_a_week.starts_with("Whoever no longer matches the rule now loses it after 7 days ("));
    let at_once = said(&automatic(false, "PT0S"), &automatic(true, "PT0S"), &[]);
    assert!(at_once.starts_with("Whoever no longer matches the rule now loses it ("), "{at_once}");
}

#[test]
fn no_comma_stands_before_when_it_takes_effect() {
    let scope = |word: &str| json!({"allowedTargetScope": word, "specificAllowedTargets": []});
    let said = said(&scope("allDirectoryUsers"), &scope("allMemberUsers"), &[]);
    assert!(said.contains("guests included (new requests"), "{said}");
}

#[test]
fn a_door_that_opens_or_closes_while_the_scope_moves_is_not_said_to_have_been_open() {
    let side = |word: &str, takes: bool| {
        json!({"allowedTargetScope": word, "specificAllowedTargets": [], "requestorSettings": {
            "enableTargetsToSelfAddAccess": takes, "enableOnBehalfRequestorsToAddAccess": false
        }})
    };
    let configured = "allConfiguredConnectedOrganizationUsers";
    let (closed, open) = (side(configured, false), side("allExternalUsers", true));
    let opened = said(&closed, &open, &[]);
    assert_eq!(
        opened.lines().collect::<Vec<_>>(),
        [
            "Anybody from outside this directory may now request it (new requests).",
            "Anybody from outside this directory may now request it for themselves (new requests).",
            "People from outside this directory may now request it (new requests).",
        ]
    );
    let shut = said(&open, &closed, &[]);
    assert_eq!(
        shut.lines().collect::<Vec<_>>(),
        [
            "Only users of configured connected organizations may still be assigned it by an administrator, no longer anybody from outside this directory (new assignments; whoever has access keeps it).",
            "Anybody from outside this directory may no longer request it for themselves (new requests; whoever has access keeps it).",
            "People from outside this directory may no longer request it (new requests; whoever has access keeps it).",
        ]
    );
    // The other way round: wider and closed, narrower and open.
    let (open, closed) = (side(configured, true), side("allExternalUsers", false));
    let said_of = said(&open, &closed, &[]);
    assert!(
        said_of.contains("may now be assigned it by an administrator, no longer only users of"),
        "{said_of}"
    );
    let said_of = said(&closed, &open, &[]);
    assert!(said_of.contains("may still be assigned it by an administrator, no longer anybody"), "{said_of}");
    assert!(!said_of.contains("may still request"), "{said_of}");
}
