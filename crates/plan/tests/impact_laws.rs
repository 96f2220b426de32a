//! Laws of impact, on policies of both shapes that the tables themselves generate.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Dice, dimensions, object, reversed, table, told, turned};
use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::{beta, v1};
use entrant_model::value::Value;
use entrant_model::{Dimension, Object};
use entrant_plan::impact::{Class, Effect, EffectKind, effects, in_package};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn policy(seed: u64) -> Object {
    let mut object = object(table(seed), &mut Dice(seed), true);
    // A generated policy is rarely one that takes requests with approval: make half of them so.
    if seed % 4 < 2 {
        let (settings, flag) = match object.ty.version {
            entrant_model::Version::V1 => ("requestApprovalSettings", "isApprovalRequiredForAdd"),
            entrant_model::Version::Beta => ("requestApprovalSettings", "isApprovalRequired"),
        };
        if let Some(Value::Object(mut inner)) = object.remove(settings) {
            inner.set(flag, Value::Bool(true));
            object.set(settings, Value::Object(inner));
        }
    }
    object
}

/// The facts of one policy with one part taken from another.
type Part = for<'a> fn(&PolicyFacts<'a>, &PolicyFacts<'a>) -> PolicyFacts<'a>;

/// Parts of a policy whose effects do not depend on the other parts, with the dimensions that they touch.
const PARTS: &[(Part, &[Dimension])] = &[
    (|a, b| PolicyFacts { review: b.review.clone(), ..a.clone() }, &[Dimension::Reviews]),
    (|a, b| PolicyFacts { expiry: b.expiry, self_update: b.self_update, ..a.clone() }, &[Dimension::Expiry]),
    (
        |a, b| PolicyFacts {
            approval_for_add: b.approval_for_add,
            stages: b.stages.clone(),
            mode: b.mode,
            ..a.clone()
        },
        &[Dimension::Approvers, Dimension::Fallbacks, Dimension::Escalation],
    ),
    (
        |a, b| PolicyFacts {
            is_automatic: b.is_automatic,
            removes_leavers: b.removes_leavers,
            grace: b.grace,
            scope: b.scope,
            targets: b.targets.clone(),
            ..a.clone()
        },
        &[Dimension::Automatic],
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn swapping_the_sides_swaps_widens_and_narrows(a in 1u64.., b in 1u64..) {
        let (a, b) = (policy(a), policy(b));
        let (a, b) = (PolicyFacts::of(&a), PolicyFacts::of(&b));
        for (before, after) in [(Some(&a), Some(&b)), (None, Some(&a)), (Some(&b), None)] {
            let there = effects(before, after);
            let back = effects(after, before);
            prop_assert_eq!(told(&reversed(&there)), told(&back));
        }
    }

    #[test]
    fn the_class_is_the_worst_effect(a in 1u64.., b in 1u64..) {
        let (a, b) = (policy(a), policy(b));
        let found = effects(Some(&PolicyFacts::of(&a)), Some(&PolicyFacts::of(&b)));
        let has = |kind| found.iter().any(|e| e.kind == kind);
        let class = if has(EffectKind::Widens) {
            Class::Widens
        } else if has(EffectKind::Unknown) {
            Class::Unknown
        } else if has(EffectKind::Narrows) {
            Class::Narrows
        } else {
            Class::Neutral
        };
        prop_assert_eq!(Class::of(&found), class);
        prop_assert!(found.is_sorted_by_key(|e| e.kind));
    }

    #[test]
    fn nothing_changed_has_no_effect(a in 1u64..) {
        let a = policy(a);
        let facts = PolicyFacts::of(&a);
        prop_assert_eq!(effects(Some(&facts), Some(&facts)), vec![]);
        prop_assert_eq!(effects(None, None), vec![]);
    }

    /// Changed together or alone, each part has the same effects: none is left out, and no gain cancels a loss.
    #[test]
    fn a_gain_never_cancels_a_loss(a in 1u64.., b in 1u64..) {
        // Both of one version: parts of policies of two versions do not mix.
        let (a, b) = (policy(a), policy(b / 2 * 2 + a % 2));
        let (a, b) = (PolicyFacts::of(&a), PolicyFacts::of(&b));
        let together = effects(Some(&a), Some(&b));
        for (part, dimensions) in PARTS {
            let of = |list: Vec<Effect>| {
                told(&list.into_iter().filter(|e| dimensions.contains(&e.dimension)).collect::<Vec<_>>())
            };
            let alone = effects(Some(&a), Some(&part(&a, &b)));
            prop_assert_eq!(of(alone), of(together.clone()));
        }
    }

    /// What else is in the package makes a narrowing unknown at most; no widening gets less by it.
    #[test]
    fn a_package_hides_no_widening(a in 1u64.., b in 1u64.., c in 1u64..) {
        let (a, b, c) = (policy(a), policy(b), policy(c));
        let (a, b, c) = (PolicyFacts::of(&a), PolicyFacts::of(&b), PolicyFacts::of(&c));
        let alone = effects(Some(&a), Some(&b));
        let beside = in_package(alone.clone(), &a, Some(&b), &[("Other", c)]);
        prop_assert_eq!(alone.len(), beside.len());
        let widening = |list: &[Effect]| {
            told(&list.iter().filter(|e| e.kind == EffectKind::Widens).cloned().collect::<Vec<_>>())
        };
        prop_assert_eq!(widening(&alone), widening(&beside));
        let narrowing = |list: &[Effect]| list.iter().filter(|e| e.kind == EffectKind::Narrows).count();
        prop_assert!(narrowing(&beside) <= narrowing(&alone));
    }

    /// Each sentence stands alone: it begins with a capital letter or a name and says when it takes effect.
    #[test]
    fn every_sentence_says_when(a in 1u64.., b in 1u64..) {
        let (a, b) = (policy(a), policy(b));
        for effect in effects(Some(&PolicyFacts::of(&a)), Some(&PolicyFacts::of(&b))) {
            let sentence = effect.sentence().to_string();
            prop_assert!(sentence.ends_with(&format!("({}).", effect.when.words())), "{sentence}");
            prop_assert!(!sentence.starts_with(char::is_lowercase), "{sentence}");
            prop_assert!(!sentence.contains("  ") && !sentence.contains('{'), "{sentence}");
        }
    }
}

/// Every member of the tables with a dimension is in the facts: there is a policy in which another value of
/// that member alone makes other facts.
#[test]
fn every_member_with_a_dimension_is_in_the_facts() {
    for ty in [&v1::POLICY, &beta::POLICY] {
        let mut wanted = BTreeSet::new();
        dimensions(ty, &mut wanted);
        assert!(wanted.len() > 30, "{wanted:?}");
        let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
        for seed in 1_u64..4000 {
            if seen.len() == wanted.len() {
                break;
            }
            let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let mut whole = object(ty, &mut dice, true);
            // What is switched off has no facts.
            for settings in ["reviewSettings", "accessReviewSettings"] {
                if let Some(Value::Object(mut inner)) = whole.remove(settings) {
                    inner.set("isEnabled", Value::Bool(true));
                    whole.set(settings, Value::Object(inner));
                }
            }
            let facts = PolicyFacts::of(&whole);
            for (member, turned) in turned(&whole, &mut dice) {
                if PolicyFacts::of(&turned) != facts {
                    seen.insert(member);
                }
            }
        }
        // An organization only ever asks, and who asks is nobody's backup.
        wanted.remove(&("connectedOrganizationMembers", "isBackup"));
        // An organization only ever asks, and who asks is nobody's backup.
        wanted.remove(&("connectedOrganizationMembers", "isBackup"));
        let missing: Vec<_> = wanted.difference(&seen).collect();
        assert!(missing.is_empty(), "{} {missing:?}", ty.version);
    }
}
