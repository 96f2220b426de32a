//! The order of a plan, and so of its execution.
//!
//! ```text
//! create ──▶ update ──▶ keep ──▶ delete      within each: by address
//! ```
//!
//! A policy that takes another's place is made before the other goes, so nobody is left without a way in.
//! The order of files, keys and pages has no part in it.

use crate::change::{Action, Change};

/// Puts changes into the order in which they are shown and executed.
pub fn sort(changes: &mut [Change]) {
    changes.sort_by_cached_key(|change| {
        let rank = match change.action {
            Action::Create => 0,
            Action::Update => 1,
            Action::Keep => 2,
            Action::Delete => 3,
        };
        (rank, change.address.key(), change.live.as_ref().map(|l| l.id.clone()))
    });
}
