//! Sentences of the planner on a terminal: names in quotes, with what could mislead a reader made visible.

use super::page::{Span, Tone, plain, span};
use entrant_model::text::visible;
use entrant_plan::impact::phrase::quoted;
use entrant_plan::impact::{Part, Sentence};

/// The pieces of a sentence.
pub fn spans(sentence: &Sentence) -> Vec<Span> {
    sentence
        .parts()
        .iter()
        .map(|part| match part {
            Part::Text(text) => plain(text.clone()),
            Part::Name(name) => span(Tone::Strong, quoted(&visible(name))),
            Part::Package => plain("it"),
        })
        .collect()
}
