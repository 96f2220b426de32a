//! A document on its way to its canonical form: its values, and for each the comments that belong to it.
//!
//! A comment on a line of its own belongs to what follows, unless it is indented like the end of what stands before
//! it. A comment after something on the same line belongs to that.

use super::tree::{self, Comment, Pair, Quote, Shape, Tree};
use crate::scalar::{self, Scalar};
use crate::yaml::{Data, Entry, Node, Span, Style};
use serde_json::Value as Json;
use std::borrow::Cow;

/// A line that stands before a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Blank,
    /// With its `#`.
    Comment(String),
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// `&name` before it.
    pub anchor: Option<String>,
    pub body: Body,
    /// Comments on the line on which it begins or ends.
    pub beside: Vec<String>,
    /// Whether its elements are always on lines of their own.
    pub is_tall: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// A scalar as it is printed: `true`, `14`, `P14D`.
    Word(String),
    /// A text, with the quotation marks that it needs.
    Text(String),
    /// A text as a block: what follows the key, and the lines.
    Block {
        header: String,
        lines: Vec<String>,
        text: String,
    },
    /// `*name`, with what it stands for.
    Alias(String, Node<'static>),
    List(Elements),
    Map(Elements),
}

/// The elements of a collection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elements {
    pub list: Vec<Element>,
    /// What stands after the last of them, and is still inside.
    pub tail: Vec<Line>,
    /// The column in which they stand; none where they are written in flow.
    pub column: Option<usize>,
}

/// A member of a mapping, or an entry of a list, which has no key.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub before: Vec<Line>,
    pub key: String,
    pub form: Form,
}

impl Form {
    /// A value without comments.
    pub(crate) const fn new(body: Body) -> Self {
        Self { anchor: None, body, beside: Vec::new(), is_tall: false }
    }

    /// What JSON says, each text as a text.
    pub(crate) fn of_json(json: &Json) -> Self {
        let element = |key: &str, json: &Json| Element {
            before: Vec::new(),
            key: key.to_owned(),
            form: Self::of_json(json),
        };
        Self::new(match json {
            Json::String(text) => Body::Text(text.clone()),
            Json::Array(list) => Body::List(Elements {
                list: list.iter().map(|item| element("", item)).collect(),
                ..Elements::default()
            }),
            Json::Object(map) => Body::Map(Elements {
                list: map.iter().map(|(key, value)| element(key, value)).collect(),
                ..Elements::default()
            }),
            word => Body::Word(word.to_string()),
        })
    }

    /// The members, where it is a mapping.
    pub(crate) fn members(&self) -> &[Element] {
        match &self.body {
            Body::Map(members) => &members.list,
            _ => &[],
        }
    }

    /// The value of a key, where it is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|member| member.key == key).map(|member| &member.form)
    }

    /// The text, where it is one on a line.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it says, aliases followed. Its parts stand nowhere.
    pub(crate) fn node(&self) -> Node<'static> {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        let data = match &self.body {
            Body::Word(text) => Data::Scalar(owned(text), Style::Plain),
            Body::Text(text) | Body::Block { text, .. } => Data::Scalar(owned(text), Style::Text),
            Body::Alias(_, node) => node.data.clone(),
            Body::List(items) => Data::List(items.list.iter().map(|item| item.form.node()).collect()),
            Body::Map(members) => Data::Map(
                members
                    .list
                    .iter()
                    .map(|member| Entry {
                        key: owned(&member.key),
                        key_span: NOWHERE,
                        value: member.form.node(),
                    })
                    .collect(),
            ),
        };
        Node { span: NOWHERE, data }
    }

    /// Whether it is a collection that holds comments, an anchor or an alias.
    pub(crate) fn holds_more_than_values(&self) -> bool {
        let (Body::List(elements) | Body::Map(elements)) = &self.body else { return false };
        !elements.tail.is_empty()
            || elements.list.iter().any(|element| {
                element.before.iter().any(|line| *line != Line::Blank)
                    || !element.form.beside.is_empty()
                    || element.form.anchor.is_some()
                    || matches!(element.form.body, Body::Alias(..))
                    || element.form.holds_more_than_values()
            })
    }
}

const NOWHERE: Span = Span::new(0, 0);

/// A document with its comments.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// What stands at the top and belongs to the whole.
    pub header: Vec<Line>,
    pub root: Form,
}

/// The document of a text without markers; `None` where it is no mapping, or holds what this cannot keep.
pub(crate) fn written(source: &str) -> Option<Written> {
    written_and_comments(source).map(|(written, _)| written)
}

