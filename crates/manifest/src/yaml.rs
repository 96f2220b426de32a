//! YAML and JSON text to nodes with positions. The only module that knows the YAML parser.
//!
//! It takes the events of `granit_parser`, which `serde-saphyr` is built on and re-exports, rather than
//! `serde_saphyr::Spanned`: events have the spans of keys, tell a quoted scalar from a plain one, keep the
//! comment in `group: Team #1` visible, and go on with the next document after a syntax error. Nodes
//! borrow from the text. What a scalar means is not decided here (see `scalar`).

use crate::codes;
use entrant_model::Code;
use serde_saphyr::granit_parser::{self, ErrorKind, Event, Parser, ScalarStyle, ScanError};
use std::borrow::Cow;
use std::collections::HashMap;

/// How deep a document may nest.
pub(crate) const MAX_DEPTH: usize = 32;
/// How many nodes aliases may add to one file.
const MAX_ALIASED_NODES: usize = 50_000;
/// How many keys one mapping may have: many times what any document needs.
const MAX_KEYS: usize = 10_000;
/// How many mistakes of syntax one file may report.
const MAX_FAULTS: usize = 100;

/// A range of bytes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
    pub text: TextId,
}

/// Which text a span is of. A policy may be put together from its own document and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextId(pub u32);

impl TextId {
    /// The text of the file that is read.
    pub(crate) const OWN: Self = Self(0);
}

impl Span {
    /// A range of bytes of the file that is read.
    pub(crate) const fn new(start: usize, end: usize) -> Self {
        Self { start, end, text: TextId::OWN }
    }

    /// Whether the other span lies within this one.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.text == other.text && self.start <= other.start && other.end <= self.end
    }
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes: `true` is a boolean.
    Plain,
    /// In quotes or as a block: always a text.
    Text,
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Node<'s> {
    pub span: Span,
    pub data: Data<'s>,
}

