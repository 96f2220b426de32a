//! Workflow commands of GitHub Actions: `::warning file=…,line=…,title=…::…`.
//!
//! The runner takes a command apart at `::`, `,` and `=` and turns `%25`, `%0D`, `%0A`, `%3A` and `%2C` back. What is
//! written here is escaped as its toolkit does it, so that a text can neither end its command nor begin another.

use entrant_model::text::{visible, without_commands};
use std::fmt;

/// Text after the `::` of a command.
#[derive(Debug, Clone)]
pub struct Data(String);

/// The value of a property of a command.
#[derive(Debug, Clone)]
pub struct Property(String);

impl Data {
    /// The text on one line. A line end of ours stays one; those of names are shown as `\n`.
    pub fn new(text: &str) -> Self {
        let lines: Vec<String> = text.split('\n').map(|line| visible(line).replace('%', "%25")).collect();
        // The older syntax of commands is found anywhere in a line.
        Self(without_commands(&lines.join("%0A"), "## ").into_owned())
    }
}

impl Property {
    /// The text with what separates properties escaped.
    pub fn new(text: &str) -> Self {
        let text = visible(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C");
        Self(without_commands(&text, "## ").into_owned())
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_command() {
        assert_eq!(Data::new("100%\nnext %0A::error::x").to_string(), "100%25%0Anext %250A::error::x");
        assert_eq!(Data::new("a\r##[error]b").to_string(), "a\\r## [error]b");
        assert_eq!(Property::new("a,line=1::b%3A\n").to_string(), "a%2Cline=1%3A%3Ab%253A\\n");
    }
}
