//! Which entries of a list are still there, which went, and which came.

use serde_json::Value as Json;
use std::ops::Range;

/// What becomes of the entries of a list, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Keep(usize, usize),
    Remove(usize),
    Insert(usize),
}

/// The entries of two lists side by side: equal ones are kept, and between them mappings are changed in place as long
/// as both lists have some.
pub(super) fn align(old: &[Json], new: &[Json], flow: bool) -> Vec<Step> {
    let mut length = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            length[i][j] = if old[i] == new[j] {
                length[i + 1][j + 1] + 1
            } else {
                length[i + 1][j].max(length[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::new();
    loop {
        let (from, to) = (i, j);
        while i < old.len() && j < new.len() && old[i] != new[j] {
            if length[i + 1][j] >= length[i][j + 1] { i += 1 } else { j += 1 }
        }
        let is_end = i >= old.len() || j >= new.len();
        if is_end {
            (i, j) = (old.len(), new.len());
        }
        between(old, new, flow, (from..i, to..j), &mut steps);
        if is_end {
            return steps;
        }
        steps.push(Step::Keep(i, j));
        (i, j) = (i + 1, j + 1);
    }
}

/// In brackets one entry takes the place of another. On a line of its own an entry goes with its comments, unless the
/// new one can be the same, changed.
fn between(
    old: &[Json],
    new: &[Json],
    flow: bool,
    (from, to): (Range<usize>, Range<usize>),
    steps: &mut Vec<Step>,
) {
    let both = from.len().min(to.len());
    for at in 0..both {
        let (i, j) = (from.start + at, to.start + at);
        if flow || may_be_the_same(&old[i], &new[j]) {
            steps.push(Step::Keep(i, j));
        } else {
            steps.extend([Step::Remove(i), Step::Insert(j)]);
        }
    }
    steps.extend((from.start + both..from.end).map(Step::Remove));
    steps.extend((to.start + both..to.end).map(Step::Insert));
}

/// Whether one entry can be the other, changed: both are mappings that share a key, or both are scalars.
fn may_be_the_same(old: &Json, new: &Json) -> bool {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => old.keys().any(|key| new.contains_key(key)),
        (Json::Array(_) | Json::Object(_), _) | (_, Json::Array(_) | Json::Object(_)) => false,
        _ => true,
    }
}
