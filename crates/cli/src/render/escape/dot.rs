//! Quoted strings of Graphviz. A backslash begins an escape there (`\N` is the name of the node), and an ampersand an
//! entity of HTML, also in plain labels.

use super::{LONGEST_NAME, shortened};
use entrant_model::text::without_commands;
use std::fmt;

/// What a node, an edge or a cluster is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// A text on one line.
    pub fn new(text: &str) -> Self {
        let text = shortened(text, LONGEST_NAME);
        let text = text.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"");
        // No command to a runner, and the same text as elsewhere.
        Self(without_commands(&text, "#&#35;").into_owned())
    }

    /// A line, and another below it.
    #[must_use]
    pub fn above(self, below: &Self) -> Self {
        Self(format!("{}\\n{}", self.0, below.0))
    }
}

impl fmt::Display for Label {
    /// With its quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_label_means_anything() {
        for (text, shown) in [
            ("Partner desk", "\"Partner desk\""),
            ("a\"]; b[\"", "\"a\\\"]; b[\\\"\""),
            ("##[error]x", "\"#&#35;[error]x\""),
            ("\\N &lt;\n", "\"\\\\N &amp;lt;\\\\n\""),
        ] {
            assert_eq!(Label::new(text).to_string(), shown);
        }
        assert_eq!(Label::new("group").above(&Label::new("x")).to_string(), "\"group\\nx\"");
    }
}
