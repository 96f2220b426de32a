//! A listing that is implausibly smaller than what was there: a permission that was lost, not a tenant that was
//! emptied.
//!
//! No state is kept, so what was there is known from two places alone: the memory of the working copy, which holds
//! what was as declared when a run last finished, and the revision of `--since`, whose documents were applied. Where
//! neither is at hand, as in the first run of a new estate, nothing can be said.

use super::{Guard, Lift, codes};
use crate::change::{Action, Plan};
use std::collections::BTreeSet;

/// How many objects that were there must be missing at least.
const FEWEST: usize = 5;

/// `seen`: the keys of addresses that were there.
pub(super) fn guard(plan: &Plan, seen: &BTreeSet<String>) -> Option<Guard> {
    if seen.is_empty() {
        return None;
    }
    let was_there = |key: String| seen.contains(&key);
    let missing =
        plan.changes.iter().filter(|c| c.action == Action::Create && was_there(c.address.key())).count();
    let declared = plan.desired.iter().filter(|declared| was_there(declared.address.key())).count();
    (missing >= FEWEST && missing * 2 > declared).then(|| Guard {
        lift: Lift::Parts,
        ..Guard::plan(
            codes::LISTING_TOO_SMALL,
            format!(
                "{missing} of {declared} declared objects that were there before would be created anew; perhaps they can no longer be seen"
            ),
        )
    })
}
