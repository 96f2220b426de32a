//! `kind: PolicyTemplate` and `kind: PolicyDefaults`: documents that declare no object, but what others take from them.

use super::merge;
use super::parameter::{self, ParameterType};
use crate::codes;
use crate::config::{mapping, unknown_key};
use crate::context::{Context, Here, Path};
use crate::envelope;
use crate::kind;
use crate::leaf;
use crate::parse;
use crate::tenant;
use crate::yaml::{Data, Entry, Node, Span, TextId};
use entrant_model::kinds::assignment_policy;
use entrant_model::reference::fold;
use entrant_model::text::{nearest, visible};
use entrant_model::{Declared, Diagnostic, Kind, Place, Version};
use std::collections::HashSet;
use std::sync::Arc;

/// The kind of templates.
pub(crate) const TEMPLATE: &str = "PolicyTemplate";
/// The kind of the defaults of a catalog.
pub(crate) const DEFAULTS: &str = "PolicyDefaults";

/// The keys of a template, each with a sentence.
pub(crate) const TEMPLATE_KEYS: &[(&str, &str)] = &[
    ("kind", "What the document declares."),
    (
        "apiVersion",
        "The shape of `policy`: `v1.0`, which is the default, or `beta`. Whoever uses the template is of the same shape.",
    ),
    ("name", "The name under which policies use it: `template: NAME`. It is unique in the policy directory."),
    ("description", "What the template is for, for readers."),
    (
        "parameters",
        "What differs from policy to policy, by name. Without a `default`, every policy says it under `with`.",
    ),
    (
        "policy",
        "The members of the policy, in which `{param: NAME}` stands for a value. In a list, the elements of a parameter that is a list are spliced in.",
    ),
    ("$schema", "The schema that an editor reads; entrant does not look at it."),
];

/// The keys of a parameter, each with a sentence.
pub(crate) const PARAMETER_KEYS: &[(&str, &str)] = &[
    ("type", "What a value must be."),
    ("default", "The value where a policy gives none; it may be null."),
    ("description", "What it is for, for readers."),
];

/// The keys of the defaults of a catalog, each with a sentence.
pub(crate) const DEFAULTS_KEYS: &[(&str, &str)] = &[
    ("kind", "What the document declares."),
    (
        "apiVersion",
        "The shape of `policy`: `v1.0`, which is the default, or `beta`. Policies of the same shape take the defaults.",
    ),
    (
        "catalog",
        "The catalog, by name. Every policy document of a package in it takes what it does not say itself from here.",
    ),
    ("description", "What the defaults are for, for readers."),
    ("policy", "The members that are taken. What the document or its template says comes first."),
    ("$schema", "The schema that an editor reads; entrant does not look at it."),
];

/// What a parsed template holds.
#[derive(Debug)]
pub(crate) struct Template<'t> {
    pub declared: Arc<Declared>,
    /// What it is for.
    pub description: Option<String>,
    /// Where its name stands.
    pub name: Place,
    pub version: Version,
    pub parameters: Vec<Parameter<'t>>,
    pub policy: Node<'t>,
    /// Whether it has no mistake of its own.
    pub is_sound: bool,
}

/// A parameter of a template.
#[derive(Debug)]
pub(crate) struct Parameter<'t> {
    pub name: String,
    /// `None` where there is no such type.
    pub ty: Option<&'static ParameterType>,
    pub default: Option<Node<'t>>,
    /// Where it is declared.
    pub key: Span,
    /// The same as a place.
    pub place: Place,
}

/// The defaults of a catalog.
#[derive(Debug)]
pub(crate) struct Defaults<'t> {
    /// The catalog's name, and the document.
    pub declared: Arc<Declared>,
    /// The name in the form in which names match.
    pub key: String,
    /// Where the catalog stands.
    pub name: Place,
    pub version: Version,
    pub policy: Node<'t>,
    /// Whether they have no mistake of their own.
    pub is_sound: bool,
}

impl Template<'_> {
    /// Says in which text it stands.
    pub(crate) fn set_text(&mut self, text: TextId) {
        self.policy.set_text(text);
        for parameter in &mut self.parameters {
            parameter.key.text = text;
            if let Some(default) = &mut parameter.default {
                default.set_text(text);
            }
        }
    }

    /// The parameter of this name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Parameter<'_>> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// Reads a template; `None` where it says too little to be one.
