//! Scalars as text: which quotation marks a text needs, and its lines where it is a block.

use crate::scalar::{self, Scalar};
use crate::yaml::Style;
use entrant_model::text::is_deceptive;
use entrant_model::time::Date;
use std::fmt::Write as _;

/// Words that readers of YAML 1.1 take for something else than a text.
const OLD_WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "=", "<<"];

/// A text as a scalar: plain where every reader of YAML takes it for that text, in quotation marks otherwise.
pub(crate) fn scalar_of(text: &str, in_flow: bool) -> String {
    if can_be_plain(text, in_flow) {
        text.to_owned()
    } else if (text.contains('"') || text.contains('\\'))
        && !text.contains('\'')
        && !text.chars().any(is_deceptive)
    {
        format!("'{text}'")
    } else {
        double_quoted(text)
    }
}

/// Whether a text can stand without quotation marks.
pub(crate) fn can_be_plain(text: &str, in_flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    if text.trim() != text || text.chars().any(is_deceptive) {
        return false;
    }
    if "-?:,[]{}#&*!|>'\"%@`~".contains(first) || text.starts_with("...") {
        return false;
    }
    if text.contains(": ")
        || text.contains(" #")
        || text.contains(":\t")
        || text.contains("\t#")
        || text.ends_with(':')
    {
        return false;
    }
    if in_flow && text.contains([',', '[', ']', '{', '}', '?', ':', '#', '"', '\'']) {
        return false;
    }
    scalar::resolve(text, Style::Plain) == Scalar::Text(text)
        && !OLD_WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        && !looks_like_a_number(text)
        && Date::parse(text).is_none()
}

/// What older readers take for a number: `1_000`, `0b1`, `12:30`.
fn looks_like_a_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '.'))
        && text.chars().all(|c| c.is_ascii_hexdigit() || "_:.+xXoO".contains(c))
}

/// A text in double quotation marks, on one line.
pub(crate) fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_deceptive(c) && u32::from(c) > 0xffff => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c if is_deceptive(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text in single quotation marks; `None` where it cannot stand in them on one line.
pub(crate) fn single_quoted(text: &str) -> Option<String> {
    (!text.chars().any(is_deceptive)).then(|| format!("'{}'", text.replace('\'', "''")))
}

/// A text as a block with its lines as they are: what follows the key, and the lines. `None` where a block would hide
/// something of it.
pub fn literal(text: &str) -> Option<(&'static str, Vec<String>)> {
    let (header, body) = text.strip_suffix('\n').map_or(("|-", text), |body| ("|", body));
    let lines: Vec<String> = body.split('\n').map(str::to_owned).collect();
    let is_plain = |line: &String| line.trim_end() == line && !line.chars().any(is_deceptive);
    let begins = |line: &String| !line.is_empty() && !line.starts_with(' ');
    let is_whole = lines.first().is_some_and(begins) && lines.last().is_some_and(|line| !line.is_empty());
    (is_whole && lines.iter().all(is_plain)).then_some((header, lines))
}

/// A text without lines of its own as a block of several, none longer than its words make it. `None` where it has room
/// on one, or would not come back the same.
pub fn folded(text: &str, longest: usize) -> Option<(&'static str, Vec<String>)> {
    let (header, body) = text.strip_suffix('\n').map_or((">-", text), |body| (">", body));
    let is_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    if !body.split(' ').all(is_word) || body.chars().any(is_deceptive) {
        return None;
    }
    let mut lines: Vec<String> = Vec::new();
    for word in body.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= longest => {
                line.extend([" ", word]);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    (lines.len() > 1).then_some((header, lines))
}

/// A text of one or more paragraphs as a folded block. `None` where it has room on a line, or would not come back the
/// same.
pub(crate) fn paragraphs(text: &str, longest: usize) -> Option<(&'static str, Vec<String>)> {
    let (header, body) = text.strip_suffix('\n').map_or((">-", text), |body| (">", body));
    let mut lines: Vec<String> = Vec::new();
    for (index, paragraph) in body.split('\n').enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        match folded(paragraph, longest) {
            Some((_, folded)) => lines.extend(folded),
            None if paragraph.is_empty() => {}
            None if paragraph
                .split(' ')
                .all(|word| !word.is_empty() && !word.contains(char::is_whitespace))
                && !paragraph.chars().any(is_deceptive) =>
            {
                lines.push(paragraph.to_owned());
            }
            None => return None,
        }
    }
    let is_whole = lines.first().is_some_and(|line| !line.is_empty())
        && lines.last().is_some_and(|line| !line.is_empty());
    (is_whole && (lines.len() > 1 || header == ">")).then_some((header, lines))
}

/// A key as text.
pub(crate) fn key_of(key: &str, in_flow: bool) -> String {
    // `@odata.type` and `x@odata.count` are quoted by the first of the rules.
    scalar_of(key, in_flow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_where_every_reader_takes_it_for_that_text() {
        for (text, block, flow) in [
            ("Partner desk", "Partner desk", "Partner desk"),
            ("Quelle campagne ?", "Quelle campagne ?", "\"Quelle campagne ?\""),
            ("(user.department -eq \"A\")", "(user.department -eq \"A\")", "'(user.department -eq \"A\")'"),
            ("yes", "\"yes\"", "\"yes\""),
            ("1.0", "\"1.0\"", "\"1.0\""),
            ("12:30", "\"12:30\"", "\"12:30\""),
            ("2027-01-31", "\"2027-01-31\"", "\"2027-01-31\""),
            ("null", "\"null\"", "\"null\""),
            ("a: b", "\"a: b\"", "\"a: b\""),
            ("Team #1", "\"Team #1\"", "\"Team #1\""),
            ("@x", "\"@x\"", "\"@x\""),
            ("", "\"\"", "\"\""),
            (" x", "\" x\"", "\" x\""),
            ("a\nb", "\"a\\nb\"", "\"a\\nb\""),
            ("P90D", "P90D", "P90D"),
            ("2027-01-31T00:00:00Z", "2027-01-31T00:00:00Z", "\"2027-01-31T00:00:00Z\""),
            (
                "bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d",
                "bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d",
                "bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d",
            ),
            ("it's \"so\"", "it's \"so\"", "\"it's \\\"so\\\"\""),
            ("zero\u{200b}width", "\"zero\\u200bwidth\"", "\"zero\\u200bwidth\""),
        ] {
            assert_eq!(scalar_of(text, false), block, "{text}");
            assert_eq!(scalar_of(text, true), flow, "{text}");
        }
    }
}
