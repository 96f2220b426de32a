//! The fields of one change as an aligned tree: labels on the left, values in names on the right.
//!
//! ```text
//!     expiration                P90D (90 days) -> PT2H (2 hours)
//!     requestApprovalSettings
//!       stage 1
//!         primaryApprovers      - group Partner desk
//!                               + group Service owners
//!                                 user ana@contoso.com
//! ```

use super::page::{Page, Span, Tone, plain, span, width_of};
use super::values::{member_of_list, phrase, subject, told_apart, word_diff};
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_model::{Object, Type};
use entrant_plan::diff::in_order;
use entrant_plan::{Action, Change, Field, Reason};

/// Writes the fields of a change below its header.
pub fn write(page: &mut Page, indent: usize, change: &Change) {
    let mut root = Vec::new();
    for field in &change.fields {
        let labels = labels(change, field);
        insert(&mut root, &labels, node_of(change.action, field, labels.last().map_or("", String::as_str)));
    }
    branch(page, indent, &root);
}

/// A part of the tree.
#[derive(Debug)]
struct Node {
    label: String,
    content: Content,
    /// The document does not say it.
    is_silent: bool,
}

#[derive(Debug)]
enum Content {
    Branch(Vec<Node>),
    /// One value a row.
    Leaf(Vec<Row>),
}

/// One value, and whether it comes, goes or stays.
#[derive(Debug)]
struct Row {
    mark: Mark,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Comes,
    Goes,
}

/// How many elements of a list are named although they stay.
const SHOWN_STAYING: usize = 4;

fn node_of(action: Action, field: &Field, label: &str) -> Node {
    let content = match (action, &field.before, &field.after) {
        (Action::Update | Action::Keep, Some(before), Some(after)) => difference(label, before, after),
        (Action::Update | Action::Keep, None, Some(after)) if is_structured(after) => {
            tree(label, after, Mark::Comes)
        }
        (Action::Update | Action::Keep, Some(before), None) if is_structured(before) => {
            tree(label, before, Mark::Goes)
        }
        (Action::Update | Action::Keep, before, after) => {
            let side = |value: &Option<Json>| value.as_ref().map_or_else(|| nothing(label), |v| phrase(label, v));
            leaf(Mark::None, arrow(side(before), side(after)))
        }
        (_, before, after) => {
            after.as_ref().or(before.as_ref()).map_or(Content::Leaf(Vec::new()), |v| tree(label, v, Mark::None))
        }
    };
    Node { label: label.to_owned(), content, is_silent: field.reason == Some(Reason::NotWritten) }
}

/// What a member is that has no value.
fn nothing(label: &str) -> String {
    match label {
        "expiration" => "(does not end)",
        _ => "(none)",
    }
    .to_owned()
}

fn leaf(mark: Mark, spans: Vec<Span>) -> Content {
    Content::Leaf(vec![Row { mark, spans }])
}

fn arrow(before: String, after: String) -> Vec<Span> {
    vec![
        span(Tone::Removed, before),
        plain(" "),
        span(Tone::Faint, "->"),
        plain(" "),
        span(Tone::Added, after),
    ]
}

fn difference(label: &str, before: &Json, after: &Json) -> Content {
    match (before, after) {
        (Json::Array(before), Json::Array(after)) => lists(label, before, after),
        (Json::String(before), Json::String(after)) if word_diff(before, after).is_some() => {
            leaf(Mark::None, word_diff(before, after).unwrap_or_default())
        }
        _ if is_structured(before) || is_structured(after) => {
            let side = |value: &Json, mark| match tree(label, value, mark) {
                Content::Branch(nodes) => nodes,
                rows @ Content::Leaf(_) => vec![Node { label: label.to_owned(), content: rows, is_silent: false }],
            };
            let mut nodes = side(before, Mark::Goes);
            nodes.extend(side(after, Mark::Comes));
            Content::Branch(nodes)
        }
        _ => {
            let both = told_apart(label, &[before, after]);
            let [before, after] = <[String; 2]>::try_from(both).unwrap_or_default();
            leaf(Mark::None, arrow(before, after))
        }
    }
}

