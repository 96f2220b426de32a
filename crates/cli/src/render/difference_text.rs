//! In what a fresh plan goes beyond the approved one, for a person: each object or name with both sides.

use super::fields::path_labels;
use super::page::{Page, Tone, plain, span};
use super::values::{keys, phrase, subject};
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_plan::output::ReferenceDocument;
use entrant_plan::saved::{Compared, Difference};
use std::collections::BTreeSet;

/// The differences as text with ANSI styles.
pub fn render(differences: &[Difference], width: usize) -> String {
    let mut page = Page::new(width);
    page.line(0, &[plain("What was approved and what would be done now differ:")]);
    for difference in differences {
        page.gap();
        let about = match (&difference.address, &difference.reference) {
            (Some(address), _) => visible(address),
            (None, Some(reference)) => name(reference),
            (None, None) => String::new(),
        };
        page.marked(0, &[], 0, &span(Tone::Changed, "! "), &[span(Tone::Strong, about)]);
        page.line(4, &[plain(format!("{}.", capitalized(&difference.sentence)))]);
        let is_other_action = difference.compared.iter().any(|compared| compared.part == "action");
        for compared in &difference.compared {
            // What is done instead has fields of its own; those of the approved change are in its plan.
            if !(is_other_action && compared.part.starts_with('/')) {
                write_compared(&mut page, compared);
            } else if compared.now.is_some() {
                write_compared(&mut page, &Compared { approved: None, ..compared.clone() });
            }
        }
    }
    page.into_text()
}

fn name(reference: &ReferenceDocument) -> String {
    let json = serde_json::json!({"kind": reference.kind, "name": reference.name});
    let words = subject(&json).unwrap_or_else(|| visible(&reference.name));
    match &reference.catalog {
        Some(catalog) => format!("{words} of catalog {}", visible(catalog)),
        None => words,
    }
}

fn write_compared(page: &mut Page, compared: &Compared) {
    if compared.part.starts_with('/') {
        let path: Vec<String> = compared.part[1..].split('/').map(unescaped).collect();
        let member = |side: &Option<Json>, name| side.as_ref().and_then(|field| field.get(name)).cloned();
        let side = |side: &Option<Json>| Side {
            is_there: side.is_some(),
            before: member(side, "before"),
            after: member(side, "after"),
        };
        write_leaves(page, &path, &side(&compared.approved), &side(&compared.now));
    } else if compared.part == "fingerprint" {
        // Of a create there is none.
        if let (Some(approved), Some(now)) = (&compared.approved, &compared.now) {
            page.line(4, &[span(Tone::Faint, fingerprint_sentence(approved, now))]);
        }
    } else {
        let word = |side: &Option<Json>| side.as_ref().map(|json| phrase("", json));
        write_sides(page, &compared.part, word(&compared.approved), word(&compared.now));
    }
}

/// Where two fingerprints differ: nobody reads digests. A policy has one for each shape in which it was read, other
/// objects have one for each member (`v1.0/isHidden`).
fn fingerprint_sentence(approved: &Json, now: &Json) -> String {
    let keys =
        |side: &Json| side.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect::<Vec<_>>();
    let mut differing = keys(approved);
    differing.extend(keys(now));
    differing.retain(|key| approved.get(key) != now.get(key));
    // v1.0 goes first.
    differing.sort_unstable_by(|a, b| b.cmp(a));
    differing.dedup();
    let is_by_member = differing.iter().any(|key| key.contains('/'));
    let words = differing.iter().map(|key| visible(key.rsplit('/').next().unwrap_or_default()));
    let words: Vec<String> = words.collect();
    let how = if is_by_member { "in" } else { "as read in" };
    format!("Its fingerprint differs {how} {}.", words.join(" and "))
}

/// What a change does to one member.
struct Side {
    is_there: bool,
    before: Option<Json>,
    after: Option<Json>,
}

impl Side {
    fn child(&self, key: &str) -> Self {
        let child = |side: &Option<Json>| match side {
            Some(Json::Array(list)) => key.parse::<usize>().ok().and_then(|index| list.get(index)).cloned(),
            side => side.as_ref().and_then(|json| json.get(key)).cloned(),
        };
        Self { is_there: self.is_there, before: child(&self.before), after: child(&self.after) }
    }

    fn values(&self) -> impl Iterator<Item = &Json> {
        self.before.iter().chain(&self.after)
    }

    /// The ids of all that it refers to.
    fn ids(&self) -> Vec<String> {
        fn collect(json: &Json, ids: &mut Vec<String>) {
            match json {
                Json::Object(map) => match map.get("id").and_then(Json::as_str) {
                    Some(id) => ids.push(visible(id)),
                    None => map.values().for_each(|value| collect(value, ids)),
                },
                Json::Array(list) => list.iter().for_each(|value| collect(value, ids)),
                _ => {}
            }
        }
        let mut ids = Vec::new();
        self.values().for_each(|value| collect(value, &mut ids));
        ids
    }

    /// `None` where the change does not touch the member.
    fn in_words(&self, label: &str) -> Option<String> {
        let word =
            |json: &Option<Json>| json.as_ref().map_or("(none)".to_owned(), |json| phrase(label, json));
        self.is_there.then(|| match &self.before {
            None => word(&self.after),
            Some(_) => format!("{} -> {}", word(&self.before), word(&self.after)),
        })
    }
}

/// Goes down as long as everything is a structure, so that only what differs is shown.
fn write_leaves(page: &mut Page, path: &[String], approved: &Side, now: &Side) {
    if approved.before == now.before && approved.after == now.after && approved.is_there == now.is_there {
        return;
    }
    let all: Option<Vec<Vec<String>>> = approved.values().chain(now.values()).map(keys).collect();
    let keys: BTreeSet<String> = all.unwrap_or_default().concat().into_iter().collect();
    for key in &keys {
        let path = [path, std::slice::from_ref(key)].concat();
        write_leaves(page, &path, &approved.child(key), &now.child(key));
    }
    if !keys.is_empty() {
        return;
    }
    let label = path.last().map_or("", String::as_str);
    let labels = path_labels(path, None).join(", ");
    let mut words = [approved.in_words(label), now.in_words(label)];
    // Two objects of one name.
    if let [Some(a), Some(b)] = &mut words
        && a == b
    {
        *a = format!("{a} (id {})", approved.ids().join(", "));
        *b = format!("{b} (id {})", now.ids().join(", "));
    }
    let [approved, now] = words;
    write_sides(page, &labels, approved, now);
}

fn write_sides(page: &mut Page, label: &str, approved: Option<String>, now: Option<String>) {
    if let (None, Some(now)) = (&approved, &now) {
        page.marked(4, &[], 4, &plain(format!("{label}  ")), &[plain(now)]);
        return;
    }
    page.line(4, &[plain(label)]);
    for (name, side) in [("approved", approved), ("now", now)] {
        let side = side.unwrap_or_else(|| "nothing".to_owned());
        page.cell(6, &[span(Tone::Faint, name)], 16, &[plain(side)]);
    }
}

/// A segment of a JSON Pointer.
fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
