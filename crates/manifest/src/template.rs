//! Policies that do not say everything themselves: templates, the defaults of a catalog, one document for many packages,
//! and the policies that stand inside an access package.
//!
//! All of it is data and happens on nodes, before the tables read them: what comes out is a mapping as a person could
//! have written it, and each node in it knows in which text it stands. So a finding points at the place to mend, and
//! nothing else of the parser knows of templates.
//!
//! ```text
//! document        {template, with, overrides} ─┐
//! PolicyTemplate  policy, {param: …} ─filled───┼─laid over one another─▶ one mapping a package ─parse─▶ policies
//! PolicyDefaults  policy ──────────────────────┘
//! ```

pub(crate) mod again;
pub(crate) mod declaration;
pub(crate) mod library;
pub(crate) mod merge;
pub(crate) mod packages;
pub(crate) mod parameter;
pub(crate) mod taken;

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::document::{self, Declared};
use crate::inline;
use crate::kind;
use crate::leaf;
use crate::reference;
use crate::yaml::{Data, Entry, Node, Span};
use declaration::{Defaults, Template};
use entrant_model::desired::Body;
use entrant_model::kinds::assignment_policy::{self, package_member};
use entrant_model::text::{nearest, visible};
use entrant_model::{Diagnostic, Kind, Origin, Value, Version};
use merge::Values;
use packages::FOR_EACH;
use std::borrow::Cow;
use std::sync::Arc;

/// The key that names a template.
pub(crate) const TEMPLATE: &str = "template";
/// The key that gives the values of its parameters.
pub(crate) const WITH: &str = "with";

/// How many values a policy may unfold to: many times what any needs.
const MAX_NODES: usize = 10_000;

/// A policy as it is put together, before the tables read it.
pub(crate) struct Assembled<'s> {
    /// The mapping, for one package.
    pub node: Node<'s>,
    /// Other packages for which it says the same.
    pub others: Vec<Node<'s>>,
    /// What it is put together from.
    pub origin: Option<Arc<Origin>>,
}

/// Whether a policy says everything itself.
fn is_plain(ctx: &Context, node: &Node) -> bool {
    ctx.library.defaults.is_empty() && [TEMPLATE, WITH, FOR_EACH].iter().all(|key| node.get(key).is_none())
}

/// Where a policy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within<'n> {
    /// In a document of its own, which says its package.
    Document,
    /// In its package, which is in this catalog as far as the document tells.
    Package { catalog: Option<&'n str> },
}

/// Reads a policy: one, or one for each package. `root` is what the file holds, before variables were put in.
pub(crate) fn policies<'s>(
    ctx: &mut Context<'s>,
    here: Here<'_, '_, 's>,
    root: &Node<'s>,
    within: Within,
) -> Vec<Declared> {
    let is_inline = within != Within::Document;
    let read = |ctx: &mut Context<'s>, here: Here, root: &Node| {
        let policy = document::policy(ctx, here, is_inline)?;
        let table = policy.object.ty;
        Some(document::declared(ctx, Body::Resource(Box::new(policy)), table, root, &["displayName"]))
    };
    if is_plain(ctx, here.node) {
        return read(ctx, here, root).into_iter().collect();
    }
    let mut all = Vec::new();
    for Assembled { node, others, origin } in assembled(ctx, here, within).unwrap_or_default() {
        let before = ctx.diagnostics.len();
        let Some(mut policy) = read(ctx, Here { node: &node, ..here }, &node) else { continue };
        ctx.forget_repeated(before);
        policy.place.origin = origin;
        for package in &others {
            if let Some(body) = of_package(ctx, &policy.body, package) {
                all.push(Declared { body, place: policy.place.clone(), name: policy.name.clone() });
            }
        }
        all.push(policy);
    }
    ctx.used = None;
    ctx.filled.clear();
    all
}

/// The same policy for another package.
fn of_package(ctx: &mut Context, body: &Body, package: &Node) -> Option<Body> {
    let Body::Resource(resource) = body else { return None };
    let here = Here { path: &Path::Root, key: None, node: package };
    let reference = reference::reference(ctx, Kind::AccessPackage, here)?;
    let mut resource = resource.clone();
    resource.object.set(package_member(resource.envelope.version), Value::Ref(Box::new(reference)));
    Some(Body::Resource(resource))
}

