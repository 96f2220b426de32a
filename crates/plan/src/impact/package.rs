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
use entrant_model::{Code, Id, Live, Object, wire};
use std::collections::BTreeMap;

/// Fills in the effects of every change of the plan. Unchanged objects cost nothing here.
pub fn fill(plan: &mut Plan, live: &Live) {
    let after: Vec<Option<Object>> = plan.changes.iter().map(after_change).collect();
    let mut found: Vec<Vec<Effect>> = Vec::with_capacity(plan.changes.len());
    for (change, object) in plan.changes.iter().zip(&after) {
        if change.action == Action::Keep {
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
            *slot = in_package(std::mem::take(slot), &PolicyFacts::of(&own.object), &facts);
        }
    }
    for (change, effects) in plan.changes.iter_mut().zip(found) {
        change.impact = effects;
    }
}

/// What a policy will say after the change, with the names of what it refers to; `None` where it is gone.
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
            packages.0.entry(&policy.access_package).or_default().0.push(policy);
        }
        for (index, change) in plan.changes.iter().enumerate() {
            if let Some(id) = change.access_package.id.as_ref().filter(|_| change.action != Action::Keep) {
                packages.0.entry(id).or_default().1.push(index);
            }
        }
        packages
    }

    /// The other policies of a policy's package, declared or not, as they will be.
    fn remaining(&self, plan: &'a Plan, after: &'a [Option<Object>], own: &LiveObject) -> Vec<&'a Object> {
        let Some((policies, changes)) = self.0.get(&own.access_package) else { return Vec::new() };
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

/// The effects of a change of a policy beside the policies that remain in its package, each with its name.
pub fn in_package(
    mut effects: Vec<Effect>,
    before: &PolicyFacts,
    remaining: &[(&str, PolicyFacts)],
) -> Vec<Effect> {
    let broader = remaining.iter().find(|(_, other)| covers(other, before));
    let Some((name, _)) = broader.filter(|_| before.may_request()) else { return effects };
    for effect in effects.iter_mut().filter(|e| closes(e)) {
        effect.kind = EffectKind::Unknown;
        effect.code = codes::BROADER_POLICY;
        let clause = std::mem::take(&mut effect.clause);
        effect.clause = say![
            clause,
            " by this policy, but the broader policy ",
            Sentence::name(*name),
            " remains and may let them ask on its own terms"
        ];
    }
    sort(&mut effects);
    effects
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
