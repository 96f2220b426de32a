//! Policies to start from, patches over them, and the check of a pair in both directions.

use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::{beta, v1};
use entrant_model::kinds::table;
use entrant_model::value::Json;
use entrant_model::{Kind, Object, TypeSpec, Version, wire};
use entrant_plan::impact::{Class, Effect, effects, objects};
use serde_json::json;
use std::collections::BTreeSet;

pub fn subject(ty: &str, member: &str, id: &str, name: &str) -> Json {
    json!({"@odata.type": format!("#microsoft.graph.{ty}"), member: id, "description": name})
}
pub fn group(id: &str) -> Json {
    subject("groupMembers", "groupId", id, &format!("Group {id}"))
}
pub fn user(id: &str) -> Json {
    subject("singleUser", "userId", id, &format!("{id}@contoso.com"))
}
pub fn organization(id: &str) -> Json {
    subject("connectedOrganizationMembers", "connectedOrganizationId", id, id)
}
pub fn rule(text: &str) -> Json {
    json!({"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": text})
}
pub fn sponsors(which: &str) -> Json {
    json!({"@odata.type": format!("#microsoft.graph.{which}Sponsors")})
}

/// A v1.0 policy that uses everything: two groups may request, two stages, escalation, questions, reviews.
pub fn base_v1() -> Json {
    json!({
        "displayName": "Base",
        "allowedTargetScope": "specificDirectoryUsers",
        "specificAllowedTargets": [group("a"), group("b")],
        "expiration": {"type": "afterDuration", "duration": "P90D"},
        "requestorSettings": {
            "enableTargetsToSelfAddAccess": true, "enableTargetsToSelfUpdateAccess": true,
            "enableOnBehalfRequestorsToAddAccess": true, "onBehalfRequestors": [user("boss")]
        },
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": true, "isApprovalRequiredForUpdate": true,
            "isRequestorJustificationRequired": true,
            "stages": [stage(), {
                "durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [group("second")]
            }]
        },
        "questions": [
            question("Which project is it for?", true), question("Anything else?", false)
        ],
        "reviewSettings": {
            "isEnabled": true, "expirationBehavior": "acceptAccessRecommendation",
            "primaryReviewers": [group("reviewers")], "fallbackReviewers": [],
            "schedule": {
                "startDateTime": "2026-04-01T08:00:00Z",
                "expiration": {"type": "afterDuration", "duration": "P25D"},
                "recurrence": {
                    "pattern": {"type": "absoluteMonthly", "interval": 3}, "range": {"type": "noEnd"}
                }
            }
        },
        "customExtensionStageSettings": []
    })
}

pub fn stage() -> Json {
    json!({
        "durationBeforeAutomaticDenial": "P14D", "isApproverJustificationRequired": true,
        "primaryApprovers": [sponsors("internal"), group("desk")], "fallbackPrimaryApprovers": [group("desk2")],
        "isEscalationEnabled": true, "durationBeforeEscalation": "P8D",
        "escalationApprovers": [user("ana")], "fallbackEscalationApprovers": []
    })
}

