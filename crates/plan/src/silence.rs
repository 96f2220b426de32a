//! Silence never changes access: where a document does not say a member that has an effect on who gets in,
//! and live differs from its default, `apply` refuses until the file says what is meant.

use crate::change::{Change, Field, Reason, Refusal, Silent};
use crate::diff::in_order;
use entrant_model::facts::PolicyFacts;
use entrant_model::hand::to_hand;
use entrant_model::spec::{Literal, Type, absent_value};
use entrant_model::text::is_deceptive;
use entrant_model::value::Json;
use entrant_model::{Absent, MemberSpec, Object, Pointer, Reference, Value, Version};

/// Why `apply` will not make this change, if silence would change access.
pub fn refusal(change: &Change) -> Option<Refusal> {
    let live = &change.live.as_ref()?.object;
    let fields: Vec<Silent> = change
        .fields
        .iter()
        .filter(|f| f.reason == Some(Reason::NotWritten) && f.dimension.is_some())
        .map(|field| silent(field, live))
        .collect();
    let fields = if fields.is_empty() { fields } else { with_lock(fields, change, live) };
    (!fields.is_empty()).then(|| Refusal {
        address: change.address.clone(),
        place: change.place.clone(),
        fields,
    })
}

/// The lock beside the door: whoever takes the live door in must also write its expiry and its approval, also
/// where those are at their defaults and so no difference.
fn with_lock(mut fields: Vec<Silent>, change: &Change, live: &Object) -> Vec<Silent> {
    if !PolicyFacts::of(live).may_request() {
        return fields;
    }
    let lock: &[(&str, &str)] = match change.version {
        Version::V1 => &[("expiration", "noExpiration"), ("requestApprovalSettings", "null")],
        Version::Beta => &[("durationInDays", "0"), ("requestApprovalSettings", "null")],
    };
    let desired = change.desired.as_ref();
    let is_said = |name: &str| desired.is_some_and(|d| d.get(name).is_some());
    for (name, word) in lock {
        let dated = *name == "durationInDays" && is_said("expirationDateTime");
        let listed = fields.iter().any(|f| f.path.0.first().is_some_and(|first| first == name));
        if !is_said(name) && !dated && !listed {
            let keep = format!("{name}: {word}");
            let path = Pointer::default().child(*name);
            fields.push(Silent { path, before: None, reset: keep.clone(), keep });
        }
    }
    fields
}

fn silent(field: &Field, live: &Object) -> Silent {
    let name = field.path.0.last().map_or("", String::as_str);
    let found = find(live, &field.path.0);
    let keep = found.map_or_else(
        || field.before.clone().unwrap_or(Json::Null),
        |(member, value)| to_hand(&member.ty, &essential(value), &as_written),
    );
    let reset = found.map_or_else(|| "null".to_owned(), |(member, _)| reset_word(member));
    Silent {
        path: field.path.clone(),
        before: field.before.clone(),
        keep: block(name, &keep),
        reset: format!("{name}: {reset}"),
    }
}

/// The member at a path of the live object, with its value.
fn find<'a>(object: &'a Object, path: &[String]) -> Option<(&'static MemberSpec, &'a Value)> {
    let (first, rest) = path.split_first()?;
    let (id, member) = object.ty.member(first)?;
    let value = object.at(id)?;
    let Some((index, rest)) = rest.split_first() else { return Some((member, value)) };
    match value {
        Value::Object(inner) => find(inner, &path[1..]),
        Value::List(list) => {
            let Type::Sequence { order_by, .. } = member.ty else { return None };
            let element = *in_order(list, order_by).get(index.parse::<usize>().ok()?)?;
            find(element.as_object()?, rest)
        }
        _ => None,
    }
}

/// A reference as a document writes it.
fn as_written(reference: &Reference) -> Json {
    match (&reference.name, &reference.id) {
        (Some(name), None) => Json::from(&**name),
        // A name that would mislead a reader is no name to write.
        (Some(name), Some(_)) if !name.chars().any(is_deceptive) => Json::from(&**name),
        (_, Some(id)) => Json::from(id.as_str()),
        (None, None) => Json::Null,
    }
}

/// What to write for "the default, meant".
fn reset_word(member: &MemberSpec) -> String {
    match (member.absent, member.ty) {
        (Absent::Default(Literal::Bool(b)), _) => b.to_string(),
        (Absent::Default(Literal::Int(n)), _) => n.to_string(),
        (Absent::Default(Literal::Word(word)), _) => word.to_owned(),
        (_, Type::Object(ty)) => {
            let word = ty.shorthand.and_then(|s| s.words.first()).map(|(word, _)| *word);
            word.filter(|w| *w == "noExpiration").unwrap_or("null").to_owned()
        }
        (_, Type::Set(_) | Type::Map { .. } | Type::Sequence { .. }) => "[]".to_owned(),
        _ => "null".to_owned(),
    }
}

/// The value without what absence says as well: nulls, empty ones, defaults.
fn essential(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut lean = Object::new(object.ty);
            for (member, value) in object.said() {
                let value = essential(value);
                if !value.is_empty() && value != absent_value(member, object) {
                    lean.set(member.name, value);
                }
            }
            Value::Object(Box::new(lean))
        }
        Value::List(list) => Value::List(list.iter().map(essential).collect()),
        other => other.clone(),
    }
}

/// `name: value` as YAML: in one line where that is short, else a block.
fn block(name: &str, value: &Json) -> String {
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
fn flow(json: &Json) -> String {
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