pub(crate) fn template<'t>(ctx: &mut Context, here: Here<'_, '_, 't>) -> Option<Template<'t>> {
    let version = kind::version(ctx, here, Kind::AssignmentPolicy)?;
    ctx.version = version;
    keys(ctx, here, TEMPLATE_KEYS);
    let name = named(ctx, here, "name", "a template");
    let parameters = match here.node.get("parameters") {
        Some(entry) => {
            let path = Path::Key(here.path, "parameters");
            parameters(ctx, Here { path: &path, key: Some(entry.key_span), node: &entry.value })
        }
        None => Vec::new(),
    };
    let policy = policy(ctx, here)?;
    uses(ctx, policy, &parameters);
    check(ctx, policy);
    let (name, place) = name?;
    let description = here.node.get("description").and_then(|entry| match &entry.value.data {
        Data::Scalar(text, _) if !entry.value.is_null() => Some(text.clone().into_owned()),
        _ => None,
    });
    let document = Place::document(Arc::clone(&ctx.file), ctx.document);
    Some(Template {
        description,
        declared: Arc::new(Declared { name: name.to_owned(), place: document }),
        name: place,
        version,
        parameters,
        policy: policy.clone(),
        is_sound: true,
    })
}

/// Reads the defaults of a catalog; `None` where they say too little.
pub(crate) fn defaults<'t>(ctx: &mut Context, here: Here<'_, '_, 't>) -> Option<Defaults<'t>> {
    let version = kind::version(ctx, here, Kind::AssignmentPolicy)?;
    ctx.version = version;
    keys(ctx, here, DEFAULTS_KEYS);
    let catalog = named(ctx, here, "catalog", "a catalog");
    let policy = policy(ctx, here)?;
    uses(ctx, policy, &[]);
    check(ctx, policy);
    let (name, place) = catalog?;
    let document = Place::document(Arc::clone(&ctx.file), ctx.document);
    Some(Defaults {
        declared: Arc::new(Declared { name: name.to_owned(), place: document }),
        key: fold(name),
        name: place,
        version,
        policy: policy.clone(),
        is_sound: true,
    })
}

/// Reports keys that such a document does not have.
fn keys(ctx: &mut Context, here: Here, known: &[(&str, &str)]) {
    envelope::schema_key(ctx, here);
    for entry in here.node.entries().unwrap_or_default() {
        if ctx.is_full() {
            return ctx.leave_out();
        }
        let path = Path::Key(here.path, &entry.key);
        if !known.iter().any(|(key, _)| *key == entry.key) {
            let keys: Vec<&str> = known.iter().map(|(key, _)| *key).collect();
            unknown_key(ctx, &path, entry, &keys);
        } else if entry.key == "description" && !entry.value.is_null() {
            leaf::text(ctx, Here { path: &path, key: Some(entry.key_span), node: &entry.value }, "a text");
        }
    }
}

/// The name that such a document must have, and where it stands.
fn named<'n>(ctx: &mut Context, here: Here<'_, 'n, '_>, key: &str, what: &str) -> Option<(&'n str, Place)> {
    let Some(entry) = here.node.get(key).filter(|entry| !entry.value.is_null()) else {
        missing(ctx, here, key, &format!("the name of {what}"));
        return None;
    };
    let path = Path::Key(here.path, key);
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let name = leaf::name(ctx, at, what)?;
    Some((name, ctx.place(at)))
}

fn missing(ctx: &mut Context, here: Here, key: &str, what: &str) {
    let diagnostic = ctx
        .at(here, codes::MISSING_MEMBER, format!("`{key}` is missing"))
        .help(format!("add `{key}: …`, {what}"));
    ctx.push(diagnostic);
}

/// The mapping `policy`.
fn policy<'n, 's>(ctx: &mut Context, here: Here<'_, 'n, 's>) -> Option<&'n Node<'s>> {
    let Some(entry) = here.node.get("policy").filter(|entry| !entry.value.is_null()) else {
        missing(ctx, here, "policy", "a mapping of the members of a policy");
        return None;
    };
    let path = Path::Key(here.path, "policy");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let is_parameter = parameter::name_of(&entry.value).is_some();
    if is_parameter || !matches!(entry.value.data, Data::Map(_)) {
        let found = if is_parameter {
            ctx.at(at, codes::WRONG_TYPE, "a parameter cannot stand for a whole policy")
        } else {
            leaf::wrong_type(ctx, at, "a mapping of the members of a policy")
        };
        let diagnostic = found.help("write its members below it, such as `expiration: P90D`");
        ctx.push(diagnostic);
        return None;
    }
    Some(&entry.value)
}

fn parameters<'t>(ctx: &mut Context, here: Here<'_, '_, 't>) -> Vec<Parameter<'t>> {
    let mut parameters = Vec::new();
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        parameters.push(parameter(ctx, at, entry));
    }
    parameters
}

