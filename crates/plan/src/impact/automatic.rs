//! Access by a membership rule, without requests.

use super::audience::{Move, step};
use super::phrase::{people, population, say, time};
use super::sets::{self, Meaning};
use super::{Effect, EffectKind, When, codes, switch};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::Code;
use entrant_model::Dimension;
use entrant_model::facts::PolicyFacts;
use entrant_model::time::Duration;
use entrant_model::value::Json;

pub(super) fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
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

/// Whom the rule means, where it gives access before and after.
fn rule(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    let kinds: &[EffectKind] = match step(before.scope, after.scope) {
        Move::Up => &[Widens],
        Move::Down => &[Narrows],
        Move::Across => &[Widens, Narrows],
        Move::Untold => &[Unknown],
        Move::None => &[],
    };
    for kind in kinds {
        let clause = say![population(after), " is now given {it}, no longer ", population(before)];
        out.push(Effect {
            dimension: Dimension::Automatic,
            kind: *kind,
            code: codes::AUTOMATIC_TARGETS,
            clause,
            when: When::AtOnce,
            before: Some(before.scope.word().into()),
            after: Some(after.scope.word().into()),
        });
    }
    let meaning = Meaning {
        dimension: Dimension::Automatic,
        code: codes::AUTOMATIC_TARGETS,
        when: When::AtOnce,
        outside: None,
    };
    // A rule that only one side has: the other side gives nothing by rule, and its door is looked at as such.
    sets::compare(
        &before.targets,
        &after.targets,
        &meaning,
        |added| say![people(added), " is now given {it}"],
        |removed| say![people(removed), " is no longer given {it}"],
        out,
    );
}
