//! Values as YAML that a person pastes into a document: short ones in one line, others in a block. What would
//! mislead a reader is escaped.

use entrant_model::text::is_deceptive;
use entrant_model::value::Json;

/// `name: value` as YAML: in one line where that is short, else a block.
pub fn block(name: &str, value: &Json) -> String {
    let mut lines = Vec::new();
    write_block(&format!("{name}:"), value, 0, &mut lines);
    lines.join("\n")
}

fn write_block(lead: &str, value: &Json, indent: usize, lines: &mut Vec<String>) {
    const SHORT: usize = 60;
    let margin = " ".repeat(indent);
    let inline = flow(value);
    match value {
        Json::Object(map) if inline.chars().count() > SHORT => {
            lines.push(format!("{margin}{lead}"));
            for (key, value) in map {
                write_block(&format!("{}:", flow_text(key)), value, indent + 2, lines);
            }
        }
        Json::Array(list) if inline.chars().count() > SHORT => {
            lines.push(format!("{margin}{lead}"));
            for element in list {
                write_element(element, indent + 2, lines);
            }
        }
        _ => lines.push(format!("{margin}{lead} {inline}")),
    }
}

/// An element of a block list: the dash stands before its first member.
fn write_element(element: &Json, indent: usize, lines: &mut Vec<String>) {
    match element {
        Json::Object(map) if map.len() > 1 => {
            let start = lines.len();
            for (key, value) in map {
                write_block(&format!("{}:", flow_text(key)), value, indent + 2, lines);
            }
            lines[start].replace_range(indent..=indent, "-");
        }
        _ => lines.push(format!("{}- {}", " ".repeat(indent), flow(element))),
    }
}

/// YAML in one line.
pub fn flow(json: &Json) -> String {
    match json {
        Json::Array(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(map) => {
            let pairs: Vec<String> =
                map.iter().map(|(k, v)| format!("{}: {}", flow_text(k), flow(v))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        Json::String(text) => flow_text(text),
        scalar => scalar.to_string(),
    }
}

/// A text as a plain scalar where no reader could take it for anything else, else in double quotes.
pub fn flow_text(text: &str) -> String {
    let plain = text.chars().next().is_some_and(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '@' | '.' | '-' | '_' | '+'))
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain { text.to_owned() } else { quoted(text) }
}

/// A double-quoted scalar: JSON's, with what would mislead a reader escaped too.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in Json::from(text).to_string().chars() {
        if is_deceptive(c) {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}