pub fn question(text: &str, is_required: bool) -> Json {
    json!({"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "text": text, "isRequired": is_required})
}

pub fn base_beta() -> Json {
    let backup = json!({"@odata.type": "#microsoft.graph.groupMembers", "id": "desk2", "isBackup": true});
    json!({
        "displayName": "Base", "canExtend": true, "durationInDays": 90,
        "requestorSettings": {
            "scopeType": "SpecificConnectedOrganizationSubjects", "acceptRequests": true,
            "allowedRequestors": [subject("connectedOrganizationMembers", "id", "fabrikam", "Fabrikam")]
        },
        "requestApprovalSettings": {
            "isApprovalRequired": true, "isApprovalRequiredForExtension": true, "approvalMode": "Serial",
            "approvalStages": [
                {"approvalStageTimeOutInDays": 14, "primaryApprovers": [sponsors("external"), backup],
                 "isEscalationEnabled": true, "escalationTimeInMinutes": 11520,
                 "escalationApprovers": [subject("singleUser", "id", "ana", "ana")]},
                {"approvalStageTimeOutInDays": 14, "primaryApprovers": [sponsors("internal")]}
            ]
        },
        "accessReviewSettings": {
            "isEnabled": true, "recurrenceType": "quarterly", "reviewerType": "Reviewers", "durationInDays": 25,
            "reviewers": [subject("groupMembers", "id", "reviewers", "Reviewers")],
            "accessReviewTimeoutBehavior": "removeAccess"
        },
        "verifiableCredentialSettings": {"credentialTypes": [
            {"credentialType": "VerifiedEmployee", "issuers": ["did:a"]}
        ]}
    })
}

/// Lays a patch over a base: objects member by member, everything else as a whole; null removes.
pub fn patched(base: &Json, patch: &Json) -> Json {
    let Json::Object(patch) = patch else { return patch.clone() };
    let mut out = base.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        if value.is_null() {
            out.shift_remove(name);
        } else {
            let merged = patched(out.get(name).unwrap_or(&Json::Null), value);
            out.insert(name.clone(), merged);
        }
    }
    Json::Object(out)
}

pub fn read(ty: &'static TypeSpec, json: &Json) -> Object {
    wire::read(ty, json.as_object().unwrap())
}

/// `dimension direction code`, and the direction turned round where `turn` says so.
pub fn line(expected: &str, turn: bool) -> String {
    if turn {
        expected.replace("widens", "WIDENS").replace("narrows", "widens").replace("WIDENS", "narrows")
    } else {
        expected.to_owned()
    }
}

/// Pairs that are held to what is expected of them.
#[derive(Default)]
pub struct Pairs {
    /// The codes of the effects that occurred.
    pub seen: BTreeSet<&'static str>,
    /// How many pairs there were.
    pub count: usize,
    /// What was not as expected.
    pub wrong: Vec<String>,
}

impl Pairs {
    /// Holds the effects from `before` to `after`, and back, to what is expected.
    pub fn check(&mut self, what: &str, sides: (Option<&Object>, Option<&Object>), expected: &[&str]) {
        let facts = (sides.0.map(PolicyFacts::of), sides.1.map(PolicyFacts::of));
        let found = |turn| {
            let (before, after) = if turn { (&facts.1, &facts.0) } else { (&facts.0, &facts.1) };
            effects(before.as_ref(), after.as_ref())
        };
        self.told(what, &found, expected);
    }

    /// Two objects of another kind, given as Graph JSON; none for nothing.
    pub fn object(&mut self, kind: Kind, what: &str, sides: (&Json, &Json), expected: &[&str]) {
        let table = table(kind, Version::V1).unwrap();
        let side = |json: &Json| json.is_object().then(|| read(table, json));
        let sides = (side(sides.0), side(sides.1));
        let found = |turn| {
            let (before, after) = if turn { (&sides.1, &sides.0) } else { (&sides.0, &sides.1) };
            objects::effects(kind, before.as_ref(), after.as_ref())
        };
        self.told(what, &found, expected);
    }

    /// Like [`v1`](Self::v1), by dimension and direction alone, each once.
    pub fn v1_loose(&mut self, what: &str, before: &Json, after: &Json, expected: &[&str]) {
        let side = |patch| read(&v1::POLICY, &patched(&base_v1(), patch));
        self.loose(what, &[side(before), side(after)], expected);
    }

    /// Like [`beta`](Self::beta), by dimension and direction alone, each once.
    pub fn beta_loose(&mut self, what: &str, before: &Json, after: &Json, expected: &[&str]) {
        let side = |patch| read(&beta::POLICY, &patched(&base_beta(), patch));
        self.loose(what, &[side(before), side(after)], expected);
    }

    fn loose(&mut self, what: &str, sides: &[Object; 2], expected: &[&str]) {
        for turn in [false, true] {
            let [before, after] = if turn { [&sides[1], &sides[0]] } else { [&sides[0], &sides[1]] };
            let found = effects(Some(&PolicyFacts::of(before)), Some(&PolicyFacts::of(after)));
            let lines: BTreeSet<String> =
                found.iter().map(|e| format!("{} {}", e.dimension.as_str(), e.kind.as_str())).collect();
            let wanted: BTreeSet<String> = expected.iter().map(|e| line(e, turn)).collect();
            if lines != wanted {
                self.wrong.push(format!("{what} (swapped: {turn}): {lines:?}, expected {wanted:?}"));
            }
        }
        self.count += 1;
    }

    fn told(&mut self, what: &str, effects: &dyn Fn(bool) -> Vec<Effect>, expected: &[&str]) {
        for turn in [false, true] {
            let found = effects(turn);
            let mut lines: Vec<String> = found
                .iter()
                .map(|e| format!("{} {} {}", e.dimension.as_str(), e.kind.as_str(), e.code.name))
                .collect();
            let mut wanted: Vec<String> = expected.iter().map(|e| line(e, turn)).collect();
            lines.sort();
            wanted.sort();
            if lines != wanted {
                self.wrong.push(format!("{what} (swapped: {turn}): {lines:?}, expected {wanted:?}"));
            }
            let class = |word: &str| wanted.iter().any(|w| w.split(' ').nth(1) == Some(word));
            let worst = match (class("widens"), class("unknown"), class("narrows")) {
                (true, ..) => Class::Widens,
                (_, true, _) => Class::Unknown,
                (_, _, true) => Class::Narrows,
                _ => Class::Neutral,
            };
            assert_eq!(Class::of(&found), worst, "{what}");
            self.seen.extend(found.iter().map(|e| e.code.name));
        }
        self.count += 1;
    }

    /// Two v1.0 policies, given as what differs from the base.
    pub fn v1(&mut self, what: &str, before: &Json, after: &Json, expected: &[&str]) {
        let side = |patch| read(&v1::POLICY, &patched(&base_v1(), patch));
        self.check(what, (Some(&side(before)), Some(&side(after))), expected);
    }

    /// Two beta policies, given as what differs from the base.
    pub fn beta(&mut self, what: &str, before: &Json, after: &Json, expected: &[&str]) {
        let side = |patch| read(&beta::POLICY, &patched(&base_beta(), patch));
        self.check(what, (Some(&side(before)), Some(&side(after))), expected);
    }
}
