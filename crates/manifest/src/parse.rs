//! Nodes to the model's objects, by the tables. Every mistake is reported; what is sound is kept.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::forms;
use crate::keys;
use crate::leaf;
use crate::reference;
use crate::rules;
use crate::scalar::Scalar;
use crate::union;
use crate::yaml::{Data, Node};
use entrant_model::spec::{Absent, Access, Type, UnionSpec};
use entrant_model::text::{nearest, visible};
use entrant_model::{Object, TypeSpec, Value};
use std::collections::HashMap;
use std::fmt::Write as _;

/// The variants that a place takes, where the structure is one of them.
#[derive(Clone, Copy)]
pub(crate) struct Siblings {
    pub spec: &'static UnionSpec,
    pub takes: &'static [&'static str],
}

/// Reads the members of a structure. Keys in `handled` have been read already.
pub(crate) fn members(
    ctx: &mut Context,
    ty: &'static TypeSpec,
    here: Here,
    siblings: Option<Siblings>,
    handled: &[&'static str],
) -> Object {
    let entries = here.node.entries().unwrap_or_default();
    let mut said = Vec::with_capacity(entries.len());
    // By position: members that are there, whether they could be read or not.
    let mut seen = 0_u64;
    for entry in entries {
        let key = &*entry.key;
        if handled.contains(&key) {
            continue;
        }
        let path = Path::Key(here.path, key);
        let Some((id, member)) = ty.member(key) else {
            if keys::is_annotation(key) {
                ctx.paste(&path, entry.key_span, key);
            } else {
                keys::unknown(ctx, ty, here.path, entry, siblings, handled);
            }
            continue;
        };
        if member.access == Access::ReadOnly {
            if let Some(meant) = keys::meant_by_read_only(ty, here.node, key) {
                let version = ctx.version;
                let message = format!("`{key}` is only read in {version}");
                let diagnostic = ctx
                    .at_key(&path, entry.key_span, codes::OTHER_VERSION, message)
                    .help(format!("write `{meant}`, which is what {version} calls it"));
                ctx.push(diagnostic);
            } else {
                ctx.paste(&path, entry.key_span, key);
            }
            continue;
        }
        seen |= 1 << id.0;
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        if entry.value.is_null() && matches!(member.absent, Absent::Required) {
            let diagnostic = ctx
                .at(at, codes::MISSING_MEMBER, format!("`{key}` must have a value"))
                .help(format!("write {}", leaf::expected(&member.ty)));
            ctx.push(diagnostic);
            continue;
        }
        if let Some(value) = value(ctx, &member.ty, at)
            && forms::check(ctx, ty, member, at, &value)
        {
            said.push((id, value));
        }
    }
    let object = Object::of(ty, said);
    for (index, member) in ty.members.iter().enumerate() {
        let is_missing = matches!(member.absent, Absent::Required)
            && seen >> index & 1 == 0
            && !handled.contains(&member.name);
        if is_missing && !keys::has_misspelling(here.node, ty, member.name) {
            let diagnostic = ctx
                .at(here, codes::MISSING_MEMBER, format!("`{}` is missing", member.name))
                .note(member.doc)
                .help(format!("add `{}: …`, {}", member.name, leaf::expected(&member.ty)));
            ctx.push(diagnostic);
        }
    }
    rules::structure(ctx, &object, here);
    object
}

/// Reads a value of a type; `None` where a mistake was reported.
pub(crate) fn value(ctx: &mut Context, ty: &Type, here: Here) -> Option<Value> {
    if here.node.is_null() {
        return Some(Value::Null);
    }
    match ty {
        Type::Bool => leaf::boolean(ctx, here),
        Type::Int { min, max } => leaf::int(ctx, here, *min, *max),
        Type::Text => leaf::text(ctx, here, "a text").map(|text| Value::Text(text.into())),
        Type::Rule => rule(ctx, here),
        Type::Enum(spec) => leaf::word(ctx, here, spec),
        Type::Duration => leaf::duration(ctx, here),
        Type::Instant => leaf::instant(ctx, here),
        Type::Date => leaf::date(ctx, here),
        Type::Ref(kind, _) => reference::reference(ctx, *kind, here).map(|found| Value::Ref(Box::new(found))),
        Type::Object(ty) => structure(ctx, ty, here),
        Type::Union { spec, takes } => union::union(ctx, Siblings { spec, takes }, here),
        Type::Set(of) => list(ctx, of, here).map(|list| {
            unique(ctx, here, &list);
            Value::List(list.into_iter().map(|(_, value)| value).collect())
        }),
        Type::Sequence { of, max, .. } => {
            let list = list(ctx, of, here)?;
            if let Some(extra) = here.node.list().get(*max) {
                too_many(ctx, here, extra, *max);
            }
            Some(Value::List(list.into_iter().map(|(_, value)| value).collect()))
        }
        Type::Map { key, value, of } => keyed(ctx, key, value, of, here),
    }
}

fn rule(ctx: &mut Context, here: Here) -> Option<Value> {
    let text = leaf::text(ctx, here, "a membership rule, which is a text")?;
    if !text.trim().is_empty() {
        return Some(Value::Text(text.into()));
    }
    let diagnostic = ctx
        .at(here, codes::EMPTY_NAME, "the membership rule is empty")
        .help("write a rule such as `(user.department -eq \"Marketing\")`");
    ctx.push(diagnostic);
    None
}

fn structure(ctx: &mut Context, ty: &'static TypeSpec, here: Here) -> Option<Value> {
    if matches!(here.node.data, Data::Map(_)) {
        return Some(Value::Object(Box::new(members(ctx, ty, here, None, &[]))));
    }
    let Some(shorthand) = ty.shorthand else {
        let names: Vec<String> = ty
            .members
            .iter()
            .filter(|m| m.access != Access::ReadOnly)
            .take(4)
            .map(|m| format!("`{}`", m.name))
            .collect();
        let diagnostic = leaf::wrong_type(ctx, here, "a mapping")
            .help(format!("its members are {} and so on", names.join(", ")));
        ctx.push(diagnostic);
        return None;
    };
    let Some(Scalar::Text(text)) = leaf::scalar(here.node) else {
        let mut diagnostic = leaf::wrong_type(ctx, here, &format!("{}, or a mapping", shorthand.expects));
        if let Data::Scalar(raw, _) = &here.node.data {
            diagnostic = if shorthand.pattern.contains("P(?!$)") && raw.bytes().all(|b| b.is_ascii_digit()) {
                diagnostic.help(format!("write `P{raw}D` for that many days"))
            } else {
                diagnostic.help(format!("put it in quotation marks: `\"{}\"`", visible(raw)))
            };
        }
        ctx.push(diagnostic);
        return None;
    };
    if let Some(object) = (shorthand.read)(ty, text) {
        return Some(Value::Object(Box::new(object)));
    }
    let near = nearest(text, shorthand.words.iter().map(|(word, _)| *word));
    let diagnostic = match near {
        Some(near) => ctx
            .at(here, codes::UNKNOWN_WORD, format!("`{}` is not {}", visible(text), shorthand.expects))
            .help(format!("did you mean `{near}`?")),
        None if shorthand.pattern.is_empty() => ctx
            .at(here, codes::UNKNOWN_WORD, format!("`{}` is none of its words", visible(text)))
            .help(format!("write {}", shorthand.expects)),
        None if text.len() >= 10 && text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-') => {
            leaf::bad_instant(ctx, here, text)
        }
        None => leaf::bad_duration(ctx, here, text).help(format!("it takes {}", shorthand.expects)),
    };
    ctx.push(diagnostic);
    None
}