/// Two sets: what goes, what comes, and what stays beside it.
fn lists(label: &str, before: &[Json], after: &[Json]) -> Content {
    let all: Vec<&Json> = before.iter().chain(after.iter().filter(|v| !before.contains(v))).collect();
    let phrases = told_apart(label, &all);
    let mut rows = Vec::new();
    let mut staying = Vec::new();
    for (value, words) in all.iter().zip(phrases) {
        match (before.contains(value), after.contains(value)) {
            (true, false) => rows.push(Row { mark: Mark::Goes, spans: vec![span(Tone::Removed, words)] }),
            (false, _) => rows.push(Row { mark: Mark::Comes, spans: vec![span(Tone::Added, words)] }),
            (true, true) => staying.push(Row { mark: Mark::None, spans: vec![span(Tone::Faint, words)] }),
        }
    }
    rows.sort_by_key(|row| row.mark == Mark::Comes);
    let hidden = staying.len().saturating_sub(SHOWN_STAYING);
    rows.extend(staying.into_iter().take(SHOWN_STAYING));
    if hidden > 0 {
        let words = format!("and {hidden} more that stay");
        rows.push(Row { mark: Mark::None, spans: vec![span(Tone::Faint, words)] });
    }
    Content::Leaf(rows)
}

/// Whether a value is shown as a tree or list of its own.
fn is_structured(value: &Json) -> bool {
    match value {
        Json::Array(_) => true,
        Json::Object(_) => subject(value).is_none(),
        _ => false,
    }
}

/// A whole value that comes, goes, or simply is.
fn tree(label: &str, value: &Json, mark: Mark) -> Content {
    match value {
        Json::Object(map) if subject(value).is_none() && !map.is_empty() => {
            let nodes = map.iter().map(|(name, value)| Node {
                label: visible(name),
                content: tree(name, value, mark),
                is_silent: false,
            });
            Content::Branch(nodes.collect())
        }
        Json::Array(list) if list.iter().any(|v| v.is_object() && subject(v).is_none()) => {
            let nodes = list.iter().enumerate().map(|(index, element)| {
                let (element, title) = titled(label, element);
                Node {
                    label: numbered(label, index, title.as_deref()),
                    content: tree(label, &element, mark),
                    is_silent: false,
                }
            });
            Content::Branch(nodes.collect())
        }
        Json::Array(list) if list.iter().all(Json::is_string) && all_are_words(list) => {
            let words: Vec<String> = list.iter().map(|v| member_of_list(label, v)).collect();
            leaf(mark, vec![toned(mark, words.join(", "))])
        }
        Json::Array(list) => {
            let phrases = told_apart(label, &list.iter().collect::<Vec<_>>());
            Content::Leaf(phrases.into_iter().map(|p| Row { mark, spans: vec![toned(mark, p)] }).collect())
        }
        scalar => leaf(mark, vec![toned(mark, phrase(label, scalar))]),
    }
}

fn all_are_words(list: &[Json]) -> bool {
    list.iter().filter_map(Json::as_str).all(|text| !text.contains(' ') && text.len() <= 24)
}

fn toned(mark: Mark, text: String) -> Span {
    match mark {
        Mark::None => plain(text),
        Mark::Comes => span(Tone::Added, text),
        Mark::Goes => span(Tone::Removed, text),
    }
}

/// An element without the member that titles it, and the title.
fn titled(list: &str, element: &Json) -> (Json, Option<String>) {
    let mut element = element.clone();
    let title = match (list, &mut element) {
        ("questions", Json::Object(map)) => match map.get("text").and_then(Json::as_str).map(str::to_owned) {
            Some(text) => {
                map.shift_remove("text");
                Some(text)
            }
            None => map.get("text").and_then(|t| t.get("defaultText")).and_then(Json::as_str).map(str::to_owned),
        },
        _ => None,
    };
    (element, title)
}

/// `stage 1`, `question 2 "Which campaign?"`, `choice 3`.
fn numbered(list: &str, index: usize, title: Option<&str>) -> String {
    let number = index + 1;
    let noun = match list {
        "stages" | "approvalStages" => "stage",
        "questions" => "question",
        "choices" => "choice",
        other => other,
    };
    match title {
        Some(title) => format!("{noun} {number} \"{}\"", visible(title)),
        None => format!("{noun} {number}"),
    }
}

