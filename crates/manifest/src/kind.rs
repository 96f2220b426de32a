//! The `kind` of a document, and its `apiVersion`: which table reads the rest.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::scalar::Scalar;
use crate::template::declaration;
use crate::yaml::Entry;
use entrant_model::text::{nearest, visible};
use entrant_model::{Diagnostic, Kind, Version, kinds};

/// The word of documents that remove.
pub(crate) const REMOVED: &str = "Removed";

/// The kinds that a document may have, each with a sentence.
pub(crate) const KINDS: &[(&str, &str)] = &[
    (
        "AssignmentPolicy",
        "A policy of an access package: who may request it, who approves, when access ends.",
    ),
    ("AccessPackage", "An access package: roles of resources that are requested, given and taken together."),
    ("Catalog", "A catalog: the resources that its access packages may give, and who may manage it."),
    ("ConnectedOrganization", "Another organization whose people may request access."),
    ("WorkflowExtension", "A Logic App of a catalog that runs at stages of requests."),
    ("Settings", "The tenant's settings: what becomes of users from outside who lose their last access."),
    (
        declaration::TEMPLATE,
        "What policies have in common, with parameters for what differs. It declares no object.",
    ),
    (
        declaration::DEFAULTS,
        "What the policies of a catalog say where they do not say it themselves. It declares no object.",
    ),
    (REMOVED, "An object that shall be deleted, or no longer managed."),
];

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// An object that shall be.
    Declared(Kind),
    /// What policies have in common.
    Template,
    /// What the policies of a catalog have in common.
    Defaults,
    /// An object that shall not be.
    Removed,
}

/// What Graph calls the types of our kinds: what people write who copy them.
const GRAPH_NAMES: &[(&str, Kind)] = &[
    ("accessPackageAssignmentPolicy", Kind::AssignmentPolicy),
    ("accessPackage", Kind::AccessPackage),
    ("accessPackageCatalog", Kind::Catalog),
    ("connectedOrganization", Kind::ConnectedOrganization),
    ("customCalloutExtension", Kind::WorkflowExtension),
    ("entitlementManagementSettings", Kind::Settings),
];

/// Reads the kind; `None` where a mistake was reported.
pub(crate) fn kind(ctx: &mut Context, here: Here, entries: &[Entry]) -> Option<DocumentKind> {
    let names = || KINDS.iter().map(|(name, _)| *name);
    let Some(entry) = here.node.get("kind").filter(|e| !e.value.is_null()) else {
        let diagnostic = ctx.at(here, codes::MISSING_KIND, "the document does not say its `kind`");
        ctx.push(missing(diagnostic, entries).help(format!("the kinds are {}", list())));
        return None;
    };
    let path = Path::Key(here.path, "kind");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let text = leaf::text(ctx, at, "the name of a kind")?;
    match text {
        REMOVED => return Some(DocumentKind::Removed),
        declaration::TEMPLATE => return Some(DocumentKind::Template),
        declaration::DEFAULTS => return Some(DocumentKind::Defaults),
        _ => {}
    }
    if let Some(kind) = Kind::DECLARED.into_iter().find(|kind| kind.as_str() == text) {
        return Some(DocumentKind::Declared(kind));
    }
    let diagnostic = ctx.at(
        at,
        codes::UNKNOWN_KIND,
        format!("there is no kind `{}`", visible(&text.chars().take(80).collect::<String>())),
    );
    let diagnostic = match GRAPH_NAMES.iter().find(|(name, _)| *name == text) {
        Some((_, kind)) => diagnostic.help(format!("write `{kind}`")),
        None => match nearest(text, names()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        },
    };
    ctx.push(diagnostic.help(format!("the kinds are {}", list())));
    None
}

/// The kinds for a sentence.
fn list() -> String {
    let names: Vec<String> = KINDS.iter().map(|(name, _)| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Which kind is probably meant, by the members that are there.
fn missing(diagnostic: Diagnostic, entries: &[Entry]) -> Diagnostic {
    let has = |key: &str| entries.iter().any(|e| e.key == key);
    if let Some(near) = entries.iter().take(50).find(|e| nearest(&e.key, ["kind"]).is_some()) {
        diagnostic.help(format!("did you mean `kind` where it says `{}`?", visible(&near.key)))
    } else if has("accessPackageId") || has("durationInDays") || has("accessReviewSettings") {
        diagnostic.help("add `kind: AssignmentPolicy` and `apiVersion: beta`, whose members it has")
    } else if has("value") {
        diagnostic
            .note("an answer of Graph with several objects is not a document")
            .help("make each entry of `value` a document that begins with its kind, such as `kind: AssignmentPolicy`")
    } else {
        diagnostic.help(format!("add `kind: {}`", of_members(entries)))
    }
}

/// The kind whose table has the most of the keys; policies first.
fn of_members(entries: &[Entry]) -> Kind {
    let known = |kind: Kind| {
        let table = kinds::table(kind, Version::V1);
        entries.iter().take(50).filter(|e| table.is_some_and(|table| table.member(&e.key).is_some())).count()
    };
    Kind::DECLARED.into_iter().max_by_key(|kind| known(*kind)).unwrap_or(Kind::AssignmentPolicy)
}

/// Reads the version of the body; `None` where a mistake was reported.
pub(crate) fn version(ctx: &mut Context, here: Here, kind: Kind) -> Option<Version> {
    let Some(entry) = here.node.get("apiVersion") else { return Some(Version::V1) };
    let path = Path::Key(here.path, "apiVersion");
    let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
    let text = match leaf::scalar(at.node) {
        Some(Scalar::Text(text) | Scalar::Number(text)) => text,
        Some(Scalar::Null) => return Some(Version::V1),
        _ => "",
    };
    let all = [Version::V1, Version::Beta];
    match all.into_iter().find(|v| v.as_str() == text) {
        Some(version) if kinds::table(kind, version).is_some() => return Some(version),
        Some(version) => {
            let diagnostic = ctx
                .at(at, codes::UNKNOWN_VERSION, format!("`{kind}` is written in the shape of v1.0 alone"))
                .note(format!("only policies have something that {version} says and v1.0 cannot"))
                .help("leave `apiVersion` out, and write the body as v1.0 has it");
            ctx.push(diagnostic);
            // What else is wrong is told by the shape that there is.
            return Some(Version::V1);
        }
        None => {}
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