/// Puts the policies of a document together; `None` where a mistake was reported.
pub(crate) fn assembled<'s>(
    ctx: &mut Context<'s>,
    here: Here<'_, '_, 's>,
    within: Within,
) -> Option<Vec<Assembled<'s>>> {
    let version = kind::version(ctx, here, Kind::AssignmentPolicy)?;
    let template = template(ctx, here, version)?;
    let mut node = overridden(ctx, here, template, version)?;
    let member = package_member(version);
    if let Within::Package { catalog } = within {
        let defaults = match catalog {
            Some(catalog) => ctx.library.defaults_of(catalog, version),
            None => without_catalog(ctx, here, "the package is in a catalog that is written by id", version)?,
        };
        return Some(vec![one(ctx, node, None, template, defaults, version)]);
    }
    let packages = match here.node.get(FOR_EACH).filter(|entry| !entry.value.is_null()) {
        Some(entry) => for_each(ctx, here, entry, member)?,
        None => take(&mut node, member).into_iter().collect(),
    };
    if packages.is_empty() {
        // That it is missing is reported by whoever reads it.
        return Some(vec![one(ctx, node, None, template, None, version)]);
    }
    let mut groups: Vec<(Option<&Defaults<'s>>, Vec<Entry<'s>>)> = Vec::new();
    for package in packages {
        let defaults = defaults(ctx, &package, version)?;
        let is_same = |other: Option<&Defaults>| match (other, defaults) {
            (Some(a), Some(b)) => std::ptr::eq(a, b),
            (None, None) => true,
            _ => false,
        };
        match groups.iter_mut().find(|(other, _)| is_same(*other)) {
            Some((_, packages)) => packages.push(package),
            None => groups.push((defaults, vec![package])),
        }
    }
    let mut all = Vec::new();
    for (defaults, mut packages) in groups {
        let others = packages.split_off(1).into_iter().map(|entry| entry.value).collect();
        let first = packages.pop();
        all.push(Assembled { others, ..one(ctx, node.clone(), first, template, defaults, version) });
    }
    Some(all)
}

/// What the document says, laid over its template; `None` where a mistake was reported.
fn overridden<'s>(
    ctx: &mut Context<'s>,
    here: Here<'_, '_, 's>,
    template: Option<&'s Template<'s>>,
    version: Version,
) -> Option<Node<'s>> {
    let Some(template) = template else {
        ctx.used = Some(ctx.spot(here));
        return Some(here.node.clone());
    };
    let values = values(ctx, here, template)?;
    if !fits(ctx, here, template, &values) {
        return None;
    }
    remember(ctx, here, template, &values);
    let base = merge::filled(&template.policy, &values);
    Some(merge::laid_over(here.node.clone(), base, assignment_policy::table(version)))
}

/// Whether a policy is of a size that one may have, so that a few lines cannot unfold to millions of values.
fn fits(ctx: &mut Context, here: Here, template: &Template, values: &Values) -> bool {
    let mut nodes = template.policy.count();
    let counts: Vec<(&str, usize)> = values.iter().map(|(name, value)| (*name, value.count())).collect();
    parameter::each(&template.policy, &Path::Root, None, &mut |name, _| {
        nodes += counts.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
    });
    if nodes <= MAX_NODES {
        return true;
    }
    let diagnostic = ctx
        .at(
            here,
            codes::TOO_MANY_ALIASES,
            format!("with its template this policy unfolds to more than {MAX_NODES} values"),
        )
        .help("make the template smaller, or give it less");
    ctx.push(diagnostic);
    false
}

/// The policy laid over the defaults of its catalog.
fn with_defaults<'s>(node: Node<'s>, defaults: Option<&Defaults<'s>>, version: Version) -> Node<'s> {
    match defaults {
        Some(defaults) => merge::laid_over(node, defaults.policy.clone(), assignment_policy::table(version)),
        None => node,
    }
}

