//! What requestors must say: a justification, and answers to required questions.

use super::phrase::{Sentence, say};
use super::{Effect, EffectKind, When, codes, switch};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::facts::{PolicyFacts, Question};
use entrant_model::value::Json;
use entrant_model::{Code, Dimension};
use std::collections::BTreeSet;

pub(super) fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    if let Some(kind) = switch(before.requestor_justification, after.requestor_justification, Narrows) {
        let clause = match kind {
            Narrows => "requestors must now say why they need {it}",
            _ => "requestors need no longer say why they need {it}",
        };
        let sides = (before.requestor_justification.into(), after.requestor_justification.into());
        out.push(effect(kind, codes::REQUESTOR_JUSTIFICATION, clause.into(), Some(sides.0), Some(sides.1)));
    }
    questions(&before.questions, &after.questions, out);
}

fn effect(
    kind: EffectKind,
    code: Code,
    clause: Sentence,
    before: Option<Json>,
    after: Option<Json>,
) -> Effect {
    let when = When::NewRequests;
    Effect { dimension: Dimension::Justification, kind, code, clause, when, before, after }
}

/// Required questions. The answers to choose from and the wording decide nothing about who gets in.
fn questions(before: &[Question], after: &[Question], out: &mut Vec<Effect>) {
    let mut gone: Vec<&Question> = before.iter().collect();
    let mut new: Vec<&Question> = after.iter().collect();
    let mut pairs = Vec::new();
    gone.retain(|question| {
        new.iter().position(|other| other.text == question.text).is_none_or(|at| {
            pairs.push((*question, new.remove(at)));
            false
        })
    });
    // What is left in the same order with much the same words is the same question in other words.
    let mut index = 0;
    while index < gone.len().min(new.len()) {
        if is_reworded(gone[index].text, new[index].text) {
            pairs.push((gone.remove(index), new.remove(index)));
        } else {
            index += 1;
        }
    }
    let name = |q: &Question| Sentence::name(q.text);
    let json = |q: &Question| Some(Json::from(q.text));
    for question in gone.iter().filter(|q| q.is_required) {
        let clause =
            say!["the required question ", name(question), " is no longer asked of those who request {it}"];
        out.push(effect(Widens, codes::REQUIRED_QUESTION, clause, json(question), None));
    }
    for question in new.iter().filter(|q| q.is_required) {
        let clause = say!["the question ", name(question), " must now be answered to request {it}"];
        out.push(effect(Narrows, codes::REQUIRED_QUESTION, clause, None, json(question)));
    }
    for (was, is) in pairs {
        if let Some(kind) = switch(was.is_required, is.is_required, Narrows) {
            let clause = match kind {
                Narrows => say!["the question ", name(is), " must now be answered to request {it}"],
                _ => say!["the question ", name(is), " need no longer be answered to request {it}"],
            };
            let sides = (was.is_required.into(), is.is_required.into());
            out.push(effect(kind, codes::REQUIRED_QUESTION, clause, Some(sides.0), Some(sides.1)));
        }
        if !was.is_required || !is.is_required || was.pattern == is.pattern {
            continue;
        }
        let (kind, words) = match (was.pattern, is.pattern) {
            (Some(_), None) => (Widens, " now takes any answer"),
            (None, Some(_)) => (Narrows, " now takes only answers of a certain form"),
            _ => (Unknown, " now takes answers of another form"),
        };
        let clause = say!["the question ", name(is), " to those who request {it}", words];
        let sides = (was.pattern.map(Json::from), is.pattern.map(Json::from));
        out.push(effect(kind, codes::ANSWER_PATTERN, clause, sides.0, sides.1));
    }
}

/// Whether two questions share at least half of the words of the longer one.
fn is_reworded(a: &str, b: &str) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        let split = text.split(|c: char| !c.is_alphanumeric());
        split.filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    a.intersection(&b).count() * 2 >= a.len().max(b.len()).max(1)
}
