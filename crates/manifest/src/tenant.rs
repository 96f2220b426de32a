//! What differs from tenant to tenant: `tenants:` of a document, a pin for each, and variables.
//!
//! A variable is a node of `entrant.yaml` that takes the place of `{var: name}` before a document is read by the
//! tables. It is never text within a text: what it stands for is checked like any other value.

use crate::codes;
use crate::config::Config;
use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::reference;
use crate::template::parameter::{self, PARAM};
use crate::yaml::{Data, Entry, Node, Span};
use entrant_model::text::{nearest, visible};
use entrant_model::{Diagnostic, Id};
use std::borrow::Cow;

/// The key of a mapping that stands for a variable.
pub(crate) const VAR: &str = "var";
/// Keys of a document that say which document it is, and so hold no variable.
const FIXED: &[&str] = &["kind", "apiVersion", "tenants", "pin", "$schema", "template", "name"];

/// For which tenant documents are read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Selection<'a> {
    config: Option<&'a Config>,
    name: Option<&'a str>,
}

impl<'a> Selection<'a> {
    /// The tenant of this name; the only one of the configuration where none is named.
    pub(crate) fn new(config: &'a Config, name: Option<&'a str>) -> Self {
        let only = || config.tenants.keys().next().filter(|_| config.tenants.len() == 1);
        Self { config: Some(config), name: name.or_else(|| only().map(String::as_str)) }
    }

    fn names(self) -> impl Iterator<Item = &'a str> + Clone {
        self.config.into_iter().flat_map(|config| config.tenants.keys().map(String::as_str))
    }
}

/// Whether the document is one of the tenant that is read for.
pub(crate) fn is_meant(ctx: &mut Context, here: Here) -> bool {
    let Some(entry) = here.node.get("tenants").filter(|e| !e.value.is_null()) else { return true };
    ctx.depends_on_tenant = true;
    let path = Path::Key(here.path, "tenants");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    if !matches!(entry.value.data, Data::List(_)) || entry.value.list().is_empty() {
        let found = match entry.value.data {
            Data::List(_) => ctx.at(at, codes::WRONG_TYPE, "`tenants` names no tenant"),
            _ => leaf::wrong_type(ctx, at, "a list of tenants"),
        };
        let diagnostic = found.help(
            "write `[NAME]` with names from `tenants:` of `entrant.yaml`, or leave it out for all of them",
        );
        ctx.push(diagnostic);
        return true;
    }
    let (mut is_meant, mut is_sound) = (false, true);
    for (index, node) in entry.value.list().iter().enumerate() {
        let path = Path::Index(&path, index);
        let at = Here { path: &path, key: None, node };
        match leaf::text(ctx, at, "the name of a tenant") {
            Some(name) if is_known(ctx, at, name) => is_meant |= ctx.selection.name == Some(name),
            _ => is_sound = false,
        }
    }
    is_meant || !is_sound
}

/// The id that the document is pinned to in this tenant.
pub(crate) fn pin(ctx: &mut Context, here: Here) -> Option<Id> {
    let entry = here.node.get("pin").filter(|e| !e.value.is_null())?;
    let path = Path::Key(here.path, "pin");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let Data::Map(entries) = &entry.value.data else { return reference::guid(ctx, at) };
    ctx.depends_on_tenant = true;
    let mut pin = None;
    for entry in entries {
        let path = Path::Key(&path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        let is_known = is_known(ctx, at, &entry.key);
        let id = if entry.value.is_null() { None } else { reference::guid(ctx, at) };
        if is_known && ctx.selection.name == Some(&*entry.key) {
            pin = id;
        }
    }
    pin
}

/// Whether the configuration names this tenant; reports it where not.
fn is_known(ctx: &mut Context, here: Here, name: &str) -> bool {
    let names = ctx.selection.names();
    if names.clone().any(|known| known == name) {
        return true;
    }
    let shown = visible(&name.chars().take(80).collect::<String>());
    let mut found = ctx.at(here, codes::UNKNOWN_TENANT, format!("`entrant.yaml` names no tenant `{shown}`"));
    if let (Path::Key(..), Some(key)) = (here.path, here.key) {
        found = ctx.at_key(here.path, key, codes::UNKNOWN_TENANT, found.message);
    }
    ctx.push(with_known(found, name, names, "tenants"));
    false
}

/// What becomes of the parameters of templates where variables are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameters {
    /// They stay: the document is a template.
    Stay,
    /// There are none outside of templates.
    Refused,
}

/// The document with its variables in their places; `None` where one is not there, which was reported.
pub(crate) fn expand<'n, 's>(
    ctx: &mut Context,
    root: &'n Node<'s>,
    parameters: Parameters,
) -> Option<Cow<'n, Node<'s>>> {
    if !has_placeholder(root) {
        return Some(Cow::Borrowed(root));
    }
    if parameters == Parameters::Refused && refuse_parameters(ctx, root) {
        return None;
    }
    if !has_variable(root) {
        return Some(Cow::Borrowed(root));
    }
    ctx.depends_on_tenant = true;
    let mut is_whole = true;
    let mut expanded = root.clone();
    if let Data::Map(entries) = &mut expanded.data {
        for entry in entries.iter_mut().filter(|entry| !FIXED.contains(&&*entry.key)) {
            let key = entry.key.clone();
            let path = Path::Key(&Path::Root, &key);
            is_whole &= fill(ctx, &path, Some(entry.key_span), &mut entry.value);
        }
    }
    if !is_whole {
        ctx.set_broken();
    }
    is_whole.then_some(Cow::Owned(expanded))
}

