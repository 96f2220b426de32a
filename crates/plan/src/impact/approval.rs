//! Who decides: whether approval is needed, the stages, who approves in each, fallbacks and escalation.

use super::phrase::{Sentence, deciders, say, time};
use super::sets::{self, Meaning, list};
use super::{Effect, EffectKind, When, codes, switch};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::facts::{Mode, PolicyFacts, Stage, Subject};
use entrant_model::time::Duration;
use entrant_model::value::Json;
use entrant_model::{Code, Dimension};

pub(super) fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    needed(before, after, out);
    // Where a request for access needs no approval, before or after, the stages change nothing.
    if before.approval_for_add && after.approval_for_add {
        stages(before, after, out);
    }
}

fn effect(dimension: Dimension, kind: EffectKind, code: Code, clause: Sentence) -> Effect {
    Effect { dimension, kind, code, clause, when: When::NewRequests, before: None, after: None }
}

fn between(effect: Effect, before: impl Into<Json>, after: impl Into<Json>) -> Effect {
    Effect { before: Some(before.into()), after: Some(after.into()), ..effect }
}

fn needed(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    if let Some(kind) = switch(before.approval_for_add, after.approval_for_add, Narrows) {
        let clause = match kind {
            Narrows => "approval is now needed for {it}",
            _ => "approval is no longer needed for {it}",
        };
        let found = effect(Dimension::Approval, kind, codes::APPROVAL, clause.into());
        out.push(between(found, before.approval_for_add, after.approval_for_add));
    }
    let can_extend = before.may_extend() && after.may_extend();
    if let Some(kind) = switch(before.approval_for_update, after.approval_for_update, Narrows)
        && can_extend
    {
        let clause = match kind {
            Narrows => "approval is now needed to extend {it}",
            _ => "approval is no longer needed to extend {it}",
        };
        let found = effect(Dimension::Approval, kind, codes::EXTENSION_APPROVAL, clause.into());
        out.push(between(found, before.approval_for_update, after.approval_for_update));
    }
}

fn stages(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    if before.mode != after.mode {
        let word = |mode: Mode| match mode {
            Mode::InTurn => Sentence::from("one after the other"),
            Mode::AtOnce => "all at once".into(),
            Mode::Other(word) => say!["in the mode ", Sentence::name(word)],
        };
        let clause = say![
            "the approval stages of {it} are now taken ",
            word(after.mode),
            " instead of ",
            word(before.mode)
        ];
        let found = effect(Dimension::Approval, Unknown, codes::APPROVAL_MODE, clause);
        out.push(between(found, word(before.mode).to_string(), word(after.mode).to_string()));
    }
    let Matched { pairs, gone, new } = matched(&before.stages, &after.stages);
    for (list, kind) in [(&gone, Widens), (&new, Narrows)] {
        for stage in list {
            // The same people may decide in another stage: the stage is what comes or goes.
            let stages = match kind {
                Widens => "one stage of approval fewer is needed for {it}, that of ",
                _ => "one more stage of approval is needed for {it}, that of ",
            };
            let clause = say![stages, deciders(&stage.deciders())];
            let found = effect(Dimension::Approval, kind, codes::APPROVAL_STAGES, clause);
            out.push(between(found, before.stages.len(), after.stages.len()));
        }
    }
    let is_one_stage = before.stages.len() <= 1 && after.stages.len() <= 1;
    let at = |place: usize| {
        if is_one_stage { Sentence::default() } else { format!(" in stage {}", place + 1).into() }
    };
    for ((old_place, was), (place, is)) in pairs {
        within(was, is, &Places { before: at(old_place), after: at(place) }, out);
    }
}

/// Which stage became which.
struct Matched<'s, 'a> {
    /// Both sides, each with the stage's place there.
    pairs: Vec<(Placed<'s, 'a>, Placed<'s, 'a>)>,
    gone: Vec<&'s Stage<'a>>,
    new: Vec<&'s Stage<'a>>,
}

/// A stage and its place among the others.
type Placed<'s, 'a> = (usize, &'s Stage<'a>);

/// Where a stage stands, as the end of a clause. What comes or is, is said of the place after the change; what
/// goes, of the place before.
struct Places {
    before: Sentence,
    after: Sentence,
}

/// Whether two stages may be the same one.
type Alike<'f> = &'f dyn Fn(&Stage, &Stage) -> bool;

/// Stages that say the same first, wherever they stand; then those with the same approvers; then in order. So
/// stages in another order are no change.
fn matched<'s, 'a>(before: &'s [Stage<'a>], after: &'s [Stage<'a>]) -> Matched<'s, 'a> {
    let mut left: Vec<Placed> = before.iter().enumerate().collect();
    let mut right: Vec<Placed> = after.iter().enumerate().collect();
    let mut pairs = Vec::new();
    let alike: [Alike; 3] = [&same, &|a, b| same_set(&a.primary, &b.primary), &|_, _| true];
    for is_same in alike {
        left.retain(|own| {
            right.iter().position(|(_, other)| is_same(own.1, other)).is_none_or(|at| {
                pairs.push((*own, right.remove(at)));
                false
            })
        });
    }
    pairs.sort_by_key(|(_, (place, _))| *place);
    let stages = |side: Vec<Placed<'s, 'a>>| side.into_iter().map(|(_, stage)| stage).collect();
    Matched { pairs, gone: stages(left), new: stages(right) }
}

