//! Escaping: where text from a tenant or a file meets the syntax of an output. Nowhere else does it.
//!
//! ```text
//!                          ┌─▶ model::text::visible ──────────▶ terminal
//! name, message, address ──┼─▶ Inline ─┬─ Markdown (paragraph, cell, item) ─▶ comment, job summary
//! (hostile)                │           └─ HTML inside <summary>
//!                          ├─▶ mermaid::Label, dot::Label ──────▶ drawings
//!                          ├─▶ command::Data, Property ───────▶ workflow commands
//!                          ├─▶ sarif::text, uri ──────────────▶ code scanning
//!                          ├─▶ log::harmless ─────────────────▶ any line that a runner reads
//!                          └─▶ model::text::harmless_json ────▶ JSON on stdout
//! ```
//!
//! [`markdown::Inline`] and [`markdown::Markdown`] can be made of escaped text and of words in our own source alone, so that
//! raw text cannot reach a comment by mistake. `tests/hostile.rs` tries one set of hostile texts on every output.

pub mod command;
pub mod dot;
pub mod label;
pub mod log;
pub mod markdown;
pub mod mermaid;
pub mod sarif;

use entrant_model::text::visible;

/// How many characters of a name a sentence shows. Graph allows 256 in a display name.
pub const LONGEST_NAME: usize = 256;
/// How many characters of an address are shown.
pub const LONGEST_ADDRESS: usize = 1024;

/// The text with nothing deceptive in it, cut after so many characters; what was cut is counted.
pub fn shortened(text: &str, longest: usize) -> String {
    let text = visible(text);
    match text.char_indices().nth(longest) {
        None => text,
        Some((at, _)) => {
            let rest = text[at..].chars().count();
            format!("{}… ({rest} more characters)", &text[..at])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_is_counted() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("ab\u{202e}c", 2), "ab… (9 more characters)");
        assert_eq!(shortened("äöüß", 3), "äöü… (1 more characters)");
    }
}
