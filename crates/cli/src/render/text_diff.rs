//! What would change in a file, as a unified diff.

use anstyle::{AnsiColor, Style};
use entrant_model::text::visible;
use similar::{ChangeTag, TextDiff};

/// How many lines stand around a change.
const CONTEXT: usize = 3;

/// The difference between two texts of a file, with ANSI styles; empty where there is none.
pub fn unified(file: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut out = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        if out.is_empty() {
            out.extend(["--- a/", file, "\n+++ b/", file, "\n"]);
        }
        out.push_str(&styled(AnsiColor::Cyan, &hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let text = change.value();
            let line = text.trim_end_matches(['\r', '\n']);
            // Line ends are kept, so that the diff can be applied; nothing else is left that a terminal would obey.
            let shown = line.split('\t').map(visible).collect::<Vec<_>>().join("\t");
            let (sign, colour) = match change.tag() {
                ChangeTag::Delete => ('-', Some(AnsiColor::Red)),
                ChangeTag::Insert => ('+', Some(AnsiColor::Green)),
                ChangeTag::Equal => (' ', None),
            };
            let shown = format!("{sign}{shown}");
            out.push_str(&colour.map_or_else(|| shown.clone(), |colour| in_colour(colour, &shown)));
            out.push_str(&text[line.len()..]);
            if !text.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

fn styled(colour: AnsiColor, line: &str) -> String {
    in_colour(colour, line.trim_end()) + "\n"
}

fn in_colour(colour: AnsiColor, text: &str) -> String {
    let style = Style::new().fg_color(Some(colour.into()));
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_has_the_lines_around_a_change_and_shows_what_cannot_be_seen() {
        let before = "a\nb\nc\nd\ne\n";
        let plain =
            anstream::adapter::strip_str(&unified("x.yaml", before, "a\nb\nc\nD\u{200b}\ne\n")).to_string();
        assert_eq!(plain, "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,5 +1,5 @@\n a\n b\n c\n-d\n+D\\u{200b}\n e\n");
        assert_eq!(unified("x.yaml", before, before), "");
    }
}
