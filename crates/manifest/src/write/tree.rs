//! A document as it is written: blocks and flow, anchors and aliases, quotation marks, and every comment.
//!
//! `yaml` reads what a document says; this reads how it says it, for [`super::format`] and [`super::edit`]. Comments
//! are found in the text between the tokens, where nothing else can hold a `#` after white space.

use crate::yaml::{Data, Entry, MAX_DEPTH, Node, Span, Style};
use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, StructureStyle};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

impl Quote {
    /// Whether it is a text that begins with `|` or `>`.
    pub(crate) const fn is_block(self) -> bool {
        matches!(self, Self::Literal | Self::Folded)
    }
}

/// A value as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Tree<'s> {
    /// The value itself, without its anchor.
    pub span: Span,
    /// `&name` before it.
    pub anchor: Option<Span>,
    pub shape: Shape<'s>,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape<'s> {
    Scalar {
        text: Cow<'s, str>,
        quote: Quote,
    },
    /// `*name`, with the value that it stands for.
    Alias(Box<Node<'s>>),
    /// With the places of the dashes, where it is a block.
    List {
        flow: bool,
        items: Vec<Tree<'s>>,
        dashes: Vec<usize>,
    },
    Map {
        flow: bool,
        pairs: Vec<Pair<'s>>,
    },
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Pair<'s> {
    pub key: Cow<'s, str>,
    pub key_span: Span,
    pub value: Tree<'s>,
}

/// A comment: from its `#` to the end of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    pub span: Span,
    /// Whether nothing stands before it on its line.
    pub is_alone: bool,
    /// How many characters stand before it on its line.
    pub column: usize,
}

impl<'s> Tree<'s> {
    /// Where it begins, its anchor included.
    pub(crate) fn start(&self) -> usize {
        self.anchor.map_or(self.span.start, |anchor| anchor.start.min(self.span.start))
    }

    /// Where it ends: an empty value that has an anchor ends with that.
    pub(crate) fn end(&self) -> usize {
        self.anchor.map_or(self.span.end, |anchor| anchor.end.max(self.span.end))
    }

    /// What it says, aliases followed.
    pub(crate) fn node(&self) -> Node<'s> {
        let data = match &self.shape {
            Shape::Scalar { text, quote } => {
                Data::Scalar(text.clone(), if *quote == Quote::Plain { Style::Plain } else { Style::Text })
            }
            Shape::Alias(node) => node.data.clone(),
            Shape::List { items, .. } => Data::List(items.iter().map(Tree::node).collect()),
            Shape::Map { pairs, .. } => Data::Map(
                pairs
                    .iter()
                    .map(|pair| Entry {
                        key: pair.key.clone(),
                        key_span: pair.key_span,
                        value: pair.value.node(),
                    })
                    .collect(),
            ),
        };
        Node { span: self.span, data }
    }

    /// The entries, where it is a mapping that is written here.
    pub(crate) fn pairs(&self) -> &[Pair<'s>] {
        match &self.shape {
            Shape::Map { pairs, .. } => pairs,
            _ => &[],
        }
    }

    /// Whether it is `[…]` or `{…}`.
    pub(crate) const fn is_flow(&self) -> bool {
        matches!(self.shape, Shape::List { flow: true, .. } | Shape::Map { flow: true, .. })
    }

    /// The tokens of it that are text: scalars, keys, anchors and aliases, in order.
    fn tokens(&self, source: &str, out: &mut Vec<Span>) {
        out.extend(self.anchor);
        match &self.shape {
            Shape::Scalar { quote, .. } if quote.is_block() => {
                // A comment may stand after its `|` or `>`.
                let line = source[self.span.start..self.span.end].split('\n').next().unwrap_or_default();
                let header = line.split('#').next().unwrap_or_default();
                out.push(Span::new(self.span.start, self.span.start + header.len()));
                out.push(Span::new(self.span.start + line.len(), self.span.end));
            }
            Shape::Scalar { .. } | Shape::Alias(_) => out.push(self.span),
            Shape::List { items, .. } => items.iter().for_each(|item| item.tokens(source, out)),
            Shape::Map { pairs, .. } => {
                for pair in pairs {
                    out.push(pair.key_span);
                    pair.value.tokens(source, out);
                }
            }
        }
    }
}

/// One document of a file: the line that begins it, and what follows until the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// `---` or `...` with what stands before its content; empty at the beginning of a file that has none.
    pub marker: Range<usize>,
    /// Everything until the next marker.
    pub body: Range<usize>,
}

