//! An object that was protected is not deleted in the change that takes its protection away.

use super::{Guard, codes, is_delete};
use crate::change::Change;
use std::collections::BTreeSet;

/// `protected`: the keys of the addresses that were.
pub(super) fn guard(change: &Change, protected: &BTreeSet<String>) -> Option<Guard> {
    (is_delete(change) && protected.contains(&change.address.key())).then(|| {
        Guard::of(
            change,
            codes::PROTECTED,
            "the policy was `protected: true` in the revision that is compared with; take that away in a change of its own first",
        )
    })
}
