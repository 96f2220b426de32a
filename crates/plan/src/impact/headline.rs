//! The head of a plan: in a line or two, who gains and who loses.

use super::phrase::{Sentence, say};
use super::{Class, Effect, EffectKind, When, codes};
use crate::change::{Change, Plan};
use entrant_model::{Dimension, Kind};

/// How many effects the head names; all of them stand with their changes.
const NAMED: usize = 3;

/// The lines at the head of a plan, what widens first. None where nothing is written.
pub fn headline(plan: &Plan) -> Vec<Sentence> {
    let of = |class: Class| plan.writes().filter(|c| c.class() == Some(class)).collect::<Vec<_>>();
    let [widening, unknown, narrowing, neutral] =
        [Class::Widens, Class::Unknown, Class::Narrows, Class::Neutral].map(of);
    let mut lines = Vec::new();
    if !widening.is_empty() {
        let head = match widening.len() {
            1 => "1 change widens access: ".to_owned(),
            count => format!("{count} changes widen access: "),
        };
        lines.push(say![head, named(&widening, EffectKind::Widens)]);
    }
    if !unknown.is_empty() {
        let head = match unknown.len() {
            1 => "The effect of 1 change cannot be told: ".to_owned(),
            count => format!("The effect of {count} changes cannot be told: "),
        };
        lines.push(say![head, named(&unknown, EffectKind::Unknown)]);
    }
    let none_worse = lines.is_empty();
    let count = |count: usize, one: &str, more: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
    };
    match (none_worse, narrowing.len(), neutral.len()) {
        (_, 0, 0) => {}
        (true, 0, _) => lines.push("No change has an effect on who gets in.".into()),
        (true, narrows, 0) => {
            lines.push(
                format!("No change widens access; {}.", count(narrows, "narrows it", "narrow it")).into(),
            );
        }
        (true, narrows, neutral) => {
            let narrows = count(narrows, "narrows it", "narrow it");
            let neutral = count(neutral, "is neutral", "are neutral");
            lines.push(format!("No change widens access; {narrows}, {neutral}.").into());
        }
        (false, narrows, 0) => {
            lines.push(
                format!("{}.", count(narrows, "change narrows access", "changes narrow access")).into(),
            );
        }
        (false, 0, neutral) => {
            lines.push(format!("{}.", count(neutral, "change is neutral", "changes are neutral")).into());
        }
        (false, narrows, neutral) => {
            let narrows = count(narrows, "change narrows access", "changes narrow access");
            let neutral = count(neutral, "is neutral", "are neutral");
            lines.push(format!("{narrows}, {neutral}.").into());
        }
    }
    lines
}

/// The effects of one kind, each as a clause about its package, or about the object itself.
fn named(changes: &[&Change], kind: EffectKind) -> Sentence {
    let mut clauses: Vec<Sentence> = Vec::new();
    // What takes another step of somebody who manages a catalog comes last.
    let mut later: Vec<Sentence> = Vec::new();
    // Outsiders first, then what needs no request: the few that are named shall be the gravest.
    let touches = |change: &Change, dimensions: &[Dimension]| {
        change.impact.iter().any(|e| e.kind == kind && dimensions.contains(&e.dimension))
    };
    let mut changes = changes.to_vec();
    changes.sort_by_key(|c| {
        (!touches(c, &[Dimension::External]), !touches(c, &[Dimension::Automatic, Dimension::Resources]))
    });
    for change in changes {
        let effects: Vec<&Effect> = change.impact.iter().filter(|e| e.kind == kind).collect();
        // That outsiders are among them is said by the effect beside it. What is `external` of other kinds stands alone,
        // but for sponsors, who are approvers.
        let repeats = |e: &Effect| {
            let is_policy = change.kind == Kind::AssignmentPolicy && e.dimension == Dimension::External;
            is_policy || e.code == codes::OUTSIDE_APPROVERS
        };
        let is_alone = effects.iter().all(|e| repeats(e));
        let told = effects.into_iter().filter(|e| is_alone || !repeats(e));
        for effect in told {
            let clause = effect.clause.clone().ended().about(change.subject_label());
            let list = if effect.when == When::ByManagers { &mut later } else { &mut clauses };
            if !list.contains(&clause) {
                list.push(clause);
            }
        }
    }
    clauses.extend(later);
    let shown = if clauses.len() == NAMED + 1 { NAMED + 1 } else { NAMED };
    let hidden = clauses.len().saturating_sub(shown);
    let mut sentence = Sentence::default();
    for (index, clause) in clauses.into_iter().take(shown).enumerate() {
        sentence = sentence.then(if index == 0 { "" } else { "; " }).then(clause);
    }
    if hidden > 0 {
        sentence = sentence.then(format!("; and {hidden} more effects below"));
    }
    sentence.then(".")
}