/// The elements that are sound, each with its position.
fn list(ctx: &mut Context, of: &Type, here: Here) -> Option<Vec<(usize, Value)>> {
    let Data::List(nodes) = &here.node.data else {
        let diagnostic = leaf::wrong_type(ctx, here, "a list");
        let diagnostic = match &here.node.data {
            Data::Map(_) => diagnostic.help("begin the entry with `- `, also where there is but one"),
            Data::Scalar(text, _) => diagnostic.help(format!("write `[{}]`", visible(text))),
            Data::List(_) => diagnostic,
        };
        ctx.push(diagnostic);
        return None;
    };
    let mut list = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let path = Path::Index(here.path, index);
        let at = Here { path: &path, key: None, node };
        if node.is_null() {
            let diagnostic = ctx
                .at(
                    at,
                    codes::WRONG_TYPE,
                    format!("entry {} of `{}` is empty", index + 1, here.path.member()),
                )
                .help("write the entry, or leave its line out");
            ctx.push(diagnostic);
        } else if let Some(value) = value(ctx, of, at) {
            list.push((index, value));
        }
    }
    Some(list)
}

fn too_many(ctx: &mut Context, here: Here, extra: &Node, max: usize) {
    let path = Path::Index(here.path, max);
    let count = here.node.list().len();
    let diagnostic = ctx
        .at(
            Here { path: &path, key: None, node: extra },
            codes::TOO_MANY_ELEMENTS,
            format!("`{}` has {count} entries, and Graph takes at most {max}", here.path.member()),
        )
        .help(format!("leave {} out", count - max));
    ctx.push(diagnostic);
}

/// A set holds each element once. Elements are compared by meaning, not by spelling.
fn unique(ctx: &mut Context, here: Here, list: &[(usize, Value)]) {
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(list.len());
    for (index, value) in list {
        let mut key = String::new();
        meaning(value, &mut key);
        let Some(first) = seen.get(&key).copied() else {
            seen.insert(key, *index);
            continue;
        };
        if ctx.is_full() {
            ctx.leave_out();
            continue;
        }
        let nodes = here.node.list();
        let (path, first_path) = (Path::Index(here.path, *index), Path::Index(here.path, first));
        let at = Here { path: &path, key: None, node: &nodes[*index] };
        let before = ctx.place(Here { path: &first_path, key: None, node: &nodes[first] });
        let diagnostic = ctx
            .at(at, codes::DUPLICATE_ELEMENT, format!("`{}` holds this entry twice", here.path.member()))
            .related(before, "the same stands here")
            .help("leave one of the two out; the order of this list means nothing");
        ctx.push(diagnostic);
    }
}

