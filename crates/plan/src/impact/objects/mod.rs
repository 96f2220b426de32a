//! Impact of the kinds that are no policies, a file each: what an access package gives, what a catalog lets people do,
//! whom an organization means, what an extension calls, what becomes of users from outside.
//!
//! ```text
//! Object before, after ─▶ access_package  catalog  connected_organization  workflow_extension  settings ─▶ Effect
//! the plan, Live       ─▶ crossing: policies that change their meaning though no document of theirs changes
//! ```
//!
//! The laws are those of policies: the same effects with the sides swapped, but for their direction; a gain never
//! cancels a loss; every member of the tables with a dimension has an effect.

mod access_package;
mod attributes;
mod catalog;
mod connected_organization;
mod crossing;
mod sets;
mod settings;
mod workflow_extension;

pub(crate) use access_package::resources_moved;
pub(crate) use catalog::titled_resource;

use super::phrase::Sentence;
use super::{Effect, EffectKind, When, sort};
use crate::change::{Action, Change, Plan};
use crate::diff::shown;
use entrant_model::spec::{Access, absent_value};
use entrant_model::value::Json;
use entrant_model::{Absent, Code, Dimension, Kind, Live, Object, Value};

/// The effects of a change of an object of this kind, the worst first. A create has no `before`, a delete no `after`.
/// Effects that depend on other objects of the plan are not among them.
pub fn effects(kind: Kind, before: Option<&Object>, after: Option<&Object>) -> Vec<Effect> {
    let mut out = Vec::new();
    match kind {
        Kind::AccessPackage => access_package::compare(before, after, &mut out),
        Kind::Catalog => catalog::compare(before, after, &mut out),
        Kind::ConnectedOrganization => connected_organization::compare(before, after, &mut out),
        Kind::WorkflowExtension => workflow_extension::compare(before, after, &mut out),
        Kind::Settings => settings::compare(before, after, &mut out),
        // Policies have their own view; the others are not declared.
        Kind::AssignmentPolicy | Kind::Tenant | Kind::Group | Kind::User | Kind::ServicePrincipal => {}
    }
    sort(&mut out);
    out
}

/// The object in one sentence; `None` for a policy, which has a sentence of its own.
pub fn describe(kind: Kind, object: &Object) -> Option<Sentence> {
    describe_as(kind, object, Unsaid::Nothing)
}

/// What a list is that an object does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    /// Empty: the object is all that there is.
    Nothing,
    /// As it is in the tenant: the object is what a document says.
    Stays,
}

impl Unsaid {
    /// Whether nothing can be told of a list, since the object does not say it.
    fn hides(self, object: &Object, list: &str) -> bool {
        self == Self::Stays && object.get(list).is_none()
    }
}

/// The object in one sentence; `unsaid` tells what a list means that it does not say.
pub fn describe_as(kind: Kind, object: &Object, unsaid: Unsaid) -> Option<Sentence> {
    let sentence = match kind {
        Kind::AccessPackage => access_package::describe(object, unsaid),
        Kind::Catalog => catalog::describe(object, unsaid),
        Kind::ConnectedOrganization => connected_organization::describe(object, unsaid),
        Kind::WorkflowExtension => workflow_extension::describe(object),
        Kind::Settings => settings::describe(object),
        Kind::AssignmentPolicy | Kind::Tenant | Kind::Group | Kind::User | Kind::ServicePrincipal => {
            return None;
        }
    };
    Some(sentence.then(".").capitalised())
}

/// Fills in the effects of every change of an object that is no policy.
pub(super) fn fill(plan: &mut Plan, live: &Live) {
    let mut found: Vec<(usize, Vec<Effect>)> = Vec::new();
    let policies = crossing::Policies::of(plan, live);
    for (index, change) in plan.changes.iter().enumerate() {
        if change.kind == Kind::AssignmentPolicy || change.action == Action::Keep {
            continue;
        }
        let after = after_change(change);
        let before = change.live.as_ref().map(|live| &live.object);
        let mut all = effects(change.kind, before, after.as_ref());
        all.extend(policies.effects(change, before, after.as_ref()));
        sort(&mut all);
        found.push((index, all));
    }
    for (index, effects) in found {
        plan.changes[index].impact = effects;
    }
}

/// What an object will say after its change: what its document says, and what that leaves as it is.
pub fn after_change(change: &Change) -> Option<Object> {
    let desired = change.desired.as_ref()?;
    Some(change.live.as_ref().map_or_else(|| desired.clone(), |live| laid_over(desired, &live.object)))
}

/// What is after `want` was done to `have`: what a document leaves as it is stays, what it is silent about has its
/// default.
pub fn laid_over(want: &Object, have: &Object) -> Object {
    let mut object = have.clone();
    for member in want.ty.members.iter().filter(|member| member.access != Access::ReadOnly) {
        let value = match (want.get(member.name), have.get(member.name)) {
            (Some(Value::Object(want)), Some(Value::Object(have))) if want.ty == have.ty => {
                Value::Object(Box::new(laid_over(want, have)))
            }
            (Some(Value::Null), _) => absent_value(member, want),
            (Some(value), _) => value.clone(),
            (None, _) if matches!(member.absent, Absent::Kept | Absent::Required) => continue,
            (None, _) => absent_value(member, want),
        };
        object.set(member.name, value);
    }
    object
}

/// An effect of a member, with what the member says on both sides.
fn effect(
    dimension: Dimension,
    kind: EffectKind,
    code: Code,
    when: When,
    clause: Sentence,
    (before, after): (Option<Json>, Option<Json>),
) -> Effect {
    Effect { dimension, kind, code, clause, when, before, after }
}

/// What a member says on both sides, as plans show it.
fn sides(name: &str, before: &Object, after: &Object) -> (Option<Json>, Option<Json>) {
    let side = |object: &Object| {
        let (_, member) = object.ty.member(name)?;
        let value = object.get(name).filter(|value| !value.is_empty())?;
        Some(shown(&member.ty, value))
    };
    (side(before), side(after))
}
