//! Parameters of templates: their types, and `{param: NAME}`, the node that a value takes the place of.
//!
//! A type says roughly what a value is, so that a mistake is told where the value is written. Whether the value can
//! stand where the template puts it is checked there, by the tables.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::scalar::{self, NotWhole, Scalar};
use crate::yaml::{Data, Node, Span};
use entrant_model::text::{nearest, visible};
use entrant_model::time::{Duration, Instant};

/// The key of a mapping that a parameter takes the place of.
pub(crate) const PARAM: &str = "param";

/// A type of parameters.
#[derive(Debug)]
pub(crate) struct ParameterType {
    /// As templates write it.
    pub word: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// What an error says was expected.
    expects: &'static str,
    takes: fn(&Node) -> bool,
}

const fn of(
    word: &'static str,
    expects: &'static str,
    doc: &'static str,
    takes: fn(&Node) -> bool,
) -> ParameterType {
    ParameterType { word, doc, expects, takes }
}

/// Every type of parameters.
pub(crate) const TYPES: &[ParameterType] = &[
    of(
        "text",
        "a text",
        "A text: a name, a description, a word such as `allMemberUsers`, a membership rule.",
        is_text,
    ),
    of("bool", "`true` or `false`", "`true` or `false`.", |node| {
        matches!(leaf::scalar(node), Some(Scalar::Bool(_)))
    }),
    of("int", "a whole number", "A whole number: of days, minutes, levels.", is_whole),
    of("duration", "an ISO 8601 duration such as `P14D`", "A duration such as `P14D`.", is_duration),
    of("timestamp", "a UTC timestamp such as `2027-01-31T00:00:00Z`", "A UTC timestamp.", is_timestamp),
    of(
        "expiration",
        "a duration such as `P90D`, a timestamp, or `noExpiration`",
        "When access ends, in v1.0: `P90D`, a timestamp, `noExpiration`, or Graph's mapping.",
        is_expiration,
    ),
    of(
        "group",
        "the name or the id of a group",
        "A group, by name or id: `{group: {param: NAME}}`.",
        is_reference,
    ),
    of(
        "user",
        "the name or the id of a user",
        "A user, by user principal name or id: `{user: {param: NAME}}`.",
        is_reference,
    ),
    of(
        "connectedOrganization",
        "the name or the id of a connected organization",
        "A connected organization, by name or id.",
        is_reference,
    ),
    of(
        "servicePrincipal",
        "the name or the id of a service principal",
        "A service principal, by name or id.",
        is_reference,
    ),
    of(
        "subject",
        "one subject such as `{group: NAME}`",
        "Somebody who asks, approves or reviews: `{group: NAME}`, `{manager: 1}`, `externalSponsors`.",
        is_subject,
    ),
    of(
        "subjects",
        "a list of subjects such as `[{group: NAME}, {manager: 1}]`",
        "A list of those who ask, approve or review.",
        |node| matches!(&node.data, Data::List(list) if list.iter().all(is_subject)),
    ),
    of("list", "a list", "A list of anything: stages, questions, choices.", |node| {
        matches!(node.data, Data::List(_))
    }),
    of("any", "a value", "Anything; it is checked where it stands.", |_| true),
];

fn is_text(node: &Node) -> bool {
    matches!(leaf::scalar(node), Some(Scalar::Text(_)))
}

fn is_whole(node: &Node) -> bool {
    matches!(leaf::scalar(node), Some(Scalar::Number(text)) if !matches!(scalar::whole(text), Err(NotWhole::Fraction)))
}

fn is_duration(node: &Node) -> bool {
    matches!(leaf::scalar(node), Some(Scalar::Text(text)) if Duration::parse(text).is_some())
}

fn is_timestamp(node: &Node) -> bool {
    matches!(leaf::scalar(node), Some(Scalar::Text(text)) if Instant::parse(text).is_some())
}

fn is_expiration(node: &Node) -> bool {
    node.entries().is_some()
        || is_duration(node)
        || is_timestamp(node)
        || matches!(leaf::scalar(node), Some(Scalar::Text("noExpiration" | "notSpecified")))
}

fn is_reference(node: &Node) -> bool {
    is_text(node) || node.entries().is_some()
}

/// A mapping or a bare word, as far as it says nothing that belongs elsewhere.
fn is_subject(node: &Node) -> bool {
    is_reference(node)
}

/// The type of this name; reports it where there is none.
pub(crate) fn type_of(ctx: &mut Context, here: Here) -> Option<&'static ParameterType> {
    let text = leaf::text(ctx, here, "the name of a type")?;
    if let Some(found) = TYPES.iter().find(|ty| ty.word == text) {
        return Some(found);
    }
    let shown = visible(&text.chars().take(80).collect::<String>());
    let found = ctx.at(here, codes::UNKNOWN_WORD, format!("there is no type `{shown}` of parameters"));
    let words: Vec<String> = TYPES.iter().map(|ty| format!("`{}`", ty.word)).collect();
    let found = match nearest(text, TYPES.iter().map(|ty| ty.word)) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found,
    };
    ctx.push(found.help(format!("the types are {}", words.join(", "))));
    None
}

/// Reports a value that is not of the type; null is of every type. Says whether it is.
pub(crate) fn check(
    ctx: &mut Context,
    ty: &ParameterType,
    here: Here,
    declared: Option<entrant_model::Place>,
) -> bool {
    if here.node.is_null() || (ty.takes)(here.node) {
        return true;
    }
    let mut found = leaf::wrong_type(ctx, here, ty.expects).help(format!("write {}", ty.expects));
    if let Some(place) = declared {
        found = found.related(place, format!("the template declares it as `{}`", ty.word));
    }
    ctx.push(found);
    false
}

/// The name in `{param: NAME}`, where the node is that and nothing beside.
pub(crate) fn name_of<'n>(node: &'n Node) -> Option<&'n str> {
    match node.entries() {
        Some([entry]) if entry.key == PARAM => match &entry.value.data {
            Data::Scalar(text, _) => Some(text),
            _ => Some(""),
        },
        _ => None,
    }
}

/// Whether a parameter stands in a node.
pub(crate) fn is_in(node: &Node) -> bool {
    let mut found = false;
    each(node, &Path::Root, None, &mut |_, _| found = true);
    found
}

/// Calls `visit` with the name, the place and the key of every `{param: …}` below a node.
pub(crate) fn each<'n>(
    node: &'n Node,
    path: &Path,
    key: Option<Span>,
    visit: &mut dyn FnMut(&str, Here<'_, 'n, '_>),
) {
    if let Some(name) = name_of(node) {
        return visit(name, Here { path, key, node });
    }
    match &node.data {
        Data::Scalar(..) => {}
        Data::List(list) => {
            for (index, node) in list.iter().enumerate() {
                each(node, &Path::Index(path, index), None, visit);
            }
        }
        Data::Map(entries) => {
            for entry in entries {
                each(&entry.value, &Path::Key(path, &entry.key), Some(entry.key_span), visit);
            }
        }
    }
}
