//! A value of a policy that is put together from several documents, found again in the file that it comes from.

use super::library::{self, Library, Source};
use super::{FOR_EACH, declaration, overridden, with_defaults};
use crate::context::{Context, Here, Path};
use crate::files;
use crate::kind;
use crate::locate::{self, find};
use crate::yaml::{self, Entry, Span};
use entrant_model::kinds::assignment_policy::{self, package_member};
use entrant_model::{Declared, Kind, Origin, Place};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a value stands: the file, its text, and the bytes that are meant.
pub(crate) type Found = (Arc<PathBuf>, String, Span);

/// Finds a place again by putting its policy together once more from the files as they are now. `None` where that is
/// not possible any more, or where a file cannot be read.
pub(crate) fn found(place: &Place, origin: &Origin) -> Option<Found> {
    let own = files::read_lossy(&place.file)?;
    let declared: Vec<&Declared> =
        [&origin.template, &origin.defaults].into_iter().filter_map(Option::as_deref).collect();
    let mut texts: Vec<(&Arc<PathBuf>, String)> = Vec::new();
    for declared in &declared {
        let file = &declared.place.file;
        if !texts.iter().any(|(known, _)| *known == file) {
            texts.push((file, files::read_lossy(file)?));
        }
    }
    let sources: Vec<Source> = texts.iter().map(|(file, text)| Source { file, text }).collect();
    let (library, _) = library::gather(&sources, None);
    let span = span(place, origin, &own, &library)?;
    let file = library.text(span.text).map_or(&place.file, |text| &text.file);
    let text = library.text(span.text).map(|text| text.source.to_owned());
    let found = (Arc::clone(file), span);
    Some((found.0, text.unwrap_or(own), found.1))
}

fn span(place: &Place, origin: &Origin, own: &str, library: &Library) -> Option<Span> {
    let is_json = files::is_json(&place.file);
    let mut parsed = yaml::parse(own, is_json);
    let root = parsed.documents.get_mut(place.document)?.take()?;
    let (root, pointer) = match locate::inline_policy(&root, &place.pointer) {
        Some((policy, rest)) => (policy, rest),
        None => (&root, place.pointer.clone()),
    };
    let mut ctx = Context::new(Arc::clone(&place.file), own, is_json, place.document);
    ctx.library = library;
    let here = Here { path: &Path::Root, key: None, node: root };
    let version = kind::version(&mut ctx, here, Kind::AssignmentPolicy)?;
    let template = match &origin.template {
        Some(declared) => Some(library.templates.get(&declared.name)?),
        None => None,
    };
    let defaults: Option<&declaration::Defaults> = match &origin.defaults {
        Some(declared) => Some(library.defaults_of(&declared.name, version)?),
        None => None,
    };
    let mut node = overridden(&mut ctx, here, template, version)?;
    if let Some(each) = root.get(FOR_EACH) {
        let member = Cow::Borrowed(package_member(version));
        node.push(Entry { key: member, key_span: each.key_span, value: each.value.clone() });
    }
    let node = with_defaults(node, defaults, version);
    Some(find(ctx.texts(), &node, assignment_policy::table(version), &pointer, place.on_key))
}
