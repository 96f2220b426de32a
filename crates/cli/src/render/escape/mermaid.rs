//! Labels of Mermaid. What is no letter, digit, single space or mark within a sentence is written as `#…;`, a character by its number: Mermaid
//! turns these back at the very end, so that no text ends its label, is Markdown or HTML in it, or begins a directive.

use super::label::Language;
use std::fmt::{self, Write as _};

/// Mermaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mermaid;

impl Language for Mermaid {
    const BREAK: &'static str = "<br/>";

    fn escaped(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let is_word = |c: char| c.is_alphanumeric();
            let (after_word, before_word) =
                (before.is_some_and(is_word), chars.peek().is_some_and(|c| is_word(*c)));
            let is_harmless = match c {
                ' ' => before.is_some_and(|c| c != ' ') && chars.peek().is_some(),
                ',' => after_word,
                '-' | '\'' => after_word && before_word,
                c => is_word(c),
            };
            if is_harmless {
                out.push(c);
            } else {
                // Writing to a String cannot fail.
                let _ = write!(out, "#{};", u32::from(c));
            }
            before = Some(c);
        }
        out
    }
}

/// A whole flowchart: lines of ours in which every text is a [`super::label::Label`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart(String);

impl Chart {
    /// An empty one, from left to right.
    pub fn from_left_to_right() -> Self {
        Self("flowchart LR\n".to_owned())
    }

    /// A line of it, so deep.
    pub fn line(&mut self, depth: usize, line: fmt::Arguments) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{}{line}", "  ".repeat(depth));
    }

    /// How many characters it has.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::label::Label;
    use super::*;

    #[test]
    fn nothing_in_a_label_means_anything() {
        for (text, shown) in [
            ("Partner desk", "\"Partner desk\""),
            ("a\"] --> b[\"", "\"a#34;#93; #45;#45;#62; b#91;#34;\""),
            ("1. `one` **two**", "\"1#46; #96;one#96; #42;#42;two#42;#42;\""),
            ("- it's On-call, -x", "\"#45; it's On-call, #45;x\""),
            ("  <b>  é", "\"#32;#32;#60;b#62; #32;é\""),
            ("%%{init: {}}%%\n#35;", "\"#37;#37;#123;init#58; #123;#125;#125;#37;#37;#92;n#35;35#59;\""),
        ] {
            assert_eq!(Label::<Mermaid>::new(text).to_string(), shown);
        }
        assert_eq!(Label::<Mermaid>::new("group").above(&Label::new("x")).to_string(), "\"group<br/>x\"");
    }
}