/// The labels that lead to a field: the segments of its path, elements of lists by number and title.
fn labels(change: &Change, field: &Field) -> Vec<String> {
    let object = change.desired.as_ref().or(change.live.as_ref().map(|l| &l.object));
    let mut labels: Vec<String> = Vec::new();
    let mut list = "";
    for (depth, segment) in field.path.0.iter().enumerate() {
        match segment.parse::<usize>() {
            Ok(index) if depth > 0 => {
                let title = if list == "questions" { object.and_then(|o| question(o, index)) } else { None };
                if is_folded(list) {
                    labels.pop();
                }
                labels.push(numbered(list, index, title.as_deref()));
            }
            _ => labels.push(visible(segment)),
        }
        list = segment;
    }
    labels
}

/// Lists that are named by their elements alone.
fn is_folded(list: &str) -> bool {
    matches!(list, "stages" | "approvalStages" | "questions" | "choices")
}

/// The text of a policy's question.
fn question(policy: &Object, index: usize) -> Option<String> {
    let (_, member) = policy.ty.member("questions")?;
    let Type::Sequence { order_by, .. } = member.ty else { return None };
    let question = in_order(policy.list("questions"), order_by).get(index)?.as_object()?;
    let text = question.text("text");
    text.or_else(|| question.object("text")?.text("defaultText")).map(str::to_owned)
}

fn insert(nodes: &mut Vec<Node>, labels: &[String], node: Node) {
    match labels {
        [] | [_] => nodes.push(node),
        [first, rest @ ..] => {
            let is_last_one = nodes.last().is_some_and(|n| {
                n.label == *first && !n.is_silent && matches!(n.content, Content::Branch(_))
            });
            if !is_last_one {
                nodes.push(Node { label: first.clone(), content: Content::Branch(Vec::new()), is_silent: false });
            }
            if let Some(Node { content: Content::Branch(inner), .. }) = nodes.last_mut() {
                insert(inner, rest, node);
            }
        }
    }
}

/// Lists whose elements are numbered stand under their own numbers, without a line of their own.
fn unfolded(nodes: &[Node]) -> Vec<&Node> {
    let mut result = Vec::new();
    for node in nodes {
        match &node.content {
            Content::Branch(inner) if is_folded(&node.label) && !node.is_silent => result.extend(unfolded(inner)),
            _ => result.push(node),
        }
    }
    result
}

fn branch(page: &mut Page, indent: usize, nodes: &[Node]) {
    let nodes = unfolded(nodes);
    let cap = page.width.saturating_sub(indent + 32).max(12);
    let widest = nodes
        .iter()
        .filter(|n| matches!(n.content, Content::Leaf(_)))
        .map(|n| width_of(&[plain(n.label.as_str())]))
        .filter(|width| *width <= cap)
        .max()
        .unwrap_or(0);
    let column = indent + widest + 2;
    for node in nodes {
        let (start, mut lead) = match node.is_silent {
            true => (indent.saturating_sub(2), vec![span(Tone::Changed, "! ")]),
            false => (indent, Vec::new()),
        };
        match &node.content {
            Content::Branch(inner) => {
                lead.push(span(Tone::Strong, node.label.as_str()));
                if node.is_silent {
                    lead.push(not_written());
                }
                page.cell(start, &lead, 0, &[]);
                branch(page, indent + 2, inner);
            }
            Content::Leaf(rows) => {
                lead.push(plain(node.label.as_str()));
                write_rows(page, start, &lead, column, rows, node.is_silent);
            }
        }
    }
}

fn not_written() -> Span {
    span(Tone::Changed, "  (not written)")
}

fn write_rows(page: &mut Page, indent: usize, lead: &[Span], column: usize, rows: &[Row], is_silent: bool) {
    let is_marked = rows.iter().any(|row| row.mark != Mark::None);
    for (index, row) in rows.iter().enumerate() {
        let mut spans = Vec::new();
        let mark = match row.mark {
            Mark::Comes => Some(span(Tone::Added, "+ ")),
            Mark::Goes => Some(span(Tone::Removed, "- ")),
            Mark::None if is_marked => Some(plain("  ")),
            Mark::None => None,
        };
        spans.extend(row.spans.iter().cloned());
        if is_silent && index == 0 {
            spans.push(not_written());
        }
        let lead: Vec<Span> = if index == 0 { lead.to_vec() } else { Vec::new() };
        let indent = if index == 0 { indent } else { column };
        match mark {
            Some(mark) => page.marked(indent, &lead, column, &mark, &spans),
            None => page.cell(indent, &lead, column, &spans),
        }
    }
}
