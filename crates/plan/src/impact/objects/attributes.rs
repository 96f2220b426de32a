//! What resources of a catalog ask requestors about: the questions of their attributes, by the attribute's name.
//!
//! As with questions of policies, other words and other answers to choose from are no effect.

use super::super::phrase::{Sentence, say};
use super::super::{Effect, EffectKind, When, codes};
use super::effect;
use EffectKind::{Narrows, Unknown, Widens};
use entrant_model::reference::fold;
use entrant_model::value::Json;
use entrant_model::{Dimension, Object, Value};
use std::collections::BTreeMap;

/// A question that must be answered.
struct Required<'a> {
    text: &'a str,
    pattern: Option<&'a str>,
}

/// Compares what one resource asks before and after; `resource` is what a sentence calls it.
pub fn compare(before: &Object, after: &Object, resource: &Sentence, out: &mut Vec<Effect>) {
    let (have, want) = (required(before), required(after));
    let mut push = |kind, code, clause, sides: [Option<&str>; 2]| {
        let [before, after] = sides.map(|side| side.map(Json::from));
        out.push(effect(Dimension::Justification, kind, code, When::NewRequests, clause, (before, after)));
    };
    let asked = |must: &'static str, text: &str| {
        say!["requestors of packages with ", resource.clone(), must, Sentence::name(text)]
    };
    for (name, old) in &have {
        let Some(new) = want.get(name) else {
            let clause = asked(" need no longer answer ", old.text);
            push(Widens, codes::REQUIRED_QUESTION, clause, [Some(old.text), None]);
            continue;
        };
        if old.pattern != new.pattern {
            let (kind, must) = match (old.pattern, new.pattern) {
                (Some(_), None) => (Widens, " may now answer as they like "),
                (None, Some(_)) => (Narrows, " must now follow a pattern when they answer "),
                _ => (Unknown, " must now follow another pattern when they answer "),
            };
            push(kind, codes::ANSWER_PATTERN, asked(must, new.text), [old.pattern, new.pattern]);
        }
    }
    for (name, new) in &want {
        if !have.contains_key(name) {
            let clause = asked(" must now answer ", new.text);
            push(Narrows, codes::REQUIRED_QUESTION, clause, [None, Some(new.text)]);
        }
    }
}

fn required(resource: &Object) -> BTreeMap<String, Required<'_>> {
    let attributes = resource.list("attributes").iter().filter_map(Value::as_object);
    attributes
        .filter_map(|attribute| {
            let question = attribute.object("source")?.object("question")?;
            let text = question.text("text").unwrap_or_default();
            let pattern = question.text("regexPattern").filter(|pattern| !pattern.is_empty());
            let name = fold(attribute.text("name").unwrap_or_default());
            question.flag("isRequired").then_some((name, Required { text, pattern }))
        })
        .collect()
}
