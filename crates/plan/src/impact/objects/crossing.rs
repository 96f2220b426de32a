//! What a change does to other objects of the plan: an organization to policies that mean all of them, a package to
//! whoever its policies let in.
//!
//! Policies are looked at as they were for what narrows, and as they will be for what widens, so that the two are the
//! same with the sides swapped. Only what was read, and what the plan makes, is known.

use super::super::phrase::{Sentence, say, some};
use super::super::{Effect, EffectKind, When, after_change, codes};
use super::access_package::given;
use super::connected_organization::moves;
use super::effect;
use crate::change::{Action, Change, Plan};
use EffectKind::{Narrows, Widens};
use entrant_model::facts::{PolicyFacts, Scope};
use entrant_model::reference::fold;
use entrant_model::{Dimension, Id, Kind, Live, LiveObject, Object};
use std::collections::{BTreeMap, BTreeSet};

/// What changes of organizations and packages need to know of policies, looked up once for the whole plan.
#[derive(Default)]
pub struct Policies<'a> {
    /// Policies that take requests from users of all organizations of a sort, as they were.
    before: Vec<ForAll<'a>>,
    /// The same, as they will be.
    after: Vec<ForAll<'a>>,
    /// Keys of the addresses of packages for which the plan makes a policy that lets somebody in.
    opened: BTreeSet<String>,
    /// Live policies that let somebody in, by their package.
    open: BTreeMap<&'a Id, Vec<&'a LiveObject>>,
    /// Policies that the plan deletes.
    deleted: BTreeSet<&'a Id>,
}

/// A policy for all configured, or all existing, organizations.
struct ForAll<'a> {
    package: &'a str,
    name: &'a str,
    scope: Scope<'static>,
}

impl<'a> Policies<'a> {
    /// As far as changes of this plan need them.
    pub fn of(plan: &'a Plan, live: &'a Live) -> Self {
        let mut policies = Self::default();
        let has = |kind| plan.writes().any(|change| change.kind == kind);
        if has(Kind::ConnectedOrganization) {
            policies.look_for_all(plan, live);
        }
        if has(Kind::AccessPackage) {
            policies.look_for_open(plan, live);
        }
        policies
    }

