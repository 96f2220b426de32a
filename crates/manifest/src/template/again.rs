//! A value of a policy that is put together from several documents, found again in the file that it comes from: one of
//! them, or members of many policies at once.

use super::library::{self, Library, Source};
use super::{FOR_EACH, declaration, overridden, with_defaults};
use crate::context::{Context, Here, Path};
use crate::files;
use crate::kind;
use crate::locate::{self, find, walked};
use crate::yaml::{self, Entry, Node, Span};
use entrant_model::kinds::assignment_policy::{self, package_member};
use entrant_model::{Declared, Kind, Origin, Place, Pointer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Where a member of a policy is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// The file.
    pub file: Arc<PathBuf>,
    /// Its line, from 1.
    pub line: usize,
    /// The byte at which it begins.
    pub start: usize,
    /// What kind of document that is.
    pub by: Writer,
    /// Whether all of the value stands there, and nothing of it is filled in by the policy's own document.
    pub is_whole: bool,
}

/// Which of its documents says a member of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// Its own.
    Document,
    /// The template.
    Template,
    /// The defaults of its catalog.
    Defaults,
}

/// Where a value stands: the file, its text, and the bytes that are meant.
pub(crate) type Found<'f> = (&'f Arc<PathBuf>, &'f str, Span);

/// The files of the templates and defaults that policies are put together from.
pub(crate) struct Shared(BTreeMap<Arc<PathBuf>, String>);

impl Shared {
    /// Reads those that these places need; one that cannot be read is left out.
    pub(crate) fn of<'p>(places: impl Iterator<Item = &'p Place>) -> Self {
        let mut files: BTreeSet<&Arc<PathBuf>> = BTreeSet::new();
        for origin in places.filter_map(|place| place.origin.as_ref()) {
            let declared = [&origin.template, &origin.defaults].into_iter().filter_map(Option::as_deref);
            files.extend(declared.map(|declared| &declared.place.file));
        }
        let read = |file: &Arc<PathBuf>| Some((Arc::clone(file), files::read_lossy(file)?));
        Self(files.into_iter().filter_map(read).collect())
    }

    /// What they declare.
    pub(crate) fn library(&self) -> Library<'_> {
        let sources: Vec<Source> = self.0.iter().map(|(file, text)| Source { file, text }).collect();
        library::gather(&sources, None).0
    }

    /// Their texts.
    pub(crate) fn into_sources(self) -> BTreeMap<Arc<PathBuf>, String> {
        self.0
    }
}

/// Finds a place again by putting its policy together once more from the files as they are now: `own` is the text of its
/// file, `root` its document there. `None` where that is not possible any more.
pub(crate) fn found_in<'f>(
    place: &'f Place,
    origin: &Origin,
    root: &Node<'f>,
    own: &'f str,
    library: &'f Library<'f>,
) -> Option<Found<'f>> {
    let mut ctx = Context::new(Arc::clone(&place.file), own, files::is_json(&place.file), place.document);
    ctx.library = library;
    let (node, pointer) = whole(&mut ctx, root, &place.pointer, origin)?;
    let table = assignment_policy::table(version(&mut ctx, &node)?);
    let span = find(ctx.texts(), &node, table, &pointer, place.on_key);
    Some(match library.text(span.text) {
        Some(text) => (&text.file, text.source, span),
        None => (&place.file, own, span),
    })
}

fn version(ctx: &mut Context, node: &Node) -> Option<entrant_model::Version> {
    kind::version(ctx, Here { path: &Path::Root, key: None, node }, Kind::AssignmentPolicy)
}

/// The policy that a pointer leads to or into, put together, and the rest of the way.
fn whole<'s>(
    ctx: &mut Context<'s>,
    root: &Node<'s>,
    pointer: &Pointer,
    origin: &Origin,
) -> Option<(Node<'s>, Pointer)> {
    let library = ctx.library;
    let (root, pointer) = match locate::inline_policy(root, pointer) {
        Some((policy, rest)) => (policy, rest),
        None => (root, pointer.clone()),
    };
    let here = Here { path: &Path::Root, key: None, node: root };
    let version = version(ctx, root)?;
    let template = match &origin.template {
        Some(declared) => Some(library.templates.get(&declared.name)?),
        None => None,
    };
    let defaults: Option<&declaration::Defaults> = match &origin.defaults {
        Some(declared) => Some(library.defaults_of(&declared.name, version)?),
        None => None,
    };
    let mut node = overridden(ctx, here, template, version)?;
    if let Some(each) = root.get(FOR_EACH) {
        let member = Cow::Borrowed(package_member(version));
        node.push(Entry { key: member, key_span: each.key_span, value: each.value.clone() });
    }
    Some((with_defaults(node, defaults, version), pointer))
}

/// Where members of policies are written, each file read once. A member that no document says has no place, and neither
/// has one of a policy that cannot be put together any more.
pub fn written(asked: &[(&Place, Vec<Pointer>)]) -> Vec<Vec<Option<Written>>> {
    let shared = Shared::of(asked.iter().map(|(place, _)| *place));
    let library = shared.library();
    let mut by_file: BTreeMap<&Arc<PathBuf>, Vec<usize>> = BTreeMap::new();
    for (index, (place, _)) in asked.iter().enumerate() {
        by_file.entry(&place.file).or_default().push(index);
    }
    let mut all: Vec<Vec<Option<Written>>> = asked.iter().map(|(_, of)| vec![None; of.len()]).collect();
    for (file, indices) in by_file {
        let Some(own) = files::read_lossy(file) else { continue };
        let is_json = files::is_json(file);
        let parsed = yaml::parse(&own, is_json);
        for index in indices {
            let (place, pointers) = &asked[index];
            let root = parsed.documents.get(place.document).and_then(Option::as_ref);
            let (Some(root), Some(origin)) = (root, &place.origin) else { continue };
            let mut ctx = Context::new(Arc::clone(&place.file), &own, is_json, place.document);
            ctx.library = &library;
            all[index] = of_policy(&mut ctx, root, place, origin, pointers).unwrap_or_default();
            all[index].resize(pointers.len(), None);
        }
    }
    all
}

fn of_policy<'s>(
    ctx: &mut Context<'s>,
    root: &Node<'s>,
    place: &Place,
    origin: &Origin,
    pointers: &[Pointer],
) -> Option<Vec<Option<Written>>> {
    let (node, _) = whole(ctx, root, &place.pointer, origin)?;
    let table = assignment_policy::table(version(ctx, &node)?);
    let is = |declared: &Option<Arc<Declared>>, file: &Arc<PathBuf>, document: usize| {
        declared.as_ref().is_some_and(|d| d.place.file == *file && d.place.document == document)
    };
    let members = pointers.iter().map(|pointer| {
        let (key, value) = walked(&node, table, pointer)?;
        // A value that is filled in stands where the policy gives it.
        let span = if key.text == value.span.text { key } else { value.span };
        let (file, document) = ctx
            .library
            .text(span.text)
            .map_or((&place.file, place.document), |text| (&text.file, text.document));
        let before = ctx.texts().of(span.text).get(..span.start)?;
        let by = if ctx.library.text(span.text).is_none() {
            Writer::Document
        } else if is(&origin.defaults, file, document) {
            Writer::Defaults
        } else {
            Writer::Template
        };
        Some(Written {
            file: Arc::clone(file),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            start: span.start,
            by,
            is_whole: value.is_of(span.text),
        })
    });
    Some(members.collect())
}
