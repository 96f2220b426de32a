//! Taking elements out of a collection and putting new ones in, line by line or between brackets.

use super::Editor;
use crate::write::tree::{self, Tree};
use std::ops::Range;

impl<'s> Editor<'s> {
    /// Removes an element with its line, what stands beside it, and the comment above it, unless that is the first: a
    /// comment there may speak of all of them.
    pub(super) fn remove(
        &mut self,
        tree: &Tree<'s>,
        index: usize,
        starts: &[usize],
        ends: &[usize],
        flow: bool,
        stays: &dyn Fn(usize) -> bool,
    ) {
        let (start, end) = (starts[index], ends[index]);
        if flow {
            self.remove_flow(tree, index, starts, ends, stays);
            return;
        }
        if let Some(lines) = self.lines_of(index, starts, ends) {
            self.edits.push((lines, String::new()));
            return;
        }
        // The first member after a dash: the next one takes its place.
        let next = (index + 1..starts.len()).find(|index| stays(*index)).map_or(end, |index| starts[index]);
        self.edits.push((start..next, String::new()));
    }

    /// The lines of an element, with the comment above it unless that is the first; none where it begins within one.
    fn lines_of(&self, index: usize, starts: &[usize], ends: &[usize]) -> Option<Range<usize>> {
        let start = starts[index];
        let mut from = tree::line_start(self.source, start);
        if !self.source[from..start].trim().is_empty() {
            return None;
        }
        while index > 0 && from > 0 {
            let above = tree::line_start(self.source, from - 1);
            let is_comment = self.source[above..from].trim_start().starts_with('#');
            let column = tree::column(
                self.source,
                above + self.source[above..from].len() - self.source[above..from].trim_start().len(),
            );
            if !is_comment || column != tree::column(self.source, start) || above < ends[index - 1] {
                break;
            }
            from = above;
        }
        Some(from..tree::line_end(self.source, ends[index]))
    }

    /// The text of an element that is put elsewhere, comments and all, with `\n` for line ends.
    pub(super) fn as_it_is(
        &mut self,
        index: usize,
        starts: &[usize],
        ends: &[usize],
        flow: bool,
    ) -> Option<String> {
        let range = if flow { starts[index]..ends[index] } else { self.lines_of(index, starts, ends)? };
        let mut text = self.source[range.clone()].replace("\r\n", "\n");
        if !flow && !text.ends_with('\n') {
            text.push('\n');
        }
        self.moved.push(range);
        Some(text)
    }

    fn remove_flow(
        &mut self,
        tree: &Tree<'s>,
        index: usize,
        starts: &[usize],
        ends: &[usize],
        stays: &dyn Fn(usize) -> bool,
    ) {
        let last_staying = (0..starts.len()).rev().find(|index| stays(*index));
        let end_of_all = ends.last().copied().unwrap_or_default();
        let closes = self.source[end_of_all..].trim_start_matches([' ', '\t']).starts_with([']', '}']);
        // What closes the collection stands on the line of the last element, which goes with those before it.
        if closes && last_staying.is_some_and(|last| index > last) {
            self.edits.push((ends[index - 1]..ends[index], String::new()));
            return;
        }
        let line = tree::line_start(self.source, starts[index]);
        let after = tree::line_end(self.source, ends[index]);
        let rest = self.source[ends[index]..after].trim_start();
        let rest = rest.strip_prefix(',').unwrap_or(rest).trim();
        let is_alone =
            self.source[line..starts[index]].trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
        if is_alone && line > tree.span.start {
            self.edits.push((line..after, String::new()));
            // The last that stays loses its comma where the last of all has none.
            let has_comma = |index: usize| self.source[ends[index]..].trim_start().starts_with(',');
            if let Some(last) = last_staying
                && index == starts.len() - 1
                && last < index
                && !has_comma(index)
                && has_comma(last)
            {
                let comma = ends[last] + self.source[ends[last]..].find(',').unwrap_or(0);
                self.edits.push((comma..comma + 1, String::new()));
            }
        } else if last_staying.is_none_or(|last| index > last) && index > 0 {
            self.edits.push((ends[index - 1]..ends[index], String::new()));
        } else {
            let next = starts.get(index + 1).copied().unwrap_or(ends[index]);
            self.edits.push((starts[index]..next, String::new()));
        }
    }

    pub(super) fn insert_block(
        &mut self,
        before: Option<usize>,
        starts: &[usize],
        ends: &[usize],
        column: usize,
        texts: &[String],
    ) {
        let Some(before) = before else {
            let start = starts[0];
            let line = tree::line_start(self.source, start);
            let lead = &self.source[line..start];
            if lead.trim().is_empty() {
                self.edits.push((line..line, self.with_ends(&texts.concat(), line)));
            } else {
                // The first after a dash.
                let text = texts.concat();
                let text = format!("{}{}", text.trim_start(), " ".repeat(column));
                self.edits.push((start..start, self.with_ends(&text, start)));
            }
            return;
        };
        let mut at = tree::line_end(self.source, ends[before]);
        // Comments that belong to what stands before are further to the right.
        while at < self.source.len() {
            let end = tree::line_end(self.source, at);
            let line = &self.source[at..end];
            let lead = line.len() - line.trim_start_matches(' ').len();
            if lead <= column || !line[lead..].starts_with('#') {
                break;
            }
            at = end;
        }
        let mut text = texts.concat();
        if !self.source[..at].ends_with('\n') {
            text.insert(0, '\n');
            text.pop();
        }
        self.edits.push((at..at, self.with_ends(&text, at)));
    }

    pub(super) fn insert_flow(
        &mut self,
        tree: &Tree<'s>,
        before: Option<usize>,
        starts: &[usize],
        ends: &[usize],
        texts: &[String],
    ) {
        let lead = |at: usize| &self.source[tree::line_start(self.source, at)..at];
        let Some(before) = before else {
            let is_own = starts.iter().all(|start| self.begins_line(tree, *start));
            let separator = if is_own { format!(",\n{}", lead(starts[0])) } else { ", ".to_owned() };
            let text = texts.join(&separator) + &separator;
            self.edits.push((starts[0]..starts[0], self.with_ends(&text, starts[0])));
            return;
        };
        let end = ends[before];
        if !self.begins_line(tree, starts[before]) {
            let text = self.with_ends(&format!(", {}", texts.join(", ")), end);
            self.edits.push((end..end, text));
            return;
        }
        let lead = lead(starts[before]);
        let at = tree::line_end(self.source, end);
        let rest = self.source[end..at].trim();
        let (comma, beside) = match rest.strip_prefix(',') {
            Some(beside) => (true, beside.trim()),
            None => (self.source[end..].trim_start().starts_with(','), rest),
        };
        if !(beside.is_empty() || beside.starts_with('#')) {
            // What closes the collection, or comes next, stands on the line.
            let text: Vec<String> = texts.iter().map(|text| format!(",\n{lead}{text}")).collect();
            self.edits.push((end..end, self.with_ends(&text.concat(), end)));
            return;
        }
        if !comma {
            self.edits.push((end..end, ",".to_owned()));
        }
        let is_last = before + 1 == starts.len() && !comma;
        let text = texts.iter().map(|text| format!("{lead}{text}")).collect::<Vec<_>>().join(",\n");
        let text = format!("{text}{}\n", if is_last { "" } else { "," });
        self.edits.push((at..at, self.with_ends(&text, at)));
    }
}
