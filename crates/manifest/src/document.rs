//! One document: what it is, and whose table reads the rest.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::envelope;
use crate::inline;
use crate::kind::{self, DocumentKind};
use crate::leaf;
use crate::locate;
use crate::parse;
use crate::pasted;
use crate::reference;
use crate::removed;
use crate::rules;
use crate::scalar::Scalar;
use crate::template::{self, Assembled, Within, declaration};
use crate::tenant::{self, Parameters};
use crate::yaml::{Data, Node};
use entrant_model::desired::{Body, Resource};
use entrant_model::kinds::assignment_policy::package_member;
use entrant_model::{Kind, Object, Place, Pointer, Reference, Removed, TypeSpec, Version, kinds};
use std::borrow::Cow;
use std::sync::Arc;

/// What a document declares, or a policy within it.
pub(crate) struct Declared {
    /// What it says.
    pub body: Body,
    /// Where it stands.
    pub place: Place,
    /// Where the name of its object stands.
    pub name: Place,
}

/// Reads a document: what it declares, and after it the policies that stand in it. Nothing where it says too little
/// to be one; then that was reported.
pub(crate) fn document<'s>(ctx: &mut Context<'s>, root: &Node<'s>) -> Vec<Declared> {
    read(ctx, root).unwrap_or_default()
}

/// The policies of a document as they are put together, before the tables read them.
pub(crate) fn assembled<'s>(ctx: &mut Context<'s>, root: &Node<'s>) -> Vec<Assembled<'s>> {
    let Some((kind, root)) = meant(ctx, root) else { return Vec::new() };
    let here = Here { path: &Path::Root, key: None, node: &root };
    match kind {
        DocumentKind::Declared(Kind::AssignmentPolicy) => {
            template::assembled(ctx, here, Within::Document).unwrap_or_default()
        }
        DocumentKind::Declared(Kind::AccessPackage) => template::assembled_inline(ctx, here),
        _ => Vec::new(),
    }
}

/// The kind of a document, and the document with its variables in their places; `None` where it is for another tenant
/// or says too little, which was reported.
fn meant<'n, 's>(ctx: &mut Context, root: &'n Node<'s>) -> Option<(DocumentKind, Cow<'n, Node<'s>>)> {
    let here = Here { path: &Path::Root, key: None, node: root };
    let Data::Map(entries) = &root.data else {
        let diagnostic = ctx
            .at(
                here,
                codes::NOT_A_DOCUMENT,
                format!("a document is a mapping, and this is {}", leaf::found(root)),
            )
            .help(
                "begin it with its kind, such as `kind: AssignmentPolicy`; several documents of one file are parted by `---`",
            );
        ctx.push(diagnostic);
        return None;
    };
    let kind = kind::kind(ctx, here, entries)?;
    if let DocumentKind::Declared(kind) = kind {
        ctx.kind = kind;
    }
    if !tenant::is_meant(ctx, here) {
        return None;
    }
    let parameters = match kind {
        DocumentKind::Template | DocumentKind::Defaults => Parameters::Stay,
        _ => Parameters::Refused,
    };
    Some((kind, tenant::expand(ctx, root, parameters)?))
}

fn read<'s>(ctx: &mut Context<'s>, root: &Node<'s>) -> Option<Vec<Declared>> {
    let (kind, expanded) = meant(ctx, root)?;
    let here = Here { path: &Path::Root, key: None, node: &expanded };
    match kind {
        DocumentKind::Template => {
            declaration::template(ctx, here);
            None
        }
        DocumentKind::Defaults => {
            declaration::defaults(ctx, here);
            None
        }
        DocumentKind::Removed => {
            let (removed, table) = removed_document(ctx, here)?;
            Some(vec![declared(ctx, Body::Removed(removed), table, root, &["target", "displayName"])])
        }
        DocumentKind::Declared(Kind::AssignmentPolicy) => {
            Some(template::policies(ctx, here, root, Within::Document))
        }
        DocumentKind::Declared(kind) => resource(ctx, here, kind, root),
    }
}

/// What was read, with its places. `root` is what the file holds, before variables were put in.
pub(crate) fn declared(
    ctx: &Context,
    body: Body,
    table: &'static TypeSpec,
    root: &Node,
    name: &[&str],
) -> Declared {
    let pointer = Pointer(name.iter().map(|s| (*s).to_owned()).collect());
    let span = locate::find(ctx.texts(), root, table, &pointer, false);
    let name = ctx.place_at(pointer, span, false);
    let place = Place::document(Arc::clone(&ctx.file), ctx.document).at(ctx.prefix.clone());
    Declared { body, place, name }
}

