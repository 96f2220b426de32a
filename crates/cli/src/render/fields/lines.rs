//! The fields of one change as lines of a difference, for a code block: what goes before what comes.
//!
//! ```text
//!   requestApprovalSettings
//!     stage 1
//!       primaryApprovers
//! -       group Partner desk
//! +       group Service owners
//! - expiration  P90D (90 days)
//! + expiration  PT2H (2 hours)
//! ```

use super::super::escape::markdown::CodeLine;
use super::super::values::{phrase, subject, told_apart};
use super::{is_folded, is_structured, labels, nothing, numbered, titled};
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_plan::{Action, Change, Field, Reason};

/// How many elements of a list are named although they stay.
const SHOWN_STAYING: usize = 4;

/// The lines of these fields of a change.
pub fn lines(change: &Change, fields: &[Field]) -> Vec<CodeLine> {
    let mut lines = Lines { out: Vec::new() };
    let mut open: Vec<String> = Vec::new();
    for field in fields {
        let labels = labels(change, field);
        let Some((label, parents)) = labels.split_last() else { continue };
        let shared = open.iter().zip(parents).take_while(|(a, b)| a == b).count();
        for (depth, parent) in parents.iter().enumerate().skip(shared) {
            lines.push(' ', depth, parent);
        }
        open = parents.to_vec();
        let (before, after) = match change.action {
            Action::Delete => (field.before.as_ref().or(field.after.as_ref()), None),
            _ => (field.before.as_ref(), field.after.as_ref()),
        };
        let note = if field.reason == Some(Reason::NotWritten) { "  (not written)" } else { "" };
        // What an update sets or takes away reads better beside what was there or will be, be it nothing.
        let is_structured = [before, after].into_iter().flatten().any(is_structured);
        if change.action == Action::Update && !is_structured {
            lines.both(parents.len(), label, before, after, note);
        } else {
            lines.value(parents.len(), label, before, after, note);
        }
    }
    lines.out
}

struct Lines {
    out: Vec<CodeLine>,
}

impl Lines {
    fn push(&mut self, mark: char, indent: usize, text: &str) {
        self.out.push(CodeLine { mark, indent, text: text.to_owned() });
    }

    fn value(&mut self, indent: usize, label: &str, before: Option<&Json>, after: Option<&Json>, note: &str) {
        if before == after && before.is_some() {
            return;
        }
        let structured = [before, after].into_iter().flatten().any(is_structured);
        if !structured {
            self.scalars(indent, label, before, after, note);
            return;
        }
        let inner = if is_folded(label) {
            indent
        } else {
            let mark = match (before.is_some(), after.is_some()) {
                (true, false) => '-',
                (false, true) => '+',
                _ => ' ',
            };
            self.push(mark, indent, &format!("{label}{note}"));
            indent + 1
        };
        let lists = [before, after].map(|side| match side {
            Some(Json::Array(list)) => Some(list.as_slice()),
            None | Some(Json::Null) => Some(&[][..]),
            Some(_) => None,
        });
        if let [Some(before), Some(after)] = lists {
            self.lists(inner, label, before, after);
            return;
        }
        let maps = [before, after].map(|side| match side {
            Some(Json::Object(map)) if side.is_none_or(|value| subject(value).is_none()) => Some(map.clone()),
            None | Some(Json::Null) => Some(serde_json::Map::new()),
            Some(_) => None,
        });
        match maps {
            [Some(before), Some(after)] => {
                let added = after.keys().filter(|key| !before.contains_key(*key));
                for key in before.keys().chain(added) {
                    self.value(inner, &visible(key), before.get(key), after.get(key), "");
                }
            }
            // Two values of different sorts.
            _ => self.scalars(inner, label, before, after, ""),
        }
    }

    fn scalars(
        &mut self,
        indent: usize,
        label: &str,
        before: Option<&Json>,
        after: Option<&Json>,
        note: &str,
    ) {
        match (before, after) {
            (Some(before), None) => self.push('-', indent, &format!("{label}  {}", phrase(label, before))),
            (None, Some(after)) => self.push('+', indent, &format!("{label}  {}", phrase(label, after))),
            _ => self.both(indent, label, before, after, note),
        }
    }

    fn both(&mut self, indent: usize, label: &str, before: Option<&Json>, after: Option<&Json>, note: &str) {
        let side = |value: Option<&Json>| value.map_or_else(|| nothing(label), |value| phrase(label, value));
        let both = match (before, after) {
            (Some(before), Some(after)) => told_apart(label, &[before, after]),
            _ => vec![side(before), side(after)],
        };
        for (mark, words, note) in
            [('-', &both[0], ""), (if note.is_empty() { '+' } else { '!' }, &both[1], note)]
        {
            self.push(mark, indent, &format!("{label}  {words}{note}"));
        }
    }

    fn lists(&mut self, indent: usize, label: &str, before: &[Json], after: &[Json]) {
        let is_tree = |value: &Json| value.is_object() && subject(value).is_none();
        if before.iter().chain(after).any(is_tree) {
            for index in 0..before.len().max(after.len()) {
                let sides = [before.get(index), after.get(index)].map(|e| e.map(|e| titled(label, e)));
                let title = sides.iter().rev().flatten().find_map(|(_, title)| title.clone());
                let name = numbered(label, index, title.as_deref());
                let [before, after] = &sides;
                let inner =
                    |side: &Option<(Json, Option<String>)>| side.as_ref().map(|(value, _)| value.clone());
                self.value(indent, &name, inner(before).as_ref(), inner(after).as_ref(), "");
            }
            return;
        }
        let all: Vec<&Json> = before.iter().chain(after.iter().filter(|v| !before.contains(v))).collect();
        let mut staying = Vec::new();
        let mut coming = Vec::new();
        for (value, words) in all.iter().zip(told_apart(label, &all)) {
            match (before.contains(value), after.contains(value)) {
                (true, false) => self.push('-', indent, &words),
                (false, _) => coming.push(words),
                (true, true) => staying.push(words),
            }
        }
        for words in coming {
            self.push('+', indent, &words);
        }
        let hidden = staying.len().saturating_sub(SHOWN_STAYING);
        for words in staying.iter().take(SHOWN_STAYING) {
            self.push(' ', indent, words);
        }
        if hidden > 0 {
            self.push(' ', indent, &format!("and {hidden} more that stay"));
        }
    }
}