#[derive(Debug, Clone)]
pub(crate) enum Data<'s> {
    Scalar(Cow<'s, str>, Style),
    List(Vec<Node<'s>>),
    Map(Vec<Entry<'s>>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'s> {
    pub key: Cow<'s, str>,
    pub key_span: Span,
    pub value: Node<'s>,
}

impl<'s> Node<'s> {
    /// The entries, where it is a mapping.
    pub(crate) fn entries(&self) -> Option<&[Entry<'s>]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements, where it is a list.
    pub(crate) fn list(&self) -> &[Self] {
        match &self.data {
            Data::List(list) => list,
            _ => &[],
        }
    }

    /// The value of a key, where it is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry<'s>> {
        self.entries()?.iter().find(|entry| entry.key == key)
    }

    /// Adds an entry, where it is a mapping.
    pub(crate) fn push(&mut self, entry: Entry<'s>) {
        if let Data::Map(entries) = &mut self.data {
            entries.push(entry);
        }
    }

    /// Whether it is null: an empty plain scalar, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(text, Style::Plain) if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Says of the node and all in it that they stand in this text.
    pub(crate) fn set_text(&mut self, text: TextId) {
        self.span.text = text;
        match &mut self.data {
            Data::Scalar(..) => {}
            Data::List(list) => list.iter_mut().for_each(|node| node.set_text(text)),
            Data::Map(entries) => {
                for entry in entries {
                    entry.key_span.text = text;
                    entry.value.set_text(text);
                }
            }
        }
    }

    /// Whether the node and all in it stand in this text.
    pub(crate) fn is_of(&self, text: TextId) -> bool {
        let is_inner = match &self.data {
            Data::Scalar(..) => true,
            Data::List(list) => list.iter().all(|node| node.is_of(text)),
            Data::Map(entries) => entries.iter().all(|e| e.key_span.text == text && e.value.is_of(text)),
        };
        is_inner && self.span.text == text
    }

    /// The node without the text that it was read from.
    pub(crate) fn into_owned(self) -> Node<'static> {
        let data = match self.data {
            Data::Scalar(text, style) => Data::Scalar(Cow::Owned(text.into_owned()), style),
            Data::List(list) => Data::List(list.into_iter().map(Node::into_owned).collect()),
            Data::Map(entries) => Data::Map(
                entries
                    .into_iter()
                    .map(|entry| Entry {
                        key: Cow::Owned(entry.key.into_owned()),
                        key_span: entry.key_span,
                        value: entry.value.into_owned(),
                    })
                    .collect(),
            ),
        };
        Node { span: self.span, data }
    }

    /// How many nodes it is, with itself.
    pub(crate) fn count(&self) -> usize {
        1 + match &self.data {
            Data::Scalar(..) => 0,
            Data::List(list) => list.iter().map(Node::count).sum(),
            Data::Map(entries) => entries.iter().map(|e| e.value.count()).sum(),
        }
    }

    fn depth(&self) -> usize {
        match &self.data {
            Data::Scalar(..) => 0,
            Data::List(list) => 1 + list.iter().map(Node::depth).max().unwrap_or(0),
            Data::Map(entries) => 1 + entries.iter().map(|e| e.value.depth()).max().unwrap_or(0),
        }
    }
}

/// A mistake of syntax.
#[derive(Debug)]
pub(crate) struct Fault {
    pub code: Code,
    pub document: usize,
    pub span: Span,
    pub message: String,
    pub help: String,
    /// Where the same thing stands first.
    pub first: Option<Span>,
}

/// The documents of a file: `None` for one that is empty or could not be read, so that the index counts
/// every `---` document as it stands in the file.
#[derive(Debug, Default)]
pub(crate) struct Parsed<'s> {
    pub documents: Vec<Option<Node<'s>>>,
    pub faults: Vec<Fault>,
}

/// Parses a file. `.json` files must be JSON; every JSON text is YAML too, and is read as that.
pub(crate) fn parse(source: &str, is_json: bool) -> Parsed<'_> {
    let mut parsed = Parsed::default();
    if let Some(fault) = control_character(source) {
        parsed.faults.push(fault);
        return parsed;
    }
    if is_json && let Some(fault) = json_syntax(source) {
        parsed.faults.push(fault);
        return parsed;
    }
    let mut reader = Reader {
        parser: Parser::new_from_str_with_options(
            source,
            granit_parser::options! {
                emit_comments: false,
                emit_unresolved_aliases: true,
                flow_nesting_limit: MAX_DEPTH,
                block_nesting_limit: MAX_DEPTH,
            },
        ),
        source,
        document: 0,
        anchors: HashMap::new(),
        aliased: 0,
        faults: Vec::new(),
    };
    reader.stream(&mut parsed.documents);
    parsed.faults = reader.faults;
    parsed
}

/// Bytes that YAML forbids and that some readers take for the end of the text.
fn control_character(source: &str) -> Option<Fault> {
    let at = source.bytes().position(|b| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7f)?;
    Some(Fault {
        code: codes::CONTROL_CHARACTER,
        document: 0,
        span: Span::new(at, at + 1),
        message: format!("the file holds the control character U+{:04X}", source.as_bytes()[at]),
        help: "remove it; in a quoted text it can be written as an escape such as `\"\\u0007\"`".to_owned(),
        first: None,
    })
}

fn json_syntax(source: &str) -> Option<Fault> {
    let text = source.strip_prefix('\u{feff}').unwrap_or(source);
    if text.trim().is_empty() {
        return None;
    }
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let skipped = source.len() - text.len();
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
    let too_deep = message.contains("recursion limit");
    Some(Fault {
        code: if too_deep { codes::TOO_DEEP } else { codes::JSON_SYNTAX },
        document: 0,
        span: Span::new(at + skipped, end + skipped),
        message: if too_deep {
            format!("the file nests deeper than {MAX_DEPTH} levels")
        } else {
            format!("this is not valid JSON: {message}")
        },
        help: if too_deep {
            "no document of entrant needs so many levels; look for brackets that are never closed".to_owned()
        } else {
            "mend the syntax, or give the file the ending `.yaml` if it is YAML".to_owned()
        },
        first: None,
    })
}

