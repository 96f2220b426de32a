//! What documents share: templates, defaults of catalogs, and which access packages are declared.
//!
//! They may stand in any file, so they are gathered before the documents are read. Texts are looked through for the
//! words that such documents cannot be without, in one pass; only files that have one are parsed twice.

use super::declaration::{self, Defaults, Template};
use super::packages::{self, Package};
use crate::codes;
use crate::context::{Context, Here, Path};
use crate::files;
use crate::tenant::{self, Parameters, Selection};
use crate::yaml::{self, Data, Node, TextId};
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Place, Version};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// A library in which nothing stands.
pub(crate) static EMPTY: Library<'static> = Library {
    texts: Vec::new(),
    templates: BTreeMap::new(),
    defaults: Vec::new(),
    packages: Vec::new(),
    known: None,
};

/// What documents share.
#[derive(Debug, Default)]
pub(crate) struct Library<'t> {
    /// Where a value stands whose span is not of the document's own text: [`TextId`] counts them from 1.
    pub texts: Vec<Text<'t>>,
    /// By name.
    pub templates: BTreeMap<String, Template<'t>>,
    /// In the order of their catalogs.
    pub defaults: Vec<Defaults<'t>>,
    /// In the order of catalog and name.
    pub packages: Vec<Package>,
    /// Findings of the shared documents themselves, so that whoever uses them does not report them again.
    pub known: Option<HashSet<(usize, usize, &'static str, usize)>>,
}

/// A document that others take values from.
#[derive(Debug)]
pub(crate) struct Text<'t> {
    pub file: Arc<PathBuf>,
    pub document: usize,
    pub source: &'t str,
}

/// The texts that a value of a document may stand in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub own: &'a str,
    pub others: &'a [Text<'a>],
}

impl<'a> Texts<'a> {
    /// A file alone.
    pub(crate) const fn only(own: &'a str) -> Self {
        Self { own, others: &[] }
    }

    /// The text that a span is of.
    pub(crate) fn of(self, id: TextId) -> &'a str {
        position(id).map_or(self.own, |at| self.others.get(at).map_or("", |text| text.source))
    }
}

/// Where a text stands in the library; `None` for the document's own.
fn position(id: TextId) -> Option<usize> {
    usize::try_from(id.0).ok()?.checked_sub(1)
}

impl<'t> Library<'t> {
    /// The document that a span is of, where that is not the own one.
    pub(crate) fn text(&self, id: TextId) -> Option<&Text<'t>> {
        self.texts.get(position(id)?)
    }

    /// Whether a place is in one of the shared documents; gives which.
    pub(crate) fn holds(&self, place: &Place) -> Option<usize> {
        self.texts.iter().position(|text| text.document == place.document && text.file == place.file)
    }

    /// Whether the shared document reports this finding itself.
    pub(crate) fn reports(&self, text: usize, found: &Diagnostic) -> bool {
        let Some((start, end)) = found.place.as_ref().and_then(|place| place.bytes) else { return false };
        self.known.as_ref().is_some_and(|known| known.contains(&(text, start, found.code.name, end)))
    }

    /// The defaults of a catalog in a shape.
    pub(crate) fn defaults_of(&self, catalog: &str, version: Version) -> Option<&Defaults<'t>> {
        let key = fold(catalog);
        self.defaults.iter().find(|defaults| defaults.version == version && defaults.key == key)
    }
}

/// What a text holds that others may need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    /// A template or defaults.
    pub shares: bool,
    /// Something that is to know which packages are declared.
    pub asks: bool,
    /// An access package.
    pub packages: bool,
}

/// Looks through a text for words. What is written by escapes may be any of them.
pub(crate) fn signs(text: &str) -> Signs {
    let bytes = text.as_bytes();
    let mut signs = Signs::default();
    for (at, byte) in bytes.iter().enumerate() {
        let begins = |word: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(word));
        match byte {
            b'P' if begins(b"PolicyTemplate") => signs.shares = true,
            b'P' if begins(b"PolicyDefaults") => (signs.shares, signs.asks) = (true, true),
            b'E' if begins(b"EachPackage") => signs.asks = true,
            b'A' if begins(b"AccessPackage") => signs.packages = true,
            b'\\' if matches!(bytes.get(at + 1), Some(b'x' | b'u' | b'U' | b'\n' | b'\r')) => {
                return Signs { shares: true, asks: true, packages: true };
            }
            _ => {}
        }
    }
    signs
}

/// A file as it is looked through for what documents share.
pub(crate) struct Source<'t> {
    pub file: &'t Arc<PathBuf>,
    pub text: &'t str,
}

