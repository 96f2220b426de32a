//! Places in files as a person is shown them: path, line, column, and the source with nothing in it that a
//! terminal would obey.

use crate::files;
use entrant_manifest::locate_all;
use entrant_model::Place;
use entrant_model::text::is_deceptive;
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A source line longer than this is named, not shown.
const LONGEST_LINE: usize = 4_000;

/// Places that were looked up, and the files that hold them. Each is read once.
#[derive(Debug, Default)]
pub struct Sources {
    spots: HashMap<Place, Spot>,
    files: HashMap<Arc<PathBuf>, Option<Source>>,
    /// Files and bytes of places that were found with others.
    found: HashMap<Place, (Arc<PathBuf>, Range<usize>)>,
}

/// The text of a file.
#[derive(Debug)]
struct Source {
    raw: String,
    /// The same, safe to print.
    safe: Arc<str>,
    /// Whether the two are one text.
    is_safe: bool,
    /// Where lines begin in `raw`.
    lines: Vec<usize>,
}

/// Where something stands.
#[derive(Debug, Clone)]
pub struct Spot {
    /// The file, with `/`.
    pub path: String,
    /// From 1; 0 where the file can no longer be read.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The file's text, safe to print; `None` where it cannot be shown.
    pub text: Option<Arc<str>>,
    /// The bytes of `text` that are meant.
    pub bytes: Range<usize>,
}

impl Sources {
    /// Looks up many places at once: each file is read and parsed once.
    pub fn look_up<'a>(&mut self, places: impl Iterator<Item = &'a Place>) {
        let places: Vec<&Place> = places.filter(|place| !self.found.contains_key(place)).collect();
        let located = locate_all(&places);
        let found = places.into_iter().zip(located.places);
        self.found.extend(found.filter_map(|(place, found)| Some((place.clone(), found?))));
        for (file, text) in located.sources {
            self.files.entry(file).or_insert_with(|| Some(Source::new(text)));
        }
    }

    /// Where a place is.
    pub fn spot(&mut self, place: &Place) -> Spot {
        if let Some(spot) = self.spots.get(place) {
            return spot.clone();
        }
        let spot = self.find(place).unwrap_or_else(|| Spot {
            path: files::shown(&place.file),
            line: 0,
            column: 0,
            text: None,
            bytes: 0..0,
        });
        self.spots.insert(place.clone(), spot.clone());
        spot
    }

    /// `policies/sales.yaml:3`.
    pub fn position(&mut self, place: &Place) -> String {
        let spot = self.spot(place);
        if spot.line == 0 { spot.path } else { format!("{}:{}", spot.path, spot.line) }
    }

    fn find(&mut self, place: &Place) -> Option<Spot> {
        // What is said of a link as such must not show what it leads to.
        let is_of_the_file = place.bytes.is_none() && place.pointer.0.is_empty();
        if is_of_the_file && std::fs::symlink_metadata(&*place.file).is_ok_and(|m| m.is_symlink()) {
            return None;
        }
        if let Some(None) = self.files.get(&place.file) {
            return None;
        }
        let known = place.bytes.filter(|_| self.files.contains_key(&place.file));
        let (file, bytes) = if let Some((start, end)) = known {
            (Arc::clone(&place.file), start..end)
        } else {
            if !self.found.contains_key(place) {
                self.look_up(std::iter::once(place));
            }
            // A value that comes from a template stands in the template's file.
            let Some(found) = self.found.get(place).cloned() else {
                self.files.entry(Arc::clone(&place.file)).or_insert(None);
                return None;
            };
            found
        };
        let source = self.files.get(&file)?.as_ref()?;
        let bytes = within(&source.raw, bytes.start, bytes.end);
        let line = source.lines.partition_point(|start| *start <= bytes.start);
        let start_of_line = source.lines.get(line.checked_sub(1)?).copied()?;
        let end_of_line = source.lines.get(line).copied().unwrap_or(source.raw.len());
        let is_shown = end_of_line - start_of_line <= LONGEST_LINE;
        let before = source.raw.get(start_of_line..bytes.start)?.trim_start_matches('\u{feff}');
        Some(Spot {
            path: files::shown(&file),
            line,
            column: before.chars().count() + 1,
            text: is_shown.then(|| Arc::clone(&source.safe)),
            bytes: source.in_safe(bytes.start)..source.in_safe(bytes.end),
        })
    }
}

impl Source {
    fn new(raw: String) -> Self {
        let lines = std::iter::once(0).chain(raw.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let safe: Arc<str> = safe(&raw).into();
        Self { is_safe: *safe == *raw, safe, lines, raw }
    }

    /// A position of the raw text in the safe one.
    fn in_safe(&self, at: usize) -> usize {
        if self.is_safe { at } else { safe(self.raw.get(..at).unwrap_or_default()).len() }
    }
}

/// The bytes within the text, on one line, at character boundaries, in case the file has changed.
fn within(text: &str, start: usize, end: usize) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(start);
    let end = floor(end).max(start);
    let line_end = text[start..end].find('\n').map_or(end, |at| start + at);
    start..line_end
}

/// The text with each deceptive character replaced by one that takes a column of its own.
fn safe(text: &str) -> String {
    text.chars()
        .map(|c| if is_deceptive(c) && !matches!(c, '\n' | '\r' | '\t') { '\u{fffd}' } else { c })
        .collect()
}

/// The lines of `text` that hold all of `spans`, and the number of the first; `line` is that of the first span.
pub fn window(text: &str, line: usize, spans: &[Range<usize>]) -> (Range<usize>, usize) {
    let of_line = spans.first().map_or(0, |s| s.start);
    let first = spans.iter().map(|s| s.start).min().unwrap_or(0);
    let last = spans.iter().map(|s| s.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let between = text[start..of_line].bytes().filter(|b| *b == b'\n').count();
    (start..end, line - between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_takes_one_visible_column() {
        assert_eq!(safe("a\u{9b}2Jb\u{200b}\n\tc\u{202e}"), "a\u{fffd}2Jb\u{fffd}\n\tc\u{fffd}");
    }

    #[test]
    fn a_window_is_whole_lines() {
        let text = "one\ntwo\nthree\nfour";
        assert_eq!(window(text, 3, &[9..10, 5..6]), (4..13, 2));
        assert_eq!(window(text, 1, &[0..1, 1..2]), (0..3, 1));
        assert_eq!(window(text, 4, &[14..16, 17..18]), (14..18, 4));
    }
}
