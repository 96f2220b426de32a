//! Positions, found again: a [`Place`] to the bytes, the line and the column of the file as it is now.
//!
//! Pointers speak Graph's shape. Where the document used a hand form they lead to the key that stands for
//! the member, and where nothing does, to the nearest enclosing value.

use crate::context::{first_line, spot};
use crate::files;
use crate::template::again;
use crate::template::library::{Library, Texts};
use crate::tenant::is_variable;
use crate::yaml::{self, Data, Node, Span, TextId};
use crate::{inline, kind, removed};
use entrant_model::kinds::assignment_policy;
use entrant_model::spec::{HandForm, Type};
use entrant_model::wire::{ODATA_TYPE, element_type};
use entrant_model::{Kind, Place, Pointer, TypeSpec, Version, kinds};
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A place in the text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file: that of the place, or the one in which a template says the value.
    pub file: Arc<PathBuf>,
    /// The whole text of the file; bytes that are no UTF-8 are replaced.
    pub source: String,
    /// The bytes of `source` that are meant.
    pub bytes: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// Finds a place again by reading its file. `None` where the file cannot be read or is too large to be one
/// of ours; then only its name can be shown.
pub fn locate(place: &Place) -> Option<Location> {
    let mut located = locate_all(&[place]);
    let (file, bytes) = located.places.pop()??;
    let source = located.sources.remove(&file)?;
    let span = Span::new(bytes.start, bytes.end);
    let span = first_line(Texts::only(&source), span);
    let before = source.get(..span.start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1;
    Some(Location { file, bytes: span.start..span.end, line, column, source })
}

/// What stands at a place of a document.
fn span_of(source: &str, root: Option<&Node>, place: &Place) -> Span {
    let texts = Texts::only(source);
    root.map_or(Span::new(0, 0), |root| match inline_policy(root, &place.pointer) {
        Some((policy, rest)) => {
            let table = table_of(policy, Some(Kind::AssignmentPolicy));
            find(texts, policy, table, &rest, place.on_key)
        }
        None => find(texts, root, table_of(root, None), &place.pointer, place.on_key),
    })
}

/// Many places, and the texts of the files in which they stand.
#[derive(Debug, Default)]
pub struct Located {
    /// By file; bytes that are no UTF-8 are replaced.
    pub sources: BTreeMap<Arc<PathBuf>, String>,
    /// The file and the bytes of each place, in the order in which they were asked for; `None` where its file cannot be
    /// read.
    pub places: Vec<Option<(Arc<PathBuf>, Range<usize>)>>,
}

/// [`locate`] of many places, for which each file is read and parsed once.
pub fn locate_all(places: &[&Place]) -> Located {
    let shared = again::Shared::of(places.iter().copied());
    let library = shared.library();
    let mut by_file: BTreeMap<&Arc<PathBuf>, Vec<usize>> = BTreeMap::new();
    for (index, place) in places.iter().enumerate() {
        by_file.entry(&place.file).or_default().push(index);
    }
    let mut located = Located { sources: BTreeMap::new(), places: vec![None; places.len()] };
    for (file, indices) in by_file {
        let Some(source) = files::read_lossy(file) else { continue };
        let parsed = LazyCell::new(|| yaml::parse(&source, files::is_json(file)));
        for index in indices {
            let found = match places[index].bytes {
                Some((start, end)) => Some((file, &*source, Span::new(start, end))),
                None => parsed
                    .documents
                    .get(places[index].document)
                    .map(|root| stands(places[index], root.as_ref(), &source, &library)),
            };
            located.places[index] = found.map(|(file, text, span)| {
                let span = clamp(text, Span { text: TextId::OWN, ..span });
                (Arc::clone(file), span.start..span.end)
            });
        }
        drop(parsed);
        located.sources.insert(Arc::clone(file), source);
    }
    drop(library);
    for (file, source) in shared.into_sources() {
        located.sources.entry(file).or_insert(source);
    }
    located
}

/// Where a place of a document stands: in the policy that is put together, or in the document alone.
fn stands<'f>(
    place: &'f Place,
    root: Option<&Node<'f>>,
    source: &'f str,
    library: &'f Library<'f>,
) -> again::Found<'f> {
    let put_together = || again::found_in(place, place.origin.as_ref()?, root?, source, library);
    put_together().unwrap_or_else(|| (&place.file, source, span_of(source, root, place)))
}

