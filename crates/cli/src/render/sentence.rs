//! Sentences of the planner, each name marked and escaped for where it goes.

use super::escape::markdown::Inline;
use super::page::{Span, Tone, plain, span};
use entrant_model::text::visible;
use entrant_plan::impact::phrase::quoted;
use entrant_plan::impact::{Part, Sentence};

/// The pieces of a sentence on a terminal: names in quotes, with what could mislead a reader made visible.
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

/// A sentence as a line of Markdown: names in code.
pub fn inline(sentence: &Sentence) -> Inline {
    sentence.parts().iter().fold(Inline::default(), |line, part| line.then(part_inline(part)))
}

fn part_inline(part: &Part) -> Inline {
    match part {
        Part::Text(text) => Inline::words(text),
        Part::Name(name) => Inline::name(name),
        Part::Package => Inline::ours("it"),
    }
}

/// The same with its lead, our words up to the first colon, to be seen first.
pub fn inline_with_lead(sentence: &Sentence) -> Inline {
    let mut parts = sentence.parts().iter();
    let Some(Part::Text(first)) = parts.next() else { return inline(sentence) };
    let (lead, rest) = first.split_once(": ").unwrap_or((first, ""));
    let start = Inline::words(lead).made_strong();
    let start = if rest.is_empty() && lead.len() == first.len() { start } else { start.then(": ") };
    parts.fold(start.then(Inline::words(rest)), |line, part| line.then(part_inline(part)))
}

/// A sentence as plain text: names in quotes, with what could mislead a reader made visible.
pub fn text(sentence: &Sentence) -> String {
    spans(sentence).into_iter().map(|span| span.text).collect()
}
