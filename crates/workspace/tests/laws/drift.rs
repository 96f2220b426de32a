//! Tenants made of others: with policies that repeat, and after people have changed them by hand.

use super::{DURATIONS, Ids, Making, TEXTS};
use crate::dice::Dice;
use serde_json::Value as Json;

/// Gives many policies the settings of others, with other people here and there.
pub fn repeated(dice: &mut Dice, seed: &mut Json) {
    let found: Vec<Json> = seed["assignmentPolicies"].as_array().cloned().unwrap_or_default();
    let Some(model) = found.first().cloned() else { return };
    let ids = |name: &str| -> Vec<String> {
        let all = seed[name].as_array().into_iter().flatten();
        all.filter_map(|object| object["id"].as_str().map(str::to_owned)).collect()
    };
    let ids = Ids { users: ids("users"), groups: ids("groups"), ..Ids::default() };
    let mut making = Making { dice, next: 0x9000_0000, ids, is_sound: true };
    for policy in seed["assignmentPolicies"].as_array_mut().into_iter().flatten() {
        if making.dice.chance(4) {
            continue;
        }
        let own = policy.clone();
        *policy = model.clone();
        for name in ["id", "displayName", "accessPackage"] {
            policy[name] = own[name].clone();
        }
        if let Some(policy) = policy.as_object_mut() {
            policy.remove("customExtensionStageSettings");
        }
        if making.dice.chance(3) {
            policy["description"] = making.text();
        }
        for at in [
            "/specificAllowedTargets",
            "/requestApprovalSettings/stages/0/primaryApprovers",
            "/requestApprovalSettings/stages/1/fallbackPrimaryApprovers",
            "/reviewSettings/primaryReviewers",
        ] {
            if making.dice.chance(2) && policy.pointer(at).is_some() {
                let people = making.subjects(3, "ug");
                inside(policy, at, people);
            }
        }
    }
}

/// The tenant after people have changed it by hand: the same objects by the same names, other values.
#[allow(clippy::redundant_closure_for_method_calls, reason = "a method is one of one lifetime")]
pub fn drifted(dice: &mut Dice, seed: &Json) -> Json {
    let mut next = seed.clone();
    let ids = |name: &str, member: &str| -> Vec<String> {
        let all = seed[name].as_array().into_iter().flatten();
        all.filter_map(|object| object[member].as_str().map(str::to_owned)).collect()
    };
    let found = Ids {
        users: ids("users", "id"),
        groups: ids("groups", "id"),
        principals: ids("servicePrincipals", "id"),
        organizations: ids("connectedOrganizations", "id"),
        ..Ids::default()
    };
    let mut making = Making { dice, next: 0x9000_0000, ids: found, is_sound: true };
    let mut of = |name: &str, change: fn(&mut Making, &mut Json)| {
        for object in next[name].as_array_mut().into_iter().flatten() {
            if making.dice.chance(2) {
                change(&mut making, object);
            }
        }
    };
    of("assignmentPolicies", |making, policy| making.drifted_policy(policy));
    of("catalogs", |making, catalog| making.drifted_catalog(catalog));
    of("accessPackages", |making, package| making.drifted_package(package));
    of("connectedOrganizations", |making, organization| {
        let other = making.organization();
        making.takes(organization, &other, &["description", "state", "internalSponsors", "externalSponsors"]);
    });
    of("customWorkflowExtensions", |making, extension| {
        let other = making.extension(&Json::Null);
        making.takes(extension, &other, &["description", "clientConfiguration", "callbackConfiguration"]);
    });
    if next.get("settings").is_some() && making.dice.chance(2) {
        next["settings"]["externalUserLifecycleAction"] = making.dice.of(&["none", "blockSignIn"]).into();
    }
    next
}

impl Making<'_> {
    /// Some members of another object of the kind.
    fn takes(&mut self, object: &mut Json, other: &Json, members: &[&str]) {
        for member in members {
            if self.dice.chance(3) {
                match other.get(*member) {
                    Some(value) => object[*member] = value.clone(),
                    None => drop(object.as_object_mut().and_then(|object| object.remove(*member))),
                }
            }
        }
    }

    fn drifted_catalog(&mut self, catalog: &mut Json) {
        let (other, resources) = self.catalog();
        self.takes(catalog, &other, &["description", "state", "isExternallyVisible", "roleAssignments"]);
        // What packages give stays; something else may have come.
        let there: Vec<String> = catalog["resources"].as_array().into_iter().flatten().map(origin).collect();
        if let Some(list) = catalog["resources"].as_array_mut() {
            list.extend(resources.into_iter().filter(|resource| !there.contains(&origin(resource))).take(1));
        }
    }

    fn drifted_package(&mut self, package: &mut Json) {
        let other = self.package(&package["catalog"].clone(), &[], &[]);
        self.takes(package, &other, &["description", "isHidden", "incompatibleGroups"]);
        let given = package["resourceRoleScopes"].as_array_mut();
        if let Some(list) = given.filter(|list| !list.is_empty()) {
            list.remove(0);
        }
    }

    fn drifted_policy(&mut self, policy: &mut Json) {
        let other = self.policy(&policy["accessPackage"]["id"].clone(), &[]);
        if self.dice.chance(2) {
            let members = [
                "description",
                "allowedTargetScope",
                "specificAllowedTargets",
                "expiration",
                "requestorSettings",
                "requestApprovalSettings",
                "reviewSettings",
                "automaticRequestSettings",
                "notificationSettings",
                "questions",
            ];
            return self.takes(policy, &other, &members);
        }
        // One thing, somewhere inside.
        let subject = self.subject("ugm");
        let question = self.question(0);
        let duration = self.dice.of(DURATIONS);
        let text = self.dice.of(TEXTS);
        let nothing = &mut Vec::new();
        match self.dice.below(9) {
            0 => inside(policy, "/requestApprovalSettings/stages/0/durationBeforeAutomaticDenial", duration),
            1 => inside(policy, "/questions/0/text", text),
            2 => inside(policy, "/questions/1/isRequired", true),
            3 => inside(policy, "/reviewSettings/isRecommendationEnabled", false),
            4 => {
                let questions = list(policy, "/questions").unwrap_or(nothing);
                questions.insert(questions.len() / 2, question);
            }
            5 => drop(list(policy, "/requestApprovalSettings/stages").unwrap_or(nothing).pop()),
            6 => drop(list(policy, "/specificAllowedTargets").unwrap_or(nothing).pop()),
            // Another one, and twice.
            7 => {
                if let Some(targets) = list(policy, "/specificAllowedTargets").filter(|list| !list.is_empty())
                {
                    *targets = vec![subject.clone(), subject];
                }
            }
            _ => {
                let fallback = list(policy, "/requestApprovalSettings/stages/0/fallbackPrimaryApprovers");
                fallback.filter(|list| list.is_empty()).unwrap_or(nothing).push(subject);
            }
        }
    }
}

fn inside(object: &mut Json, at: &str, value: impl Into<Json>) {
    if let Some(found) = object.pointer_mut(at) {
        *found = value.into();
    }
}

fn list<'j>(object: &'j mut Json, at: &str) -> Option<&'j mut Vec<Json>> {
    object.pointer_mut(at).and_then(Json::as_array_mut)
}

/// What a resource is, whatever is asked about it.
fn origin(resource: &Json) -> String {
    let mut resource = resource.clone();
    resource["attributes"] = Json::Null;
    resource.to_string()
}
