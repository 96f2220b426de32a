//! The fields of one change as an aligned tree: labels on the left, values in names on the right.
//!
//! ```text
//!     expiration                P90D (90 days) -> PT2H (2 hours)
//!     requestApprovalSettings
//!       stage 1
//!         primaryApprovers      - group Partner desk
//!                               + group Service owners
//!                                 user ana@contoso.com
//!   - reviewSettings
//!       isEnabled               true
//! ```
//!
//! `-` and `+` stand before what goes and comes, `~` before what changes within, `!` before what the document
//! does not say.

pub mod lines;

use super::page::{Page, Span, Tone, plain, span, width_of};
use super::values::{member_of_list, phrase, subject, told_apart, word_diff};
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_model::{Object, Type};
use entrant_plan::diff::{described, in_order};
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

/// Writes everything that an object says, package and name aside: these are its address.
pub fn write_object(page: &mut Page, indent: usize, object: &Object) {
    let mut root = Vec::new();
    for field in described(object).into_iter().filter(|field| !is_in_address(&field.path.0)) {
        let labels = path_labels(&field.path.0, Some(object));
        let label = labels.last().map_or("", String::as_str);
        insert(&mut root, &labels, node_of(Action::Create, &field, label));
    }
    branch(page, indent, &root);
}

/// Members that an address says already.
pub fn is_in_address(path: &[String]) -> bool {
    matches!(path, [one] if matches!(one.as_str(), "accessPackage" | "accessPackageId" | "catalog" | "displayName"))
}

/// A part of the tree.
#[derive(Debug)]
struct Node {
    label: String,
    content: Content,
    /// Whether all of it comes or goes.
    mark: Mark,
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
    Changes,
}

/// How many elements of a list are named although they stay.
const SHOWN_STAYING: usize = 4;

fn node_of(action: Action, field: &Field, label: &str) -> Node {
    let side = |value: &Option<Json>| value.as_ref().map_or_else(|| nothing(label), |v| phrase(label, v));
    let (mark, content) = match (action, &field.before, &field.after) {
        (Action::Create | Action::Delete, before, after) => {
            let value = after.as_ref().or(before.as_ref()).unwrap_or(&Json::Null);
            (Mark::None, tree(label, value, Tone::Plain))
        }
        (_, Some(before), Some(after)) => (Mark::None, difference(label, before, after)),
        (_, None, Some(after)) if is_structured(after) => (Mark::Comes, tree(label, after, Tone::Added)),
        (_, Some(before), None) if is_structured(before) => (Mark::Goes, tree(label, before, Tone::Removed)),
        (_, before, after) => (Mark::None, leaf(Mark::None, arrow(side(before), side(after)))),
    };
    Node { label: label.to_owned(), content, mark, is_silent: field.reason == Some(Reason::NotWritten) }
}

