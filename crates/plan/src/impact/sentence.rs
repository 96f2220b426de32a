//! An object in plain words. A policy: who may ask, who decides within how long, and else who, how long access lasts, who
//! reviews it when, and what happens without an answer. From the facts alone.

use super::objects::{self, Unsaid};
use super::phrase::{Sentence, deciders, ending, is_one, population, review_end, rhythm, say, time};
use entrant_model::facts::{Expiry, Mode, PolicyFacts, Review, ReviewEnd, Scope, Stage, Subject, Timeout};
use entrant_model::time::Duration;
use entrant_model::{Kind, Object};

/// An object of any kind as one sentence.
pub fn of(kind: Kind, object: &Object) -> Sentence {
    objects::describe(kind, object).unwrap_or_else(|| describe(&PolicyFacts::of(object)))
}

/// A declared object as one sentence, where what its document leaves out of it stays as it is.
pub fn of_declared(kind: Kind, object: &Object) -> Sentence {
    objects::describe_as(kind, object, Unsaid::Stays).unwrap_or_else(|| describe(&PolicyFacts::of(object)))
}

/// The policy as one sentence.
pub fn describe(policy: &PolicyFacts) -> Sentence {
    let mut clauses = vec![who(policy)];
    if policy.may_request() {
        clauses.push(approval(policy));
    }
    if policy.expiry != Expiry::Never || !policy.gives_by_rule() {
        clauses.push(lasting(policy));
    }
    match &policy.review {
        Some(review) => clauses.push(reviewed(review)),
        None if !policy.gives_by_rule() => clauses.push("nobody reviews access".into()),
        None => {}
    }
    let mut sentence = Sentence::default();
    for (index, clause) in clauses.into_iter().enumerate() {
        sentence = sentence.then(if index == 0 { "" } else { "; " }).then(clause);
    }
    sentence.then(".").capitalised()
}

fn who(policy: &PolicyFacts) -> Sentence {
    if policy.gives_by_rule() {
        let leavers = match (policy.removes_leavers, policy.grace.filter(|g| !g.is_zero())) {
            (true, Some(grace)) => {
                say![", and whoever no longer matches loses it after ", time(grace)]
            }
            (true, None) => ", and whoever no longer matches loses it at once".into(),
            (false, _) => ", and keeps it when no longer matching".into(),
        };
        return say![population(policy), " is given {it} without a request", leavers];
    }
    let others = &policy.on_behalf_requestors;
    let asked = match (policy.scope, policy.self_add, policy.on_behalf_add) {
        (Scope::NotSpecified, ..) if policy.is_assignment_stopped => {
            return "nobody may request {it}, and administrators may not assign it".into();
        }
        (Scope::NotSpecified, ..) => return "nobody may request {it}; administrators assign it".into(),
        (_, false, false) => {
            return say![
                "nobody may request {it}; administrators may assign it to ",
                population(policy).ended()
            ];
        }
        (_, true, false) => say![population(policy), " may request {it} for themselves"],
        (_, true, true) => {
            say![population(policy), " may request {it} for themselves, and ", deciders(others), " for them"]
        }
        (_, false, true) => say![deciders(others), " may request {it} for ", population(policy).ended()],
    };
    let ids: Vec<Sentence> = policy.credentials.iter().map(|c| Sentence::name(c.credential_type)).collect();
    if ids.is_empty() { asked } else { say![asked, ", presenting the Verified ID ", Sentence::list(ids)] }
}

fn approval(policy: &PolicyFacts) -> Sentence {
    if !policy.approval_for_add {
        return "no approval is needed".into();
    }
    let glue = match policy.mode {
        Mode::AtOnce => ", and at the same time ",
        _ => ", then ",
    };
    let mut stages = policy.stages.iter().map(stage);
    let Some(first) = stages.next() else {
        return "approval is needed, and nobody is there to give it".into();
    };
    let start = if policy.stages.len() > 1 && policy.mode == Mode::InTurn { "first " } else { "" };
    stages.fold(say![start, first], |all, next| say![all, glue, next])
}

fn stage(stage: &Stage) -> Sentence {
    let is_nobody = !stage.is_dynamic && stage.deciders().is_empty();
    let who = if stage.is_dynamic {
        "whom a workflow extension chooses".into()
    } else if is_nobody {
        "nobody is there to".into()
    } else {
        asked(&stage.primary, &stage.fallback)
    };
    let verb = if !is_nobody && is_one(&stage.deciders()) { " decides" } else { " decide" };
    let within = match stage.denial.filter(|d| !d.is_zero()) {
        Some(denial) => format!(" within {}", time(denial)),
        None => String::new(),
    };
    let escalators = asked(&stage.escalation, &stage.escalation_fallback);
    let later = match stage.escalation_after.filter(|d: &Duration| !d.is_zero()) {
        _ if !stage.can_escalate() => Sentence::default(),
        Some(after) => say![format!(", after {} also ", time(after)), escalators],
        None => say![", then also ", escalators],
    };
    say![who, verb, within, later]
}

fn lasting(policy: &PolicyFacts) -> Sentence {
    // Where it differs from what was said of requests.
    let extended = match (policy.approval_for_add, policy.approval_for_update) {
        _ if policy.expiry == Expiry::Never || !policy.may_extend() => "",
        (true, false) if policy.may_request() => " and may be extended without approval",
        (false, true) => " and may be extended with approval",
        _ => " and may be extended",
    };
    say!["access ", ending(policy.expiry), extended]
}

fn reviewed(review: &Review) -> Sentence {
    let who = reviewers(review);
    let often = match review.rhythm {
        Some(often) => say![" ", rhythm(often)],
        None => Sentence::default(),
    };
    let long = match review.length {
        Expiry::Never => String::new(),
        Expiry::After(length) => format!(" over {}", time(length)),
        Expiry::At(end) => format!(" until {end}"),
    };
    let end = match review.end {
        ReviewEnd::Never => Sentence::default(),
        ReviewEnd::After(_) => say![", ", review_end(review.end)],
        _ => say![" ", review_end(review.end)],
    };
    let silence = match review.timeout {
        Some(Timeout::RemoveAccess) => "access is removed without an answer".into(),
        Some(Timeout::AcceptRecommendation) => "the system's recommendation decides without an answer".into(),
        Some(Timeout::KeepAccess) => "access stays without an answer".into(),
        Some(Timeout::Other(word)) => say!["the service does ", Sentence::name(word), " without an answer"],
        None => "it is not said what happens without an answer".into(),
    };
    say![who, often, long, end, ", and ", silence]
}

/// Who does the reviews.
fn reviewers(review: &Review) -> Sentence {
    if review.is_self_review {
        return "everybody reviews their own access".into();
    }
    if review.is_by_manager {
        return say!["everybody's manager", otherwise(&review.fallback), " reviews access"];
    }
    if review.is_by_nobody() {
        return "nobody is there to review access".into();
    }
    let first = if review.reviewers.is_empty() { &review.fallback } else { &review.reviewers };
    let verb = if is_one(first) { " reviews access" } else { " review access" };
    say![asked(&review.reviewers, &review.fallback), verb]
}

/// Who is asked first, and who else; fallbacks of nobody are asked first.
fn asked(first: &[Subject], fallback: &[Subject]) -> Sentence {
    if first.is_empty() { deciders(fallback) } else { say![deciders(first), otherwise(fallback)] }
}

fn otherwise(fallback: &[Subject]) -> Sentence {
    if fallback.is_empty() { Sentence::default() } else { say![" (else ", deciders(fallback), ")"] }
}
