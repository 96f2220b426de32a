//! The findings of `entrant doctor` as text.

use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

/// One thing that was looked at.
#[derive(Debug)]
pub struct Check {
    /// How it stands.
    pub mark: Mark,
    /// What was seen, in one sentence without a full stop; safe to print.
    pub text: String,
    /// What to do about it.
    pub help: Vec<String>,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Something may not work.
    Warn,
    /// Something does not work.
    Fail,
}

impl Check {
    /// A check without anything to do.
    pub fn new(mark: Mark, text: impl Into<String>) -> Self {
        Self { mark, text: text.into(), help: Vec::new() }
    }

    /// With one more thing to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// One check a line, with what to do below it, and a line that counts them.
pub fn render(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let (word, colour) = match check.mark {
            Mark::Ok => ("ok  ", AnsiColor::Green),
            Mark::Note => ("note", AnsiColor::Cyan),
            Mark::Warn => ("warn", AnsiColor::Yellow),
            Mark::Fail => ("FAIL", AnsiColor::Red),
        };
        let style = Style::new().fg_color(Some(colour.into()));
        let _ = writeln!(text, "{style}{word}{style:#}  {}", check.text);
        for help in &check.help {
            let _ = writeln!(text, "      -> {help}");
        }
    }
    let count = |mark| checks.iter().filter(|check| check.mark == mark).count();
    let _ = writeln!(text, "\nDoctor: {} to mend, {} to look at.", count(Mark::Fail), count(Mark::Warn));
    text
}
