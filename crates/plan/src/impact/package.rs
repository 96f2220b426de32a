//! Impact per package: the effects of each change of a plan, seen beside the policies that remain.
//!
//! Entra hides a broader policy from people whom a more specific one covers. So what closes or narrows a policy
//! may open another one to the same people: then its effect is unknown. A widening is never made less by what
//! else is in the package.

use super::audience::{Move, step};
use super::phrase::{Sentence, say};
use super::{Effect, EffectKind, codes, effects, sort};
use crate::body::replace_body;
use crate::change::{Action, Change, Plan};
use entrant_model::facts::{Ladder, PolicyFacts, Scope};
use entrant_model::live::LiveObject;
use entrant_model::value::{each_reference, each_reference_mut};
use entrant_model::{Code, Id, Kind, Live, Object, wire};
use std::collections::BTreeMap;

/// Fills in the effects of every change of a policy.
pub(super) fn fill(plan: &mut Plan, live: &Live) {
    let is_policy = |change: &Change| change.kind == Kind::AssignmentPolicy;
    let after: Vec<Option<Object>> =
        plan.changes.iter().map(|change| after_change(change).filter(|_| is_policy(change))).collect();
    let mut found: Vec<Vec<Effect>> = Vec::with_capacity(plan.changes.len());
    for (change, object) in plan.changes.iter().zip(&after) {
        if change.action == Action::Keep || !is_policy(change) {
            found.push(Vec::new());
            continue;
        }
        let before = change.live.as_ref().map(|l| PolicyFacts::of(&l.object));
        found.push(effects(before.as_ref(), object.as_ref().map(PolicyFacts::of).as_ref()));
    }
    if found.iter().flatten().any(closes) {
        let packages = Packages::of(plan, live);
        for (index, slot) in found.iter_mut().enumerate() {
            let Some(own) = plan.changes[index].live.as_ref().filter(|_| slot.iter().any(closes)) else {
                continue;
            };
            let facts: Vec<(&str, PolicyFacts)> = packages
                .remaining(plan, &after, own)
                .into_iter()
                .map(|object| (object.text("displayName").unwrap_or_default(), PolicyFacts::of(object)))
                .collect();
            let before = PolicyFacts::of(&own.object);
            let own_after = after[index].as_ref().map(PolicyFacts::of);
            *slot = in_package(std::mem::take(slot), &before, own_after.as_ref(), &facts);
        }
    }
    for (change, effects) in plan.changes.iter_mut().zip(found) {
        change.impact = effects;
    }
}

/// What a policy will say after its change, with the names of what it refers to; `None` where it is gone.
pub(crate) fn after_change(change: &Change) -> Option<Object> {
    let desired = change.desired.as_ref()?;
    let Some(live) = &change.live else { return Some(desired.clone()) };
    // What the document does not say and the update keeps is in the body of the update alone.
    let body = replace_body(desired, &live.wire.json());
    let mut object = wire::read(desired.ty, body.as_object()?);
    let mut names: BTreeMap<&Id, &str> = BTreeMap::new();
    for side in [&live.object, desired] {
        each_reference(side, &mut |_, reference| {
            if let Some(id) = &reference.id
                && reference.label() != id.as_str()
            {
                names.insert(id, reference.label());
            }
        });
    }
    each_reference_mut(&mut object, &mut |_, reference| {
        if let Some(name) = reference.id.as_ref().and_then(|id| names.get(id)) {
            reference.name = Some((*name).into());
        }
    });
    Some(object)
}

/// What each package holds: its live policies, and the positions of its changes.
#[derive(Default)]
struct Packages<'a>(BTreeMap<&'a Id, (Vec<&'a LiveObject>, Vec<usize>)>);

impl<'a> Packages<'a> {
    fn of(plan: &'a Plan, live: &'a Live) -> Self {
        let mut packages = Self::default();
        for policy in &live.policies {
            packages.0.entry(&policy.parent).or_default().0.push(policy);
        }
        for (index, change) in plan.changes.iter().enumerate() {
            let counts = change.action != Action::Keep && change.kind == Kind::AssignmentPolicy;
            if let Some(id) = change.parent.id.as_ref().filter(|_| counts) {
                packages.0.entry(id).or_default().1.push(index);
            }
        }
        packages
    }

    /// The other policies of a policy's package, declared or not, as they will be.
    fn remaining(&self, plan: &'a Plan, after: &'a [Option<Object>], own: &LiveObject) -> Vec<&'a Object> {
        let Some((policies, changes)) = self.0.get(&own.parent) else { return Vec::new() };
        let id_of = |index: usize| plan.changes[index].live.as_ref().map(|l| &l.id);
        let others = policies.iter().filter(|policy| policy.id != own.id);
        let mut objects: Vec<&Object> = others
            .filter_map(|policy| match changes.iter().find(|i| id_of(**i) == Some(&policy.id)) {
                Some(index) => after[*index].as_ref(),
                None => Some(&policy.object),
            })
            .collect();
        let created = changes.iter().filter(|i| plan.changes[**i].action == Action::Create);
        objects.extend(created.filter_map(|i| after[*i].as_ref()));
        objects.sort_by_cached_key(|o| o.text("displayName").map(str::to_lowercase));
        objects
    }
}