/// The span moved to character boundaries within the text, in case the file has changed.
fn clamp(source: &str, span: Span) -> Span {
    let floor = |mut at: usize| {
        at = at.min(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    Span { start, end: floor(span.end).max(start), ..span }
}

/// The table of a document, by its `kind` and `apiVersion`, or of a policy that stands in it.
fn table_of(root: &Node, kind: Option<Kind>) -> &'static TypeSpec {
    let text = |node: &Node| match &node.data {
        Data::Scalar(text, _) => text.to_string(),
        _ => String::new(),
    };
    let of_key = |node: &Node, key| node.get(key).map(|entry| text(&entry.value)).unwrap_or_default();
    let written = kind.map_or_else(|| of_key(root, "kind"), |kind| kind.as_str().to_owned());
    let target = root.get("target").map(|entry| of_key(&entry.value, "kind")).unwrap_or_default();
    let version = if of_key(root, "apiVersion") == "beta" { Version::Beta } else { Version::V1 };
    table(&written, &target, version).unwrap_or_else(|| assignment_policy::table(version))
}

/// The table of a kind, and of a removal by the kind of its target; `None` where there is none.
pub(crate) fn table(kind: &str, target: &str, version: Version) -> Option<&'static TypeSpec> {
    if kind == kind::REMOVED {
        let target = Kind::DECLARED.into_iter().find(|kind| kind.as_str() == target);
        return Some(removed::table(target.unwrap_or(Kind::AssignmentPolicy)));
    }
    let kind = Kind::DECLARED.into_iter().find(|known| known.as_str() == kind)?;
    kinds::table(kind, version).or_else(|| kinds::table(kind, Version::V1))
}

/// The policy of a package that a pointer leads into, and the rest of the way.
pub(crate) fn inline_policy<'n, 's>(
    root: &'n Node<'s>,
    pointer: &Pointer,
) -> Option<(&'n Node<'s>, Pointer)> {
    let [first, index, rest @ ..] = &*pointer.0 else { return None };
    if first != inline::POLICIES {
        return None;
    }
    let list = root.get(first)?.value.list();
    let index = index.parse::<usize>().ok()?;
    // A variable may stand for several policies: from there on positions are others.
    if list.iter().take(index + 1).any(is_variable) {
        return None;
    }
    Some((list.get(index)?, Pointer(rest.to_vec())))
}

/// The span of what stands at a pointer, or of the nearest enclosing value.
pub(crate) fn find(
    texts: Texts,
    root: &Node,
    ty: &'static TypeSpec,
    pointer: &Pointer,
    on_key: bool,
) -> Span {
    let (steps, _) = walk(root, ty, pointer);
    let Some((key, node)) = steps.last() else {
        // A whole document is shown by the line that says what it is.
        return root.get("kind").map_or(spot(texts, root, None), |kind| Span {
            end: kind.value.span.end.max(kind.key_span.end),
            ..kind.key_span
        });
    };
    match key {
        Some(key) if on_key => *key,
        _ => spot(texts, node, *key),
    }
}

/// The node at a pointer, where the document has it.
pub(crate) fn node_at<'n, 's>(
    root: &'n Node<'s>,
    ty: &'static TypeSpec,
    pointer: &Pointer,
) -> Option<&'n Node<'s>> {
    let (steps, is_whole) = walk(root, ty, pointer);
    steps.last().filter(|_| is_whole).map(|(_, node)| *node)
}