/// Why the reading of a document stopped.
struct Stop;

struct Reader<'s> {
    parser: Parser<'s, granit_parser::StrInput<'s>>,
    source: &'s str,
    document: usize,
    /// Anchored nodes; `None` while the node is still being read.
    anchors: HashMap<usize, Option<Node<'s>>>,
    aliased: usize,
    faults: Vec<Fault>,
}

impl<'s> Reader<'s> {
    fn stream(&mut self, documents: &mut Vec<Option<Node<'s>>>) {
        let mut is_open = false;
        loop {
            match self.parser.next_event() {
                Some(Ok((Event::DocumentStart(..), _))) => {
                    is_open = true;
                    self.document = documents.len();
                    self.anchors.clear();
                    let root = self.next().and_then(|(event, span)| self.node(event, span, 0));
                    let is_whole = root.is_ok();
                    documents.push(root.ok().filter(|node| !node.is_null()));
                    if !is_whole {
                        is_open = false;
                        if !self.recover() {
                            return;
                        }
                    }
                }
                Some(Ok((Event::DocumentEnd, _))) => is_open = false,
                Some(Ok((Event::StreamEnd, _))) | None => return,
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    if is_open && let Some(last) = documents.last_mut() {
                        *last = None;
                    } else {
                        self.document = documents.len();
                        documents.push(None);
                    }
                    is_open = false;
                    self.syntax(&error);
                    if !self.recover() {
                        return;
                    }
                }
            }
        }
    }

    /// Goes on with the next document after a mistake.
    fn recover(&mut self) -> bool {
        self.faults.len() < MAX_FAULTS && matches!(self.parser.proceed_next_document(), Ok(true))
    }

    fn next(&mut self) -> Result<(Event<'s>, granit_parser::Span), Stop> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                self.syntax(&error);
                Err(Stop)
            }
            None => Err(Stop),
        }
    }

    /// Reads the node that an event begins.
    fn node(&mut self, event: Event<'s>, at: granit_parser::Span, depth: usize) -> Result<Node<'s>, Stop> {
        let span = span_of(&at);
        let (anchor, tag) = match &event {
            Event::Scalar(_, _, anchor, tag)
            | Event::SequenceStart(_, anchor, tag)
            | Event::MappingStart(_, anchor, tag) => (*anchor, tag.is_some()),
            _ => (0, false),
        };
        if tag {
            self.refuse_tag(&at);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
        let node = match event {
            Event::Scalar(text, style, ..) => {
                let is_null = style == ScalarStyle::Plain && span.start == span.end;
                let style = if style == ScalarStyle::Plain { Style::Plain } else { Style::Text };
                Node { span, data: Data::Scalar(if is_null { Cow::Borrowed("") } else { text }, style) }
            }
            Event::SequenceStart(..) => {
                self.check_depth(span, depth)?;
                self.list(span, depth)?
            }
            Event::MappingStart(..) => {
                self.check_depth(span, depth)?;
                self.map(span, depth)?
            }
            Event::Alias(target) => return self.alias(target, span, depth),
            Event::UnresolvedAlias(name) => {
                self.fault(
                    codes::UNKNOWN_ANCHOR,
                    span,
                    format!("`*{name}` refers to an anchor that the document does not have before it"),
                    "write `&name` before the value that is meant, earlier in the same document; quote a text that begins with `*`",
                );
                Node { span, data: Data::Scalar(Cow::Borrowed(""), Style::Plain) }
            }
            _ => return Err(Stop),
        };
        if anchor != 0 {
            self.spend(node.count(), span)?;
            self.anchors.insert(anchor, Some(node.clone()));
        }
        Ok(node)
    }

    fn list(&mut self, start: Span, depth: usize) -> Result<Node<'s>, Stop> {
        let mut nodes: Vec<Node<'s>> = Vec::new();
        loop {
            let (event, at) = self.next()?;
            if event == Event::SequenceEnd {
                let end = nodes.last().map(|node| node.span.end);
                return Ok(Node { span: close(start, end, &at), data: Data::List(nodes) });
            }
            nodes.push(self.node(event, at, depth + 1)?);
        }
    }

    fn map(&mut self, start: Span, depth: usize) -> Result<Node<'s>, Stop> {
        let mut entries: Vec<Entry<'s>> = Vec::new();
        // Many keys are looked up by hash; few are faster to compare.
        let mut seen: HashMap<Cow<'s, str>, Span> = HashMap::new();
        loop {
            let (event, at) = self.next()?;
            if event == Event::MappingEnd {
                let last = entries.last().map(|e| e.value.span.end.max(e.key_span.end));
                return Ok(Node { span: close(start, last, &at), data: Data::Map(entries) });
            }
            let key_span = span_of(&at);
            if entries.len() >= MAX_KEYS {
                self.too_many_keys(start);
                return Err(Stop);
            }
            if self.faults.len() >= MAX_FAULTS {
                return Err(Stop);
            }
            let key = self.key(event, at, depth)?;
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1)?;
            let Some((key, is_plain)) = key else { continue };
            if is_plain && key == "<<" {
                self.fault(
                    codes::MERGE_KEY,
                    key_span,
                    "`<<` merges one mapping into another, which entrant does not do".to_owned(),
                    "write the members out, or use an alias for a whole value: `primaryApprovers: *desk`",
                );
                continue;
            }
            if entries.len() == 16 {
                seen.extend(entries.iter().map(|e| (e.key.clone(), e.key_span)));
            }
            let first = if entries.len() < 16 {
                entries.iter().find(|e| e.key == key).map(|e| e.key_span)
            } else {
                seen.get(&key).copied()
            };
            if let Some(first) = first {
                self.duplicate(&key, key_span, first);
                continue;
            }
            if entries.len() >= 16 {
                seen.insert(key.clone(), key_span);
            }
            entries.push(Entry { key, key_span, value });
        }
    }

    /// A key, and whether it is a plain scalar; `None` where it is no text.
    fn key(
        &mut self,
        event: Event<'s>,
        at: granit_parser::Span,
        depth: usize,
    ) -> Result<Option<(Cow<'s, str>, bool)>, Stop> {
        let span = span_of(&at);
        if matches!(&event, Event::Scalar(..)) {
            let node = self.node(event, at, depth + 1)?;
            if let Data::Scalar(text, style) = node.data {
                return Ok(Some((text, style == Style::Plain)));
            }
            return Ok(None);
        }
        self.node(event, at, depth + 1)?;
        self.fault(
            codes::COMPLEX_KEY,
            span,
            "a key must be a word, not a list, a mapping or an alias".to_owned(),
            "write the key as plain text; quote a value that begins with `[`, `{`, `*` or `? `",
        );
        Ok(None)
    }

    fn alias(&mut self, target: usize, span: Span, depth: usize) -> Result<Node<'s>, Stop> {
        let Some(Some(node)) = self.anchors.get(&target) else {
            self.fault(
                codes::UNKNOWN_ANCHOR,
                span,
                "an alias stands inside the value that its anchor marks".to_owned(),
                "a value cannot hold itself; write the inner value out",
            );
            return Ok(Node { span, data: Data::Scalar(Cow::Borrowed(""), Style::Plain) });
        };
        let (count, levels) = (node.count(), node.depth());
        self.spend(count, span)?;
        if depth + levels > MAX_DEPTH {
            self.too_deep(span);
            return Err(Stop);
        }
        match self.anchors.get(&target) {
            Some(Some(node)) => Ok(Node { span, data: node.data.clone() }),
            _ => Err(Stop),
        }
    }

    /// Counts what anchors and aliases add, so that a few lines cannot unfold to a million nodes.
    fn spend(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.aliased += nodes;
        if self.aliased <= MAX_ALIASED_NODES {
            return Ok(());
        }
        self.fault(
            codes::TOO_MANY_ALIASES,
            span,
            format!("the aliases of this file unfold to more than {MAX_ALIASED_NODES} values"),
            "write the values out, or split the file",
        );
        Err(Stop)
    }

    fn check_depth(&mut self, span: Span, depth: usize) -> Result<(), Stop> {
        if depth < MAX_DEPTH {
            return Ok(());
        }
        self.too_deep(span);
        Err(Stop)
    }

    fn too_deep(&mut self, span: Span) {
        self.fault(
            codes::TOO_DEEP,
            span,
            format!("the document nests deeper than {MAX_DEPTH} levels"),
            "no document of entrant needs so many levels; look for brackets that are never closed",
        );
    }

    fn too_many_keys(&mut self, span: Span) {
        self.fault(
            codes::TOO_MANY_KEYS,
            Span::new(span.start, span.start + 1),
            format!("this mapping has more than {MAX_KEYS} keys"),
            "a policy is one document; begin each with `---` on a line of its own",
        );
    }

    fn refuse_tag(&mut self, at: &granit_parser::Span) {
        let span = at.tag_span().map_or_else(|| span_of(at), |tag| span_of(&tag));
        let tag = self.source.get(span.start..span.end).unwrap_or_default();
        let tag: String = tag.chars().take(60).collect();
        self.fault(
            codes::YAML_TAG,
            span,
            format!("the YAML tag `{}` is not taken", entrant_model::text::visible(&tag)),
            "policies are data: nothing is included or run; leave the tag out, and quote a value that shall be a text",
        );
    }

    fn duplicate(&mut self, key: &str, span: Span, first: Span) {
        let key = entrant_model::text::visible(key);
        self.fault(
            codes::DUPLICATE_KEY,
            span,
            format!("the key `{key}` stands twice in one mapping"),
            "keep one of the two; YAML readers differ on which one counts",
        );
        if let Some(fault) = self.faults.last_mut() {
            fault.first = Some(first);
        }
    }

    fn fault(&mut self, code: Code, span: Span, message: String, help: &str) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault {
                code,
                document: self.document,
                span,
                message,
                help: help.to_owned(),
                first: None,
            });
        }
    }

    fn syntax(&mut self, error: &ScanError) {
        let mut start = error.marker().byte_offset().unwrap_or(0).min(self.source.len());
        // A tab is found from where the value before it began; what is to be mended is the tab.
        let is_tab = error.kind().to_string().contains("tab");
        if is_tab && self.source.get(..start).is_some_and(|before| before.ends_with('\t')) {
            start -= 1;
        } else if is_tab && let Some(at) = self.source.get(start..).and_then(|rest| rest.find('\t')) {
            start += at;
        }
        let width = self.source.get(start..).and_then(|s| s.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(start, start + width);
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return self.too_deep(span);
        }
        let help = match error.kind() {
            _ if is_tab => "indent with spaces, not with tabs",
            ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
                "quote a text that holds `: `, and check the indentation of the line"
            }
            ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
                "close the quotation mark"
            }
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator => {
                "close the bracket, and put commas between the entries"
            }
            ErrorKind::UnexpectedCharacter { .. } => "quote a text that begins with `@`, a backtick or `%`",
            ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey => {
                "every line of a mapping reads `key: value`, with a space after the colon and the same indentation"
            }
            _ => "check the indentation, the quotation marks and the brackets before this place",
        };
        self.fault(codes::YAML_SYNTAX, span, format!("this is not valid YAML: {}", error.kind()), help);
    }
}

/// The end of a collection: after its last element where it is a block, after its bracket otherwise.
fn close(start: Span, last: Option<usize>, end: &granit_parser::Span) -> Span {
    let end = span_of(end);
    let closing = if end.end > end.start { end.end } else { last.unwrap_or(start.end) };
    Span { end: closing.max(start.start), ..start }
}

fn span_of(span: &granit_parser::Span) -> Span {
    let range = span.byte_range().unwrap_or_default();
    Span::new(range.start, range.end.max(range.start))
}
