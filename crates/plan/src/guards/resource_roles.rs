//! Roles that are added to a package or taken out of it while people hold it: they get or lose them at once, without a
//! request.
//!
//! A new package is none of them: nobody holds it yet. One that nobody holds is none either, where that could be read.

use super::{Allowed, Guard, Lift, codes, is_allowed};
use crate::change::{Action, Change};
use crate::impact::objects::{after_change, resources_moved};
use crate::impact::phrase::{Sentence, some};
use entrant_model::{Kind, Live};

pub(super) fn guards(change: &Change, live: &Live, allowed: &Allowed) -> Vec<Guard> {
    let is_meant = change.kind == Kind::AccessPackage && change.action == Action::Update;
    let Some(before) = change.live.as_ref().filter(|_| is_meant) else { return Vec::new() };
    let people = live.assignments.of(&before.id);
    if people == Some(0) || is_allowed(&allowed.immediate, change) {
        return Vec::new();
    }
    let Some(after) = after_change(change) else { return Vec::new() };
    let (added, removed) = resources_moved(&before.object, &after);
    let who = match people {
        Some(_) => "whoever holds this package",
        None => "whoever holds this package, and how many do could not be read,",
    };
    let sorts = [
        (added, codes::IMMEDIATE_ROLE_ADDED, " gets at once "),
        (removed, codes::IMMEDIATE_ROLE_REMOVED, " loses at once "),
    ];
    let guard = |(roles, code, verb): (Vec<Sentence>, _, &'static str)| {
        let sentence = Sentence::from(who).then(verb).then(some(roles));
        Guard { people, lift: Lift::AllowImmediate, ..Guard::of(change, code, sentence) }
    };
    sorts.into_iter().filter(|(roles, ..)| !roles.is_empty()).map(guard).collect()
}
