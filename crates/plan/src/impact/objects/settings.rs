//! The tenant's settings: what becomes of users from outside who have lost their last access.

use super::super::phrase::{Sentence, say, time};
use super::super::{Effect, EffectKind, When, codes};
use super::{effect, sides};
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::time::Duration;
use entrant_model::{Dimension, Object, Value};

const ACTION: &str = "externalUserLifecycleAction";
const DURATION: &str = "durationUntilExternalUserDeletedAfterBlocked";

/// What happens, the mildest first.
const ACTIONS: [(&str, &str); 3] = [
    ("none", "left as they are"),
    ("blockSignIn", "blocked"),
    ("blockSignInAndDelete", "blocked and later deleted"),
];

/// A tenant has its settings always: they are neither made nor deleted.
pub fn compare(before: Option<&Object>, after: Option<&Object>, out: &mut Vec<Effect>) {
    let (Some(before), Some(after)) = (before, after) else { return };
    action(before, after, out);
    let deletes = |object: &Object| rank(object) == Some(ACTIONS.len() - 1);
    let (have, want) = (duration(before), duration(after));
    if !deletes(before) || !deletes(after) || have == want {
        return;
    }
    let words = |length: Option<Duration>| match length {
        Some(length) if length.is_zero() => "at once".to_owned(),
        Some(length) => format!("after {}", time(length)),
        None => "after a time that is not said".to_owned(),
    };
    let kind = match (have, want) {
        (Some(have), Some(want)) if want > have => Widens,
        (Some(_), Some(_)) => Narrows,
        _ => Unknown,
    };
    let clause = say![
        "accounts of users from outside who were blocked are deleted ",
        words(want),
        " instead of ",
        words(have)
    ];
    push(kind, codes::OUTSIDE_DELETION, clause, DURATION, (before, after), out);
}

fn action(before: &Object, after: &Object, out: &mut Vec<Effect>) {
    let word = |object: &Object| object.text(ACTION).unwrap_or_default().to_ascii_lowercase();
    if word(before) == word(after) {
        return;
    }
    let kind = match (rank(before), rank(after)) {
        (Some(have), Some(want)) if want > have => Narrows,
        (Some(_), Some(_)) => Widens,
        _ => Unknown,
    };
    let becomes = |object: &Object| match rank(object) {
        Some(at) => ACTIONS[at].1.into(),
        None => Sentence::name(object.text(ACTION).unwrap_or_default()),
    };
    let clause = say![
        "users from outside who lose their last access are now ",
        becomes(after),
        " instead of ",
        becomes(before)
    ];
    push(kind, codes::OUTSIDE_LIFECYCLE, clause, ACTION, (before, after), out);
}

fn push(
    kind: EffectKind,
    code: entrant_model::Code,
    clause: Sentence,
    member: &str,
    (before, after): (&Object, &Object),
    out: &mut Vec<Effect>,
) {
    let sides = sides(member, before, after);
    out.push(effect(Dimension::External, kind, code, When::LastAccess, clause, sides));
}

/// How far the action goes; `None` where none is said, or one of a newer service.
fn rank(settings: &Object) -> Option<usize> {
    let word = settings.text(ACTION)?;
    ACTIONS.iter().position(|(known, _)| known.eq_ignore_ascii_case(word))
}

fn duration(settings: &Object) -> Option<Duration> {
    match settings.get(DURATION) {
        Some(Value::Duration(duration)) => Some(*duration),
        _ => None,
    }
}

pub fn describe(settings: &Object) -> Sentence {
    let becomes = match rank(settings) {
        Some(at) => ACTIONS[at].1,
        None => "treated as the service sees fit",
    };
    let later = match duration(settings).filter(|_| rank(settings) == Some(ACTIONS.len() - 1)) {
        Some(length) => format!(", {} after the block", time(length)),
        None => String::new(),
    };
    say!["users from outside who lose their last access are ", becomes, later]
}