/// The documents of a text. A line that begins with `---` or `...` cannot be anything else: not in a quoted text, and
/// not in a block.
pub(crate) fn pieces(source: &str) -> Vec<Piece> {
    let start = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut pieces = Vec::new();
    let (mut marker, mut body) = (start..start, start);
    let mut at = start;
    for line in source[start..].split_inclusive('\n') {
        let is_marker = ["---", "..."].iter().any(|mark| {
            line.strip_prefix(mark)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
        });
        if is_marker {
            pieces.push(Piece { marker, body: body..at });
            // Content may follow on the same line; a comment belongs to the marker.
            let rest = line[3..].trim_start_matches([' ', '\t']);
            let is_whole = rest.trim_end().is_empty() || rest.starts_with('#');
            let end = if is_whole { at + line.len() } else { at + line.len() - rest.len() };
            marker = at..end;
            body = end;
        }
        at += line.len();
    }
    pieces.push(Piece { marker, body: body..at });
    pieces
}

/// The one document of a text without markers. `None` where it holds none, or one with mistakes.
pub(crate) fn tree(source: &str) -> Option<Tree<'_>> {
    let parser = Parser::new_from_str_with_options(
        source,
        granit_parser::options! {
            emit_comments: false,
            emit_anchor_events: true,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        },
    );
    let mut reader = Reader { parser, source, anchors: HashMap::new(), last: 0 };
    loop {
        match reader.next()? {
            (Event::DocumentStart(false, None), _) => break,
            (Event::StreamStart, _) => {}
            _ => return None,
        }
    }
    let (event, span) = reader.next()?;
    let tree = reader.tree(event, span)?;
    loop {
        match reader.next()? {
            (Event::DocumentEnd, _) => {}
            (Event::StreamEnd, _) => return Some(tree),
            _ => return None,
        }
    }
}

struct Reader<'s> {
    parser: Parser<'s, granit_parser::StrInput<'s>>,
    source: &'s str,
    anchors: HashMap<usize, Node<'s>>,
    /// Where the token before ends.
    last: usize,
}

impl<'s> Reader<'s> {
    fn next(&mut self) -> Option<(Event<'s>, Span)> {
        let (event, span) = self.parser.next_event()?.ok()?;
        let range = span.byte_range().unwrap_or_default();
        Some((event, Span::new(range.start, range.end.max(range.start))))
    }

    fn tree(&mut self, event: Event<'s>, span: Span) -> Option<Tree<'s>> {
        let id = match &event {
            Event::Scalar(_, _, id, None)
            | Event::SequenceStart(_, id, None)
            | Event::MappingStart(_, id, None) => *id,
            Event::Alias(id) => {
                let node = self.anchors.get(id)?.clone();
                self.last = span.end;
                return Some(Tree { span, anchor: None, shape: Shape::Alias(Box::new(node)) });
            }
            _ => return None,
        };
        let anchor = if id == 0 {
            None
        } else {
            match self.next()? {
                (Event::Anchor(..), span) => {
                    self.last = span.end;
                    Some(span)
                }
                _ => return None,
            }
        };
        let mut tree = Tree { span, anchor, shape: Shape::Map { flow: true, pairs: Vec::new() } };
        match event {
            Event::Scalar(text, style, ..) => {
                let quote = match style {
                    ScalarStyle::Plain => Quote::Plain,
                    ScalarStyle::SingleQuoted => Quote::Single,
                    ScalarStyle::DoubleQuoted => Quote::Double,
                    ScalarStyle::Literal => Quote::Literal,
                    ScalarStyle::Folded => Quote::Folded,
                };
                let is_nothing = quote == Quote::Plain && span.start == span.end;
                tree.shape = Shape::Scalar { text: if is_nothing { Cow::Borrowed("") } else { text }, quote };
            }
            Event::SequenceStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                let (mut items, mut dashes): (Vec<Tree>, Vec<usize>) = (Vec::new(), Vec::new());
                let end = loop {
                    let (event, at) = self.next()?;
                    if event == Event::SequenceEnd {
                        break at;
                    }
                    if !flow {
                        let dash = self.indicator(&['-'])?;
                        self.last = dash + 1;
                        dashes.push(dash);
                    }
                    items.push(self.tree(event, at)?);
                };
                if flow {
                    tree.span.end = end.end;
                } else {
                    tree.span.start = *dashes.first()?;
                    // An entry without a value ends with its dash.
                    let last = items.last().zip(dashes.last());
                    tree.span.end = last.map_or(span.end, |(item, dash)| item.end().max(dash + 1));
                }
                tree.shape = Shape::List { flow, items, dashes };
            }
            Event::MappingStart(style, ..) => {
                let mut pairs: Vec<Pair> = Vec::new();
                let end = loop {
                    match self.next()? {
                        (Event::MappingEnd, end) => break end,
                        (Event::Scalar(key, _, 0, None), key_span) => {
                            self.last = key_span.end;
                            let (event, span) = self.next()?;
                            let value = self.tree(event, span)?;
                            pairs.push(Pair { key, key_span, value });
                        }
                        _ => return None,
                    }
                };
                let flow = style == StructureStyle::Flow;
                let last = pairs.last().map(|pair| pair.value.end().max(pair.key_span.end));
                tree.span.end = if flow { end.end } else { last.unwrap_or(span.end) };
                tree.shape = Shape::Map { flow, pairs };
            }
            _ => return None,
        }
        if matches!(&tree.shape, Shape::Scalar { .. }) {
            self.settle(&mut tree)?;
            self.last = tree.end();
        }
        if id != 0 {
            self.anchors.insert(id, tree.node());
        }
        Some(tree)
    }