    fn look_for_all(&mut self, plan: &'a Plan, live: &'a Live) {
        let package = |policy: &'a LiveObject| {
            live.packages.get(&policy.parent).map_or_else(|| policy.parent.as_str(), |package| &package.name)
        };
        let changes: BTreeMap<&Id, &Change> =
            of_policies(plan).filter_map(|change| Some((&change.live.as_ref()?.id, change))).collect();
        for policy in &live.policies {
            let (package, name) = (package(policy), &*policy.display_name);
            let as_it_is = for_all(&policy.object).map(|scope| ForAll { package, name, scope });
            self.after.extend(match changes.get(&policy.id) {
                Some(change) => after_change(change).as_ref().and_then(for_all).map(|scope| ForAll {
                    package,
                    name: name_of(change),
                    scope,
                }),
                None => as_it_is.as_ref().map(|policy| ForAll { ..*policy }),
            });
            self.before.extend(as_it_is);
        }
        for change in of_policies(plan).filter(|change| change.action == Action::Create) {
            let scope = change.desired.as_ref().and_then(for_all);
            let package = change.parent.label();
            self.after.extend(scope.map(|scope| ForAll { package, name: name_of(change), scope }));
        }
        for list in [&mut self.before, &mut self.after] {
            // One that was read in both shapes shall be named once.
            list.sort_by_cached_key(|policy| (fold(policy.package), fold(policy.name)));
        }
    }

    fn look_for_open(&mut self, plan: &'a Plan, live: &'a Live) {
        for change in of_policies(plan) {
            match (change.action, &change.desired, &change.live) {
                (Action::Create, Some(desired), _) if lets_in(desired) => {
                    self.opened.extend(change.address.parent().map(|package| package.key()));
                }
                (Action::Delete, _, Some(policy)) => {
                    self.deleted.insert(&policy.id);
                }
                _ => {}
            }
        }
        for policy in live.policies.iter().filter(|policy| lets_in(&policy.object)) {
            self.open.entry(&policy.parent).or_default().push(policy);
        }
    }

    /// The effects of a change on or by policies.
    pub fn effects(&self, change: &Change, before: Option<&Object>, after: Option<&Object>) -> Vec<Effect> {
        match change.kind {
            Kind::ConnectedOrganization => self.organization(before, after),
            Kind::AccessPackage => self.package(change),
            _ => Vec::new(),
        }
    }

    /// Each policy that takes in the users of one more organization, or of one fewer.
    fn organization(&self, before: Option<&Object>, after: Option<&Object>) -> Vec<Effect> {
        let state = |side: Option<&Object>| side.map(|o| o.text("state").unwrap_or("configured").into());
        let mut out: Vec<Effect> = Vec::new();
        for (kind, policies) in [(Widens, &self.after), (Narrows, &self.before)] {
            for policy in policies {
                if moves(policy.scope, before, after) != Some(kind) {
                    continue;
                }
                let (may, when) = match kind {
                    Widens => (" may now request ", When::NewRequests),
                    _ => (" may no longer request ", When::NewRequestsKeepingAccess),
                };
                let (package, name) = (Sentence::name(policy.package), Sentence::name(policy.name));
                let clause = say!["users of {it}", may, package, " by its policy ", name];
                if out.last().is_some_and(|effect| effect.clause == clause) {
                    continue;
                }
                let sides = (state(before), state(after));
                out.push(effect(Dimension::External, kind, codes::ORGANIZATION_POLICY, when, clause, sides));
            }
        }
        out
    }

    /// What a package gives, where it is made or deleted together with policies that let people have it; and the
    /// policies that go with one.
    fn package(&self, change: &Change) -> Vec<Effect> {
        let mut out = Vec::new();
        match (change.action, &change.desired, &change.live) {
            (Action::Create, Some(desired), _) if self.opened.contains(&change.address.key()) => {
                given(desired, Widens, &mut out);
            }
            (Action::Delete, _, Some(own)) => {
                let open = self.open.get(&own.id).map_or(&[][..], Vec::as_slice);
                let unsaid = open.iter().filter(|policy| !self.deleted.contains(&policy.id));
                let mut names: Vec<&str> = unsaid.map(|policy| &*policy.display_name).collect();
                names.sort_by_cached_key(|name| fold(name));
                names.dedup();
                if !names.is_empty() {
                    let names = some(names.into_iter().map(Sentence::name).collect());
                    let clause =
                        say!["nobody may request {it} any more, since its policies go with it: ", names];
                    let (dimension, when) = (Dimension::Requestors, When::NewRequests);
                    out.push(effect(dimension, Narrows, codes::PACKAGE_GONE, when, clause, (None, None)));
                }
                if !open.is_empty() {
                    given(&own.object, Narrows, &mut out);
                }
            }
            _ => {}
        }
        out
    }
}

/// The changes of policies that write.
fn of_policies(plan: &Plan) -> impl Iterator<Item = &Change> {
    plan.writes().filter(|change| change.kind == Kind::AssignmentPolicy)
}

fn name_of(change: &Change) -> &str {
    change.address.segments.last().map_or("", String::as_str)
}

/// The scope of a policy that takes requests from users of all organizations of a sort.
fn for_all(policy: &Object) -> Option<Scope<'static>> {
    let facts = PolicyFacts::of(policy);
    let scope = match facts.scope {
        Scope::AllConfiguredConnectedOrganizationUsers => Scope::AllConfiguredConnectedOrganizationUsers,
        Scope::AllExistingConnectedOrganizationUsers => Scope::AllExistingConnectedOrganizationUsers,
        _ => return None,
    };
    facts.may_request().then_some(scope)
}

fn lets_in(policy: &Object) -> bool {
    let facts = PolicyFacts::of(policy);
    facts.may_request() || facts.gives_by_rule()
}
