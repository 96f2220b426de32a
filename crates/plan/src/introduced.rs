//! Objects that a change brings in by name.
//!
//! In most tenants anybody can make a group that is called like another one. So where a name leads to an object that
//! the live object does not hold at that place, a reviewer is told which one that is: who asks or decides, who manages
//! a catalog, who sponsors an organization, which group or application is given.

use crate::change::{Change, Plan};
use entrant_model::value::each_reference;
use entrant_model::{Id, Kind, Object, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// What a change brings in by name, each object once, by kind, name and id. Names that stand beside an id in the
/// document are not among them: the id was chosen.
pub fn by_change(change: &Change) -> Vec<&Reference> {
    let Some(desired) = &change.desired else { return Vec::new() };
    let held = change.live.as_ref().map(|live| places(&live.object)).unwrap_or_default();
    let mut found: BTreeMap<(Kind, &str, &Id), &Reference> = BTreeMap::new();
    each_reference(desired, &mut |path, reference| {
        let is_name = reference.written.as_ref().is_some_and(|written| written.id.is_none());
        let Some(id) = reference.id.as_ref().filter(|_| is_name && is_subject(reference.kind)) else {
            return;
        };
        if !held.contains(&(place(&path.pointer().0), id)) {
            found.insert((reference.kind, reference.label(), id), reference);
        }
    });
    found.into_values().collect()
}

/// What a whole plan brings in by name.
pub fn by_plan(plan: &Plan) -> BTreeSet<(Kind, Id)> {
    let brought = plan.writes().flat_map(by_change);
    brought.filter_map(|reference| Some((reference.kind, reference.id.clone()?))).collect()
}

/// Kinds of which anybody may have made an object. Packages, catalogs and extensions are made by who manages them.
const fn is_subject(kind: Kind) -> bool {
    matches!(kind, Kind::User | Kind::Group | Kind::ServicePrincipal | Kind::ConnectedOrganization)
}

/// Every id of an object with the place where it stands.
fn places(object: &Object) -> BTreeSet<(String, &Id)> {
    let mut places = BTreeSet::new();
    each_reference(object, &mut |path, reference| {
        if let Some(id) = &reference.id {
            places.insert((place(&path.pointer().0), id));
        }
    });
    places
}

/// The list that holds a reference, as itself or in a structure: which of its elements it is means nothing.
fn place(segments: &[String]) -> String {
    let is_element = segments.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    segments[..segments.len().saturating_sub(if is_element { 1 } else { 2 })].join("/")
}
