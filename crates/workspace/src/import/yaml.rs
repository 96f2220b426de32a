//! A document as plain YAML; `manifest` gives it its canonical form. Every text is in double quotes here, so that none
//! is taken for anything else, and what would mislead a reader is escaped.

use entrant_model::value::Json;
use entrant_plan::yaml::flow_text;
use std::collections::BTreeMap;

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
    after(out, value, indent, beside);
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