/// One policy, with its package and the defaults of its catalog.
fn one<'s>(
    ctx: &mut Context,
    mut node: Node<'s>,
    package: Option<Entry<'s>>,
    template: Option<&Template<'s>>,
    defaults: Option<&Defaults<'s>>,
    version: Version,
) -> Assembled<'s> {
    if let Some(package) = package {
        node.push(package);
    }
    if defaults.is_some_and(|defaults| !defaults.is_sound) {
        ctx.set_broken();
    }
    let node = with_defaults(node, defaults, version);
    let origin = Origin {
        template: template.map(|template| Arc::clone(&template.declared)),
        defaults: defaults.map(|defaults| Arc::clone(&defaults.declared)),
        for_each: node.get(FOR_EACH).is_some(),
    };
    let origin = (origin != Origin::default()).then(|| Arc::new(origin));
    Assembled { node, others: Vec::new(), origin }
}

/// The template that a policy names. `None` where it cannot be used, which was reported.
#[allow(clippy::option_option, reason = "not to be used, none, one")]
fn template<'a>(ctx: &mut Context<'a>, here: Here, version: Version) -> Option<Option<&'a Template<'a>>> {
    let path = Path::Key(here.path, TEMPLATE);
    let Some(entry) = here.node.get(TEMPLATE).filter(|entry| !entry.value.is_null()) else {
        if let Some(with) = here.node.get(WITH).filter(|entry| !entry.value.is_null()) {
            let path = Path::Key(here.path, WITH);
            let diagnostic = ctx
                .at_key(
                    &path,
                    with.key_span,
                    codes::WITH_ALONE,
                    "`with` gives values to a template, and none is named",
                )
                .help("add `template: NAME`, or leave `with` out");
            ctx.push(diagnostic);
            return None;
        }
        return Some(None);
    };
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let name = leaf::text(ctx, at, "the name of a template")?;
    let Some(template) = ctx.library.templates.get(name) else {
        let found = unknown_template(ctx, at, name);
        ctx.push(found);
        return None;
    };
    if template.version != version {
        let (of_template, name) = (template.version, visible(name));
        let key = here.node.get("apiVersion");
        let found = ctx.at(
            at,
            codes::TEMPLATE_VERSION,
            format!(
                "the template `{name}` has the shape of {of_template}, and this policy that of {version}"
            ),
        );
        let found = match key {
            Some(entry) if !entry.value.is_null() => {
                found.help(format!("write `apiVersion: {of_template}` here, or use another template"))
            }
            _ => found.help(format!("add `apiVersion: {of_template}` here")),
        };
        ctx.push(found.related(template.name.clone(), "the template"));
        return None;
    }
    Some(Some(template))
}

fn unknown_template(ctx: &Context, at: Here, name: &str) -> Diagnostic {
    let shown = visible(&name.chars().take(80).collect::<String>());
    let found = ctx.at(at, codes::UNKNOWN_TEMPLATE, format!("there is no template `{shown}`"));
    let names = || ctx.library.templates.keys().map(String::as_str);
    match nearest(name, names()) {
        Some(near) => found.help(format!("did you mean `{}`?", visible(near))),
        None if names().next().is_none() => found
            .help("declare it in a document of `kind: PolicyTemplate`, in any file of the policy directory"),
        None => {
            let names: Vec<String> = names().take(20).map(|name| format!("`{}`", visible(name))).collect();
            found.help(format!("the templates are {}", names.join(", ")))
        }
    }
}

