//! Where the parser is, and the diagnostics that it leaves behind.
//!
//! Holds no rules: what is a mistake is decided by whoever reports it here.

use crate::codes;
use crate::template::library::{EMPTY, Library, Texts};
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
    /// The templates and defaults of the directory.
    pub library: &'a Library<'a>,
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
    /// Where the document says that it takes values from others.
    pub used: Option<Span>,
    /// Values of parameters, each with where the template puts it.
    pub filled: Vec<(Span, Span)>,
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
            library: &EMPTY,
            is_json,
            kind: Kind::AssignmentPolicy,
            version: Version::V1,
            prefix: Pointer::default(),
            diagnostics: Vec::new(),
            pasted: Vec::new(),
            selection: Selection::default(),
            depends_on_tenant: false,
            spliced: Vec::new(),
            used: None,
            filled: Vec::new(),
            is_broken: false,
            errors: 0,
            left_out: 0,
        }
    }

    /// The texts that a value of the document may stand in.
    pub(crate) fn texts(&self) -> Texts<'a> {
        Texts { own: self.source, others: &self.library.texts }
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
        let Some(text) = self.library.text(span.text) else {
            let own = Place::document(Arc::clone(&self.file), self.document).at(self.prefix.clone());
            return Place { on_key, bytes: Some((span.start, span.end)), ..own.at(pointer) };
        };
        let place = Place::document(Arc::clone(&text.file), text.document);
        Place { pointer, on_key, bytes: Some((span.start, span.end)), ..place }
    }

    /// What carets point at for a value.
    pub(crate) fn spot(&self, here: Here) -> Span {
        spot(self.texts(), here.node, here.key)
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
        let is_error = diagnostic.severity == Severity::Error;
        let Some(diagnostic) = self.with_other_text(diagnostic) else {
            self.is_broken |= is_error;
            return;
        };
        if diagnostic.severity == Severity::Error {
            if self.is_full() {
                return self.leave_out();
            }
            self.errors += 1;
        }
        let diagnostic = self.with_variable(diagnostic);
        self.diagnostics.push(diagnostic);
    }

    /// Names the other place that a finding in a policy has to do with, where that is put together from several texts.
    /// `None` for what is told where the shared text itself is read.
    fn with_other_text(&self, diagnostic: Diagnostic) -> Option<Diagnostic> {
        let (Some(used), Some(place)) = (self.used, &diagnostic.place) else { return Some(diagnostic) };
        if let Some(text) = self.library.holds(place) {
            if self.library.reports(text, &diagnostic) {
                return None;
            }
            // Of two places the one in the policy's own document is the one to mend.
            let mut diagnostic = diagnostic;
            let own = diagnostic.related.iter_mut().find(|(at, _)| self.library.holds(at).is_none());
            if let (Some((own, label)), Some(place)) = (own, &mut diagnostic.place) {
                std::mem::swap(own, place);
                "the other one stands here".clone_into(label);
                return Some(diagnostic);
            }
            let used = self.place_at(Pointer::default(), used, true);
            return Some(diagnostic.related(used, "the policy that takes it from there"));
        }
        let Some((start, end)) = place.bytes else { return Some(diagnostic) };
        let found = Span::new(start, end);
        let puts: Vec<Place> = self
            .filled
            .iter()
            .filter(|(value, _)| value.holds(found))
            .take(3)
            .map(|(_, at)| self.place_at(Pointer::default(), *at, false))
            .collect();
        Some(
            puts.into_iter()
                .fold(diagnostic, |found, at| found.related(at, "the template puts the value here")),
        )
    }

    /// Leaves out findings after the first so many that say again what one of those says.
    pub(crate) fn forget_repeated(&mut self, first: usize) {
        let later = self.diagnostics.split_off(first.min(self.diagnostics.len()));
        for found in later {
            if !self.diagnostics.contains(&found) {
                self.diagnostics.push(found);
            }
        }
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
pub(crate) fn spot(texts: Texts, node: &Node, key: Option<Span>) -> Span {
    let source = texts.of(node.span.text);
    let text = source.get(node.span.start..node.span.end).unwrap_or_default();
    let is_scalar = matches!(node.data, Data::Scalar(..));
    if let Some(key) = key {
        // A parameter's value stands elsewhere than the key that it belongs to.
        if key.text != node.span.text || key.start > node.span.start {
            return first_line(texts, node.span);
        }
        let from = if is_scalar { node.span.start } else { key.end };
        let has_break = source.get(from..node.span.end).is_some_and(|text| text.contains('\n'));
        return if has_break || text.is_empty() { key } else { node.span };
    }
    match &node.data {
        Data::Map(entries) if text.contains('\n') => {
            entries.first().map_or(node.span, |entry| entry.key_span)
        }
        _ => first_line(texts, node.span),
    }
}

/// A span cut at the end of its first line.
pub(crate) fn first_line(texts: Texts, span: Span) -> Span {
    let text = texts.of(span.text).get(span.start..span.end).unwrap_or_default();
    let end = text.find(['\r', '\n']).map_or(span.end, |at| span.start + at);
    Span { end, ..span }
}
