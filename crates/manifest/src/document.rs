//! One document: its envelope, and whose table reads the rest.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::locate;
use crate::parse;
use crate::removed;
use crate::rules;
use crate::scalar::Scalar;
use crate::tenant;
use crate::yaml::{Data, Entry, Node};
use entrant_model::desired::{Body, Resource};
use entrant_model::kinds::assignment_policy;
use entrant_model::reference::same_name;
use entrant_model::text::{nearest, visible};
use entrant_model::{Envelope, Kind, Object, Place, Pointer, Removed, Value, Version};

/// The kinds that a document may have, each with a sentence.
pub(crate) const KINDS: &[(&str, &str)] = &[
    (
        "AssignmentPolicy",
        "A policy of an access package: who may request it, who approves, when access ends.",
    ),
    ("Removed", "An object that shall be deleted, or no longer managed."),
];

/// The members of a policy document that are the tool's own, each with a sentence.
pub(crate) const ENVELOPE: &[(&str, &str)] = &[
    ("kind", "What the document declares."),
    (
        "apiVersion",
        "The shape of the body: `v1.0`, which is the default, or `beta`. The shape that is written is the shape that is read, compared and sent.",
    ),
    (
        "pin",
        "The id of the one object that the document means, whatever its name in the tenant; with several tenants one for each: `{prod: …, test: …}`.",
    ),
    (
        "tenants",
        "The tenants that the document is for, by their names in `entrant.yaml`. For all of them where it is left out.",
    ),
    (
        "previousNames",
        "Names that the policy had before. A live policy of such a name is renamed in place, and whoever has access through it keeps it. Leave it out once every tenant is renamed.",
    ),
    (
        "protected",
        "Whether the policy must not be deleted, also after the document is gone; `--since` sees that. Take it away in a change of its own first.",
    ),
    ("$schema", "The schema that an editor reads; entrant does not look at it."),
];

/// Reads a document. `None` where it says too little to be one; then that was reported.
pub(crate) fn document(ctx: &mut Context, root: &Node) -> Option<Body> {
    let here = Here { path: &Path::Root, key: None, node: root };
    let Data::Map(entries) = &root.data else {
        let diagnostic = ctx
            .at(
                here,
                codes::NOT_A_DOCUMENT,
                format!("a document is a mapping, and this is {}", leaf::found(root)),
            )
            .help(
                "begin it with `kind: AssignmentPolicy`; several documents of one file are parted by `---`",
            );
        ctx.push(diagnostic);
        return None;
    };
    let kind = kind(ctx, here, entries)?;
    if !tenant::is_meant(ctx, here) {
        return None;
    }
    let root = tenant::expand(ctx, root)?;
    let here = Here { node: &root, ..here };
    match kind {
        "Removed" => removed(ctx, here).map(Body::Removed),
        _ => policy(ctx, here),
    }
}

fn kind<'n>(ctx: &mut Context, here: Here<'_, 'n, '_>, entries: &[Entry]) -> Option<&'n str> {
    let names = || KINDS.iter().map(|(name, _)| *name);
    let list = || names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let Some(entry) = here.node.get("kind").filter(|e| !e.value.is_null()) else {
        let has = |key: &str| entries.iter().any(|e| e.key == key);
        let diagnostic = ctx.at(here, codes::MISSING_KIND, "the document does not say its `kind`");
        let diagnostic =
            if let Some(near) = entries.iter().take(50).find(|e| nearest(&e.key, ["kind"]).is_some()) {
                diagnostic.help(format!("did you mean `kind` where it says `{}`?", visible(&near.key)))
            } else if has("accessPackageId") || has("durationInDays") || has("accessReviewSettings") {
                diagnostic.help("add `kind: AssignmentPolicy` and `apiVersion: beta`, whose members it has")
            } else if has("value") {
                diagnostic
                    .note("an answer of Graph with several objects is not a document")
                    .help("make each entry of `value` a document that begins with `kind: AssignmentPolicy`")
            } else {
                diagnostic.help("add `kind: AssignmentPolicy`")
            };
        ctx.push(diagnostic.help(format!("the kinds are {}", list())));
        return None;
    };
    let path = Path::Key(here.path, "kind");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let text = leaf::text(ctx, at, "the name of a kind")?;
    if names().any(|name| name == text) {
        return Some(text);
    }
    let diagnostic = ctx.at(
        at,
        codes::UNKNOWN_KIND,
        format!("there is no kind `{}`", visible(&text.chars().take(80).collect::<String>())),
    );
    let diagnostic = match nearest(text, names()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if text == "accessPackageAssignmentPolicy" => diagnostic.help("write `AssignmentPolicy`"),
        None => diagnostic,
    };
    ctx.push(diagnostic.help(format!("the kinds are {}", list())));
    None
}

fn version(ctx: &mut Context, here: Here) -> Option<Version> {
    let Some(entry) = here.node.get("apiVersion") else { return Some(Version::V1) };
    let path = Path::Key(here.path, "apiVersion");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let text = match leaf::scalar(at.node) {
        Some(Scalar::Text(text) | Scalar::Number(text)) => text,
        Some(Scalar::Null) => return Some(Version::V1),
        _ => "",
    };
    let all = [Version::V1, Version::Beta];
    if let Some(version) = all.into_iter().find(|v| v.as_str() == text) {
        return Some(version);
    }
    let shown = visible(&text.chars().take(40).collect::<String>());
    let diagnostic = ctx.at(at, codes::UNKNOWN_VERSION, format!("there is no API version `{shown}`"));
    let diagnostic = match text.to_ascii_lowercase().as_str() {
        "1.0" | "v1" | "1" | "v1.0" => diagnostic.help("write `apiVersion: v1.0`, or leave it out"),
        "beta" => diagnostic.help("write `apiVersion: beta`"),
        _ => diagnostic.help("the versions are `v1.0`, which is the default, and `beta`"),
    };
    ctx.push(diagnostic);
    None
}

