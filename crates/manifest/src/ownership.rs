//! `ownership:` of the configuration: places in which what no document declares is deleted.

use crate::codes;
use crate::config::{mapping, unknown_key};
use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::reference;
use crate::yaml::Data;
use entrant_model::Kind;
use entrant_model::desired::Exclusive;

/// The keys of a place, each with its kind and a sentence.
pub(crate) const PLACES: &[(&str, Kind, &str)] = &[
    ("catalog", Kind::Catalog, "Every access package of this catalog: its name, or `{id: …}`."),
    (
        "accessPackage",
        Kind::AccessPackage,
        "This access package: its name, `{catalog: …, name: …}` or `{id: …}`.",
    ),
];

/// Reads the list of places.
pub(crate) fn read(ctx: &mut Context, here: Here, places: &mut Vec<Exclusive>) {
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        if entry.key != "exclusive" {
            unknown_key(ctx, &path, entry, &["exclusive"]);
            continue;
        }
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        if entry.value.is_null() {
            continue;
        }
        if !matches!(entry.value.data, Data::List(_)) {
            let diagnostic = leaf::wrong_type(ctx, at, "a list of places")
                .help("write `[{catalog: NAME}]` or `[{accessPackage: NAME}]`");
            ctx.push(diagnostic);
            continue;
        }
        for (index, node) in entry.value.list().iter().enumerate() {
            let path = Path::Index(&path, index);
            places.extend(place(ctx, Here { path: &path, key: None, node }));
        }
    }
}

fn place(ctx: &mut Context, here: Here) -> Option<Exclusive> {
    let names: Vec<&str> = PLACES.iter().map(|(name, ..)| *name).collect();
    let mut found = None;
    let entries = mapping(ctx, here);
    for entry in entries {
        let path = Path::Key(here.path, &entry.key);
        let Some((_, kind, _)) = PLACES.iter().find(|(name, ..)| *name == entry.key) else {
            unknown_key(ctx, &path, entry, &names);
            continue;
        };
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        let place = ctx.key_place(&path, entry.key_span);
        found = reference::reference(ctx, *kind, at).map(|reference| Exclusive { reference, place });
    }
    if entries.len() != 1 {
        let diagnostic = ctx
            .at(here, codes::BAD_REFERENCE, "a place is one catalog or one access package")
            .help("write `{catalog: NAME}`, or `{accessPackage: {catalog: NAME, name: NAME}}`");
        ctx.push(diagnostic);
        return None;
    }
    found
}
