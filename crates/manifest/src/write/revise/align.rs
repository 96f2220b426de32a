//! Which entries of a list are still there, which went, and which came.

use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::ops::Range;

/// What becomes of the entries of a list, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Keep(usize, usize),
    Remove(usize),
    Insert(usize),
    /// One that is removed, and comes here as it is.
    Move(usize, usize),
}

/// The entries of two lists side by side: equal ones are kept or moved, and between them mappings are changed in place as long
/// as both lists have some.
pub(super) fn align(old: &[Json], new: &[Json], flow: bool) -> Vec<Step> {
    let run = longest_run(old.len(), new.len(), &|i, j| old[i] == new[j]);
    let moved = moved(old, new, &run);
    let (mut from, mut steps) = ((0, 0), Vec::new());
    for (i, j) in run.iter().copied().chain([(old.len(), new.len())]) {
        between(old, new, flow, (from.0..i, from.1..j), &moved, &mut steps);
        if i < old.len() {
            steps.push(Step::Keep(i, j));
        }
        from = (i + 1, j + 1);
    }
    steps
}

/// The longest run of pairs that are the same, in the order of both lists: places in the one and in the other.
pub fn longest_run(written: usize, live: usize, same: &dyn Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let mut length = vec![vec![0_usize; live + 1]; written + 1];
    for i in (0..written).rev() {
        for j in (0..live).rev() {
            length[i][j] =
                if same(i, j) { length[i + 1][j + 1] + 1 } else { length[i + 1][j].max(length[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut run = Vec::new();
    while i < written && j < live {
        if same(i, j) {
            run.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if length[i + 1][j] >= length[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    run
}

/// Entries that are elsewhere now: where they are, by where they were.
fn moved(old: &[Json], new: &[Json], run: &[(usize, usize)]) -> BTreeMap<usize, usize> {
    let mut moved: BTreeMap<usize, usize> = BTreeMap::new();
    for j in (0..new.len()).filter(|j| run.iter().all(|(_, kept)| kept != j)) {
        let is_free = |i: &usize| run.iter().all(|(kept, _)| kept != i) && !moved.contains_key(i);
        if let Some(i) = (0..old.len()).filter(is_free).find(|i| old[*i] == new[j]) {
            moved.insert(i, j);
        }
    }
    moved
}

/// In brackets one entry takes the place of another. On a line of its own an entry goes with its comments, unless the
/// new one can be the same, changed.
fn between(
    old: &[Json],
    new: &[Json],
    flow: bool,
    (from, to): (Range<usize>, Range<usize>),
    moved: &BTreeMap<usize, usize>,
    steps: &mut Vec<Step>,
) {
    let comes = |j: usize| match moved.iter().find(|(_, to)| **to == j) {
        Some((i, _)) => Step::Move(*i, j),
        None => Step::Insert(j),
    };
    steps.extend(from.clone().filter(|i| moved.contains_key(i)).map(Step::Remove));
    let mut goes = from.filter(|i| !moved.contains_key(i));
    for j in to {
        if matches!(comes(j), Step::Move(..)) {
            steps.push(comes(j));
            continue;
        }
        match goes.next() {
            Some(i) if flow || may_be_the_same(&old[i], &new[j]) => steps.push(Step::Keep(i, j)),
            Some(i) => steps.extend([Step::Remove(i), Step::Insert(j)]),
            None => steps.push(Step::Insert(j)),
        }
    }
    steps.extend(goes.map(Step::Remove));
}

/// Whether one entry can be the other, changed: both are mappings that share a key, or both are scalars.
fn may_be_the_same(old: &Json, new: &Json) -> bool {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => old.keys().any(|key| new.contains_key(key)),
        (Json::Array(_) | Json::Object(_), _) | (_, Json::Array(_) | Json::Object(_)) => false,
        _ => true,
    }
}