fn policy(ctx: &mut Context, here: Here) -> Option<Body> {
    let version = version(ctx, here)?;
    ctx.version = version;
    let pin = tenant::pin(ctx, here);
    schema_key(ctx, here);
    let handled: Vec<&'static str> = ENVELOPE.iter().map(|(name, _)| *name).collect();
    let object = parse::members(ctx, assignment_policy::table(version), here, None, &handled);
    display_name(ctx, here);
    rules::policy(ctx, &object, here.node);
    let previous_names = previous_names(ctx, here, object.text("displayName"));
    let protected = protected(ctx, here);
    let envelope = Envelope { kind: Kind::AssignmentPolicy, version, pin, previous_names, protected };
    Some(Body::Resource(Box::new(Resource { envelope, object })))
}

fn protected(ctx: &mut Context, here: Here) -> bool {
    let Some(entry) = here.node.get("protected").filter(|e| !e.value.is_null()) else { return false };
    let path = Path::Key(here.path, "protected");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    leaf::boolean(ctx, at) == Some(Value::Bool(true))
}

/// The names that the policy had before. Each is held to what a name must be, and stands once.
fn previous_names(ctx: &mut Context, here: Here, present: Option<&str>) -> Vec<String> {
    let Some(entry) = here.node.get("previousNames").filter(|e| !e.value.is_null()) else {
        return Vec::new();
    };
    let path = Path::Key(here.path, "previousNames");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    if !matches!(entry.value.data, Data::List(_)) {
        let diagnostic = leaf::wrong_type(ctx, at, "a list of names").help("write `[Former name]`");
        ctx.push(diagnostic);
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    for (index, node) in entry.value.list().iter().enumerate() {
        let path = Path::Index(&path, index);
        let at = Here { path: &path, key: None, node };
        let Some(name) = leaf::name(ctx, at, "an assignment policy") else { continue };
        let is_again = names.iter().any(|known| same_name(Some(known), Some(name)));
        if is_again || same_name(present, Some(name)) {
            let message = if is_again {
                format!("`previousNames` holds `{}` twice", visible(name))
            } else {
                format!("`{}` is the present name of the policy", visible(name))
            };
            let diagnostic = ctx
                .at(at, codes::DUPLICATE_ELEMENT, message)
                .note("names that differ in letter case alone are one name")
                .help("leave it out");
            ctx.push(diagnostic);
        } else {
            names.push(name.to_owned());
        }
    }
    names
}

/// `$schema` is how a JSON file names the editor's schema; in YAML it was pasted.
fn schema_key(ctx: &mut Context, here: Here) {
    if let Some(entry) = here.node.get("$schema")
        && !ctx.is_json
    {
        let path = Path::Key(here.path, "$schema");
        ctx.paste(&path, entry.key_span, "$schema");
    }
}

/// The name of a policy is held to what a name must be.
fn display_name(ctx: &mut Context, here: Here) {
    let Some(entry) = here.node.get("displayName") else { return };
    if let Some(Scalar::Text(text)) = leaf::scalar(&entry.value) {
        let path = Path::Key(here.path, "displayName");
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        leaf::check_name(ctx, at, "an assignment policy", text);
    }
}

fn removed(ctx: &mut Context, here: Here) -> Option<Removed> {
    schema_key(ctx, here);
    let object = parse::members(ctx, &removed::REMOVED, here, None, &["kind", "tenants", "$schema"]);
    if let Some(entry) = here.node.get("target") {
        let path = Path::Key(&Path::Root, "target");
        display_name(ctx, Here { path: &path, key: Some(entry.key_span), node: &entry.value });
    }
    read_removed(&object).or_else(|| {
        ctx.set_broken();
        None
    })
}

fn read_removed(object: &Object) -> Option<Removed> {
    let target = object.object("target")?;
    let action = match object.text("action")? {
        "delete" if object.flag("deleteWithAssignments") => {
            entrant_model::RemovedAction::DeleteWithAssignments
        }
        "delete" => entrant_model::RemovedAction::Delete,
        _ => entrant_model::RemovedAction::Forget,
    };
    Some(Removed {
        kind: Kind::AssignmentPolicy,
        parent: target.reference("accessPackage")?.clone(),
        display_name: target.text("displayName")?.to_owned(),
        action,
    })
}

/// Where a document says the name of its object.
pub(crate) fn name_place(ctx: &Context, root: &Node, body: &Body) -> Place {
    let (ty, path): (_, &[&str]) = match body {
        Body::Resource(resource) => (resource.object.ty, &["displayName"]),
        Body::Removed(_) => (&removed::REMOVED, &["target", "displayName"]),
    };
    let pointer = Pointer(path.iter().map(|s| (*s).to_owned()).collect());
    let span = locate::find(ctx.source, root, ty, &pointer, false);
    ctx.place_at(pointer, span, false)
}