/// What a member is that has no value.
pub fn nothing(label: &str) -> String {
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
            let side = |value: &Json, tone, mark| Node {
                label: label.to_owned(),
                content: tree(label, value, tone),
                mark,
                is_silent: false,
            };
            Content::Branch(vec![
                side(before, Tone::Removed, Mark::Goes),
                side(after, Tone::Added, Mark::Comes),
            ])
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
    if let [goes, comes] = rows.as_slice()
        && (goes.mark, comes.mark) == (Mark::Goes, Mark::Comes)
        && let [before, after] =
            [goes, comes].map(|row| row.spans.iter().map(|s| s.text.as_str()).collect::<String>())
        && let Some(spans) = word_diff(&before, &after)
    {
        rows = vec![Row { mark: Mark::Changes, spans }];
    }
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

/// A whole value.
fn tree(label: &str, value: &Json, tone: Tone) -> Content {
    let row = |text: String| Row { mark: Mark::None, spans: vec![span(tone, text)] };
    match value {
        Json::Object(map) if subject(value).is_none() && !map.is_empty() => Content::Branch(
            map.iter().map(|(name, value)| part(visible(name), tree(name, value, tone))).collect(),
        ),
        Json::Array(list) if list.iter().any(|v| v.is_object() && subject(v).is_none()) => {
            let nodes = list.iter().enumerate().map(|(index, element)| {
                let (element, title) = titled(label, element);
                part(numbered(label, index, title.as_deref()), tree(label, &element, tone))
            });
            Content::Branch(nodes.collect())
        }
        Json::Array(list) if list.iter().all(Json::is_string) && all_are_words(list) => {
            let words: Vec<String> = list.iter().map(|v| member_of_list(label, v)).collect();
            Content::Leaf(vec![row(words.join(", "))])
        }
        Json::Array(list) => {
            Content::Leaf(told_apart(label, &list.iter().collect::<Vec<_>>()).into_iter().map(row).collect())
        }
        scalar => Content::Leaf(vec![row(phrase(label, scalar))]),
    }
}

const fn part(label: String, content: Content) -> Node {
    Node { label, content, mark: Mark::None, is_silent: false }
}

fn all_are_words(list: &[Json]) -> bool {
    list.iter().filter_map(Json::as_str).all(|text| !text.contains(' ') && text.len() <= 24)
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
            None => {
                map.get("text").and_then(|t| t.get("defaultText")).and_then(Json::as_str).map(str::to_owned)
            }
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
    path_labels(&field.path.0, change.desired.as_ref().or(change.live.as_ref().map(|l| &l.object)))
}

/// The labels of a path; questions get their titles from `object`.
pub fn path_labels(path: &[String], object: Option<&Object>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    let mut list = "";
    for (depth, segment) in path.iter().enumerate() {
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
                n.label == *first
                    && n.mark == Mark::None
                    && !n.is_silent
                    && matches!(n.content, Content::Branch(_))
            });
            if !is_last_one {
                nodes.push(part(first.clone(), Content::Branch(Vec::new())));
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
            Content::Branch(inner)
                if is_folded(&node.label) && node.mark == Mark::None && !node.is_silent =>
            {
                result.extend(unfolded(inner));
            }
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
        let gutter = match (node.is_silent, node.mark) {
            (true, _) => Some(span(Tone::Changed, "! ")),
            (false, mark) => sign(mark),
        };
        let start = if gutter.is_some() { indent.saturating_sub(2) } else { indent };
        let mut lead: Vec<Span> = gutter.into_iter().collect();
        match &node.content {
            Content::Branch(inner) => {
                lead.push(span(Tone::Strong, node.label.as_str()));
                if node.is_silent {
                    lead.push(not_written(node.mark));
                }
                page.cell(start, &lead, 0, &[]);
                branch(page, indent + 2, inner);
            }
            Content::Leaf(rows) => {
                lead.push(plain(node.label.as_str()));
                let note = node.is_silent.then(|| not_written(node.mark));
                write_rows(page, start, &lead, column, rows, note);
            }
        }
    }
}

fn not_written(mark: Mark) -> Span {
    span(
        Tone::Changed,
        match mark {
            Mark::Goes => "  (would go: not written)",
            _ => "  (not written)",
        },
    )
}

const fn mark_tone(mark: Mark) -> Option<(&'static str, Tone)> {
    match mark {
        Mark::None => None,
        Mark::Comes => Some(("+ ", Tone::Added)),
        Mark::Goes => Some(("- ", Tone::Removed)),
        Mark::Changes => Some(("~ ", Tone::Changed)),
    }
}

fn sign(mark: Mark) -> Option<Span> {
    mark_tone(mark).map(|(text, tone)| span(tone, text))
}

fn write_rows(
    page: &mut Page,
    indent: usize,
    lead: &[Span],
    column: usize,
    rows: &[Row],
    mut note: Option<Span>,
) {
    let is_marked = rows.iter().any(|row| row.mark != Mark::None);
    for (index, row) in rows.iter().enumerate() {
        let mut spans = row.spans.clone();
        spans.extend(note.take());
        let (indent, lead) = if index == 0 { (indent, lead) } else { (column, &[][..]) };
        match sign(row.mark).or_else(|| is_marked.then(|| plain("  "))) {
            Some(mark) => page.marked(indent, lead, column, &mark, &spans),
            None => page.cell(indent, lead, column, &spans),
        }
    }
}
