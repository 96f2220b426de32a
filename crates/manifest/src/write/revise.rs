//! Changing what a document says, in place: the text stays as it is but for the values that change.
//!
//! A document is given as JSON, keys and entries as they are written (names, hand forms, `{var: …}`). Where old and new
//! differ the smallest value that does is written anew, in the style of what stands there: its quotation marks, flow or
//! block, the indentation of the file, its line ends. New members are put where the new JSON has them.
//!
//! What stands elsewhere is not changed here: a value that comes from an alias or a variable, or that other places of
//! the document share through its anchor, is refused and said to be so.

mod align;
mod elsewhere;
mod lines;
mod replace;

use super::form::{Element, Form};
use super::print::{self, LAYOUT, Layout};
use super::text::{key_of, scalar_of};
use super::tree::{self, Comment, Pair, Shape, Tree};
use crate::scalar::to_json;
use crate::tenant::VAR;
use crate::{files, yaml};
pub use align::longest_run;
use align::{Step, align};
pub use elsewhere::{Anchored, Source};
use elsewhere::{elsewhere, shared};
use entrant_model::Pointer;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// A text with its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revised {
    /// The whole text of the file.
    pub text: String,
    /// Comments that went with what they stood beside or in.
    pub lost: Vec<String>,
    /// What was not changed, because its value stands elsewhere.
    pub refused: Vec<Refused>,
}

/// A value that is not changed in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What was to be changed, by the keys and entries of the document.
    pub path: Pointer,
    /// Why not.
    pub source: Source,
    /// What was to stand there; nothing where it was to go.
    pub value: Option<Json>,
    /// The line on which it is used, from 1.
    pub line: usize,
}

/// What a document of a text says, keys and values as they are written; `None` where there is none that can be read.
pub fn document(path: &Path, source: &str, index: usize) -> Option<Json> {
    let parsed = yaml::parse(source, files::is_json(path));
    Some(to_json(parsed.documents.get(index)?.as_ref()?))
}

/// Makes a document of a text say `new`. `None` where the text has no such document, or one with mistakes.
pub fn revise(path: &Path, source: &str, index: usize, new: &Json) -> Option<Revised> {
    let is_json = files::is_json(path);
    let parsed = yaml::parse(source, is_json);
    if parsed.faults.iter().any(|fault| fault.document == index) {
        return None;
    }
    let root = parsed.documents.get(index)?.as_ref()?;
    let body = if is_json { 0..source.len() } else { body_at(source, root.span.start)? };
    let text = &source[body.clone()];
    let unchanged = |refused| Revised { text: source.to_owned(), lost: Vec::new(), refused };
    let Some(tree) = tree::tree(text) else {
        let line = source[..root.span.start].matches('\n').count() + 1;
        let refused = Refused { path: Pointer::default(), source: Source::Form, value: None, line };
        return Some(unchanged(vec![refused]));
    };
    let first_line = source[..body.start].matches('\n').count() + 1;
    let mut editor = Editor {
        source: text,
        first_line,
        is_json,
        layout: layout(text, &tree),
        comments: tree::comments(text, Some(&tree)),
        shared: shared(text, first_line, &tree),
        edits: Vec::new(),
        moved: Vec::new(),
        refused: Vec::new(),
    };
    let said =
        editor.value(&tree, new, &Spot { path: Pointer::default(), holder: Holder::Root, anchor: None });
    let (edited, lost) = editor.apply();
    // Nothing is handed out that does not read back to what was meant.
    let is_sound = yaml::parse(&edited, is_json).faults.is_empty();
    if !is_sound || tree::tree(&edited).map(|tree| to_json(&tree.node())).as_ref() != Some(&said) {
        let line = editor.first_line;
        let refused = Refused { path: Pointer::default(), source: Source::Form, value: None, line };
        return Some(unchanged(vec![refused]));
    }
    let text = [&source[..body.start], &edited, &source[body.end..]].concat();
    Some(Revised { text, lost, refused: editor.refused })
}

/// The text of the document that holds a place.
fn body_at(source: &str, at: usize) -> Option<Range<usize>> {
    tree::pieces(source).into_iter().map(|piece| piece.body).find(|body| body.contains(&at))
}

/// How the document is indented.
fn layout(source: &str, tree: &Tree) -> Layout {
    let (mut step, mut dash) = (None, None);
    measure(source, tree, &mut step, &mut dash);
    Layout { step: step.unwrap_or(LAYOUT.step), dash: dash.unwrap_or(LAYOUT.dash) }
}

