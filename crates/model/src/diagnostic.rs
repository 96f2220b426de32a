//! Diagnostics: what is wrong, where, why, and what to do. Data alone; `cli` renders them.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, stops nothing.
    Note,
    /// A contradiction that live estates hold, stops nothing.
    Warning,
    /// Nothing is planned or written while it stands.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A stable code with its usual severity and the text that `entrant explain CODE` prints.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The stable name, in kebab case: `unknown-key`.
    pub name: &'static str,
    /// Its severity unless the configuration says otherwise.
    pub severity: Severity,
    /// What it means, why it is so, an example of the mistake and of its mend, in plain Markdown.
    pub explanation: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A JSON Pointer in segments, into a document as Graph's shape has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Pointer(pub Vec<String>);

impl Pointer {
    /// The pointer one step further.
    #[must_use]
    pub fn child(&self, segment: impl Into<String>) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment.into());
        Self(segments)
    }
}

impl fmt::Display for Pointer {
    /// RFC 6901: `~` is `~0`, `/` is `~1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|s| write!(f, "/{}", s.replace('~', "~0").replace('/', "~1")))
    }
}

/// Where in the files something stands.
///
/// Positions in the text are not kept with the documents: `manifest::locate` finds them again by parsing
/// the one file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, as a person would name it from the working directory.
    pub file: Arc<PathBuf>,
    /// Which document of the file, from 0.
    pub document: usize,
    /// What in the document.
    pub pointer: Pointer,
    /// Whether the key is meant rather than the value.
    pub on_key: bool,
    /// Bytes of the file, where they are known already (a syntax error has no pointer).
    pub bytes: Option<(usize, usize)>,
    /// What else the document is put together from, where its own text does not say all of it.
    pub origin: Option<Arc<Origin>>,
}

/// What a policy is put together from beside its own text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Origin {
    /// The template that it uses.
    pub template: Option<Arc<Declared>>,
    /// The defaults of its catalog.
    pub defaults: Option<Arc<Declared>>,
    /// Whether its document declares it for each of several packages.
    pub for_each: bool,
}

/// Something that a document declares for others to use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// The document that declares it.
    pub place: Place,
}

impl Place {
    /// A whole document.
    pub fn document(file: Arc<PathBuf>, document: usize) -> Self {
        Self { file, document, pointer: Pointer::default(), on_key: false, bytes: None, origin: None }
    }

    /// The template of the policy that stands here, where it uses one.
    pub fn template(&self) -> Option<&Declared> {
        self.origin.as_ref()?.template.as_deref()
    }

    /// The value at a pointer from here: within a document, or within a policy that stands in the document of its
    /// package.
    #[must_use]
    pub fn at(&self, pointer: Pointer) -> Self {
        let pointer = if self.pointer.0.is_empty() {
            pointer
        } else {
            Pointer(self.pointer.0.iter().cloned().chain(pointer.0).collect())
        };
        Self { pointer, origin: self.origin.clone(), ..Self::document(Arc::clone(&self.file), self.document) }
    }

    /// The key at a pointer from here.
    #[must_use]
    pub fn key(&self, pointer: Pointer) -> Self {
        Self { on_key: true, ..self.at(pointer) }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How bad it is here.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop. Names from outside are shown with
    /// [`crate::text::visible`].
    pub message: String,
    /// Where; `None` where no file has to do with it.
    pub place: Option<Place>,
    /// What the carets say, in a few words; may be empty.
    pub label: String,
    /// Other places that have to do with it, each with a few words.
    pub related: Vec<(Place, String)>,
    /// Why it is so, a sentence each.
    pub notes: Vec<String>,
    /// What to do, a sentence each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A finding with its code's usual severity.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            place: None,
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// At this place, with a few words beside the carets.
    #[must_use]
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.place = Some(place);
        self.label = label.into();
        self
    }

    /// Also here.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push((place, label.into()));
        self
    }

    /// With a reason.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With something to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Whether nothing may be planned or written while it stands.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The error codes of one crate, as a table: `codes! { CONST = "name", Severity, "explanation"; … }` makes a
/// constant for each and `ALL` with every one of them. The union of the tables is what `explain` knows.
#[macro_export]
macro_rules! codes {
    ($($ident:ident = $name:literal, $severity:ident, $explanation:expr;)*) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub const $ident: $crate::diagnostic::Code = $crate::diagnostic::Code {
                name: $name,
                severity: $crate::diagnostic::Severity::$severity,
                explanation: $explanation,
            };
        )*
        /// Every code of this table.
        pub const ALL: &[$crate::diagnostic::Code] = &[$($ident),*];
    };
}
