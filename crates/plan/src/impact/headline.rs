//! The head of a plan: in a line or two, who gains and who loses.

use super::phrase::{Sentence, say};
use super::{Class, Effect, EffectKind, When, codes};
use crate::change::{Change, Plan};
use entrant_model::{Dimension, Kind};
use std::collections::BTreeSet;

/// How many effects the head names; all of them stand with their changes.
const NAMED: usize = 3;

/// The lines at the head of a plan, what widens first. None where nothing is written.
pub fn headline(plan: &Plan) -> Vec<Sentence> {
    let alone: Vec<Vec<&Change>> = plan.writes().map(|change| vec![change]).collect();
    headline_of(&alone.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The same for changes of which some are one: each group is told once.
pub fn headline_of(groups: &[&[&Change]]) -> Vec<Sentence> {
    let of = |class: Class| {
        let is_of = |group: &&&[&Change]| group.first().is_some_and(|change| change.class() == Some(class));
        groups.iter().filter(is_of).copied().collect::<Vec<_>>()
    };
    let [widening, unknown, narrowing, neutral] =
        [Class::Widens, Class::Unknown, Class::Narrows, Class::Neutral].map(of);
    let mut lines = Vec::new();
    if !widening.is_empty() {
        let head = format!("{}: ", counted(&widening, "widens access", "widen access"));
        lines.push(say![head, named(&widening, EffectKind::Widens)]);
    }
    if !unknown.is_empty() {
        let head = format!("The effect of {} cannot be told: ", changes(&unknown));
        lines.push(say![head, named(&unknown, EffectKind::Unknown)]);
    }
    let none_worse = lines.is_empty();
    match (none_worse, narrowing.len(), neutral.len()) {
        (_, 0, 0) => {}
        (true, 0, _) => lines.push("No change has an effect on who gets in.".into()),
        (true, _, 0) => {
            lines.push(
                format!("No change widens access; {}.", short(&narrowing, "narrows it", "narrow it")).into(),
            );
        }
        (true, _, _) => {
            let narrows = short(&narrowing, "narrows it", "narrow it");
            let neutral = short(&neutral, "is neutral", "are neutral");
            lines.push(format!("No change widens access; {narrows}, {neutral}.").into());
        }
        (false, _, 0) => {
            lines.push(format!("{}.", counted(&narrowing, "narrows access", "narrow access")).into());
        }
        (false, 0, _) => {
            lines.push(format!("{}.", counted(&neutral, "is neutral", "are neutral")).into());
        }
        (false, _, _) => {
            let narrows = counted(&narrowing, "narrows access", "narrow access");
            let neutral = short(&neutral, "is neutral", "are neutral");
            lines.push(format!("{narrows}, {neutral}.").into());
        }
    }
    lines
}

/// `1 change widens access`, `3 changes in 184 policies widen access`.
fn counted(groups: &[&[&Change]], one: &str, more: &str) -> String {
    format!("{} {}", changes(groups), if groups.len() == 1 { one } else { more })
}

/// `1 narrows it`, `2 narrow it`, and in how many policies where that is another number.
fn short(groups: &[&[&Change]], one: &str, more: &str) -> String {
    let verb = if groups.len() == 1 { one } else { more };
    format!("{} {verb}{}", groups.len(), spread(groups))
}

/// `1 change`, `3 changes in 184 policies`.
pub fn changes(groups: &[&[&Change]]) -> String {
    let noun = if groups.len() == 1 { "change" } else { "changes" };
    format!("{} {noun}{}", groups.len(), spread(groups))
}

/// ` in 184 policies`, where several of them are changed alike.
fn spread(groups: &[&[&Change]]) -> String {
    let objects: usize = groups.iter().map(|group| group.len()).sum();
    if objects == groups.len() {
        return String::new();
    }
    let are_policies = groups.iter().all(|group| group.iter().all(|c| c.kind == Kind::AssignmentPolicy));
    format!(" in {objects} {}", if are_policies { "policies" } else { "objects" })
}

/// How many packages policies are of.
fn packages(group: &[&Change]) -> usize {
    group.iter().map(|change| (&change.parent.id, &change.parent.name)).collect::<BTreeSet<_>>().len()
}

/// The effects of one kind, each as a clause about its package, or about the object itself.
fn named(groups: &[&[&Change]], kind: EffectKind) -> Sentence {
    let mut clauses: Vec<Sentence> = Vec::new();
    // What takes another step of somebody who manages a catalog comes last.
    let mut later: Vec<Sentence> = Vec::new();
    // Outsiders first, then what needs no request: the few that are named shall be the gravest.
    let touches = |group: &&[&Change], dimensions: &[Dimension]| {
        let is_of = |e: &Effect| e.kind == kind && dimensions.contains(&e.dimension);
        group.iter().any(|change| change.impact.iter().any(is_of))
    };
    let mut groups = groups.to_vec();
    groups.sort_by_key(|c| {
        (!touches(c, &[Dimension::External]), !touches(c, &[Dimension::Automatic, Dimension::Resources]))
    });
    for group in groups {
        let of_change = group.iter().map(|change| told(change, kind)).collect::<Vec<_>>();
        let Some((first, others)) = of_change.split_first() else { continue };
        for (index, effect) in first.iter().enumerate() {
            let same = |other: &Vec<&Effect>| other.get(index).is_some_and(|o| o.clause == effect.clause);
            let list = if effect.when == When::ByManagers { &mut later } else { &mut clauses };
            let mut tell = |clause: Sentence| {
                if !list.contains(&clause) {
                    list.push(clause);
                }
            };
            let packages = packages(group);
            if packages > 1 && others.iter().all(same) {
                tell(effect.clause.clone().ended().about_each(packages));
                continue;
            }
            for (change, effects) in group.iter().zip(&of_change) {
                if let Some(effect) = effects.get(index) {
                    tell(effect.clause.clone().ended().about(change.subject_label()));
                }
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

/// The effects of one kind that the head tells.
fn told(change: &Change, kind: EffectKind) -> Vec<&Effect> {
    let effects: Vec<&Effect> = change.impact.iter().filter(|e| e.kind == kind).collect();
    // That outsiders are among them is said by the effect beside it. What is `external` of other kinds stands alone,
    // but for sponsors, who are approvers.
    let repeats = |e: &Effect| {
        let is_policy = change.kind == Kind::AssignmentPolicy && e.dimension == Dimension::External;
        is_policy || e.code == codes::OUTSIDE_APPROVERS
    };
    let is_alone = effects.iter().all(|e| repeats(e));
    effects.into_iter().filter(|e| is_alone || !repeats(e)).collect()
}
