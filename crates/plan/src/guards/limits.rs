//! How much one run may delete, narrow and widen.
//!
//! Counted are changes of objects that exist. New ones are not: a first apply makes hundreds, and nobody loses or
//! keeps anything by them but what the plan lists. The share is one of all declared objects that exist.

use super::{Guard, Lift, Rules, codes, is_allowed, is_delete};
use crate::change::{Action, Change, Plan};
use crate::impact::EffectKind;
use entrant_model::Kind;
use entrant_model::limits::{KindLimits, Limit};

pub(super) fn guards(plan: &Plan, rules: &Rules) -> Vec<Guard> {
    let mut guards = of(plan, rules, None, &rules.limits.total);
    for (kind, limits) in &rules.limits.kinds {
        guards.extend(of(plan, rules, Some(*kind), limits));
    }
    guards
}

/// The limits of one kind, or of all together.
fn of(plan: &Plan, rules: &Rules, kind: Option<Kind>, limits: &KindLimits) -> Vec<Guard> {
    let is_meant = |of: Kind| kind.is_none_or(|kind| kind == of);
    let existing: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|c| matches!(c.action, Action::Update | Action::Delete) && is_meant(c.kind))
        .collect();
    let unchanged = plan.unchanged.iter().filter(|address| is_meant(address.kind)).count();
    let population = unchanged + existing.len();
    let count = |counts: &dyn Fn(&Change) -> bool| existing.iter().filter(|change| counts(change)).count();
    let deleted = count(&|change| is_delete(change) && !is_allowed(&rules.allowed.delete, change));
    let narrowed = count(&|change| !is_delete(change) && has(change, &[EffectKind::Narrows]));
    let widened =
        count(&|change| !is_delete(change) && has(change, &[EffectKind::Widens, EffectKind::Unknown]));
    let sorts = [
        (&limits.deletions, codes::TOO_MANY_DELETIONS, "deletions", "would be deleted", deleted),
        (&limits.narrowing, codes::TOO_MANY_NARROWING, "narrowing", "would be narrowed", narrowed),
        (
            &limits.widening,
            codes::TOO_MANY_WIDENING,
            "widening",
            "would be widened, or changed in a way that cannot be told",
            widened,
        ),
    ];
    let mut guards = Vec::new();
    for (limit, code, name, verb, count) in sorts {
        if limit.is_exceeded(count, population) {
            let of_kind = kind.map_or_else(String::new, |kind| format!(" of the kind {}", kind.as_str()));
            let sentence = format!(
                "{count} of {population} existing objects{of_kind} {verb}; allowed are {}",
                in_words(limit)
            );
            guards.push(Guard { lift: Lift::Limit(name), ..Guard::plan(code, sentence) });
        }
    }
    guards
}

fn has(change: &Change, kinds: &[EffectKind]) -> bool {
    change.impact.iter().any(|effect| kinds.contains(&effect.kind))
}

/// `20, and 20 of a hundred among at least 10`.
fn in_words(limit: &Limit) -> String {
    let max = limit.max.map(|max| max.to_string());
    let percent = limit.max_percent.map(|percent| match limit.minimum {
        0 | 1 => format!("{percent} of a hundred"),
        minimum => format!("{percent} of a hundred among at least {minimum}"),
    });
    max.into_iter().chain(percent).collect::<Vec<_>>().join(", and ")
}
