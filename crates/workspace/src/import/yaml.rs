//! A document as plain YAML; `manifest` gives it its canonical form. Every text is in double quotes here, so that none
//! is taken for anything else, and what would mislead a reader is escaped.

use entrant_manifest::write;
use entrant_model::value::Json;
use entrant_plan::yaml::flow_text;
use std::collections::BTreeMap;

/// Members that are texts for people, or as long as such.
const PROSE: &[&str] = &["description", "text", "rule", "membershipRule"];
/// How long a line with such a text may be; a longer text is a block.
const LONGEST_LINE: usize = 100;
/// How far the lines of such a block go, which stand two spaces deeper than their key.
const FOLDED_LINE: usize = 78;

/// Comments beside scalars, by the text of the scalar.
pub type Beside = BTreeMap<String, String>;

/// A comment line; nothing in it ends the line or cannot be seen.
pub fn comment(out: &mut String, text: &str, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str("# ");
    out.push_str(&entrant_model::text::visible(text));
    out.push('\n');
}

/// `key: value` with what belongs to it.
pub fn member(out: &mut String, key: &str, value: &Json, indent: usize, beside: &Beside) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(&flow_text(key));
    out.push(':');
    match value {
        Json::String(text) if PROSE.contains(&key) => prose(out, text, indent, key.len() + 1),
        _ => after(out, value, indent, beside),
    }
}

/// A text that people read, after its key: as a block where it has lines of its own or is too long for one.
fn prose(out: &mut String, text: &str, indent: usize, column: usize) {
    let is_long = indent + column + 1 + text.chars().count() > LONGEST_LINE;
    let block = if text.contains('\n') {
        write::literal(text)
    } else if is_long {
        write::folded(text, FOLDED_LINE - indent)
    } else {
        None
    };
    let Some((header, lines)) = block else {
        out.extend([" ", &flow_text(text), "\n"]);
        return;
    };
    out.extend([" ", header, "\n"]);
    for line in lines {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent + 2));
            out.push_str(&line);
        }
        out.push('\n');
    }
}

/// A value after its key or dash.
fn after(out: &mut String, value: &Json, indent: usize, beside: &Beside) {
    match value {
        Json::Object(map) if !map.is_empty() && !is_short(value, beside) => {
            out.push('\n');
            for (key, value) in map {
                member(out, key, value, indent + 2, beside);
            }
        }
        Json::Array(list) if !list.is_empty() && !is_short(value, beside) => {
            out.push('\n');
            for element in list {
                item(out, element, indent + 2, beside);
            }
        }
        _ => {
            out.push(' ');
            out.push_str(&entrant_plan::yaml::flow(value));
            if let Some(note) = value.as_str().and_then(|text| beside.get(text)) {
                out.push_str("  ");
                comment(out, note, 0);
            } else {
                out.push('\n');
            }
        }
    }
}

/// An entry of a list.
pub fn item(out: &mut String, element: &Json, indent: usize, beside: &Beside) {
    let Json::Object(map) = element else {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push('-');
        return after(out, element, indent, beside);
    };
    if map.is_empty() || is_short(element, beside) {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push('-');
        return after(out, element, indent, beside);
    }
    let start = out.len();
    for (key, value) in map {
        member(out, key, value, indent + 2, beside);
    }
    out.replace_range(start + indent..=start + indent, "-");
}

/// Whether a value has a good form on one line: it is short, and no comment stands in it.
fn is_short(value: &Json, beside: &Beside) -> bool {
    const SHORT: usize = 60;
    !has_comment(value, beside) && entrant_plan::yaml::flow(value).chars().count() <= SHORT
}

fn has_comment(value: &Json, beside: &Beside) -> bool {
    match value {
        Json::String(text) => beside.contains_key(text),
        Json::Array(list) => list.iter().any(|value| has_comment(value, beside)),
        Json::Object(map) => map.values().any(|value| has_comment(value, beside)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = String::new();
        member(&mut out, "description", &Json::from(text), 2, &Beside::new());
        out
    }

    #[test]
    fn long_texts_are_blocks_that_say_the_same() {
        let words = "a: word # of ten ".repeat(9);
        for text in [
            "Short: with \"quotation\" marks.",
            words.trim(),
            "First line.\nSecond: line.\n\n  - indented",
            "With an end.\nOf a line.\n",
            " begins with a blank, and is much longer than any line should be for the one who has to read all of it",
            "two  blanks, and it is much longer than any line should be for the one who has to read all of it, too",
            "a line \nthat ends with a blank",
            "\nbegins with an empty one",
            "ends with two\n\n",
            "\n",
            "hidden \u{200b}\nin a line",
            &"x".repeat(200),
        ] {
            let yaml = written(text);
            let document =
                format!("kind: Catalog\ndisplayName: x\n{}", yaml.replace("\n  ", "\n").trim_start());
            let texts = vec![("x.yaml".to_owned(), document.clone().into_bytes())];
            let loaded = entrant_manifest::load_texts(texts, None);
            let entrant_model::desired::Body::Resource(resource) = &loaded.documents[0].body else {
                panic!("{document}")
            };
            assert_eq!(resource.object.text("description"), Some(text), "{document}");
            let is_long = yaml.lines().any(|line| line.chars().count() > LONGEST_LINE);
            assert_eq!(
                is_long,
                text.starts_with(' ') || text.starts_with("two") || text.starts_with('x'),
                "{yaml}"
            );
        }
        assert!(
            written(words.trim()).starts_with("  description: >-\n    a: word"),
            "{}",
            written(words.trim())
        );
    }
}
