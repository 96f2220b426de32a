//! References: a name, a GUID, `{id: …}`, `{name: …}` or `{catalog: …, name: …}`.
//!
//! Nothing is looked up here; that a name matches one object is found out by `workspace`.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::keys;
use crate::leaf;
use crate::yaml::Data;
use entrant_model::text::{nearest, visible};
use entrant_model::{Id, Kind, Reference, Written};

/// Reads a reference in any of its forms.
pub(crate) fn reference(ctx: &mut Context, kind: Kind, here: Here) -> Option<Reference> {
    let written = match &here.node.data {
        Data::Map(_) => mapping(ctx, kind, here)?,
        Data::Scalar(..) => {
            let text = leaf::name(ctx, here, article(kind))?;
            match Id::guid(text) {
                Some(id) => Written { id: Some(id), ..Written::default() },
                None => Written { name: Some(text.to_owned()), ..Written::default() },
            }
        }
        Data::List(_) => {
            let diagnostic = leaf::wrong_type(ctx, here, "a name or an id")
                .help(format!("write one name: this member refers to one {}", kind.noun()));
            ctx.push(diagnostic);
            return None;
        }
    };
    Some(Reference::written(kind, written))
}

fn mapping(ctx: &mut Context, kind: Kind, here: Here) -> Option<Written> {
    let entries = here.node.entries()?;
    let has_id = entries.iter().any(|e| e.key == "id");
    let mut written = Written::default();
    let mut is_whole = true;
    for entry in entries {
        let path = Path::Key(here.path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        match &*entry.key {
            "id" => match guid(ctx, at) {
                Some(id) => written.id = Some(id),
                None => is_whole = false,
            },
            "name" => match leaf::name(ctx, at, article(kind)) {
                Some(name) => written.name = Some(name.to_owned()),
                None => is_whole = false,
            },
            "catalog" if kind == Kind::AccessPackage && (!has_id || entry.value.entries().is_none()) => {
                match leaf::name(ctx, at, "a catalog") {
                    Some(name) => written.catalog = Some(name.to_owned()),
                    None => is_whole = false,
                }
            }
            key if has_id || keys::is_annotation(key) => ctx.paste(&path, entry.key_span, key),
            key => {
                is_whole = false;
                unknown_key(ctx, kind, &path, entry.key_span, key);
            }
        }
    }
    if is_whole && written.id.is_none() && written.name.is_none() {
        let diagnostic = ctx
            .at(here, codes::BAD_REFERENCE, format!("this does not say which {} is meant", kind.noun()))
            .help("write its `name` or its `id`");
        ctx.push(diagnostic);
        return None;
    }
    is_whole.then_some(written)
}

fn unknown_key(ctx: &mut Context, kind: Kind, path: &Path, span: crate::yaml::Span, key: &str) {
    let takes: &[&str] =
        if kind == Kind::AccessPackage { &["id", "name", "catalog"] } else { &["id", "name"] };
    let found = ctx.at_key(
        path,
        span,
        codes::UNKNOWN_KEY,
        format!("a reference to {} has no member `{}`", article(kind), visible(key)),
    );
    let found = match key {
        "displayName" | "userPrincipalName" => found.help("write `name`"),
        // As a subject is written, where there could be others.
        _ if key.eq_ignore_ascii_case(&kind.noun().replace(' ', "")) => {
            found.help(format!("it can be nothing but {} here: write the name alone", article(kind)))
        }
        _ => match nearest(key, takes.iter().copied()) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found,
        },
    };
    let takes: Vec<String> = takes.iter().map(|k| format!("`{k}`")).collect();
    let diagnostic = found.help(format!("it takes {}", takes.join(", ")));
    ctx.push(diagnostic);
}

/// An id that must have the form of a GUID.
pub(crate) fn guid(ctx: &mut Context, here: Here) -> Option<Id> {
    let text = leaf::text(ctx, here, "an id in the form of a GUID")?;
    let id = Id::guid(text);
    if id.is_none() {
        let shown = visible(&text.chars().take(80).collect::<String>());
        let diagnostic = ctx
            .at(here, codes::BAD_GUID, format!("`{shown}` is not an id"))
            .note("an id is a GUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12")
            .help(if here.path.member() == "id" {
                "write the id, or the object's name under `name`"
            } else {
                "write the id"
            });
        ctx.push(diagnostic);
    }
    id
}

/// `an access package`, `a group`.
pub(crate) const fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::AssignmentPolicy => "an assignment policy",
        Kind::AccessPackage => "an access package",
        Kind::Catalog => "a catalog",
        Kind::ConnectedOrganization => "a connected organization",
        Kind::WorkflowExtension => "a workflow extension",
        Kind::Settings => "settings",
        Kind::Tenant => "a tenant",
        Kind::Group => "a group",
        Kind::User => "a user",
        Kind::ServicePrincipal => "a service principal",
    }
}
