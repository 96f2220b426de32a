//! Text that comes from a tenant or a file and is on its way to a person.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character can make text read as something else: control characters, bidirectional
/// formatting, zero-width and other invisible formatting, line and paragraph separators, and whatever else Unicode
/// lets a screen ignore: fillers, joiners, variation selectors, tags.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text is nothing but printable ASCII, in which no character is deceptive.
pub(crate) fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// The text with every deceptive character shown as `\u{…}` (`\n`, `\t` and `\r` by their names).
pub fn visible(text: &str) -> String {
    if is_printable_ascii(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_deceptive(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// The text with the two marks of each `##[…]` and `##vso[…]` written as `marks`. Runners of GitHub Actions and agents of
/// Azure Pipelines find such commands anywhere in a line.
pub fn without_commands<'a>(text: &'a str, marks: &str) -> Cow<'a, str> {
    let begins = |rest: &str| {
        let is = |word: &&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        ["[", "vso["].iter().any(is)
    };
    let (mut out, mut copied, mut from) = (String::new(), 0, 0);
    while let Some(found) = text[from..].find("##") {
        let start = from + found;
        from = start + 1;
        if begins(&text[start + 2..]) {
            out.push_str(&text[copied..start]);
            out.push_str(marks);
            copied = start + 2;
            from = copied;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// JSON with what a terminal or a runner would obey written as `\u…`, which means the same. Such
/// characters can stand inside strings alone.
pub fn harmless_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = [0; 2];
    for c in text.chars() {
        if is_deceptive(c) && c != '\n' {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    without_commands(&out, "\\u0023#").into_owned()
}

/// The scripts of which one word of the text mixes letters that look alike: a Latin name with a Cyrillic `а` in it. A
/// word is a run of letters.
pub fn mixed_scripts(text: &str) -> Option<&'static str> {
    if text.is_ascii() {
        return None;
    }
    let is_latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}');
    let is_greek = |c: char| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}');
    let is_cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}');
    text.split(|c: char| !c.is_alphabetic()).find_map(|word| {
        let has = |is: &dyn Fn(char) -> bool| word.chars().any(is);
        match (has(&is_latin), has(&is_greek), has(&is_cyrillic)) {
            (true, _, true) => Some("Latin and Cyrillic"),
            (true, true, false) => Some("Latin and Greek"),
            (false, true, true) => Some("Greek and Cyrillic"),
            _ => None,
        }
    })
}

/// A membership rule with runs of white space outside quotes as one space, trimmed.
pub fn fold_rule(rule: &str) -> String {
    let mut out = String::with_capacity(rule.len());
    let mut quote: Option<char> = None;
    let mut chars = rule.trim().chars().peekable();
    while let Some(c) = chars.next() {
        match quote {
            Some(q) => {
                out.push(c);
                if c == '\\' || c == '`' {
                    out.extend(chars.next());
                } else if c == q {
                    quote = None;
                }
            }
            None if c.is_whitespace() => {
                out.push(' ');
                while chars.next_if(|c| c.is_whitespace()).is_some() {}
            }
            None => {
                if c == '"' || c == '\'' {
                    quote = Some(c);
                }
                out.push(c);
            }
        }
    }
    out
}

/// The candidate nearest to `word`, for "did you mean": at most a third of its letters away.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let bound = word.chars().count().max(3) / 3;
    candidates
        .into_iter()
        .map(|c| (distance(&word, &c.to_lowercase()), c))
        .filter(|(d, _)| *d <= bound)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// The Damerau-Levenshtein distance (optimal string alignment) in characters.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for (i, ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(ca != cb)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *ca == b[j - 1] && a[i - 1] == *cb {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b\nc"), "a\\u{1b}[31m\\u{202e}b\\nc");
        assert_eq!(visible("Ünïcode stays 日本"), "Ünïcode stays 日本");
        for unseen in ['\u{3164}', '\u{2800}', '\u{34f}', '\u{ffa0}', '\u{fe0f}', '\u{e0100}'] {
            let shown = visible(&format!("Desk{unseen}"));
            assert_eq!(shown, format!("Desk\\u{{{:x}}}", u32::from(unseen)));
        }
    }

    #[test]
    fn json_stays_what_it_is() {
        let value = serde_json::json!({"a\u{202e}": ["\u{9b}2J \u{e0041} ##[error]x", "é \n ##vso[x]y"]});
        let text = harmless_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(
            text.contains("\\u202e")
                && text.contains("\\udb40\\udc41")
                && text.contains("\\u0023#[error]")
                && text.contains("\\u0023#vso[")
        );
        assert!(!text.chars().any(|c| is_deceptive(c) && c != '\n'));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn commands_of_runners_are_found_anywhere() {
        for (text, shown) in [
            ("# one ## two [three]", "# one ## two [three]"),
            ("a##[error]b###[x]", "a## [error]b### [x]"),
            ("##VSO[task.complete]x ##vso", "## VSO[task.complete]x ##vso"),
            ("##é[ ##", "##é[ ##"),
        ] {
            assert_eq!(without_commands(text, "## "), shown);
        }
    }

    #[test]
    fn letters_that_look_alike_are_seen() {
        for (text, scripts) in [
            ("Partner desk", None),
            ("P\u{430}rtner desk", Some("Latin and Cyrillic")),
            ("Служба Service", None),
            ("β-team, Łódź, Ünïcode", None),
            ("\u{39f}ffice", Some("Latin and Greek")),
            ("日本語team", None),
        ] {
            assert_eq!(mixed_scripts(text), scripts, "{text}");
        }
    }

    #[test]
    fn a_rule_keeps_its_quoted_white_space() {
        assert_eq!(
            fold_rule(" (user.department  -eq\n\t\"Net  works\") "),
            "(user.department -eq \"Net  works\")"
        );
    }

    #[test]
    fn the_nearest_word_is_found_or_none() {
        let words = ["displayName", "description", "expiration"];
        assert_eq!(nearest("displyName", words), Some("displayName"));
        assert_eq!(nearest("DISPLAYNAME", words), Some("displayName"));
        assert_eq!(nearest("expiraiton", words), Some("expiration"));
        assert_eq!(nearest("colour", words), None);
    }
}
