//! `entrant fmt`: a file in its canonical form, and nothing lost.
//!
//! Every document is printed anew, read again, and compared: what it means for every tenant, its comments, its anchors
//! and aliases. One that does not come through unchanged is printed in its own order and words, with new spacing alone;
//! and where that does not come through either, it stays as it is.

use super::form::{Body, Form, Written, written_and_comments};
use super::tree::{self, Piece};
use super::{canonical, print};
use crate::config::Config;
use crate::context::Context;
use crate::scalar::to_json;
use crate::tenant::Selection;
use crate::{document, files, yaml};
use entrant_model::desired::Body as Document;
use entrant_model::{Object, Value};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How often a document is printed again at most.
const MOST_TIMES: usize = 4;

/// The text of a file in its canonical form. The file must have no mistakes; documents with any stay as they are.
pub fn format(path: &Path, source: &str, config: &Config) -> String {
    let is_json = files::is_json(path);
    let eol = if source.split('\n').next().is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" };
    let mut out = String::with_capacity(source.len());
    if source.starts_with('\u{feff}') {
        out.push('\u{feff}');
    }
    let text = source.replace("\r\n", "\n");
    if is_json {
        let body = text.trim_start_matches('\u{feff}');
        out.push_str(&one(body, true, config).unwrap_or_else(|| body.to_owned()));
        return out.replace('\n', eol);
    }
    let pieces = tree::pieces(&text);
    for (index, piece) in pieces.iter().enumerate() {
        marker(&mut out, &text, piece, index == 0);
        let body = &text[piece.body.clone()];
        let printed = one(body, false, config).unwrap_or_else(|| as_it_is(body));
        out.push_str(&printed);
        if !out.is_empty() && !out.ends_with(['\n', '\u{feff}']) {
            out.push('\n');
        }
    }
    out.replace('\n', eol)
}

/// The line that begins a document, without white space at its end.
fn marker(out: &mut String, text: &str, piece: &Piece, is_first: bool) {
    let marker = text[piece.marker.clone()].trim_end();
    if !marker.is_empty() {
        out.push_str(marker);
        // What follows on the same line goes to the next.
        out.push('\n');
    } else if !is_first {
        out.push('\n');
    }
}

/// What cannot be printed anew: comments alone, or a document that this cannot keep.
fn as_it_is(body: &str) -> String {
    if tree::tree(body).is_none()
        && body.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#'))
    {
        let lines: Vec<&str> = body.trim().lines().map(str::trim).collect();
        let mut text = lines.join("\n");
        while text.contains("\n\n\n") {
            text = text.replace("\n\n\n", "\n\n");
        }
        if !text.is_empty() {
            text.push('\n');
        }
        return text;
    }
    body.to_owned()
}

/// One document. Where a comment has found another place, that may allow a shorter form: so it is printed until nothing
/// changes any more.
fn one(body: &str, is_json: bool, config: &Config) -> Option<String> {
    let mut said = Said::of(body, is_json, config)?;
    let mut text = Cow::Borrowed(body);
    for _ in 0..=MOST_TIMES {
        match once(&text, &said, is_json, config) {
            Once::Unchanged => break,
            Once::Printed(next, after) => (text, said) = (Cow::Owned(next), *after),
            // What was printed before is kept.
            Once::Refused if matches!(text, Cow::Owned(_)) => break,
            Once::Refused => return None,
        }
    }
    Some(text.into_owned())
}

/// What became of a document that was printed.
enum Once {
    /// It was printed as it is.
    Unchanged,
    /// Its new text, and what that says: the same.
    Printed(String, Box<Said>),
    /// It does not come through.
    Refused,
}