/// A policy: a document of its own, or one that stands in its package and so does not say which that is.
pub(crate) fn policy(ctx: &mut Context, here: Here, is_inline: bool) -> Option<Resource> {
    let kind = Kind::AssignmentPolicy;
    let version = kind::version(ctx, here, kind)?;
    ctx.version = version;
    let mut handled: Vec<&'static str> = envelope::keys(kind).collect();
    if is_inline {
        handled.extend([Version::V1, Version::Beta].map(package_member));
    } else {
        envelope::schema_key(ctx, here);
    }
    let object = parse::members(ctx, kinds::table(kind, version)?, here, None, &handled);
    display_name(ctx, here, kind);
    rules::policy(ctx, &object, here.node);
    let envelope = envelope::read(ctx, here, kind, version, object.text("displayName"));
    Some(Resource { envelope, object })
}

/// An object of any other kind, and the policies that stand in a package.
fn resource<'s>(
    ctx: &mut Context<'s>,
    here: Here<'_, '_, 's>,
    kind: Kind,
    root: &Node<'s>,
) -> Option<Vec<Declared>> {
    let version = kind::version(ctx, here, kind)?;
    let table = kinds::table(kind, version)?;
    envelope::schema_key(ctx, here);
    let mut handled: Vec<&'static str> = envelope::keys(kind).collect();
    if kind == Kind::AccessPackage {
        handled.push(inline::POLICIES);
    }
    let in_graphs_form = pasted::document(kind, here.node);
    let body = Here { node: in_graphs_form.as_ref().unwrap_or(here.node), ..here };
    let object = parse::members(ctx, table, body, None, &handled);
    display_name(ctx, here, kind);
    let envelope = envelope::read(ctx, here, kind, version, object.text("displayName"));
    rules::object(ctx, &envelope, &object, here.node);
    let package = Resource { envelope, object };
    let mut policies =
        if kind == Kind::AccessPackage { inline::policies(ctx, here, &package, root) } else { Vec::new() };
    policies.insert(0, declared(ctx, Body::Resource(Box::new(package)), table, root, &["displayName"]));
    Some(policies)
}

/// The name of an object is held to what a name must be.
fn display_name(ctx: &mut Context, here: Here, kind: Kind) {
    let Some(entry) = here.node.get("displayName") else { return };
    if let Some(Scalar::Text(text)) = leaf::scalar(&entry.value) {
        let path = Path::Key(here.path, "displayName");
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        leaf::check_name(ctx, at, reference::article(kind), text);
    }
}

fn removed_document(ctx: &mut Context, here: Here) -> Option<(Removed, &'static TypeSpec)> {
    envelope::schema_key(ctx, here);
    let target = here.node.get("target");
    let kind = target.and_then(|entry| target_kind(&entry.value)).unwrap_or(Kind::AssignmentPolicy);
    let table = removed::table(kind);
    let object = parse::members(ctx, table, here, None, &["kind", "tenants", "$schema"]);
    if let Some(entry) = target {
        let path = Path::Key(&Path::Root, "target");
        display_name(ctx, Here { path: &path, key: Some(entry.key_span), node: &entry.value }, kind);
    }
    let removed = read_removed(kind, &object).or_else(|| {
        ctx.set_broken();
        None
    })?;
    Some((removed, table))
}

/// The kind that a target says, where it can be removed.
pub(crate) fn target_kind(target: &Node) -> Option<Kind> {
    let Some(Scalar::Text(text)) = leaf::scalar(&target.get("kind")?.value) else { return None };
    removed::KINDS.into_iter().find(|kind| kind.as_str() == text)
}

fn read_removed(kind: Kind, object: &Object) -> Option<Removed> {
    let target = object.object("target")?;
    let action = match object.text("action")? {
        "delete" if object.flag("deleteWithAssignments") => {
            entrant_model::RemovedAction::DeleteWithAssignments
        }
        "delete" => entrant_model::RemovedAction::Delete,
        _ => entrant_model::RemovedAction::Forget,
    };
    // As the table of the target says it, which has one shape.
    let parent = match kind.parent() {
        Kind::AccessPackage => target.reference("accessPackage")?.clone(),
        Kind::Catalog => target.reference("catalog")?.clone(),
        _ => Reference::tenant(),
    };
    Some(Removed { kind, parent, display_name: target.text("displayName")?.to_owned(), action })
}
