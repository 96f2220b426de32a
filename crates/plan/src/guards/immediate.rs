//! Changes that act on many people at once: those of a policy that gives access by a membership rule.
//!
//! A new policy is none of them: nobody holds access through it yet.

use super::{Allowed, Guard, Lift, codes, is_allowed};
use crate::change::{Action, Change};
use crate::impact::after_change;
use entrant_model::facts::PolicyFacts;
use entrant_model::{Code, Kind, Live, Object};

/// One guard for each thing that acts at once.
pub(super) fn guards(change: &Change, live: &Live, allowed: &Allowed) -> Vec<Guard> {
    let is_meant = change.kind == Kind::AssignmentPolicy && change.action != Action::Keep;
    let Some(before) = change.live.as_ref().filter(|_| is_meant) else {
        return Vec::new();
    };
    if is_allowed(&allowed.immediate, change) {
        return Vec::new();
    }
    // Nothing is by a rule before or after: what the update makes of the policy need not be worked out.
    let says_automatic = |object: &Object| object.object("automaticRequestSettings").is_some();
    if !PolicyFacts::of(&before.object).is_automatic && !change.desired.as_ref().is_some_and(says_automatic) {
        return Vec::new();
    }
    let after = after_change(change);
    let found = sorts(&PolicyFacts::of(&before.object), after.as_ref().map(PolicyFacts::of).as_ref());
    let guard = |(code, sentence): (Code, &'static str)| Guard {
        people: live.assignments.of(&before.id),
        lift: Lift::AllowImmediate,
        ..Guard::of(change, code, sentence)
    };
    found.into_iter().map(guard).collect()
}

/// What acts at once of the step from one policy to another; `None` where it is deleted.
fn sorts(before: &PolicyFacts, after: Option<&PolicyFacts>) -> Vec<(Code, &'static str)> {
    let Some(after) = after else {
        let sentence = "a policy that gives access by a membership rule would be deleted, and whoever has access by the rule may lose it at once";
        return if before.is_automatic { vec![(codes::IMMEDIATE_DELETE, sentence)] } else { Vec::new() };
    };
    match (before.is_automatic, after.is_automatic) {
        (false, false) => Vec::new(),
        (false, true) => vec![(
            codes::IMMEDIATE_ON,
            "the policy begins to give access by a membership rule, at once and without a request",
        )],
        (true, false) => vec![(
            codes::IMMEDIATE_OFF,
            "the policy ceases to give access by its membership rule, and whoever has access by the rule may lose it at once",
        )],
        (true, true) => {
            let all = [
                (
                    before.scope != after.scope,
                    codes::IMMEDIATE_SCOPE,
                    "the scope of the automatic policy changes, so that access is given and taken at once",
                ),
                (
                    !is_same_set(&before.targets, &after.targets),
                    codes::IMMEDIATE_RULE,
                    "the automatic policy is about other people than before, so that access is given and taken at once",
                ),
                (
                    before.removes_leavers != after.removes_leavers,
                    codes::IMMEDIATE_REMOVAL,
                    "the policy changes whether access is taken from people whom the rule no longer matches, for all of them at once",
                ),
                (
                    before.grace.unwrap_or_default() != after.grace.unwrap_or_default(),
                    codes::IMMEDIATE_GRACE,
                    "the policy changes how long people keep access whom the rule no longer matches, for all of them at once",
                ),
            ];
            all.into_iter().filter(|(differs, ..)| *differs).map(|(_, code, say)| (code, say)).collect()
        }
    }
}

fn is_same_set<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.iter().all(|x| other.contains(x)) && other.iter().all(|x| one.contains(x))
}