fn measure(source: &str, tree: &Tree, step: &mut Option<usize>, dash: &mut Option<usize>) {
    match &tree.shape {
        Shape::Map { flow: false, pairs } => {
            for pair in pairs {
                let own = tree::column(source, pair.key_span.start);
                match &pair.value.shape {
                    Shape::Map { flow: false, pairs } => {
                        let inner = pairs.first().map(|pair| tree::column(source, pair.key_span.start));
                        *step =
                            step.or(inner.and_then(|inner| inner.checked_sub(own)).filter(|step| *step > 0));
                    }
                    Shape::List { flow: false, dashes, .. } => {
                        let inner = dashes.first().map(|dash| tree::column(source, *dash));
                        *dash = dash.or(inner.and_then(|inner| inner.checked_sub(own)));
                    }
                    _ => {}
                }
                measure(source, &pair.value, step, dash);
            }
        }
        Shape::List { flow: false, items, .. } => {
            for item in items {
                measure(source, item, step, dash);
            }
        }
        _ => {}
    }
}

/// Where a value stands.
struct Spot {
    path: Pointer,
    holder: Holder,
    /// The anchor that it is part of, where others share that.
    anchor: Option<String>,
}

/// What holds a value.
#[derive(Clone, Copy)]
enum Holder {
    Root,
    /// A member of a block, whose key stands in this column and ends here.
    Key {
        column: usize,
        end: usize,
    },
    /// An entry of a block, whose dash is here.
    Dash {
        at: usize,
    },
    /// In brackets.
    Flow,
}

/// What comes after one of the elements that are there, or before all of them.
type Group<T> = (Option<usize>, Vec<T>);

struct Editor<'s> {
    source: &'s str,
    first_line: usize,
    is_json: bool,
    layout: Layout,
    comments: Vec<Comment>,
    shared: BTreeMap<String, Anchored>,
    edits: Vec<(Range<usize>, String)>,
    /// What stands elsewhere afterwards, as it is.
    moved: Vec<Range<usize>>,
    refused: Vec<Refused>,
}

impl<'s> Editor<'s> {
    /// Makes a value say `new`; gives what it says then.
    fn value(&mut self, tree: &Tree<'s>, new: &Json, spot: &Spot) -> Json {
        let old = to_json(&tree.node());
        if old == *new {
            return old;
        }
        let mut anchor = spot.anchor.clone();
        if let Some(span) = tree.anchor {
            let name = self.source[span.start..span.end].trim_start_matches('&');
            if self.shared.contains_key(name) {
                anchor = Some(name.to_owned());
            }
        }
        if let Shape::Alias(_) = &tree.shape {
            let name = self.source[tree.span.start..tree.span.end].trim_start_matches('*').to_owned();
            return self.refuse(tree, spot, Source::Alias(name), Some(new), old);
        }
        if let Some(anchored) = anchor.and_then(|name| self.shared.get(&name)) {
            return self.refuse(tree, spot, Source::Anchor(anchored.clone()), Some(new), old);
        }
        if let [only] = tree.pairs()
            && only.key == VAR
        {
            let name = old[VAR].as_str().unwrap_or_default().to_owned();
            return self.refuse(tree, spot, Source::Variable(name), Some(new), old);
        }
        match (&tree.shape, new) {
            (Shape::Map { pairs, flow }, Json::Object(new))
                if pairs.iter().any(|pair| new.contains_key(&*pair.key)) =>
            {
                self.map(tree, pairs, *flow, new, spot)
            }
            (Shape::List { items, flow, dashes }, Json::Array(new))
                if !items.is_empty() && !new.is_empty() =>
            {
                self.list(tree, items, dashes, *flow, new, spot)
            }
            _ => {
                if let Some(source) = elsewhere(tree, &self.shared, self.source) {
                    return self.refuse(tree, spot, source, Some(new), old);
                }
                self.replace(tree, new, spot);
                new.clone()
            }
        }
    }

    fn refuse(&mut self, tree: &Tree, spot: &Spot, source: Source, new: Option<&Json>, old: Json) -> Json {
        let line = self.first_line + self.source[..tree.start()].matches('\n').count();
        self.refused.push(Refused { path: spot.path.clone(), source, value: new.cloned(), line });
        old
    }

