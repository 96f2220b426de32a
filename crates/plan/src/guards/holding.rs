//! What cannot go before something else has gone: a package that people hold or that has policies, a catalog that still
//! holds packages, an organization or an extension that policies refer to.
//!
//! Only what was read is known; Graph refuses some of the rest.

use super::{Guard, Lift, codes, is_delete};
use crate::change::{Action, Change, Plan};
use crate::impact::phrase::{Sentence, some};
use entrant_model::reference::fold;
use entrant_model::value::each_reference;
use entrant_model::{Id, Kind, Live, Object};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn guards(plan: &Plan, live: &Live) -> Vec<Guard> {
    let mut guards = Vec::new();
    let mut users: Option<Users> = None;
    for change in plan.changes.iter().filter(|change| is_delete(change)) {
        let Some(id) = change.live.as_ref().map(|live| &live.id) else { continue };
        match change.kind {
            Kind::AccessPackage => {
                guards.extend(held(change, id, live));
                guards.extend(taken_along(change, id, plan, live));
            }
            Kind::Catalog => guards.extend(filled(change, id, plan, live)),
            Kind::ConnectedOrganization | Kind::WorkflowExtension => {
                let users = users.get_or_insert_with(|| Users::of(plan, live));
                guards.extend(referred(change, id, users));
            }
            _ => {}
        }
    }
    guards
}

/// A package that people hold. Graph refuses to delete it; by then its policies may be gone.
fn held(change: &Change, id: &Id, live: &Live) -> Option<Guard> {
    match live.assignments.of(id) {
        Some(0) => None,
        Some(people) => Some(Guard {
            people: Some(people),
            ..Guard::of(
                change,
                codes::PACKAGE_IN_USE,
                "people hold this package, and Graph deletes none that somebody holds",
            )
        }),
        None if change.with_assignments => None,
        None => Some(Guard {
            lift: Lift::WithAssignments,
            ..Guard::of(
                change,
                codes::ASSIGNMENTS_UNREAD,
                "whether anybody holds this package could not be read, and Graph deletes none that somebody holds",
            )
        }),
    }
}

/// A package with policies of which no change of the plan speaks. They would go with it, unseen.
fn taken_along(change: &Change, id: &Id, plan: &Plan, live: &Live) -> Option<Guard> {
    let gone = deleted(plan);
    let staying = live.policies.iter().filter(|policy| policy.parent == *id && !gone.contains(&policy.id));
    // A package may be read in both shapes.
    let names: BTreeMap<&Id, &str> =
        staying.map(|policy| (&policy.id, policy.display_name.as_str())).collect();
    let mut names: Vec<&str> = names.into_values().collect();
    names.sort_by_cached_key(|name| fold(name));
    (!names.is_empty()).then(|| {
        let names = some(names.into_iter().map(Sentence::name).collect());
        let sentence = Sentence::from("policies that this plan does not delete would go with this package: ");
        Guard::of(change, codes::PACKAGE_NOT_EMPTY, sentence.then(names))
    })
}

/// The ids of what the plan deletes.
fn deleted(plan: &Plan) -> BTreeSet<&Id> {
    plan.changes.iter().filter(|c| is_delete(c)).filter_map(|c| Some(&c.live.as_ref()?.id)).collect()
}

/// A catalog with packages or extensions that stay. Its resources go with it: nothing else holds them.
fn filled(change: &Change, id: &Id, plan: &Plan, live: &Live) -> Option<Guard> {
    let gone = deleted(plan);
    let mut staying: BTreeMap<&Id, &str> = BTreeMap::new();
    let is_here = |kind: Kind, parent: &Id| kind.parent() == Kind::Catalog && parent == id;
    for object in live.objects.iter().filter(|object| is_here(object.kind, &object.parent)) {
        staying.insert(&object.id, &object.display_name);
    }
    for package in live.packages.values().filter(|package| package.catalog == *id) {
        staying.insert(&package.id, &package.name);
    }
    let mut names: Vec<&str> =
        staying.into_iter().filter(|(id, _)| !gone.contains(id)).map(|(_, name)| name).collect();
    // What is yet to be made in it stays as well.
    let is_made = |c: &&Change| {
        c.action == Action::Create && c.parent.id.as_ref().is_some_and(|parent| is_here(c.kind, parent))
    };
    let made = plan.changes.iter().filter(is_made);
    names.extend(made.filter_map(|c| c.address.segments.last()).map(String::as_str));
    names.sort_by_cached_key(|name| fold(name));
    (!names.is_empty()).then(|| {
        let names = some(names.into_iter().map(Sentence::name).collect());
        let sentence = Sentence::from("this catalog still holds ").then(names);
        Guard::of(change, codes::CATALOG_NOT_EMPTY, sentence)
    })
}

/// Policies that will refer to an object, by the object's id.
struct Users(BTreeMap<Id, Vec<(String, String)>>);

impl Users {
    fn of(plan: &Plan, live: &Live) -> Self {
        let mut users = Self(BTreeMap::new());
        let changed: BTreeSet<&Id> = plan
            .writes()
            .filter(|c| c.kind == Kind::AssignmentPolicy)
            .filter_map(|c| Some(&c.live.as_ref()?.id))
            .collect();
        for policy in live.policies.iter().filter(|policy| !changed.contains(&policy.id)) {
            let package = live.packages.get(&policy.parent).map_or("?", |package| &package.name);
            users.add(package, &policy.display_name, &policy.object);
        }
        for change in plan.writes().filter(|c| c.kind == Kind::AssignmentPolicy) {
            let name = change.address.segments.last().map_or("?", String::as_str);
            if let Some(object) = crate::impact::after_change(change) {
                users.add(change.parent.label(), name, &object);
            }
        }
        users
    }

    fn add(&mut self, package: &str, name: &str, policy: &Object) {
        each_reference(policy, &mut |_, reference| {
            if matches!(reference.kind, Kind::ConnectedOrganization | Kind::WorkflowExtension)
                && let Some(id) = &reference.id
            {
                let users = self.0.entry(id.clone()).or_default();
                users.push((package.to_owned(), name.to_owned()));
            }
        });
    }
}

/// An organization or an extension to which policies refer.
fn referred(change: &Change, id: &Id, users: &Users) -> Option<Guard> {
    let mut policies = users.0.get(id)?.clone();
    policies.sort_by_cached_key(|(package, name)| (fold(package), fold(name)));
    policies.dedup();
    let names = policies
        .into_iter()
        .map(|(package, name)| Sentence::name(name).then(" of ").then(Sentence::name(package)))
        .collect();
    let noun = change.kind.noun();
    let sentence = Sentence::from(format!("policies refer to this {noun}: ")).then(some(names));
    Some(Guard::of(change, codes::STILL_REFERRED_TO, sentence))
}