fn same(a: &Stage, b: &Stage) -> bool {
    same_set(&a.primary, &b.primary)
        && same_set(&a.fallback, &b.fallback)
        && same_set(&a.escalation, &b.escalation)
        && same_set(&a.escalation_fallback, &b.escalation_fallback)
        && (a.is_escalation_enabled, a.denial, a.escalation_after)
            == (b.is_escalation_enabled, b.denial, b.escalation_after)
        && (a.approver_justification, a.is_dynamic) == (b.approver_justification, b.is_dynamic)
}

fn same_set(a: &[Subject], b: &[Subject]) -> bool {
    a.iter().all(|s| b.contains(s)) && b.iter().all(|s| a.contains(s))
}

/// One stage before and after.
fn within(before: &Stage, after: &Stage, at: &Places, out: &mut Vec<Effect>) {
    if before.is_dynamic != after.is_dynamic {
        let clause = if after.is_dynamic {
            say!["a workflow extension now decides who approves requests for {it}", at.after.clone()]
        } else {
            say!["no workflow extension decides any more who approves requests for {it}", at.after.clone()]
        };
        let found = effect(Dimension::Extensions, Unknown, codes::DYNAMIC_STAGE, clause);
        out.push(between(found, before.is_dynamic, after.is_dynamic));
    }
    if let Some(kind) = switch(before.approver_justification, after.approver_justification, Narrows) {
        let clause = match kind {
            Narrows => say!["approvers of {it} must now say why they decide so", at.after.clone()],
            _ => say!["approvers of {it} need no longer say why they decide so", at.after.clone()],
        };
        let found = effect(Dimension::Justification, kind, codes::APPROVER_JUSTIFICATION, clause);
        out.push(between(found, before.approver_justification, after.approver_justification));
    }
    let set = |dimension, code, what: &'static str| Set { dimension, code, what, at };
    set(Dimension::Approvers, codes::APPROVERS, "approve requests for {it}").compare(
        &before.primary,
        &after.primary,
        out,
    );
    set(
        Dimension::Fallbacks,
        codes::FALLBACKS,
        "approve requests for {it} where the first approvers cannot be found",
    )
    .compare(&before.fallback, &after.fallback, out);
    escalation(before, after, &set, at, out);
}

struct Set<'s> {
    dimension: Dimension,
    code: Code,
    what: &'static str,
    at: &'s Places,
}

impl Set<'_> {
    fn compare(&self, before: &[Subject], after: &[Subject], out: &mut Vec<Effect>) {
        let clause = |may: &'static str, at: &Sentence| {
            say!["people from outside this directory", may, self.what, at.clone()]
        };
        let meaning = Meaning {
            dimension: self.dimension,
            code: self.code,
            when: When::NewRequests,
            outside: Some((
                codes::OUTSIDE_APPROVERS,
                [clause(" may now ", &self.at.after), clause(" may no longer ", &self.at.before)],
            )),
        };
        sets::compare(
            before,
            after,
            &meaning,
            |added| say![deciders(added), " may now ", self.what, self.at.after.clone()],
            |removed| say![deciders(removed), " may no longer ", self.what, self.at.before.clone()],
            out,
        );
    }
}

fn escalation<'s>(
    before: &Stage,
    after: &Stage,
    set: &dyn Fn(Dimension, Code, &'static str) -> Set<'s>,
    at: &Places,
    out: &mut Vec<Effect>,
) {
    let (was, is) = (before.can_escalate(), after.can_escalate());
    if let Some(kind) = switch(was, is, Widens) {
        let side = if is { after } else { before };
        let who = side.escalators();
        let clause = match kind {
            Widens => say![
                "requests for {it} that nobody decides now go to ",
                deciders(&who),
                later(side.escalation_after),
                at.after.clone()
            ],
            _ => {
                say![
                    "requests for {it} that nobody decides no longer go to ",
                    deciders(&who),
                    at.before.clone()
                ]
            }
        };
        let found = effect(Dimension::Escalation, kind, codes::ESCALATION, clause);
        out.push(Effect {
            before: was.then(|| list(&who)).flatten(),
            after: is.then(|| list(&who)).flatten(),
            ..found
        });
    }
    if !was || !is {
        return;
    }
    set(Dimension::Escalation, codes::ESCALATION_APPROVERS, "approve requests for {it} that escalate")
        .compare(&before.escalation, &after.escalation, out);
    set(
        Dimension::Fallbacks,
        codes::FALLBACKS,
        "approve requests for {it} that escalate where the escalation approvers cannot be found",
    )
    .compare(&before.escalation_fallback, &after.escalation_fallback, out);
    if before.escalation_after != after.escalation_after {
        let kind = match (before.escalation_after, after.escalation_after) {
            (Some(was), Some(is)) if is < was => Widens,
            (Some(_), Some(_)) => Narrows,
            _ => Unknown,
        };
        let clause = say![
            "requests for {it} that nobody decides now escalate",
            later(after.escalation_after),
            at.after.clone(),
            " instead of",
            later(before.escalation_after)
        ];
        let json = |d: Option<Duration>| d.map(|d| d.to_string().into());
        out.push(Effect {
            before: json(before.escalation_after),
            after: json(after.escalation_after),
            ..effect(Dimension::Escalation, kind, codes::ESCALATION_TIME, clause)
        });
    }
}

fn later(after: Option<Duration>) -> String {
    match after {
        Some(after) if after.is_zero() => " at once".to_owned(),
        Some(after) => format!(" after {}", time(after)),
        None => " after a time that is not written".to_owned(),
    }
}