/// [`written`], with every comment as it stands in the text.
pub(crate) fn written_and_comments(source: &str) -> Option<(Written, Vec<Comment>)> {
    let tree = tree::tree(source)?;
    if !matches!(tree.shape, Shape::Map { .. }) {
        return None;
    }
    let comments = tree::comments(source, Some(&tree));
    let mut reader = Reader { source, comments: &comments, next: 0, is_whole: true };
    let mut root = reader.form(&tree);
    let mut around = [Element { before: Vec::new(), key: String::new(), form: root }];
    let rest = reader.gather(source.len(), 0, around.last_mut(), false);
    let is_whole = reader.is_whole;
    let [element] = around;
    root = element.form;
    let Body::Map(members) = &mut root.body else { return None };
    members.tail.extend(rest);
    let beside = root.beside.drain(..).map(Line::Comment);
    members.tail.splice(0..0, beside);
    let header = members.list.first_mut().map(|first| split_header(&mut first.before)).unwrap_or_default();
    is_whole.then_some((Written { header, root }, comments))
}

/// Takes what belongs to the whole document off what stands before its first member: everything up to a blank line, or
/// up to the line for the editor.
fn split_header(before: &mut Vec<Line>) -> Vec<Line> {
    let is_modeline =
        |line: &Line| matches!(line, Line::Comment(text) if text.contains("yaml-language-server:"));
    let blank = before.iter().rposition(|line| *line == Line::Blank);
    let end = blank.max(before.iter().rposition(is_modeline)).map_or(0, |at| at + 1);
    before.drain(..end).collect()
}

struct Reader<'a> {
    source: &'a str,
    comments: &'a [Comment],
    next: usize,
    is_whole: bool,
}

impl<'a> Reader<'a> {
    fn form(&mut self, tree: &Tree) -> Form {
        let body = match &tree.shape {
            Shape::Scalar { text, quote } => self.scalar(tree.span, text, *quote),
            Shape::Alias(node) => {
                Body::Alias(self.slice(tree.span).to_owned(), node.as_ref().clone().into_owned())
            }
            Shape::List { flow, items, dashes } => Body::List(self.items(tree.span, *flow, items, dashes)),
            Shape::Map { flow, pairs } => Body::Map(self.pairs(tree.span, *flow, pairs)),
        };
        let anchor = tree.anchor.map(|span| self.slice(span).to_owned());
        Form { anchor, ..Form::new(body) }
    }