/// Whether the effect takes a way to ask from somebody.
fn closes(effect: &Effect) -> bool {
    const WAYS: [Code; 5] = [
        codes::REQUESTOR_SCOPE,
        codes::REQUESTOR_TARGETS,
        codes::SELF_REQUESTS,
        codes::OUTSIDE_REQUESTORS,
        codes::ON_BEHALF_REQUESTS,
    ];
    effect.kind == EffectKind::Narrows && WAYS.contains(&effect.code)
}

/// The effects of a change of a policy beside the policies that remain in its package, each with its name. There is
/// no `after` where the policy goes.
pub fn in_package(
    mut effects: Vec<Effect>,
    before: &PolicyFacts,
    after: Option<&PolicyFacts>,
    remaining: &[(&str, PolicyFacts)],
) -> Vec<Effect> {
    if !before.may_request() {
        return effects;
    }
    let after = after.filter(|after| after.may_request());
    let lost = lost(before, after);
    let is_broader = |other: &PolicyFacts| {
        covers(other, &lost) || after.is_some_and(|after| is_between(other, before, after))
    };
    for effect in effects.iter_mut().filter(|e| closes(e)) {
        let counts = |other: &PolicyFacts| effect.code != codes::OUTSIDE_REQUESTORS || reaches_outside(other);
        let broader = remaining.iter().find(|(_, other)| is_broader(other) && counts(other));
        let is_met = remaining.iter().any(|(_, other)| meets(other, before) && counts(other));
        if let Some((name, _)) = broader {
            effect.kind = EffectKind::Unknown;
            effect.code = codes::BROADER_POLICY;
            let clause = std::mem::take(&mut effect.clause);
            effect.clause = say![
                clause,
                " by this policy, but the broader policy ",
                Sentence::name(*name),
                " remains and may let them ask on its own terms"
            ];
        } else if is_met {
            // Some of these people may ask by another policy still, so nobody shall read that none of them can.
            effect.clause = std::mem::take(&mut effect.clause).then(" by this policy");
        }
    }
    sort(&mut effects);
    effects
}

/// Whether people from outside may be among those whom a policy means, guests of the directory included.
fn reaches_outside(policy: &PolicyFacts) -> bool {
    match policy.scope {
        Scope::AllDirectoryUsers | Scope::Other(_) => true,
        scope => scope.rung().is_some_and(|(ladder, _)| ladder == Ladder::Outside),
    }
}

/// The policy as those see it from whom a way to ask is taken: where some listed targets stay, the others alone.
fn lost<'a>(before: &PolicyFacts<'a>, after: Option<&PolicyFacts<'a>>) -> PolicyFacts<'a> {
    let mut lost = before.clone();
    let is_open = |p: &PolicyFacts| (p.self_add, p.on_behalf_add);
    if let Some(after) = after.filter(|a| a.scope == before.scope && is_open(a) == is_open(before)) {
        lost.targets.retain(|target| !after.targets.contains(target));
    }
    lost
}

/// Whether a policy stands between what another one was and the narrower one that it becomes: no broader than it
/// was, and broader than it is.
fn is_between(other: &PolicyFacts, before: &PolicyFacts, after: &PolicyFacts) -> bool {
    other.may_request()
        && other.scope != Scope::NotSpecified
        && step(before.scope, after.scope) == Move::Down
        && step(after.scope, other.scope) == Move::Up
}

/// Whether a policy takes requests, and may take them from some whom the other one means: both mean people, or
/// both mean the same kind of workload.
fn meets(other: &PolicyFacts, policy: &PolicyFacts) -> bool {
    let ladder = |policy: &PolicyFacts| {
        policy.scope.rung().map(|(ladder, _)| match ladder {
            Ladder::Outside => Ladder::Directory,
            other => other,
        })
    };
    other.may_request() && ladder(other).is_some() && ladder(other) == ladder(policy)
}

/// Whether a policy takes requests from people whom the other one means, too: it stands higher on the same
/// ladder, or means everybody of the same rung, or lists one of the same targets. Guests of all users of the
/// directory may come from connected organizations.
fn covers(other: &PolicyFacts, policy: &PolicyFacts) -> bool {
    if !other.may_request() || other.scope == Scope::NotSpecified {
        return false;
    }
    match step(policy.scope, other.scope) {
        Move::Up | Move::Untold => true,
        Move::None => !policy.scope.is_specific() || policy.targets.iter().any(|t| other.targets.contains(t)),
        Move::Down => false,
        Move::Across => {
            let is_outside = policy.scope.rung().is_some_and(|(ladder, _)| ladder == Ladder::Outside);
            is_outside && other.scope == Scope::AllDirectoryUsers
        }
    }
}
