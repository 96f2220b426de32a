//! Laws of impact, on objects of the kinds that are no policies, as the tables themselves generate them.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{Dice, dimensions, object, reversed, told, turned};
use entrant_model::kinds::table;
use entrant_model::{Kind, Object, Version};
use entrant_plan::impact::EffectKind;
use entrant_plan::impact::objects::{describe, effects};
use proptest::prelude::*;
use std::collections::BTreeSet;

const KINDS: [Kind; 5] = [
    Kind::Settings,
    Kind::Catalog,
    Kind::ConnectedOrganization,
    Kind::WorkflowExtension,
    Kind::AccessPackage,
];

fn generated(kind: Kind, seed: u64) -> Object {
    object(table(kind, Version::V1).unwrap(), &mut Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1), true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn swapping_the_sides_swaps_widens_and_narrows(a in 1u64.., b in 1u64..) {
        for kind in KINDS {
            let (a, b) = (generated(kind, a), generated(kind, b));
            for (before, after) in [(Some(&a), Some(&b)), (None, Some(&a)), (Some(&b), None)] {
                let there = effects(kind, before, after);
                prop_assert!(there.is_sorted_by_key(|e| e.kind));
                prop_assert_eq!(told(&reversed(&there)), told(&effects(kind, after, before)));
            }
        }
    }

    #[test]
    fn nothing_changed_has_no_effect(a in 1u64..) {
        for kind in KINDS {
            let a = generated(kind, a);
            prop_assert_eq!(effects(kind, Some(&a), Some(&a)), vec![]);
            prop_assert_eq!(effects(kind, None, None), vec![]);
        }
    }

    /// Changed together or alone, each member has the same effects: none is left out, and no gain cancels a loss.
    #[test]
    fn a_gain_never_cancels_a_loss(a in 1u64.., b in 1u64..) {
        // In the settings the time counts for nothing unless the action deletes: a gate, tested by hand.
        for kind in KINDS.into_iter().filter(|kind| *kind != Kind::Settings) {
            let (a, b) = (generated(kind, a), generated(kind, b));
            let mut alone = Vec::new();
            for member in a.ty.members {
                let mut one = a.clone();
                match b.get(member.name) {
                    Some(value) => one.set(member.name, value.clone()),
                    None => drop(one.remove(member.name)),
                }
                alone.extend(effects(kind, Some(&a), Some(&one)));
            }
            prop_assert_eq!(told(&alone), told(&effects(kind, Some(&a), Some(&b))));
        }
    }

    /// Each sentence stands alone: it begins with a capital letter or a name and says when it takes effect.
    #[test]
    fn every_sentence_stands_alone(a in 1u64.., b in 1u64..) {
        for kind in KINDS {
            let (a, b) = (generated(kind, a), generated(kind, b));
            let found = [effects(kind, Some(&a), Some(&b)), effects(kind, None, Some(&b))].concat();
            let mut sentences: Vec<String> = Vec::new();
            for effect in found {
                let sentence = effect.sentence().to_string();
                prop_assert!(sentence.ends_with(&format!("({}).", effect.when.words())), "{sentence}");
                sentences.push(sentence);
            }
            sentences.push(describe(kind, &a).unwrap().to_string());
            for sentence in sentences {
                prop_assert!(!sentence.starts_with(char::is_lowercase), "{sentence}");
                prop_assert!(!sentence.contains("  ") && !sentence.contains('{'), "{sentence}");
            }
        }
    }
}

/// Every member of the tables with a dimension has an effect: there is an object in which another value of that
/// member alone has one, and in the member's dimension.
#[test]
fn every_member_with_a_dimension_has_an_effect() {
    for kind in KINDS {
        let ty = table(kind, Version::V1).unwrap();
        let mut wanted = BTreeSet::new();
        dimensions(ty, &mut wanted);
        let mut seen = BTreeSet::new();
        for seed in 1_u64..1500 {
            let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let whole = object(ty, &mut dice, true);
            for (member, turned) in turned(&whole, &mut dice) {
                let found = effects(kind, Some(&whole), Some(&turned));
                let own = ty.member(member.1).filter(|_| member.0 == ty.name).and_then(|(_, m)| m.dimension);
                for effect in &found {
                    // Outsiders among sponsors, and what resources ask, are effects of their own.
                    let beside = ["outside-approvers", "required-question", "answer-pattern"];
                    let is_own = own.is_none_or(|own| own == effect.dimension);
                    assert!(is_own || beside.contains(&effect.code.name), "{effect:?}");
                    assert!(
                        effect.before.is_some()
                            || effect.after.is_some()
                            || effect.kind == EffectKind::Unknown
                    );
                }
                if !found.is_empty() {
                    seen.insert(member);
                }
            }
        }
        // The words of a question, and the answers to choose from, have none.
        wanted.retain(|(ty, member)| {
            !ty.starts_with("accessPackageA") && !["text", "choices"].contains(member)
        });
        // There is one social network, so it cannot be another.
        wanted.remove(&("socialIdentitySource", "socialIdentitySourceType"));
        let missing: Vec<_> = wanted.difference(&seen).collect();
        assert!(missing.is_empty(), "{kind} {missing:?}");
    }
}