fn parameter<'t>(ctx: &mut Context, here: Here<'_, '_, 't>, entry: &Entry<'t>) -> Parameter<'t> {
    let (mut ty, mut default) = (None, None);
    if let Data::Scalar(word, _) = &here.node.data
        && parameter::TYPES.iter().any(|ty| ty.word == word)
    {
        let found = leaf::wrong_type(ctx, here, "a mapping").help(format!("write `{{type: {word}}}`"));
        ctx.push(found);
    } else {
        mapping(ctx, here);
    }
    for member in here.node.entries().unwrap_or_default() {
        let path = Path::Key(here.path, &member.key);
        let at = Here { path: &path, key: Some(member.key_span), node: &member.value };
        match &*member.key {
            "type" => ty = parameter::type_of(ctx, at),
            "default" => default = Some((member.value.clone(), at.key)),
            "description" if at.node.is_null() => {}
            "description" => {
                leaf::text(ctx, at, "a text");
            }
            _ => unknown_key(
                ctx,
                &path,
                member,
                &PARAMETER_KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>(),
            ),
        }
    }
    if here.node.get("type").is_none() && (here.node.is_null() || here.node.entries().is_some()) {
        let diagnostic = ctx
            .at_key(
                here.path,
                entry.key_span,
                codes::MISSING_MEMBER,
                format!("the parameter `{}` has no `type`", visible(&entry.key)),
            )
            .help("add `type:` and a word such as `subjects`, `duration` or `text`");
        ctx.push(diagnostic);
    }
    if let (Some(ty), Some((node, key))) = (ty, &default)
        && !tenant::has_variable(node)
    {
        let path = Path::Key(here.path, "default");
        parameter::check(ctx, ty, Here { path: &path, key: *key, node }, None);
    }
    let place = ctx.key_place(here.path, entry.key_span);
    Parameter {
        name: entry.key.clone().into_owned(),
        ty,
        default: default.map(|(node, _)| node),
        key: entry.key_span,
        place,
    }
}

/// Holds the parameters that stand in a policy against those that are declared.
fn uses(ctx: &mut Context, policy: &Node, parameters: &[Parameter]) {
    let mut used: HashSet<&str> = HashSet::new();
    let mut found: Vec<Diagnostic> = Vec::new();
    parameter::each(policy, &Path::Key(&Path::Root, "policy"), None, &mut |name, at| match parameters
        .iter()
        .find(|parameter| parameter.name == name)
    {
        Some(parameter) => {
            used.insert(&parameter.name);
        }
        None => found.push(unknown_parameter(ctx, at, name, parameters)),
    });
    if !found.is_empty() {
        // A parameter that seems unused may be the one that was meant.
        for found in found {
            ctx.push(found);
        }
        return;
    }
    for parameter in parameters.iter().filter(|parameter| !used.contains(&*parameter.name)) {
        let diagnostic = Diagnostic::new(
            codes::UNUSED_PARAMETER,
            format!("the template does not use its parameter `{}`", visible(&parameter.name)),
        )
        .at(parameter.place.clone(), "")
        .note("whoever gives it a value would expect an effect")
        .help(format!(
            "write `{{param: {}}}` where its value shall stand, or leave the parameter out",
            visible(&parameter.name)
        ));
        ctx.push(diagnostic);
    }
}

fn unknown_parameter(ctx: &Context, at: Here, name: &str, parameters: &[Parameter]) -> Diagnostic {
    let shown = visible(&name.chars().take(80).collect::<String>());
    let found = ctx.at(at, codes::UNKNOWN_PARAMETER, format!("there is no parameter `{shown}`"));
    if parameters.is_empty() {
        return found.help("declare it under `parameters` of a template; defaults of a catalog have none");
    }
    match nearest(name, parameters.iter().map(|parameter| &*parameter.name)) {
        Some(near) => found.help(format!("did you mean `{}`?", visible(near))),
        None => found.help("declare it under `parameters`"),
    }
}

/// Checks the members of a policy that is not whole. What stands where a parameter does is checked where it is used.
fn check(ctx: &mut Context, policy: &Node) {
    let path = Path::Key(&Path::Root, "policy");
    for key in ["template", "with"] {
        if let Some(entry) = policy.get(key) {
            let path = Path::Key(&path, key);
            let diagnostic = ctx
                .at_key(&path, entry.key_span, codes::TEMPLATE_IN_TEMPLATE, format!("`{key}` cannot stand in a template or in defaults"))
                .note("a policy is put together from one template, so that a reader finds every value in one place")
                .help("write the members out here, or make them parameters");
            ctx.push(diagnostic);
        }
    }
    let mut holes: Vec<Span> = Vec::new();
    let tree = merge::without_parameters(policy, None, &mut holes);
    let mut scratch = Context::new(Arc::clone(&ctx.file), ctx.source, ctx.is_json, ctx.document);
    scratch.version = ctx.version;
    // As a policy would say it, so that the advice is the same.
    let here = Here { path: &Path::Root, key: None, node: &tree };
    parse::members(&mut scratch, assignment_policy::table(ctx.version), here, None, &["template", "with"]);
    let (found, pasted) = scratch.finish();
    ctx.pasted.extend(pasted);
    for found in found {
        let Some(place) = &found.place else { continue };
        let span = place.bytes.map(|(start, end)| Span::new(start, end));
        let is_hole = span.is_some_and(|span| holes.iter().any(|hole| hole.holds(span)));
        // What the policy itself lacks, whoever uses it may write.
        let is_later = found.code == codes::MISSING_MEMBER && place.pointer.0.is_empty();
        if !is_hole && !is_later {
            ctx.push(found);
        }
    }
}