/// The key and the value at a pointer, where the document has it. An element of a list has no key but itself.
pub(crate) fn walked<'n, 's>(
    root: &'n Node<'s>,
    ty: &'static TypeSpec,
    pointer: &Pointer,
) -> Option<(Span, &'n Node<'s>)> {
    let (steps, is_whole) = walk(root, ty, pointer);
    steps.last().filter(|_| is_whole).map(|(key, node)| (key.unwrap_or(node.span), *node))
}

type Step<'n, 's> = (Option<Span>, &'n Node<'s>);

/// Follows a pointer as far as the document goes; says whether it came to the end.
fn walk<'n, 's>(root: &'n Node<'s>, ty: &'static TypeSpec, pointer: &Pointer) -> (Vec<Step<'n, 's>>, bool) {
    let mut steps: Vec<Step> = Vec::new();
    let mut node = root;
    let mut ty = Some(Type::Object(ty));
    for segment in &pointer.0 {
        let Some((key, next, next_ty)) = step(node, ty, segment) else { return (steps, false) };
        // A key of the hand form stands for two steps: the second stays where the first came to.
        if !std::ptr::eq(next, node) {
            steps.push((key, next));
        }
        node = next;
        ty = next_ty;
    }
    (steps, true)
}

fn step<'n, 's>(
    node: &'n Node<'s>,
    ty: Option<Type>,
    segment: &str,
) -> Option<(Option<Span>, &'n Node<'s>, Option<Type>)> {
    match &node.data {
        Data::List(list) => {
            let index = segment.parse::<usize>().ok()?;
            // A variable may stand for several elements: from there on positions are others.
            if list.iter().take(index + 1).any(is_variable) {
                return None;
            }
            let element = list.get(index)?;
            Some((None, element, ty.map(|ty| element_type(&ty))))
        }
        Data::Map(entries) => {
            if let Some(Type::Map { of, value, .. }) = ty {
                // `{fr: …}`: the index counts the keys, and the value is the one member.
                let entry = segment.parse::<usize>().ok().and_then(|index| entries.get(index));
                let entry = entry.or_else(|| entries.iter().find(|e| e.key == segment))?;
                let value = of.member(value).map(|(_, m)| m.ty);
                return Some((Some(entry.key_span), &entry.value, value.map(|_| Type::Object(of))));
            }
            let entry = entries.iter().find(|e| e.key == segment).or_else(|| {
                let hand = hand_key(ty?, segment, node)?;
                entries.iter().find(|e| e.key == hand)
            });
            match entry {
                Some(entry) => Some((Some(entry.key_span), &entry.value, member_type(ty, node, segment))),
                None => None,
            }
        }
        Data::Scalar(..) => {
            let is_member = match ty {
                Some(Type::Object(of)) => of.member(segment).is_some(),
                _ => false,
            };
            is_member.then_some((None, node, None))
        }
    }
}

/// The key of the hand form that gives a member.
fn hand_key(ty: Type, member: &str, node: &Node) -> Option<&'static str> {
    let Type::Union { spec, .. } = ty else { return None };
    spec.variants.iter().find_map(|v| match v.hand {
        HandForm::Key { key, member: of } if of == member && node.get(key).is_some() => Some(key),
        _ => None,
    })
}

fn member_type(ty: Option<Type>, node: &Node, name: &str) -> Option<Type> {
    match ty? {
        Type::Object(of) => of.member(name).map(|(_, m)| m.ty),
        Type::Union { spec, .. } => {
            let tag = node.get(ODATA_TYPE).and_then(|e| match &e.value.data {
                Data::Scalar(text, _) => text.rsplit('.').next().and_then(|name| spec.variant(name)),
                _ => None,
            });
            let found = tag.or_else(|| spec.variants.iter().find(|v| v.ty.member(name).is_some()))?;
            found.ty.member(name).map(|(_, m)| m.ty)
        }
        _ => None,
    }
}