/// Prints a document, which says this.
fn once(body: &str, before: &Said, is_json: bool, config: &Config) -> Once {
    let print = |written: &Written| if is_json { print::json(written) } else { print::yaml(written) };
    let keeps = |text: String| {
        if text == body {
            return Some(Once::Unchanged);
        }
        let after = Said::of(&text, is_json, config).filter(|after| after.equals(before))?;
        Some(Once::Printed(text, Box::new(after)))
    };
    let ty = canonical::table_of(&before.written.root);
    let full = ty.filter(|_| before.is_sound).map(|ty| {
        let mut written = before.written.clone();
        canonical::document(&mut written.root, ty);
        print(&written)
    });
    full.and_then(keeps)
        .or_else(|| {
            Some(print(&before.written)).filter(|text| before.is_the_same_tree(text, is_json)).and_then(keeps)
        })
        .unwrap_or(Once::Refused)
}

/// What a document says in every way that a reader may depend on.
struct Said {
    /// By the tables, for each tenant.
    bodies: Vec<String>,
    is_sound: bool,
    tree: serde_json::Value,
    comments: Vec<String>,
    anchors: Vec<String>,
    /// It, to be printed.
    written: Written,
}

impl Said {
    fn of(body: &str, is_json: bool, config: &Config) -> Option<Self> {
        let parsed = yaml::parse(body, is_json);
        let mut documents = parsed.documents.iter().flatten();
        let (Some(root), None, true) = (documents.next(), documents.next(), parsed.faults.is_empty()) else {
            return None;
        };
        let (written, found) = written_and_comments(body)?;
        let mut comments: Vec<String> = found
            .iter()
            .map(|comment| body[comment.span.start..comment.span.end].trim_end().to_owned())
            .collect();
        comments.sort();
        let mut anchors = Vec::new();
        anchors_of(&written.root, &mut anchors);
        anchors.sort();
        let tenants: Vec<Option<&str>> = if config.tenants.is_empty() {
            vec![None]
        } else {
            config.tenants.keys().map(|name| Some(&**name)).collect()
        };
        let mut is_sound = true;
        let bodies = tenants
            .into_iter()
            .map(|tenant| {
                let mut ctx = Context::new(Arc::new(PathBuf::new()), body, is_json, 0);
                ctx.selection = Selection::new(config, tenant);
                let said = document::document(&mut ctx, root);
                is_sound &= !ctx.is_broken();
                said.into_iter().map(|declared| in_full(declared.body)).collect()
            })
            .collect();
        Some(Self { bodies, is_sound, tree: to_json(root), comments, anchors, written })
    }

    fn equals(&self, other: &Self) -> bool {
        self.bodies == other.bodies
            && self.is_sound == other.is_sound
            && self.comments == other.comments
            && self.anchors == other.anchors
            && (self.is_sound || self.tree == other.tree)
    }

    fn is_the_same_tree(&self, text: &str, is_json: bool) -> bool {
        let parsed = yaml::parse(text, is_json);
        parsed.faults.is_empty()
            && parsed.documents.iter().flatten().next().is_some_and(|root| to_json(root) == self.tree)
    }
}

/// Everything that a document says, as text that is equal for equal documents.
pub(super) fn in_full(document: Document) -> String {
    match document {
        Document::Resource(mut resource) => {
            settle(&mut resource.object);
            format!("{resource:?}")
        }
        other @ Document::Removed(_) => format!("{other:?}"),
    }
}

/// Takes nulls out of structures that have a scalar form: there they say what silence says.
fn settle(object: &mut Object) {
    if object.ty.shorthand.is_some() {
        *object = canonical::without_needless_nulls(object);
    }
    for (_, value) in object.said_mut() {
        settle_value(value);
    }
}

fn settle_value(value: &mut Value) {
    match value {
        Value::Object(object) => settle(object),
        Value::List(list) => list.iter_mut().for_each(settle_value),
        _ => {}
    }
}

fn anchors_of(form: &Form, out: &mut Vec<String>) {
    out.extend(form.anchor.clone());
    match &form.body {
        Body::Alias(name, _) => out.push(name.clone()),
        Body::List(elements) | Body::Map(elements) => {
            elements.list.iter().for_each(|element| anchors_of(&element.form, out));
        }
        _ => {}
    }
}