    /// The first of these characters after the last token, comments aside.
    fn indicator(&self, wanted: &[char]) -> Option<usize> {
        let mut at = self.last;
        loop {
            let rest = self.source.get(at..)?;
            match rest.chars().next()? {
                c if wanted.contains(&c) => return Some(at),
                '#' => at += rest.find('\n')?,
                c => at += c.len_utf8(),
            }
        }
    }

    /// Where a scalar stands. A block begins with its `|` or `>` and ends with its last line that is not empty.
    fn settle(&self, tree: &mut Tree) -> Option<()> {
        let length = self.source.len();
        tree.span.start = tree.span.start.min(length);
        tree.span.end = tree.span.end.clamp(tree.span.start, length);
        let Shape::Scalar { quote, .. } = &tree.shape else { return Some(()) };
        if *quote == Quote::Plain && tree.span.start == tree.span.end {
            // Nothing stands right after its colon, dash or anchor, wherever the parser noticed it.
            let rest = self.source.get(self.last..)?;
            let colon = rest.trim_start_matches([' ', '\t']).strip_prefix(':');
            let at = colon.map_or(self.last, |after| length - after.len());
            tree.span = Span::new(at, at);
        }
        if !quote.is_block() {
            return Some(());
        }
        tree.span.start = self.indicator(&['|', '>'])?;
        let text = self.source.get(tree.span.start..tree.span.end.max(tree.span.start))?;
        let end = text.split_inclusive('\n').scan(0, |end, line| {
            *end += line.len();
            Some((*end - line.len() + line.trim_end_matches(['\r', '\n']).len(), !line.trim().is_empty()))
        });
        let end = end.filter(|(_, is_said)| *is_said).map(|(end, _)| end).last();
        tree.span.end = tree.span.start + end.unwrap_or(1);
        Some(())
    }
}

/// Every comment of a text that holds this document.
pub(crate) fn comments(source: &str, tree: Option<&Tree>) -> Vec<Comment> {
    let mut tokens = Vec::new();
    if let Some(tree) = tree {
        tree.tokens(source, &mut tokens);
    }
    tokens.sort_by_key(|span| (span.start, span.end));
    let mut comments = Vec::new();
    let mut at = 0;
    for span in tokens.into_iter().chain([Span::new(source.len(), source.len())]) {
        if span.start > at {
            in_gap(source, at..span.start, &mut comments);
        }
        at = at.max(span.end);
    }
    comments
}

fn in_gap(source: &str, gap: Range<usize>, comments: &mut Vec<Comment>) {
    let mut at = gap.start;
    while let Some(found) = source.get(at..gap.end).and_then(|text| text.find('#')) {
        let start = at + found;
        let before = &source[..start];
        if before.is_empty() || before.ends_with([' ', '\t', '\n', '\r', '\u{feff}']) {
            let line = source[start..].split(['\n', '\r']).next().unwrap_or_default();
            let begins = before.rfind('\n').map_or(0, |at| at + 1);
            let lead = before[begins..].trim_start_matches('\u{feff}');
            comments.push(Comment {
                span: Span::new(start, start + line.len()),
                is_alone: lead.trim().is_empty(),
                column: lead.chars().count(),
            });
            at = start + line.len();
        } else {
            at = start + 1;
        }
    }
}

/// The column of a place: how many characters stand before it on its line.
pub(crate) fn column(source: &str, at: usize) -> usize {
    let begins = line_start(source, at);
    source[begins..at].trim_start_matches('\u{feff}').chars().count()
}

/// Where the line of a place begins.
pub(crate) fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |at| at + 1)
}

/// Where the line of a place ends, its line end included.
pub(crate) fn line_end(source: &str, at: usize) -> usize {
    source[at..].find('\n').map_or(source.len(), |found| at + found + 1)
}