/// The value of each parameter: what the policy gives, else its default. `None` where a mistake was reported.
fn values<'v, 's>(
    ctx: &mut Context<'s>,
    here: Here<'_, 'v, 's>,
    template: &'s Template<'s>,
) -> Option<Values<'v, 's>>
where
    's: 'v,
{
    let path = Path::Key(here.path, WITH);
    let with: &'v [Entry<'s>] = match here.node.get(WITH) {
        Some(entry) if !entry.value.is_null() => {
            let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
            let Some(entries) = entry.value.entries() else {
                let found = leaf::wrong_type(ctx, at, "a mapping")
                    .help("write `NAME: VALUE` for each parameter of the template");
                ctx.push(found);
                return None;
            };
            entries
        }
        _ => &[],
    };
    let mut is_sound = true;
    for entry in with {
        let path = Path::Key(&path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        let Some(parameter) = template.parameter(&entry.key) else {
            let found = unknown_parameter(ctx, &path, entry, template);
            ctx.push(found);
            is_sound = false;
            continue;
        };
        is_sound &=
            parameter.ty.is_none_or(|ty| parameter::check(ctx, ty, at, Some(parameter.place.clone())));
    }
    let mut values = Values::new();
    for parameter in &template.parameters {
        let given = with.iter().find(|entry| entry.key == parameter.name && !entry.value.is_null());
        match (given, &parameter.default) {
            (Some(entry), _) => values.push((&parameter.name, &entry.value)),
            (None, Some(default)) => values.push((&parameter.name, default)),
            (None, None) if is_sound => {
                let found = missing_parameter(ctx, here, template, parameter);
                ctx.push(found);
                is_sound = false;
            }
            (None, None) => {}
        }
    }
    if !template.is_sound {
        ctx.set_broken();
    }
    is_sound.then_some(values)
}

fn unknown_parameter(ctx: &Context, path: &Path, entry: &Entry, template: &Template) -> Diagnostic {
    let shown = visible(&entry.key.chars().take(80).collect::<String>());
    let name = visible(&template.declared.name);
    let found = ctx
        .at_key(
            path,
            entry.key_span,
            codes::UNKNOWN_PARAMETER,
            format!("the template `{name}` has no parameter `{shown}`"),
        )
        .related(template.name.clone(), "the template");
    let names = || template.parameters.iter().map(|parameter| parameter.name.as_str());
    match nearest(&entry.key, names()) {
        Some(near) => found.help(format!("did you mean `{}`?", visible(near))),
        None if names().next().is_none() => {
            found.help("it has none: leave `with` out, and write a member of the policy beside `template`")
        }
        None => {
            let names: Vec<String> = names().take(20).map(|name| format!("`{}`", visible(name))).collect();
            found.help(format!(
                "its parameters are {}; a member of the policy is written beside `template`",
                names.join(", ")
            ))
        }
    }
}

fn missing_parameter(
    ctx: &Context,
    here: Here,
    template: &Template,
    parameter: &declaration::Parameter,
) -> Diagnostic {
    let name = visible(&parameter.name);
    let message = format!("the template `{}` needs a value for `{name}`", visible(&template.declared.name));
    let entry = here.node.get(WITH).or_else(|| here.node.get(TEMPLATE));
    let found = match entry {
        Some(entry) => {
            let path = Path::Key(here.path, &entry.key);
            ctx.at_key(&path, entry.key_span, codes::MISSING_PARAMETER, message)
        }
        None => ctx.at(here, codes::MISSING_PARAMETER, message),
    };
    let ty = parameter.ty.map_or("any", |ty| ty.word);
    found
        .related(parameter.place.clone(), format!("declared here, without a `default`; its type is `{ty}`"))
        .help(format!("add `{name}: …` under `with`"))
}

/// Notes where values are filled in and who uses the template, for what may be found there.
fn remember<'s>(ctx: &mut Context, here: Here, template: &Template<'s>, values: &Values<'_, 's>) {
    ctx.used = here
        .node
        .get(TEMPLATE)
        .map(|entry| Span { end: entry.value.span.end.max(entry.key_span.end), ..entry.key_span });
    let mut filled = Vec::new();
    parameter::each(&template.policy, &Path::Root, None, &mut |name, at| {
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push((value.span, at.node.span));
        }
    });
    ctx.filled = filled;
}

/// Takes a member out of a mapping.
fn take<'s>(node: &mut Node<'s>, member: &str) -> Option<Entry<'s>> {
    let Data::Map(entries) = &mut node.data else { return None };
    let at = entries.iter().position(|entry| entry.key == member)?;
    Some(entries.remove(at))
}