/// Whether a variable or a parameter stands anywhere below.
fn has_placeholder(node: &Node) -> bool {
    match &node.data {
        Data::Scalar(..) => false,
        Data::List(list) => list.iter().any(has_placeholder),
        Data::Map(entries) => {
            matches!(entries.as_slice(), [entry] if entry.key == VAR || entry.key == PARAM)
                || entries.iter().any(|entry| has_placeholder(&entry.value))
        }
    }
}

/// Reports parameters outside of a template; says whether there are any.
fn refuse_parameters(ctx: &mut Context, root: &Node) -> bool {
    let mut found = Vec::new();
    parameter::each(root, &Path::Root, None, &mut |_, at| {
        found.push(
            ctx.at(at, codes::PARAMETER_OUTSIDE, "a parameter stands outside of a template")
                .note("`{param: NAME}` takes a value where a template is used, and this is no template")
                .help("write the value; for one that differs from tenant to tenant, `{var: NAME}`"),
        );
    });
    let is_any = !found.is_empty();
    for found in found {
        ctx.push(found);
    }
    is_any
}

/// Whether a variable stands anywhere below.
pub(crate) fn has_variable(node: &Node) -> bool {
    match &node.data {
        Data::Scalar(..) => false,
        Data::List(list) => list.iter().any(has_variable),
        Data::Map(entries) => is_variable(node) || entries.iter().any(|e| has_variable(&e.value)),
    }
}

/// Puts variables into their places below a node; says whether all were there.
fn fill(ctx: &mut Context, path: &Path, key: Option<Span>, node: &mut Node) -> bool {
    if is_variable(node) {
        let here = Here { path, key, node };
        let Some(value) = value(ctx, here) else { return false };
        *node = value;
        return true;
    }
    let mut is_whole = true;
    match &mut node.data {
        Data::Scalar(..) => {}
        Data::Map(entries) => {
            for entry in entries {
                let Entry { key, key_span, value } = entry;
                is_whole &= fill(ctx, &Path::Key(path, key), Some(*key_span), value);
            }
        }
        Data::List(list) => {
            let mut elements = Vec::with_capacity(list.len());
            for (index, mut element) in std::mem::take(list).into_iter().enumerate() {
                let is_spliced = is_variable(&element);
                is_whole &= fill(ctx, &Path::Index(path, index), None, &mut element);
                match element.data {
                    Data::List(of_variable) if is_spliced => elements.extend(of_variable),
                    data => elements.push(Node { span: element.span, data }),
                }
            }
            *list = elements;
        }
    }
    is_whole
}

/// Whether a node is `{var: NAME}` and nothing beside.
pub(crate) fn is_variable(node: &Node) -> bool {
    matches!(node.entries(), Some([entry]) if entry.key == VAR)
}

/// What a variable stands for, as if it were written where the variable is.
fn value(ctx: &mut Context, here: Here) -> Option<Node<'static>> {
    let entry = here.node.get(VAR)?;
    let path = Path::Key(here.path, VAR);
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let name = leaf::text(ctx, at, "the name of a variable")?;
    let Some(tenant) = ctx.selection.name.and_then(|tenant| ctx.selection.config?.tenants.get(tenant)) else {
        let diagnostic = ctx
            .at(at, codes::UNKNOWN_VARIABLE, "there is no tenant whose variables are meant")
            .help("name the tenant and its `variables` under `tenants:` in `entrant.yaml`");
        ctx.push(diagnostic);
        return None;
    };
    let Some(variable) = tenant.variables.get(name) else {
        let shown = visible(&name.chars().take(80).collect::<String>());
        let of = visible(ctx.selection.name.unwrap_or_default());
        let found =
            ctx.at(at, codes::UNKNOWN_VARIABLE, format!("the tenant `{of}` has no variable `{shown}`"));
        let names = tenant.variables.keys().map(String::as_str);
        ctx.push(with_known(found, name, names, "variables of this tenant"));
        return None;
    };
    ctx.spliced.push((here.node.span, name.to_owned()));
    Some(at_span(&variable.0, here.node.span))
}

/// A node whose parts all stand where the variable does.
fn at_span(node: &Node<'static>, span: Span) -> Node<'static> {
    let data = match &node.data {
        Data::Scalar(text, style) => Data::Scalar(text.clone(), *style),
        Data::List(list) => Data::List(list.iter().map(|node| at_span(node, span)).collect()),
        Data::Map(entries) => {
            let entry = |entry: &Entry<'static>| Entry {
                key: entry.key.clone(),
                key_span: span,
                value: at_span(&entry.value, span),
            };
            Data::Map(entries.iter().map(entry).collect())
        }
    };
    Node { span, data }
}

fn with_known<'k>(
    found: Diagnostic,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    what: &str,
) -> Diagnostic {
    let list: Vec<String> = known.clone().take(20).map(|name| format!("`{}`", visible(name))).collect();
    match nearest(name, known) {
        Some(near) => found.help(format!("did you mean `{}`?", visible(near))),
        None if list.is_empty() => found.help(format!("there are no {what}")),
        None => found.help(format!("the {what} are {}", list.join(", "))),
    }
}
