//! Access by a membership rule, without requests.

use super::audience::{Move, outside, outside_people, reaches_outside, step};
use super::phrase::{people, population, say, time};
use super::sets::{self, Meaning};
use super::{Effect, EffectKind, When, codes, switch};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::Code;
use entrant_model::Dimension;
use entrant_model::facts::{PolicyFacts, Scope, Subject, Who};
use entrant_model::time::Duration;
use entrant_model::value::Json;

pub(super) fn compare<'a>(before: &PolicyFacts<'a>, after: &PolicyFacts<'a>, out: &mut Vec<Effect>) {
    let mut push = |kind, code: Code, clause, before: Option<Json>, after: Option<Json>| {
        let when = When::AtOnce;
        out.push(Effect { dimension: Dimension::Automatic, kind, code, clause, when, before, after });
    };
    if let Some(kind) = switch(before.is_automatic, after.is_automatic, Widens) {
        let clause = match kind {
            Widens => "everybody whom a membership rule matches is now given {it}",
            _ => "a membership rule no longer gives {it}, and whoever had it by the rule may lose it",
        };
        let sides = (before.is_automatic.into(), after.is_automatic.into());
        push(kind, codes::AUTOMATIC, clause.into(), Some(sides.0), Some(sides.1));
    }
    if !before.is_automatic || !after.is_automatic {
        return;
    }
    if let Some(kind) = switch(before.removes_leavers, after.removes_leavers, Narrows) {
        let clause = match kind {
            Narrows => match after.grace.filter(|grace| !grace.is_zero()) {
                Some(grace) => say!["whoever no longer matches the rule now loses {it} after ", time(grace)],
                None => "whoever no longer matches the rule now loses {it}".into(),
            },
            _ => say!["whoever no longer matches the rule now keeps {it}"],
        };
        let sides = (before.removes_leavers.into(), after.removes_leavers.into());
        push(kind, codes::AUTOMATIC_LEAVERS, clause, Some(sides.0), Some(sides.1));
    }
    let grace = (before.grace.unwrap_or_default(), after.grace.unwrap_or_default());
    if before.removes_leavers && after.removes_leavers && grace.0 != grace.1 {
        let kind = if grace.1 > grace.0 { Widens } else { Narrows };
        let words = |d: Duration| if d.is_zero() { "no time".to_owned() } else { time(d) };
        let clause = say![
            "whoever no longer matches the rule keeps {it} for ",
            words(grace.1),
            " instead of ",
            words(grace.0)
        ];
        let json = |d: Option<Duration>| d.map(|d| d.to_string().into());
        push(kind, codes::AUTOMATIC_GRACE, clause, json(before.grace), json(after.grace));
    }
    rule(before, after, out);
}

/// To whom access is given without a request, before and after.
fn rule<'a>(before: &PolicyFacts<'a>, after: &PolicyFacts<'a>, out: &mut Vec<Effect>) {
    let moved = step(before.scope, after.scope);
    let mut push = |dimension, kind, code, clause| {
        let (before, after) = (Some(before.scope.word().into()), Some(after.scope.word().into()));
        out.push(Effect { dimension, kind, code, clause, when: When::AtOnce, before, after });
    };
    let (is, was) = (population(after).ended(), population(before).ended());
    let clauses = match moved {
        Move::Up => vec![(Widens, say!["{it} is now given to ", is, ", no longer only to ", was])],
        Move::Down => vec![(Narrows, say!["{it} is now given only to ", is, ", no longer to ", was])],
        Move::Across => vec![
            (Widens, say!["{it} is now given to ", is]),
            (Narrows, say!["{it} is no longer given to ", was]),
        ],
        Move::Untold => vec![(Unknown, say!["{it} is now given to ", is, ", no longer to ", was])],
        Move::None => Vec::new(),
    };
    for (kind, clause) in clauses {
        push(Dimension::Automatic, kind, codes::AUTOMATIC_TARGETS, clause);
    }
    for kind in outside(before.scope, after.scope) {
        let (does, side, other) = match kind {
            Widens => ("{it} is now given to ", after, before),
            _ => ("{it} is no longer given to ", before, after),
        };
        let clause = say![does, outside_people(kind, side, reaches_outside(other.scope))];
        push(Dimension::External, kind, codes::OUTSIDE_REQUESTORS, clause);
    }
    // Where the scope is another one or means everybody of a kind, targets say nothing of who comes and goes. A rule
    // that becomes another one is told all the same.
    let are_meant =
        moved == Move::None && (after.scope.is_specific() || matches!(after.scope, Scope::Other(_)));
    let are_told = are_meant || (before.gives_by_rule() && after.gives_by_rule());
    if !are_told {
        return;
    }
    let targets = |policy: &PolicyFacts<'a>| -> Vec<Subject<'a>> {
        let is_told = |target: &&Subject<'a>| are_meant || matches!(target.who, Who::Rule(_));
        policy.targets.iter().filter(is_told).copied().collect()
    };
    let meaning = Meaning {
        dimension: Dimension::Automatic,
        code: codes::AUTOMATIC_TARGETS,
        when: When::AtOnce,
        outside: None,
    };
    sets::compare(
        &targets(before),
        &targets(after),
        &meaning,
        |added| say!["{it} is now given to ", people(added)],
        |removed| say!["{it} is no longer given to ", people(removed)],
        out,
    );
}
