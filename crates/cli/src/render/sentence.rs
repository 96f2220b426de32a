//! Sentences of the planner, each name marked and escaped for where it goes.

use super::escape::markdown::Inline;
use super::page::{Span, Tone, plain, span};
use entrant_model::text::{mixed_scripts, visible};
use entrant_plan::impact::phrase::quoted;
use entrant_plan::impact::{Part, Sentence};

/// The pieces of a sentence on a terminal: names in quotes, with what could mislead a reader made visible.
pub fn spans(sentence: &Sentence) -> Vec<Span> {
    let mut spans = Vec::new();
    for part in sentence.parts() {
        match part {
            Part::Text(text) => spans.push(plain(text.clone())),
            Part::Name(name) => {
                spans.push(span(Tone::Strong, quoted(&visible(name))));
                spans.extend(
                    mixed_scripts(name).map(|s| span(Tone::Changed, format!(" (mixes {s} letters)"))),
                );
            }
            Part::Package => spans.push(plain("it")),
        }
    }
    spans
}

/// A sentence as a line of Markdown: names in code.
pub fn inline(sentence: &Sentence) -> Inline {
    sentence.parts().iter().fold(Inline::default(), |line, part| line.then(part_inline(part)))
}

fn part_inline(part: &Part) -> Inline {
    match part {
        Part::Text(text) => Inline::words(text),
        Part::Name(name) => match mixed_scripts(name) {
            Some(scripts) => Inline::name(name).then(" (mixes ").then(scripts).then(" letters)"),
            None => Inline::name(name),
        },
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
