//! The members of a document that are the tool's own: pins, former names, protection.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::identity::noun;
use crate::leaf;
use crate::reference;
use crate::template::packages::FOR_EACH;
use crate::template::{TEMPLATE, WITH};
use crate::tenant;
use crate::yaml::Data;
use entrant_model::reference::same_name;
use entrant_model::text::visible;
use entrant_model::{Envelope, Kind, Value, Version};

/// The members of a document that are the tool's own, each with a sentence.
pub(crate) const MEMBERS: &[(&str, &str)] = &[
    ("kind", "What the document declares."),
    (
        "apiVersion",
        "The shape of the body: `v1.0`, which is the default, or `beta`. The shape that is written is the shape that is read, compared and sent. Only policies have a beta shape.",
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
        "Names that the object had before. A live object of such a name is renamed in place, and whoever has access through it keeps it. Leave it out once every tenant is renamed.",
    ),
    (
        "protected",
        "Whether the object must not be deleted, also after the document is gone; `--since` sees that. Take it away in a change of its own first.",
    ),
    (
        "template",
        "The template whose members the policy takes. What the policy says itself comes first: a mapping of settings is merged member by member, everything else replaces.",
    ),
    ("with", "The values of the template's parameters, by name."),
    (
        "forEachPackage",
        "The packages for each of which the policy is declared, in place of the one package: names, `{catalog: …, name: …}`, `{catalog: …}` for all of a catalog. With `*` in a name, the declared packages that it matches.",
    ),
    ("$schema", "The schema that an editor reads; entrant does not look at it."),
];

/// The tool's own members of a document of this kind. There is one object of settings in a tenant, which has no name
/// and cannot be deleted.
pub(crate) fn keys(kind: Kind) -> impl Iterator<Item = &'static str> {
    let is_taken = move |key: &&str| match *key {
        "pin" | "previousNames" | "protected" => kind != Kind::Settings,
        TEMPLATE | WITH | FOR_EACH => kind == Kind::AssignmentPolicy,
        _ => true,
    };
    MEMBERS.iter().map(|(name, _)| *name).filter(is_taken)
}

/// Reads them; `name` is the object's present name.
pub(crate) fn read(
    ctx: &mut Context,
    here: Here,
    kind: Kind,
    version: Version,
    name: Option<&str>,
) -> Envelope {
    if kind == Kind::Settings {
        return Envelope { kind, version, pin: None, previous_names: Vec::new(), protected: false };
    }
    let pin = tenant::pin(ctx, here);
    let previous_names = previous_names(ctx, here, kind, name);
    let protected = protected(ctx, here);
    Envelope { kind, version, pin, previous_names, protected }
}

fn protected(ctx: &mut Context, here: Here) -> bool {
    let Some(entry) = here.node.get("protected").filter(|e| !e.value.is_null()) else { return false };
    let path = Path::Key(here.path, "protected");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    leaf::boolean(ctx, at) == Some(Value::Bool(true))
}

/// The names that the object had before. Each is held to what a name must be, and stands once.
fn previous_names(ctx: &mut Context, here: Here, kind: Kind, present: Option<&str>) -> Vec<String> {
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
        let Some(name) = leaf::name(ctx, at, reference::article(kind)) else { continue };
        let is_again = names.iter().any(|known| same_name(Some(known), Some(name)));
        if is_again || same_name(present, Some(name)) {
            let message = if is_again {
                format!("`previousNames` holds `{}` twice", visible(name))
            } else {
                format!("`{}` is the present name of the {}", visible(name), noun(kind))
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
pub(crate) fn schema_key(ctx: &mut Context, here: Here) {
    if let Some(entry) = here.node.get("$schema")
        && !ctx.is_json
    {
        let path = Path::Key(here.path, "$schema");
        ctx.paste(&path, entry.key_span, "$schema");
    }
}
