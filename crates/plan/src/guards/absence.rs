//! What is deleted because no document declares it waits for a plan that lists it and was approved, or for a person
//! who names it.

use super::{Allowed, Guard, Lift, codes, is_allowed, is_delete, noun};
use crate::change::Change;

pub(super) fn guard(change: &Change, allowed: &Allowed) -> Option<Guard> {
    let waits =
        is_delete(change) && change.by_absence && !allowed.absences && !is_allowed(&allowed.delete, change);
    waits.then(|| Guard {
        lift: Lift::AllowDelete,
        ..Guard::of(
            change,
            codes::DELETE_BY_ABSENCE,
            format!("no document declares this {}, and it is deleted for no other reason", noun(change)),
        )
    })
}
