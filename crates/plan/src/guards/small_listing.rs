//! A listing that is implausibly smaller than what was there: a permission that was lost, not a tenant that was
//! emptied.
//!
//! No state is kept, so what was there is known from two places alone: the memory of the working copy, which holds
//! what was as declared when a run last finished, and the revision of `--since`, whose documents were applied. Where
//! neither is at hand, as in the first run of a new estate, nothing can be said.

use super::{Guard, Lift, codes};
use crate::change::{Action, Plan};
use entrant_model::{Address, Kind};
use std::collections::BTreeSet;

/// How many objects that were there must be missing at least.
const FEWEST: usize = 5;

/// `seen`: the keys of addresses that were there.
pub(super) fn guard(plan: &Plan, seen: &BTreeSet<String>) -> Option<Guard> {
    if seen.is_empty() {
        return None;
    }
    let was_there = |address: &Address| seen.contains(&address.key());
    let missing: Vec<Kind> = plan
        .changes
        .iter()
        .filter(|c| c.action == Action::Create && was_there(&c.address))
        .map(|c| c.kind)
        .collect();
    if missing.len() < FEWEST {
        return None;
    }
    let declared: Vec<Kind> =
        plan.desired.iter().map(|d| &d.address).filter(|a| was_there(a)).map(|a| a.kind).collect();
    // All together, then kind by kind: a permission may be lost for the objects of one.
    let counts = std::iter::once(None).chain(Kind::DECLARED.into_iter().map(Some)).map(|kind| {
        let of = |kinds: &[Kind]| kinds.iter().filter(|k| kind.is_none_or(|kind| **k == kind)).count();
        (of(&missing), of(&declared), kind)
    });
    let (missing, declared, kind) =
        counts.into_iter().find(|(missing, declared, _)| *missing >= FEWEST && missing * 2 > *declared)?;
    let of_kind = kind.map_or_else(String::new, |kind| format!(" of the kind {kind}"));
    Some(Guard {
        lift: Lift::Parts,
        ..Guard::plan(
            codes::LISTING_TOO_SMALL,
            format!(
                "{missing} of {declared} declared objects{of_kind} that were there before would be created anew; perhaps they can no longer be seen"
            ),
        )
    })
}
