//! Sets of subjects: opaque members, of whom each that comes widens and each that goes narrows.

use super::phrase::{Sentence, say};
use super::{Effect, EffectKind, When, codes};
use entrant_model::facts::{Subject, Who};
use entrant_model::reference::fold;
use entrant_model::value::Json;
use entrant_model::{Code, Dimension};

/// What a set of subjects means for whoever is in it.
pub(super) struct Meaning {
    pub dimension: Dimension,
    pub code: Code,
    pub when: When,
    /// Whether outsiders in the set are an effect of their own, with this clause after "people from outside
    /// this directory"; for coming and for going.
    pub outside: Option<(Code, [Sentence; 2])>,
}

/// Compares two sets. `comes` and `goes` make the clauses for who is added and who is removed.
pub(super) fn compare(
    before: &[Subject],
    after: &[Subject],
    meaning: &Meaning,
    comes: impl Fn(&[Subject]) -> Sentence,
    goes: impl Fn(&[Subject]) -> Sentence,
    out: &mut Vec<Effect>,
) {
    let mut removed = without(before, after);
    let mut added = without(after, before);
    let sides = (list(before), list(after));
    let mut push = |dimension, kind, code, clause| {
        let (before, after) = sides.clone();
        out.push(Effect { dimension, kind, code, clause, when: meaning.when, before, after });
    };
    for (old, new) in take_namesakes(&mut removed, &mut added) {
        let name = new.name().or_else(|| old.name()).unwrap_or_default();
        let kind = new.reference().map_or("object", |r| r.kind.noun());
        let clause = say![Sentence::name(name), format!(" now means another {kind}")];
        push(meaning.dimension, EffectKind::Unknown, codes::NAME_MEANS_ANOTHER, clause);
    }
    if let Some((old, new)) = take_rules(&mut removed, &mut added) {
        let clause = say!["the rule becomes ", Sentence::name(new), " instead of ", Sentence::name(old)];
        push(meaning.dimension, EffectKind::Unknown, codes::RULE, clause);
    }
    for (list, kind) in [(&added, EffectKind::Widens), (&removed, EffectKind::Narrows)] {
        if list.is_empty() {
            continue;
        }
        let is_coming = kind == EffectKind::Widens;
        let clause = if is_coming { comes(list) } else { goes(list) };
        push(meaning.dimension, kind, meaning.code, clause);
        if let Some((code, clauses)) = &meaning.outside
            && list.iter().any(Subject::is_outside)
        {
            let clause = clauses[usize::from(!is_coming)].clone();
            push(Dimension::External, kind, *code, clause);
        }
    }
}

/// The subjects as plans show them, sorted; `None` for none.
pub(super) fn list(subjects: &[Subject]) -> Option<Json> {
    let mut list: Vec<&Subject> = subjects.iter().collect();
    list.sort_by_cached_key(|s| (s.name().map(fold), s.key()));
    (!list.is_empty()).then(|| Json::Array(list.into_iter().map(Subject::to_json).collect()))
}

/// The subjects of the first list that the second lacks, in an order that does not depend on the list's.
fn without<'a>(list: &[Subject<'a>], other: &[Subject<'a>]) -> Vec<Subject<'a>> {
    let mut rest: Vec<Subject> = list.iter().filter(|s| !other.contains(s)).copied().collect();
    rest.sort_by_cached_key(|s| (s.name().map(fold), s.key()));
    rest.dedup();
    rest
}

/// Takes out what left and came under one name: the name means another object now.
fn take_namesakes<'a>(
    removed: &mut Vec<Subject<'a>>,
    added: &mut Vec<Subject<'a>>,
) -> Vec<(Subject<'a>, Subject<'a>)> {
    let name = |s: &Subject| Some((s.reference()?.kind, fold(s.name()?)));
    let mut pairs = Vec::new();
    removed.retain(|old| {
        let wanted = name(old);
        let found = wanted.is_some().then(|| added.iter().position(|new| name(new) == wanted)).flatten();
        found.is_none_or(|at| {
            pairs.push((*old, added.remove(at)));
            false
        })
    });
    pairs
}

/// Takes out a rule that became another one: whom it matches cannot be told.
fn take_rules<'a>(
    removed: &mut Vec<Subject<'a>>,
    added: &mut Vec<Subject<'a>>,
) -> Option<(&'a str, &'a str)> {
    let only = |list: &[Subject<'a>]| {
        let mut rules = list.iter().filter_map(|s| match s.who {
            Who::Rule(rule) => Some(rule),
            _ => None,
        });
        rules.next().filter(|_| rules.next().is_none())
    };
    let pair = (only(removed)?, only(added)?);
    removed.retain(|s| !matches!(s.who, Who::Rule(_)));
    added.retain(|s| !matches!(s.who, Who::Rule(_)));
    Some(pair)
}