/// A text that is equal for two values that mean the same.
pub(crate) fn meaning(value: &Value, out: &mut String) {
    let text = |out: &mut String, text: &str| {
        // Lengths keep the parts apart; writing to a String cannot fail.
        let _ = write!(out, "{}:{text};", text.len());
    };
    match value {
        Value::Ref(reference) => match (&reference.id, &reference.written) {
            (Some(id), _) => text(out, id.as_str()),
            (None, Some(written)) => {
                for part in [&written.catalog, &written.name] {
                    text(out, &entrant_model::reference::fold(part.as_deref().unwrap_or_default()));
                }
            }
            (None, None) => {}
        },
        Value::Object(object) => {
            text(out, object.ty.name);
            for member in object.ty.members.iter().filter(|m| m.access == Access::ReadWrite) {
                match object.get(member.name) {
                    Some(value) if !value.is_empty() => meaning(value, out),
                    _ => meaning(&entrant_model::spec::absent_value(member, object), out),
                }
            }
        }
        Value::List(list) => list.iter().for_each(|value| meaning(value, out)),
        Value::Text(rule) => text(out, &entrant_model::text::fold_rule(rule)),
        Value::Enum(word) => text(out, &word.as_str().to_ascii_lowercase()),
        other => {
            let _ = write!(out, "{other:?};");
        }
    }
}

/// A list of structures with a unique key, or a mapping from the key to one member.
fn keyed(
    ctx: &mut Context,
    key: &'static str,
    value_member: &'static str,
    of: &'static TypeSpec,
    here: Here,
) -> Option<Value> {
    let (Some((key_id, key_spec)), Some((value_id, value_spec))) = (of.member(key), of.member(value_member))
    else {
        return None;
    };
    let mut seen: HashMap<String, entrant_model::Place> = HashMap::new();
    let mut out = Vec::new();
    match &here.node.data {
        Data::List(nodes) => {
            for (index, node) in nodes.iter().enumerate() {
                let path = Path::Index(here.path, index);
                let at = Here { path: &path, key: None, node };
                if !matches!(node.data, Data::Map(_)) {
                    let diagnostic = leaf::wrong_type(ctx, at, "a mapping")
                        .help(format!("its members are `{key}` and `{value_member}`"));
                    ctx.push(diagnostic);
                    continue;
                }
                let object = members(ctx, of, at, None, &[]);
                let place = ctx.place(at);
                note_key(ctx, key, object.text(key), place, &mut seen);
                out.push(Value::Object(Box::new(object)));
            }
        }
        Data::Map(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                let path = Path::Index(here.path, index);
                let key_node = Node {
                    span: entry.key_span,
                    data: Data::Scalar(entry.key.clone(), crate::yaml::Style::Text),
                };
                let key_path = Path::Key(&path, key);
                let at_key = Here { path: &key_path, key: Some(entry.key_span), node: &key_node };
                let key_value = value(ctx, &key_spec.ty, at_key);
                let value_path = Path::Key(&path, value_member);
                let at = Here { path: &value_path, key: Some(entry.key_span), node: &entry.value };
                let is_empty = entry.value.is_null() && matches!(value_spec.absent, Absent::Required);
                if is_empty {
                    let diagnostic = ctx
                        .at(at, codes::MISSING_MEMBER, format!("`{}` must have a value", visible(&entry.key)))
                        .help(format!("write {}", leaf::expected(&value_spec.ty)));
                    ctx.push(diagnostic);
                }
                let mut object = Object::new(of);
                if let Some(key_value) = key_value {
                    object.put(key_id, key_value);
                }
                if !is_empty && let Some(value) = value(ctx, &value_spec.ty, at) {
                    object.put(value_id, value);
                }
                let place = ctx.key_place(&path, entry.key_span);
                note_key(ctx, key, object.text(key), place, &mut seen);
                out.push(Value::Object(Box::new(object)));
            }
        }
        Data::Scalar(..) => {
            let diagnostic = leaf::wrong_type(ctx, here, "a list or a mapping")
                .help(format!("write a mapping from each `{key}` to its `{value_member}`"));
            ctx.push(diagnostic);
            return None;
        }
    }
    Some(Value::List(out.into()))
}

fn note_key(
    ctx: &mut Context,
    key: &str,
    text: Option<&str>,
    place: entrant_model::Place,
    seen: &mut HashMap<String, entrant_model::Place>,
) {
    let Some(text) = text else { return };
    if let Some(first) = seen.get(&text.to_lowercase()) {
        let diagnostic = entrant_model::Diagnostic::new(
            codes::DUPLICATE_MAP_KEY,
            format!("two entries have the `{key}` `{}`", visible(text)),
        )
        .at(place, "")
        .related(first.clone(), "the first stands here")
        .help("keep one of the two");
        ctx.push(diagnostic);
    } else {
        seen.insert(text.to_lowercase(), place);
    }
}
