//! The canonical form as text.
//!
//! A collection stands on one line where that is easy to read: a mapping of one or two scalars, a list of scalars or
//! with one such mapping, within [`WIDTH`], and without comments. Everything else is a block, two spaces deeper than
//! its key.

use super::form::{Body, Element, Elements, Form, Line, Written};
use super::text::{key_of, scalar_of};
use crate::scalar::{self, Scalar};
use crate::yaml::Style;

/// How long a line with a collection on it may be.
pub(crate) const WIDTH: usize = 80;
/// How many members a mapping on one line may have.
const MEMBERS: usize = 2;

/// How far what is inside stands to the right of its key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// The members of a mapping.
    pub step: usize,
    /// The dashes of a list.
    pub dash: usize,
}

/// The canonical one.
pub(crate) const LAYOUT: Layout = Layout { step: 2, dash: 2 };
/// How far a value stands to the right of its dash.
const AFTER_DASH: usize = 2;

/// A document as YAML, with `\n` for line ends.
pub(crate) fn yaml(document: &Written) -> String {
    let mut out = String::new();
    let mut header = document.header.as_slice();
    while header.first() == Some(&Line::Blank) {
        header = &header[1..];
    }
    lines(&mut out, header, 0);
    if let Body::Map(members) = &document.root.body {
        map(&mut out, members, 0, false, LAYOUT);
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn lines(out: &mut String, lines: &[Line], indent: usize) {
    for line in lines {
        match line {
            Line::Blank if out.is_empty() || out.ends_with("\n\n") => {}
            Line::Blank => out.push('\n'),
            Line::Comment(text) => {
                pad(out, indent);
                out.push_str(text);
                out.push('\n');
            }
        }
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// The members of a mapping. `is_begun`: the first stands on a line that was begun.
fn map(out: &mut String, members: &Elements, indent: usize, is_begun: bool, layout: Layout) {
    for (index, member) in members.list.iter().enumerate() {
        if !(is_begun && index == 0) {
            before(out, member, index == 0, indent);
            pad(out, indent);
        }
        let key = key_of(&member.key, false);
        out.push_str(&key);
        out.push(':');
        value(out, &member.form, indent, indent + key.chars().count() + 1, layout);
    }
    lines(out, &members.tail, indent);
}

fn list(out: &mut String, items: &Elements, indent: usize, layout: Layout) {
    for (index, item) in items.list.iter().enumerate() {
        before(out, item, index == 0, indent);
        list_item(out, item, indent, layout);
    }
    lines(out, &items.tail, indent);
}

/// One entry of a list, without the lines before it.
pub(crate) fn list_item(out: &mut String, item: &Element, indent: usize, layout: Layout) {
    let Some(members) = tall_members(&item.form, WIDTH.saturating_sub(indent + AFTER_DASH)) else {
        pad(out, indent);
        out.push('-');
        return value(out, &item.form, indent, indent + 1, layout);
    };
    // A comment beside the whole has no line of its own: with one member it stands beside that, else above.
    let mut members = members.clone();
    let mut above: Vec<Line> = Vec::new();
    if let Some(comment) = item.form.beside.last().cloned() {
        match members.list.as_mut_slice() {
            [only] => only.form.beside.push(comment),
            _ => above.push(Line::Comment(comment)),
        }
    }
    lines(out, &above, indent);
    if let Some(first) = members.list.first() {
        before(out, first, true, indent);
    }
    pad(out, indent);
    out.push_str("- ");
    map(out, &members, indent + AFTER_DASH, true, layout);
}

/// The members of a mapping in a list that is written `- key: value`.
fn tall_members(form: &Form, room: usize) -> Option<&Elements> {
    match &form.body {
        Body::Map(members) if form.anchor.is_none() && !members.list.is_empty() => {
            (members.list.len() == 1 || on_one_line(form, room).is_none()).then_some(members)
        }
        _ => None,
    }
}

/// The lines before an element; blank ones not at the beginning of its collection.
fn before(out: &mut String, element: &Element, is_first: bool, indent: usize) {
    let mut above = element.before.as_slice();
    while indent > 0 && is_first && above.first() == Some(&Line::Blank) {
        above = &above[1..];
    }
    lines(out, above, indent);
    // One comment has room beside the value; what is more stands above.
    let extra = element.form.beside.len().saturating_sub(1);
    for text in &element.form.beside[..extra] {
        lines(out, &[Line::Comment(text.clone())], indent);
    }
    if let Body::List(elements) | Body::Map(elements) = &element.form.body
        && elements.list.is_empty()
    {
        lines(out, &elements.tail, indent);
    }
}

/// A value after its key or dash, to the end of its line or block. `column` is how long the line is already.
pub(crate) fn value(out: &mut String, form: &Form, indent: usize, column: usize, layout: Layout) {
    if let Some(anchor) = &form.anchor {
        out.push(' ');
        out.push_str(anchor);
    }
    let room = WIDTH
        .saturating_sub(column + 1 + form.anchor.as_ref().map_or(0, |anchor| anchor.chars().count() + 1));
    let line = match &form.body {
        Body::Text(text) => Some(scalar_of(text, false)),
        Body::Block { header, .. } => Some(header.clone()),
        _ => on_one_line(form, room),
    };
    if let Some(line) = &line {
        out.push(' ');
        out.push_str(line);
    }
    if let Some(comment) = form.beside.last() {
        out.push_str("  ");
        out.push_str(comment);
    }
    out.push('\n');
    match &form.body {
        Body::Block { lines, .. } => {
            for line in lines {
                if !line.is_empty() {
                    pad(out, indent + layout.step);
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        Body::List(items) if line.is_none() => list(out, items, indent + layout.dash, layout),
        Body::Map(members) if line.is_none() => map(out, members, indent + layout.step, false, layout),
        _ => {}
    }
}

/// A value on one line, where it has a good form there that is no longer than `room`.
pub(crate) fn on_one_line(form: &Form, room: usize) -> Option<String> {
    let line = match &form.body {
        Body::List(items) if items.list.is_empty() => "[]".to_owned(),
        Body::Map(members) if members.list.is_empty() => "{}".to_owned(),
        Body::List(_) | Body::Map(_) if form.is_tall || form.holds_more_than_values() => return None,
        Body::List(items) => {
            let mappings = items.list.iter().filter(|item| matches!(item.form.body, Body::Map(_))).count();
            let is_nested = items.list.iter().any(|item| matches!(item.form.body, Body::List(_)));
            if mappings > 1 || is_nested {
                return None;
            }
            let items: Option<Vec<String>> =
                items.list.iter().map(|item| on_one_line(&item.form, WIDTH)).collect();
            format!("[{}]", items?.join(", "))
        }
        Body::Map(members) => {
            if members.list.len() > MEMBERS {
                return None;
            }
            let members: Option<Vec<String>> = members
                .list
                .iter()
                .map(|member| {
                    let is_scalar = match &member.form.body {
                        Body::List(inner) | Body::Map(inner) => inner.list.is_empty(),
                        Body::Block { .. } => false,
                        _ => true,
                    };
                    let value = on_one_line(&member.form, WIDTH).filter(|_| is_scalar)?;
                    Some(format!("{}: {value}", key_of(&member.key, true)))
                })
                .collect();
            format!("{{{}}}", members?.join(", "))
        }
        Body::Word(word) => return Some(word.clone()),
        Body::Text(text) => return Some(scalar_of(text, true)),
        Body::Alias(name, _) => return Some(name.clone()),
        Body::Block { .. } => return None,
    };
    (line.chars().count() <= room).then_some(line)
}

/// A document as JSON.
pub(crate) fn json(document: &Written) -> String {
    let mut out = String::new();
    json_value(&mut out, &document.root, 0);
    out.push('\n');
    out
}

pub(crate) fn json_value(out: &mut String, form: &Form, indent: usize) {
    let (elements, open, close) = match &form.body {
        // A duration is a word in YAML and a text in JSON.
        Body::Word(word) if !matches!(scalar::resolve(word, Style::Plain), Scalar::Text(_)) => {
            return out.push_str(word);
        }
        Body::Word(text) | Body::Text(text) | Body::Block { text, .. } => {
            return out.push_str(&json_text(text));
        }
        // JSON has no aliases.
        Body::Alias(name, _) => return out.push_str(&json_text(name)),
        Body::List(items) => (&items.list, '[', ']'),
        Body::Map(members) => (&members.list, '{', '}'),
    };
    out.push(open);
    for (index, element) in elements.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        pad(out, indent + LAYOUT.step);
        if open == '{' {
            out.push_str(&json_text(&element.key));
            out.push_str(": ");
        }
        json_value(out, &element.form, indent + LAYOUT.step);
    }
    if !elements.is_empty() {
        out.push('\n');
        pad(out, indent);
    }
    out.push(close);
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