    fn map(
        &mut self,
        tree: &Tree<'s>,
        pairs: &[Pair<'s>],
        flow: bool,
        new: &Map<String, Json>,
        spot: &Spot,
    ) -> Json {
        let mut said = Map::new();
        // In the order of what stands there, then of what is new: only that is compared.
        for (index, pair) in pairs.iter().enumerate() {
            let key = &*pair.key;
            let inner = Spot {
                path: spot.path.child(key),
                holder: if flow {
                    Holder::Flow
                } else {
                    Holder::Key {
                        column: tree::column(self.source, pair.key_span.start),
                        end: pair.key_span.end,
                    }
                },
                anchor: None,
            };
            match new.get(key) {
                Some(value) => {
                    let value = self.value(&pair.value, value, &inner);
                    said.insert(key.to_owned(), value);
                }
                None if let Some(source) = elsewhere(&pair.value, &self.shared, self.source) => {
                    let old = to_json(&pair.value.node());
                    let old = self.refuse(&pair.value, &inner, source, None, old);
                    said.insert(key.to_owned(), old);
                }
                None => {
                    let starts: Vec<usize> = pairs.iter().map(|pair| pair.key_span.start).collect();
                    let ends: Vec<usize> = pairs.iter().map(|p| p.value.end().max(p.key_span.end)).collect();
                    self.remove(tree, index, &starts, &ends, flow, &|index| {
                        new.contains_key(&*pairs[index].key)
                    });
                }
            }
        }
        let mut before: Option<usize> = None;
        let mut groups: Vec<Group<(&String, &Json)>> = Vec::new();
        for (key, value) in new {
            if let Some(at) = pairs.iter().position(|pair| pair.key == *key) {
                before = Some(at);
                continue;
            }
            match groups.iter_mut().find(|(at, _)| *at == before) {
                Some((_, group)) => group.push((key, value)),
                None => groups.push((before, vec![(key, value)])),
            }
            said.insert(key.clone(), value.clone());
        }
        for (before, members) in groups {
            let starts: Vec<usize> = pairs.iter().map(|pair| pair.key_span.start).collect();
            let ends: Vec<usize> = pairs.iter().map(|p| p.value.end().max(p.key_span.end)).collect();
            // A key after `? ` is further to the right.
            let columns = starts.iter().map(|start| tree::column(self.source, *start));
            let column = columns.min().unwrap_or_default();
            if flow {
                let lines = self.lines_in(tree, &starts);
                let texts: Vec<String> =
                    members.iter().map(|(key, value)| self.flow_member(key, value, lines)).collect();
                self.insert_flow(tree, before, &starts, &ends, &texts);
            } else {
                let texts: Vec<String> =
                    members.iter().map(|(key, value)| self.block_member(key, value, column)).collect();
                self.insert_block(before, &starts, &ends, column, &texts);
            }
        }
        Json::Object(said)
    }

    fn list(
        &mut self,
        tree: &Tree<'s>,
        items: &[Tree<'s>],
        dashes: &[usize],
        flow: bool,
        new: &[Json],
        spot: &Spot,
    ) -> Json {
        let old: Vec<Json> = items.iter().map(|item| to_json(&item.node())).collect();
        let steps = align(&old, new, flow);
        // What goes may stand for more than this document, or be used elsewhere in it: then all of the list stays.
        let goes = steps.iter().filter_map(|step| match step {
            Step::Remove(at) => Some(&items[*at]),
            Step::Keep(..) | Step::Insert(_) | Step::Move(..) => None,
        });
        let kept_back = goes.filter_map(|item| Some((item, elsewhere(item, &self.shared, self.source)?)));
        if let Some((item, source)) = kept_back.take(1).next() {
            let (all, new) = (Json::Array(old), Json::Array(new.to_vec()));
            return self.refuse(item, spot, source, Some(&new), all);
        }
        let kept: Vec<bool> = (0..items.len())
            .map(|at| steps.iter().any(|step| matches!(step, Step::Keep(i, _) if *i == at)))
            .collect();
        let ends: Vec<usize> = items
            .iter()
            .enumerate()
            .map(|(at, item)| item.end().max(dashes.get(at).map_or(0, |dash| dash + 1)))
            .collect();
        let starts: Vec<usize> = if flow { items.iter().map(Tree::start).collect() } else { dashes.to_vec() };
        let column = tree::column(self.source, starts[0]);
        let (mut said, mut before): (Vec<Json>, Option<usize>) = (Vec::new(), None);
        let mut groups: Vec<Group<String>> = Vec::new();
        let lines = self.lines_in(tree, &starts);
        for step in steps {
            let (text, to) = match step {
                Step::Keep(at, to) => {
                    let inner = Spot {
                        path: spot.path.child(at.to_string()),
                        holder: if flow { Holder::Flow } else { Holder::Dash { at: dashes[at] } },
                        anchor: None,
                    };
                    said.push(self.value(&items[at], &new[to], &inner));
                    before = Some(at);
                    continue;
                }
                Step::Remove(at) => {
                    self.remove(tree, at, &starts, &ends, flow, &|index| kept[index]);
                    continue;
                }
                Step::Move(at, to) => (self.as_it_is(at, &starts, &ends, flow), to),
                Step::Insert(to) => (None, to),
            };
            let anew = || if flow { self.flow(&new[to], lines) } else { self.block_item(&new[to], column) };
            let text = text.unwrap_or_else(anew);
            said.push(new[to].clone());
            match groups.last_mut().filter(|(at, _)| *at == before) {
                Some((_, group)) => group.push(text),
                None => groups.push((before, vec![text])),
            }
        }
        for (before, texts) in groups {
            // After what was there, whether it stays or not: an entry that replaces one comes in its place.
            if flow {
                self.insert_flow(tree, before, &starts, &ends, &texts);
            } else {
                self.insert_block(before, &starts, &ends, column, &texts);
            }
        }
        Json::Array(said)
    }

    fn flow_member(&self, key: &str, value: &Json, lines: Option<usize>) -> String {
        if self.is_json {
            return format!("{}: {}", Json::from(key), self.flow(value, lines));
        }
        format!("{}: {}", key_of(key, true), self.flow(value, lines))
    }

    fn block_member(&self, key: &str, value: &Json, column: usize) -> String {
        let key = key_of(key, false);
        let mut out = format!("{}{key}:", " ".repeat(column));
        let length = column + key.chars().count() + 1;
        print::value(&mut out, &Form::of_json(value), column, length, self.layout);
        out
    }

    fn block_item(&self, value: &Json, column: usize) -> String {
        let mut out = String::new();
        let item = Element { before: Vec::new(), key: String::new(), form: Form::of_json(value) };
        print::list_item(&mut out, &item, column, self.layout);
        out
    }

    /// A value in brackets. JSON takes as many lines as it has values where `lines` says how far they are indented.
    fn flow(&self, value: &Json, lines: Option<usize>) -> String {
        if let (true, Some(indent)) = (self.is_json, lines) {
            let mut out = String::new();
            print::json_value(&mut out, &Form::of_json(value), indent);
            return out;
        }
        match value {
            Json::String(text) if !self.is_json => scalar_of(text, true),
            Json::Array(list) => {
                let items: Vec<String> = list.iter().map(|item| self.flow(item, None)).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(map) => {
                let members: Vec<String> =
                    map.iter().map(|(key, value)| self.flow_member(key, value, None)).collect();
                format!("{{{}}}", members.join(", "))
            }
            word => word.to_string(),
        }
    }

    /// How far the elements of a collection in brackets are indented, where each has lines of its own; none where they
    /// are to stand on one line, as those do that are there.
    fn lines_in(&self, tree: &Tree, starts: &[usize]) -> Option<usize> {
        let begin_lines = starts.iter().all(|start| self.begins_line(tree, *start));
        let values: Vec<&Tree> = match &tree.shape {
            Shape::List { items, .. } => items.iter().collect(),
            Shape::Map { pairs, .. } => pairs.iter().map(|pair| &pair.value).collect(),
            Shape::Scalar { .. } | Shape::Alias(_) => Vec::new(),
        };
        let texts = || values.iter().map(|value| &self.source[value.span.start..value.span.end]);
        let mut collections = texts().filter(|text| text.contains(['{', '['])).peekable();
        let are_tall = collections.peek().is_none() || collections.any(|text| text.contains('\n'));
        (begin_lines && are_tall).then(|| tree::column(self.source, starts[0]))
    }

    /// Whether an element of a collection in brackets is the first on its line.
    fn begins_line(&self, tree: &Tree, start: usize) -> bool {
        let line = tree::line_start(self.source, start);
        line > tree.span.start && self.source[line..start].trim().is_empty()
    }

    /// A text with the line ends that stand around this place.
    fn with_ends(&self, text: &str, at: usize) -> String {
        text.replace('\n', self.eol(at))
    }

    fn eol(&self, at: usize) -> &'static str {
        let above = self.source[..at].rfind('\n').map(|end| &self.source[..end]);
        let line = above.or_else(|| self.source.split_once('\n').map(|(line, _)| line)).unwrap_or_default();
        if line.ends_with('\r') { "\r\n" } else { "\n" }
    }

    /// The text with its edits, and the comments that are gone.
    fn apply(&mut self) -> (String, Vec<String>) {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(self.source.len());
        let (mut at, mut lost) = (0, Vec::new());
        for (range, text) in &self.edits {
            let start = range.start.max(at);
            out.push_str(&self.source[at..start]);
            out.push_str(text);
            let gone = start..range.end.max(start);
            let is_moved = |at: usize| self.moved.iter().any(|range| range.contains(&at));
            lost.extend(
                self.comments
                    .iter()
                    .filter(|comment| gone.contains(&comment.span.start) && !is_moved(comment.span.start))
                    .map(|comment| self.source[comment.span.start..comment.span.end].trim_end().to_owned()),
            );
            at = gone.end;
        }
        out.push_str(&self.source[at..]);
        (out, lost)
    }
}
