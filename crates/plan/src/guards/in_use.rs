//! A policy through which people hold access is not deleted, unless its `Removed` document says so.

use super::{Guard, Lift, closing, codes, is_delete};
use crate::change::Change;
use entrant_model::{Kind, Live};

pub(super) fn guard(change: &Change, live: &Live) -> Option<Guard> {
    let is_meant = change.kind == Kind::AssignmentPolicy && is_delete(change) && !change.with_assignments;
    let policy = change.live.as_ref().filter(|_| is_meant)?;
    let lift = if change.by_absence { Lift::None } else { Lift::WithAssignments };
    match live.assignments.of(&policy.id) {
        Some(0) => None,
        Some(people) => Some(Guard {
            people: Some(people),
            lift,
            instead: closing::document(change, policy).map(|text| {
                ("to stop new requests and let whoever has access keep it, declare instead", text)
            }),
            ..Guard::of(
                change,
                codes::POLICY_IN_USE,
                "people hold access through this policy, and what becomes of it when the policy is deleted is not documented",
            )
        }),
        None => Some(Guard {
            lift,
            ..Guard::of(
                change,
                codes::ASSIGNMENTS_UNREAD,
                "whether anybody holds access through this policy could not be read",
            )
        }),
    }
}
