//! Findings about names: one of each, with all the places where it is so.

use entrant_model::{Diagnostic, Place};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings {
    all: Vec<Diagnostic>,
    /// Where one stands among them, by its code and message.
    first: BTreeMap<(&'static str, String), usize>,
}

impl Findings {
    /// Notes what was found at a place; a second time it is the same finding there as well.
    pub fn add(&mut self, found: Diagnostic, place: &dyn Fn() -> Place) {
        match self.first.entry((found.code.name, found.message.clone())) {
            Entry::Occupied(first) => {
                self.all[*first.get()].related.push((place(), "and here".to_owned()));
            }
            Entry::Vacant(first) => {
                first.insert(self.all.len());
                self.all.push(found);
            }
        }
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Diagnostic> {
        self.all
    }
}