/// Gathers what documents share, with what is wrong among it. What is wrong with one of them is told where it is read.
/// Variables are replaced by those of the selected tenant; without a selection they stay.
pub(crate) fn gather<'t>(
    sources: &[Source<'t>],
    selection: Option<Selection>,
) -> (Library<'t>, Vec<Diagnostic>) {
    let mut library = Library::default();
    let mut known = HashSet::new();
    let mut found = Vec::new();
    for source in sources {
        let parsed = yaml::parse(source.text, files::is_json(source.file));
        for (document, root) in parsed.documents.into_iter().enumerate() {
            let Some(root) = root else { continue };
            let is_whole = parsed.faults.iter().all(|fault| fault.document != document);
            read(&mut library, source, document, &root, is_whole, selection, &mut known, &mut found);
        }
    }
    library.defaults.sort_by(|a, b| (&a.key, a.version.as_str()).cmp(&(&b.key, b.version.as_str())));
    library.packages.sort_by_cached_key(|package| (fold(&package.catalog), fold(&package.name)));
    library.packages.dedup_by(|a, b| fold(&a.catalog) == fold(&b.catalog) && fold(&a.name) == fold(&b.name));
    library.known = Some(known);
    (library, found)
}

#[allow(clippy::too_many_arguments, reason = "one loop of `gather`")]
fn read<'t>(
    library: &mut Library<'t>,
    source: &Source<'t>,
    document: usize,
    root: &Node<'t>,
    is_whole: bool,
    selection: Option<Selection>,
    known: &mut HashSet<(usize, usize, &'static str, usize)>,
    found: &mut Vec<Diagnostic>,
) {
    let is = |kind: &str| {
        root.get("kind").is_some_and(|e| matches!(&e.value.data, Data::Scalar(text, _) if text == kind))
    };
    if is("AccessPackage") {
        library.packages.extend(packages::declared(root));
        return;
    }
    let is_template = is(declaration::TEMPLATE);
    if !is_template && !is(declaration::DEFAULTS) {
        return;
    }
    let mut ctx = Context::new(Arc::clone(source.file), source.text, files::is_json(source.file), document);
    let expanded = match selection {
        Some(selection) => {
            ctx.selection = selection;
            tenant::expand(&mut ctx, root, Parameters::Stay)
        }
        None => Some(Cow::Borrowed(root)),
    };
    let Some(expanded) = expanded else { return };
    let id = library.texts.len();
    let text = TextId(u32::try_from(id + 1).unwrap_or(u32::MAX));
    let here = Here { path: &Path::Root, key: None, node: &expanded };
    let twice = if is_template {
        let Some(mut template) = declaration::template(&mut ctx, here) else { return };
        template.is_sound = is_whole && !ctx.is_broken();
        template.set_text(text);
        template_twice(library, template)
    } else {
        let Some(mut defaults) = declaration::defaults(&mut ctx, here) else { return };
        defaults.is_sound = is_whole && !ctx.is_broken();
        defaults.policy.set_text(text);
        defaults_twice(library, defaults)
    };
    found.extend(twice);
    library.texts.push(Text { file: Arc::clone(source.file), document, source: source.text });
    for finding in ctx.finish().0 {
        if let Some((start, end)) = finding.place.and_then(|place| place.bytes) {
            known.insert((id, start, finding.code.name, end));
        }
    }
}

/// Takes the template up; reports where one of its name is there already.
fn template_twice<'t>(library: &mut Library<'t>, template: Template<'t>) -> Option<Diagnostic> {
    match library.templates.get(&template.declared.name) {
        None => {
            library.templates.insert(template.declared.name.clone(), template);
            None
        }
        Some(first) => Some(
            Diagnostic::new(
                codes::TEMPLATE_TWICE,
                format!("the template `{}` is declared twice", visible(&template.declared.name)),
            )
            .at(template.name, "")
            .related(first.name.clone(), "the first stands here")
            .help("give one of the two another name"),
        ),
    }
}

fn defaults_twice<'t>(library: &mut Library<'t>, defaults: Defaults<'t>) -> Option<Diagnostic> {
    let first =
        library.defaults_of(&defaults.declared.name, defaults.version).map(|first| first.name.clone());
    let Some(first) = first else {
        library.defaults.push(defaults);
        return None;
    };
    let message = format!("the catalog `{}` has defaults already", visible(&defaults.declared.name));
    Some(
        Diagnostic::new(codes::DEFAULTS_TWICE, message)
            .at(defaults.name, "")
            .related(first, "the first stand here")
            .help("make the two one document: nobody could tell which one decides"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_by_their_words() {
        let of = |text: &str| {
            let Signs { shares, asks, packages } = signs(text);
            (shares, asks, packages)
        };
        for (text, expected) in [
            ("kind: AssignmentPolicy\naccessPackage: x\n", (false, false, false)),
            ("kind: PolicyTemplate\n", (true, false, false)),
            ("kind: 'PolicyDefaults'\n", (true, true, false)),
            ("forEachPackage: [a]\n", (false, true, false)),
            ("{\"kind\":\"AccessPackage\"}", (false, false, true)),
            ("kind: \"Polic\\u0079Template\"", (true, true, true)),
            ("kind: \"Policy\\\n  Template\"", (true, true, true)),
            ("rule: \"a -eq \\\"b\\\"\"", (false, false, false)),
            ("P", (false, false, false)),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
