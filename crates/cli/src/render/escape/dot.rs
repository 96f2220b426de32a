//! Quoted strings of Graphviz. A backslash begins an escape there (`\N` is the name of the node), and an ampersand an
//! entity of HTML, also in plain labels.

use super::label::Language;
use entrant_model::text::without_commands;

/// Graphviz' DOT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dot;

impl Language for Dot {
    const BREAK: &'static str = "\\n";

    fn escaped(text: &str) -> String {
        let text = text.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"");
        // No command to a runner, and the same text as elsewhere.
        without_commands(&text, "#&#35;").into_owned()
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
            ("a\"]; b[\"", "\"a\\\"]; b[\\\"\""),
            ("##[error]x", "\"#&#35;[error]x\""),
            ("\\N &lt;\n", "\"\\\\N &amp;lt;\\\\n\""),
        ] {
            assert_eq!(Label::<Dot>::new(text).to_string(), shown);
        }
        assert_eq!(Label::<Dot>::new("group").above(&Label::new("x")).to_string(), "\"group\\nx\"");
    }
}
