//! Where the parser is, and the diagnostics that it leaves behind.
//!
//! Holds no rules: what is a mistake is decided by whoever reports it here.

use crate::codes;
use crate::tenant::Selection;
use crate::yaml::{Data, Node, Span};
pub(crate) use entrant_model::Path;
use entrant_model::text::visible;
use entrant_model::{Code, Diagnostic, Kind, Place, Pointer, Severity, Version};
use std::path::PathBuf;
use std::sync::Arc;

/// How many mistakes one document may report: enough to mend by, not enough to drown in.
const MAX_ERRORS: usize = 100;

/// One document of one file while it is read.
pub(crate) struct Context<'a> {
    pub file: Arc<PathBuf>,
    pub document: usize,
    pub source: &'a str,
    pub is_json: bool,
    pub kind: Kind,
    pub version: Version,
    /// Where in the document the object stands that is read: nowhere but at an inline policy.
    pub prefix: Pointer,
    pub diagnostics: Vec<Diagnostic>,
    /// Members that were ignored because they come from an answer of Graph.
    pub pasted: Vec<(Place, String)>,
    /// For which tenant the document is read.
    pub selection: Selection<'a>,
    /// Whether it may say something else for another tenant.
    pub depends_on_tenant: bool,
    /// Where a variable was put in, and its name.
    pub spliced: Vec<(Span, String)>,
    is_broken: bool,
    errors: usize,
    left_out: usize,
}

/// A value of the document: how one gets there, and what stands there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here<'p, 'n, 's> {
    pub path: &'p Path<'p>,
    /// The key that the value belongs to.
    pub key: Option<Span>,
    pub node: &'n Node<'s>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(file: Arc<PathBuf>, source: &'a str, is_json: bool, document: usize) -> Self {
        Self {
            file,
            document,
            source,
            is_json,
            kind: Kind::AssignmentPolicy,
            version: Version::V1,
            prefix: Pointer::default(),
            diagnostics: Vec::new(),
            pasted: Vec::new(),
            selection: Selection::default(),
            depends_on_tenant: false,
            spliced: Vec::new(),
            is_broken: false,
            errors: 0,
            left_out: 0,
        }
    }

    /// The place of a value.
    pub(crate) fn place(&self, here: Here) -> Place {
        self.place_at(here.path.pointer(), self.spot(here), false)
    }

    /// The place of a key.
    pub(crate) fn key_place(&self, path: &Path, key: Span) -> Place {
        self.place_at(path.pointer(), key, true)
    }

    /// The place at a pointer of the object that is read.
    pub(crate) fn place_at(&self, pointer: Pointer, span: Span, on_key: bool) -> Place {
        let pointer = if self.prefix.0.is_empty() {
            pointer
        } else {
            Pointer(self.prefix.0.iter().cloned().chain(pointer.0).collect())
        };
        Place {
            file: Arc::clone(&self.file),
            document: self.document,
            pointer,
            on_key,
            bytes: Some((span.start, span.end)),
        }
    }

    /// What carets point at for a value.
    pub(crate) fn spot(&self, here: Here) -> Span {
        spot(self.source, here.node, here.key)
    }

    /// A finding at a value, to be refined and pushed.
    pub(crate) fn at(&self, here: Here, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, message).at(self.place(here), "")
    }

    /// A finding at a key, to be refined and pushed.
    pub(crate) fn at_key(
        &self,
        path: &Path,
        key: Span,
        code: Code,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, message).at(self.key_place(path, key), "")
    }

    /// Reports a finding.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Error {
            if self.is_full() {
                return self.leave_out();
            }
            self.errors += 1;
        }
        let diagnostic = self.with_variable(diagnostic);
        self.diagnostics.push(diagnostic);
    }

    /// Names the variable that a finding is about: its value stands elsewhere.
    fn with_variable(&self, diagnostic: Diagnostic) -> Diagnostic {
        let bytes = diagnostic.place.as_ref().and_then(|place| place.bytes);
        let variable = self.spliced.iter().find(|(span, _)| bytes == Some((span.start, span.end)));
        match variable {
            Some((_, name)) => diagnostic
                .note(format!("the value is that of the variable `{}` in `entrant.yaml`", visible(name))),
            None => diagnostic,
        }
    }

    /// Whether further mistakes are only counted.
    pub(crate) fn is_full(&self) -> bool {
        self.errors >= MAX_ERRORS
    }

    /// Counts a mistake that is not reported because enough are.
    pub(crate) const fn leave_out(&mut self) {
        self.is_broken = true;
        self.left_out += 1;
    }

    /// Whether the document has a mistake that keeps it from being planned.
    pub(crate) const fn is_broken(&self) -> bool {
        self.is_broken || self.errors > 0
    }

    /// Marks the document as one that cannot be planned.
    pub(crate) const fn set_broken(&mut self) {
        self.is_broken = true;
    }

    /// Remembers a member that is ignored because it comes from an answer of Graph.
    pub(crate) fn paste(&mut self, path: &Path, key: Span, name: &str) {
        if self.pasted.len() < MAX_ERRORS {
            let place = self.key_place(path, key);
            self.pasted.push((place, name.to_owned()));
        }
    }

    /// The findings, with a note if there were too many to report.
    pub(crate) fn finish(mut self) -> (Vec<Diagnostic>, Vec<(Place, String)>) {
        if self.left_out > 0 {
            let message = format!("{} more mistakes of this document are not shown", self.left_out);
            let last = self
                .diagnostics
                .iter()
                .rfind(|d| d.is_error())
                .and_then(|diagnostic| diagnostic.place.clone());
            self.diagnostics.push(too_many(message, last));
        }
        (self.diagnostics, self.pasted)
    }
}

/// Says that findings were left out after the one at `last`.
pub(crate) fn too_many(message: String, last: Option<Place>) -> Diagnostic {
    let found = Diagnostic::new(codes::TOO_MANY_FINDINGS, message).help("mend those above first");
    Diagnostic { place: last, ..found }
}

/// What carets point at for a node: itself on the line of its key, else its key, else its first line.
pub(crate) fn spot(source: &str, node: &Node, key: Option<Span>) -> Span {
    let text = source.get(node.span.start..node.span.end).unwrap_or_default();
    let is_scalar = matches!(node.data, Data::Scalar(..));
    if let Some(key) = key {
        let from = if is_scalar { node.span.start } else { key.end };
        let has_break = source.get(from..node.span.end).is_some_and(|text| text.contains('\n'));
        return if has_break || text.is_empty() { key } else { node.span };
    }
    match &node.data {
        Data::Map(entries) if text.contains('\n') => {
            entries.first().map_or(node.span, |entry| entry.key_span)
        }
        _ => first_line(source, node.span),
    }
}

/// A span cut at the end of its first line.
pub(crate) fn first_line(source: &str, span: Span) -> Span {
    let text = source.get(span.start..span.end).unwrap_or_default();
    let end = text.find(['\r', '\n']).map_or(span.end, |at| span.start + at);
    Span { start: span.start, end }
}