    fn slice(&self, span: Span) -> &'a str {
        &self.source[span.start..span.end]
    }

    fn pairs(&mut self, span: Span, flow: bool, pairs: &[Pair]) -> Elements {
        let column =
            pairs.first().map(|pair| tree::column(self.source, pair.key_span.start)).filter(|_| !flow);
        let mut elements = Elements { column, ..Elements::default() };
        for pair in pairs {
            let mut before = self.gather(
                pair.key_span.start,
                column.unwrap_or(usize::MAX),
                elements.list.last_mut(),
                !flow,
            );
            let form = self.value(&pair.value, &mut before);
            elements.list.push(Element { before, key: pair.key.clone().into_owned(), form });
        }
        self.close(span, flow, &mut elements);
        elements
    }

    fn items(&mut self, span: Span, flow: bool, items: &[Tree], dashes: &[usize]) -> Elements {
        let column = dashes.first().map(|dash| tree::column(self.source, *dash));
        let mut elements = Elements { column, ..Elements::default() };
        for (index, item) in items.iter().enumerate() {
            let start = dashes.get(index).copied().unwrap_or_else(|| item.start());
            let column = column.unwrap_or(usize::MAX);
            let mut before = self.gather(start, column, elements.list.last_mut(), !flow);
            let form = self.value(item, &mut before);
            elements.list.push(Element { before, key: String::new(), form });
        }
        self.close(span, flow, &mut elements);
        elements
    }

    /// Comments before the closing bracket.
    fn close(&mut self, span: Span, flow: bool, elements: &mut Elements) {
        if flow {
            let tail = self.gather(span.end, usize::MAX, elements.list.last_mut(), false);
            elements.tail.extend(tail);
        }
    }

    /// A value after its key or dash. Comments in between stand beside it, or before the whole element.
    fn value(&mut self, tree: &Tree, before: &mut Vec<Line>) -> Form {
        let mut beside = Vec::new();
        let is_block = !tree.is_flow() && matches!(tree.shape, Shape::List { .. } | Shape::Map { .. });
        while let Some(comment) = self.comments.get(self.next).filter(|c| c.span.start < tree.span.start) {
            if comment.is_alone && is_block {
                break;
            }
            let text = self.slice(comment.span).trim_end().to_owned();
            if comment.is_alone {
                before.push(Line::Comment(text));
            } else {
                beside.push(text);
            }
            self.next += 1;
        }
        let mut form = self.form(tree);
        form.beside.splice(0..0, beside);
        form
    }

    /// The lines between what was read last and `until`, which is an element in this column. What belongs to the
    /// element before goes there.
    fn gather(
        &mut self,
        until: usize,
        column: usize,
        mut last: Option<&mut Element>,
        counts_blank: bool,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        while let Some(comment) = self.comments.get(self.next).filter(|c| c.span.start < until) {
            self.next += 1;
            let text = self.slice(comment.span).trim_end().to_owned();
            if !comment.is_alone
                && let Some(last) = &mut last
            {
                beside(&mut last.form, text);
                continue;
            }
            let blank = self.blank_before(comment.span.start).then_some(Line::Blank);
            let added: Vec<Line> = blank.into_iter().chain([Line::Comment(text)]).collect();
            let is_inside = lines.is_empty() && comment.column >= column;
            match &mut last {
                Some(last) if is_inside && takes_tail(&last.form, comment.column, column) => {
                    append(&mut last.form, comment.column, column, added);
                }
                _ => lines.extend(added),
            }
        }
        if counts_blank && self.blank_before(until) {
            lines.push(Line::Blank);
        }
        lines
    }

    /// Whether the line before the one of this place is empty.
    fn blank_before(&self, at: usize) -> bool {
        let start = tree::line_start(self.source, at);
        start > 0 && {
            let before = &self.source[..start - 1];
            let line = before.rfind('\n').map_or(before, |at| &before[at + 1..]);
            line.trim().trim_start_matches('\u{feff}').is_empty()
        }
    }

    fn scalar(&mut self, span: Span, text: &str, quote: Quote) -> Body {
        let source = self.slice(span);
        if quote.is_block() {
            return self.block(span, text);
        }
        if source.contains('\n') {
            let inner = source.trim_matches(['"', '\'']);
            let lines: Vec<String> = inner.lines().map(|line| line.trim().to_owned()).collect();
            if !text.trim().is_empty() && lines.join(" ") == text {
                return Body::Block { header: ">-".to_owned(), lines, text: text.to_owned() };
            }
        }
        if quote != Quote::Plain {
            return Body::Text(text.to_owned());
        }
        match scalar::resolve(text, Style::Plain) {
            Scalar::Null => Body::Word("null".to_owned()),
            Scalar::Bool(value) => Body::Word(value.to_string()),
            Scalar::Number(number) => Body::Word(number.to_owned()),
            Scalar::Text(text) => Body::Text(text.to_owned()),
        }
    }

    /// The lines of a block without the indentation that they share.
    fn block(&mut self, span: Span, text: &str) -> Body {
        let source = self.slice(span);
        let mut lines = source.lines();
        let header = lines.next().unwrap_or_default();
        let header = header.split('#').next().unwrap_or_default().trim_end().to_owned();
        let mut lines: Vec<&str> = lines.collect();
        // What is kept at the end is text that the span leaves out.
        if header.contains('+') {
            lines.extend(std::iter::repeat_n("", text.len() - text.trim_end_matches('\n').len()).skip(1));
        }
        let first = lines.iter().find(|line| !line.trim().is_empty());
        let indent = first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
        // With a digit the first line has spaces that are content, which only its parent's indentation tells.
        if header.contains(|c: char| c.is_ascii_digit()) {
            self.is_whole = false;
        }
        let lines = lines.iter().map(|line| line.get(indent..).unwrap_or_default().to_owned()).collect();
        Body::Block { header, lines, text: text.to_owned() }
    }
}

/// Puts a comment beside what ends on its line.
fn beside(form: &mut Form, text: String) {
    match &mut form.body {
        Body::List(elements) | Body::Map(elements) if elements.column.is_some() => {
            match elements.list.last_mut() {
                Some(last) => beside(&mut last.form, text),
                None => form.beside.push(text),
            }
        }
        _ => form.beside.push(text),
    }
}

/// Whether a comment in this column belongs to the end of a collection, which is itself inside one in `outer`.
fn takes_tail(form: &Form, column: usize, outer: usize) -> bool {
    let (Body::List(elements) | Body::Map(elements)) = &form.body else { return false };
    elements.column.is_some_and(|own| column >= own && (own > outer || column > outer))
}

fn append(form: &mut Form, column: usize, outer: usize, lines: Vec<Line>) {
    if let Body::List(elements) | Body::Map(elements) = &mut form.body {
        let own = elements.column.unwrap_or(outer);
        match elements.list.last_mut() {
            Some(last) if takes_tail(&last.form, column, own) => append(&mut last.form, column, own, lines),
            _ => elements.tail.extend(lines),
        }
    }
}
