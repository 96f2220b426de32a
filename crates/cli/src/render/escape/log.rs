//! Lines that a runner of GitHub Actions or an agent of Azure Pipelines reads. They take commands from both streams of
//! every step, so a name must not be able to look like one.

use entrant_model::text::without_commands;
use std::borrow::Cow;

/// The text with nothing in it that a runner or an agent obeys: `::` at the start of a line, and `##[` and `##vso[`
/// anywhere.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let text = without_commands(text, "## ");
    if !text.lines().any(|line| plain_start(line).starts_with("::")) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let start = plain_start(line);
        if let Some(rest) = start.strip_prefix("::") {
            out.push_str(&line[..line.len() - start.len()]);
            out.push_str(": :");
            out.push_str(rest);
        } else {
            out.push_str(line);
        }
    }
    Cow::Owned(out)
}

/// The line after white space and styles.
fn plain_start(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some(styled) = rest.strip_prefix("\u{1b}[") {
        let Some(end) = styled.find('m') else { break };
        rest = styled[end + 1..].trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command() {
        for (text, shown) in [
            ("a::error::b\n", "a::error::b\n"),
            ("  ::error::b\n::set-output name=x::y", "  : :error::b\n: :set-output name=x::y"),
            ("\u{1b}[1m::error::b\u{1b}[0m\n", "\u{1b}[1m: :error::b\u{1b}[0m\n"),
            ("name ##[add-mask]x", "name ## [add-mask]x"),
            ("name ##vso[task.complete]x", "name ## vso[task.complete]x"),
            (" ::x ##[error]::", " : :x ## [error]::"),
        ] {
            assert_eq!(harmless(text), shown);
            assert_eq!(harmless(shown), shown);
        }
    }
}