/// The packages of `forEachPackage`, each as the member that the policy would have.
fn for_each<'s>(
    ctx: &mut Context,
    here: Here<'_, '_, 's>,
    entry: &Entry<'s>,
    member: &'static str,
) -> Option<Vec<Entry<'s>>> {
    for key in [member, "pin"] {
        let Some(beside) = here.node.get(key).filter(|entry| !entry.value.is_null()) else { continue };
        let path = Path::Key(here.path, key);
        let diagnostic = ctx
            .at_key(
                &path,
                beside.key_span,
                codes::MIXED_FORMS,
                format!("`{key}` means one policy, and `{FOR_EACH}` makes one for each package"),
            )
            .help(format!("leave `{key}` out, or `{FOR_EACH}`"));
        ctx.push(diagnostic);
        return None;
    }
    let path = Path::Key(here.path, FOR_EACH);
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let packages = packages::for_each(ctx, at)?;
    let as_member = |value: Node<'s>| Entry { key: Cow::Borrowed(member), key_span: value.span, value };
    Some(packages.into_iter().map(as_member).collect())
}

/// The defaults that a policy of this package takes. `None` where that cannot be told, which was reported.
#[allow(clippy::option_option, reason = "cannot be told, none, some")]
fn defaults<'a>(
    ctx: &mut Context<'a>,
    package: &Entry,
    version: Version,
) -> Option<Option<&'a Defaults<'a>>> {
    let library = ctx.library;
    if !library.defaults.iter().any(|defaults| defaults.version == version) || package.value.is_null() {
        return Some(None);
    }
    if let Some(catalog) = packages::catalog_of(library, &package.value) {
        return Some(library.defaults_of(catalog, version));
    }
    let path = Path::Key(&Path::Root, &package.key);
    let at = Here { path: &path, key: Some(package.key_span), node: &package.value };
    let found = without_catalog(
        ctx,
        at,
        "its package is not declared here, and the catalog that it is in is not written",
        version,
    );
    if found.is_none()
        && let Some(last) = ctx.diagnostics.last_mut()
    {
        let name = packages::name_in(&package.value).map_or_else(|| "…".to_owned(), visible);
        last.help = vec![format!("write `{}: {{catalog: …, name: {name}}}`", package.key)];
    }
    found
}

/// No defaults where there are none to take; else reports that the catalog is not known.
#[allow(clippy::option_option, reason = "cannot be told, none, some")]
fn without_catalog<'a>(
    ctx: &mut Context<'a>,
    at: Here,
    why: &str,
    version: Version,
) -> Option<Option<&'a Defaults<'a>>> {
    let Some(first) = ctx.library.defaults.iter().find(|defaults| defaults.version == version) else {
        return Some(None);
    };
    let found = ctx
        .at(
            at,
            codes::CATALOG_NOT_WRITTEN,
            "whether this policy takes the defaults of a catalog cannot be told",
        )
        .related(first.name.clone(), "a catalog with defaults")
        .note(why)
        .help("write the catalog by its name");
    ctx.push(found);
    None
}

/// The policies inside a package, each with the package as a document of its own would say it.
pub(crate) fn assembled_inline<'s>(ctx: &mut Context<'s>, package: Here<'_, '_, 's>) -> Vec<Assembled<'s>> {
    let catalog = package.node.get("catalog").and_then(|entry| packages::name_in(&entry.value));
    let list = package.node.get(inline::POLICIES).map_or(&[][..], |entry| entry.value.list());
    let mut all = Vec::new();
    for node in list {
        let here = Here { path: &Path::Root, key: None, node };
        for mut policy in assembled(ctx, here, Within::Package { catalog }).unwrap_or_default() {
            if let (Some(name), Some(version)) =
                (package.node.get("displayName"), kind::version(ctx, here, Kind::AssignmentPolicy))
                && let Data::Scalar(text, _) = &name.value.data
            {
                let value = packages::node_of(catalog, text, name.value.span);
                let key = Cow::Borrowed(package_member(version));
                policy.node.push(Entry { key, key_span: name.key_span, value });
            }
            all.push(policy);
        }
    }
    all
}
