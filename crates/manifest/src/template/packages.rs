//! Which packages a policy is for: those that `forEachPackage` names, among the declared ones and others; and in which
//! catalog a package is, as far as what is written tells.

use super::library::Library;
use crate::codes;
use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::reference;
use crate::scalar::Scalar;
use crate::yaml::{Data, Entry, Node, Span, Style};
use entrant_model::address::{encode, glob};
use entrant_model::reference::{fold, same_name};
use entrant_model::text::visible;
use entrant_model::{Id, Kind};
use std::borrow::Cow;
use std::collections::HashSet;

/// The key that names packages.
pub(crate) const FOR_EACH: &str = "forEachPackage";

/// A package that a document of the directory declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    pub catalog: String,
    pub name: String,
}

/// What a document of `kind: AccessPackage` declares, where it says it by names.
pub(crate) fn declared(root: &Node) -> Option<Package> {
    let catalog = name_in(&root.get("catalog")?.value)?;
    let name = text(&root.get("displayName")?.value)?;
    Some(Package { catalog: catalog.to_owned(), name: name.to_owned() })
}

fn text<'n>(node: &'n Node) -> Option<&'n str> {
    match leaf::scalar(node)? {
        Scalar::Text(text) => Some(text),
        _ => None,
    }
}

/// The name that a reference gives: a text that is no id, or its `name`.
pub(crate) fn name_in<'n>(node: &'n Node) -> Option<&'n str> {
    match &node.data {
        Data::Map(_) => text(&node.get("name")?.value),
        _ => text(node).filter(|text| Id::guid(text).is_none()),
    }
}

/// The catalog of a package, where it is written or the package is declared in one alone.
pub(crate) fn catalog_of<'n>(library: &'n Library, package: &'n Node) -> Option<&'n str> {
    if let Some(catalog) = package.get("catalog") {
        return name_in(&catalog.value);
    }
    let name = name_in(package)?;
    let mut declared = library.packages.iter().filter(|known| same_name(Some(&known.name), Some(name)));
    let first = declared.next()?;
    declared.next().is_none().then_some(first.catalog.as_str())
}

/// The packages of a list, each as the node that stands for it; nothing where one could not be read.
pub(crate) fn for_each<'s>(ctx: &mut Context, here: Here<'_, '_, 's>) -> Option<Vec<Node<'s>>> {
    if !matches!(here.node.data, Data::List(_)) || here.node.list().is_empty() {
        let found = match here.node.data {
            Data::List(_) => ctx.at(here, codes::WRONG_TYPE, format!("`{FOR_EACH}` names no package")),
            _ => leaf::wrong_type(ctx, here, "a list of packages"),
        };
        ctx.push(found.help("write `[NAME, NAME]`, `[{catalog: NAME}]` for all of a catalog, or a pattern such as `[\"Orders*\"]`"));
        return None;
    }
    let mut packages = Vec::new();
    let mut seen = HashSet::new();
    let mut is_whole = true;
    for (index, node) in here.node.list().iter().enumerate() {
        let path = Path::Index(here.path, index);
        let at = Here { path: &path, key: None, node };
        let Some(meant) = meant(ctx, at) else {
            is_whole = false;
            continue;
        };
        for package in meant {
            let catalog = catalog_of(ctx.library, &package).map(fold);
            let name = name_in(&package).map(fold);
            let id = package.get("id").and_then(|entry| text(&entry.value)).or_else(|| text(&package));
            let key = match name {
                Some(name) => (catalog, name),
                None => (None, id.unwrap_or_default().to_ascii_lowercase()),
            };
            if seen.insert(key) {
                packages.push(package);
            }
        }
    }
    is_whole.then_some(packages)
}

/// What one entry means: one package, or every declared one that it matches.
fn meant<'s>(ctx: &mut Context, here: Here<'_, '_, 's>) -> Option<Vec<Node<'s>>> {
    let of_catalog = here
        .node
        .entries()
        .is_some_and(|entries| entries.iter().all(|entry| entry.key == "catalog") && !entries.is_empty());
    let name = name_in(here.node);
    let catalog = here.node.get("catalog").and_then(|entry| name_in(&entry.value));
    let is_pattern = of_catalog || [name, catalog].into_iter().flatten().any(|text| text.contains('*'));
    if !is_pattern {
        // Read by the same rules as `accessPackage`; what is wrong with it is told here, once.
        reference::reference(ctx, Kind::AccessPackage, here)?;
        return Some(vec![whole(ctx.library, here.node)]);
    }
    if !of_catalog {
        reference::reference(ctx, Kind::AccessPackage, here)?;
    } else if catalog.is_none() {
        let found = ctx
            .at(here, codes::BAD_REFERENCE, "this does not say which catalog is meant")
            .help("write its name: `{catalog: NAME}`");
        ctx.push(found);
        return None;
    }
    let fits = |pattern: Option<&str>, name: &str| {
        pattern.is_none_or(|pattern| glob(&fold(pattern), &fold(&encode(name))))
    };
    let found: Vec<Node> = ctx
        .library
        .packages
        .iter()
        .filter(|package| fits(catalog, &package.catalog) && fits(name, &package.name))
        .map(|package| node_of(Some(&package.catalog), &package.name, here.node.span))
        .collect();
    if !found.is_empty() {
        return Some(found);
    }
    let what = match (name, catalog) {
        (Some(name), Some(catalog)) => {
            format!("is called `{}` in a catalog `{}`", visible(name), visible(catalog))
        }
        (Some(name), None) => format!("is called `{}`", visible(name)),
        (None, catalog) => format!("is in a catalog `{}`", visible(catalog.unwrap_or_default())),
    };
    let found = ctx
        .at(here, codes::NO_PACKAGE, format!("no declared access package {what}"))
        .note("a pattern means the packages that documents of `kind: AccessPackage` declare here; what the tenant has is not looked at")
        .help("check the spelling, or name each package without `*`");
    ctx.push(found);
    None
}

/// The node of one package, with its catalog where the directory tells it.
fn whole<'s>(library: &Library, node: &Node<'s>) -> Node<'s> {
    if node.entries().is_none()
        && let (Some(name), Some(catalog)) = (name_in(node), catalog_of(library, node))
    {
        return node_of(Some(catalog), name, node.span);
    }
    node.clone()
}

/// `{catalog: …, name: …}`, as if it were written at a span.
pub(crate) fn node_of(catalog: Option<&str>, name: &str, span: Span) -> Node<'static> {
    let text = |text: &str| Node { span, data: Data::Scalar(Cow::Owned(text.to_owned()), Style::Text) };
    let entry = |key: &'static str, value: &str| Entry {
        key: Cow::Borrowed(key),
        key_span: span,
        value: text(value),
    };
    let catalog = catalog.map(|catalog| entry("catalog", catalog));
    Node { span, data: Data::Map(catalog.into_iter().chain([entry("name", name)]).collect()) }
}
