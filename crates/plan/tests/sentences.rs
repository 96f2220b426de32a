//! Policies and effects in plain words, over the shapes of Microsoft's documented examples.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::table;
use entrant_model::value::Json;
use entrant_model::{Object, Version, wire};
use entrant_plan::impact::effects;
use entrant_plan::impact::sentence::describe;
use serde_json::json;

fn policy(version: Version, json: &Json) -> Object {
    wire::read(table(version), json.as_object().unwrap())
}

fn described(version: Version, json: &Json) -> String {
    describe(&PolicyFacts::of(&policy(version, json))).to_string()
}

fn subject(ty: &str, members: &Json) -> Json {
    let mut subject = members.clone();
    subject["@odata.type"] = format!("#microsoft.graph.{ty}").into();
    subject
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn a_policy_reads_as_a_sentence() {
    let manager = subject("requestorManager", &json!({"managerLevel": 1}));
    let group = |id: &str, name: &str| subject("groupMembers", &json!({"groupId": id, "description": name}));
    let v1 = |json: Json| described(Version::V1, &json);
    assert_eq!(
        v1(json!({
            "displayName": "Extend", "allowedTargetScope": "allDirectoryUsers",
            "expiration": {"type": "noExpiration"},
            "requestorSettings": {"enableTargetsToSelfAddAccess": true, "enableTargetsToSelfUpdateAccess": true},
            "requestApprovalSettings": {"isApprovalRequiredForAdd": true, "stages": [{
                "durationBeforeAutomaticDenial": "P2D", "primaryApprovers": [manager],
                "fallbackPrimaryApprovers": [subject("singleUser", &json!({"userId": "u", "description": "user"}))]
            }]}
        })),
        "Every user of this directory, guests included, may request it for themselves; the requestor's manager \
         (else \"user\") decides within 2 days; access never ends; nobody reviews access."
    );
    assert_eq!(
        v1(json!({
            "displayName": "Again", "allowedTargetScope": "allMemberUsers",
            "expiration": {"type": "afterDuration", "duration": "P30D"},
            "requestorSettings": {"enableTargetsToSelfAddAccess": true, "enableTargetsToSelfUpdateAccess": true},
            "requestApprovalSettings": {"isApprovalRequiredForUpdate": true}
        })),
        "Every member of this directory may request it for themselves; no approval is needed; access lasts \
         30 days and may be extended with approval; nobody reviews access."
    );
    assert_eq!(
        v1(json!({
            "displayName": "Sponsors", "allowedTargetScope": "allConfiguredConnectedOrganizationUsers",
            "expiration": {"type": "afterDuration", "duration": "PT4H"},
            "requestorSettings": {"enableTargetsToSelfAddAccess": true},
            "requestApprovalSettings": {"isApprovalRequiredForAdd": true, "stages": [
                {"durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [subject("internalSponsors", &json!({}))],
                 "isEscalationEnabled": true, "durationBeforeEscalation": "P8D",
                 "escalationApprovers": [group("g", "Partner desk")]},
                {"durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [group("h", "Owners")]}
            ]},
            "reviewSettings": {
                "isEnabled": true, "expirationBehavior": "keepAccess", "isSelfReview": false,
                "primaryReviewers": [group("1623f912-5e86-41c2-af47-39dd67582b66", "")],
                "schedule": {"expiration": {"type": "afterDuration", "duration": "P14D"},
                    "recurrence": {"pattern": {"type": "absoluteMonthly", "interval": 3}}}
            }
        })),
        "Users of every configured connected organization may request it for themselves; first internal sponsors \
         decide within 14 days, after 8 days also \"Partner desk\", then \"Owners\" decides within 14 days; access \
         lasts 4 hours; the group of unknown name \"1623f912-5e86-41c2-af47-39dd67582b66\" reviews access every \
         quarter over 14 days, and access stays without an answer."
    );
    assert_eq!(
        v1(json!({
            "displayName": "Automatic", "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [
                subject("attributeRuleMembers", &json!({"membershipRule": "(user.department -eq \"marketing\")"}))
            ],
            "automaticRequestSettings": {
                "requestAccessForAllowedTargets": true, "removeAccessWhenTargetLeavesAllowedTargets": true,
                "gracePeriodBeforeAccessRemoval": "P7D"
            }
        })),
        "Everybody whom the rule '(user.department -eq \"marketing\")' matches is given it without a request, and \
         whoever no longer matches loses it after 7 days."
    );
    assert_eq!(
        v1(json!({"displayName": "Direct", "allowedTargetScope": "notSpecified"})),
        "Nobody may request it; administrators assign it; access never ends; nobody reviews access."
    );
    assert_eq!(
        v1(json!({
            "displayName": "For others", "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [group("b", "Nurses"), group("a", "Doctors")],
            "expiration": {"type": "afterDateTime", "endDateTime": "2027-01-31T00:00:00Z"},
            "requestorSettings": {
                "enableOnBehalfRequestorsToAddAccess": true, "onBehalfRequestors": [group("c", "Ward clerks")]
            }
        })),
        "\"Ward clerks\" may request it for members of \"Doctors\" and \"Nurses\"; no approval is needed; access ends \
         at 2027-01-31T00:00:00Z; nobody reviews access."
    );
    assert_eq!(
        v1(json!({
            "displayName": "Whoever is left", "allowedTargetScope": "allDirectoryUsers",
            "requestorSettings": {
                "enableOnBehalfRequestorsToAddAccess": true,
                "onBehalfRequestors": [subject("targetManager", &json!({"managerLevel": 3}))]
            },
            "requestApprovalSettings": {"isApprovalRequiredForAdd": true, "stages": [
                {"durationBeforeAutomaticDenial": "P2D"},
                {"durationBeforeAutomaticDenial": "P4D", "primaryApprovers": [group("h", "Owners")],
                 "isEscalationEnabled": true, "durationBeforeEscalation": "P1D",
                 "escalationApprovers": [subject("requestorManager", &json!({"managerLevel": 2}))],
                 "fallbackEscalationApprovers": [group("g", "Partner desk")]}
            ]},
            "reviewSettings": {
                "isEnabled": true, "expirationBehavior": "keepAccess",
                "schedule": {"expiration": {"type": "afterDuration", "duration": "P14D"}, "recurrence": {
                    "pattern": {"type": "weekly", "interval": 2},
                    "range": {"type": "numbered", "numberOfOccurrences": 3}}}
            }
        })),
        "The manager 3 levels above whoever receives access may request it for every user of this directory, guests \
         included; first nobody is there to decide within 2 days, then \"Owners\" decides within 4 days, after 1 day \
         also the manager 2 levels above the requestor (else \"Partner desk\"); access never ends; nobody is there to \
         review access every 2 weeks over 14 days, 3 times, and access stays without an answer."
    );
    assert_eq!(
        v1(json!({
            "displayName": "Assigned", "allowedTargetScope": "allDirectoryUsers",
            "reviewSettings": {
                "isEnabled": true, "isSelfReview": true, "expirationBehavior": "removeAccess",
                "schedule": {"recurrence": {"pattern": {"type": "absoluteMonthly", "interval": 1},
                    "range": {"type": "endDate", "endDate": "2027-12-31"}}}
            }
        })),
        "Nobody may request it; administrators may assign it to every user of this directory, guests included; access \
         never ends; everybody reviews their own access every month until 2027-12-31, and access is removed without \
         an answer."
    );
    let beta = |json: Json| described(Version::Beta, &json);
    assert_eq!(
        beta(json!({
            "displayName": "Organizations", "canExtend": true, "durationInDays": 365,
            "requestorSettings": {
                "scopeType": "AllExistingConnectedOrganizationSubjects", "acceptRequests": true,
                "allowedRequestors": []
            },
            "requestApprovalSettings": {"isApprovalRequired": true, "isApprovalRequiredForExtension": false,
                "approvalMode": "Parallel", "approvalStages": [
                {"approvalStageTimeOutInDays": 14, "primaryApprovers": [
                    subject("groupMembers", &json!({"id": "g", "isBackup": true, "description": "No sponsor"})),
                    subject("externalSponsors", &json!({"isBackup": false}))]},
                {"approvalStageTimeOutInDays": 14, "primaryApprovers": [subject("internalSponsors", &json!({}))]}
            ]},
            "accessReviewSettings": {"isEnabled": true, "recurrenceType": "annual", "reviewerType": "Manager",
                "durationInDays": 25, "accessReviewTimeoutBehavior": "acceptAccessRecommendation",
                "reviewers": [subject("groupMembers", &json!({"id": "h", "description": "Auditors"}))]},
            "verifiableCredentialSettings": {"credentialTypes": [
                {"credentialType": "VerifiedEmployee", "issuers": ["did:a"]}]}
        })),
        "Users of every connected organization, whatever its state, may request it for themselves, presenting the \
         Verified ID \"VerifiedEmployee\"; external sponsors (else \"No sponsor\") decide within 14 days, and at the \
         same time internal sponsors decide within 14 days; access lasts 365 days and may be extended without \
         approval; everybody's manager (else \"Auditors\") reviews access every year over 25 days, and the system's \
         recommendation decides without an answer."
    );
    assert_eq!(
        beta(
            json!({"displayName": "Shut", "requestorSettings": {"scopeType": "NoSubjects", "acceptRequests": false}})
        ),
        "Nobody may request it, and administrators may not assign it; access never ends; nobody reviews access."
    );
}

#[test]
fn effects_read_as_sentences() {
    let before = policy(
        Version::V1,
        &json!({
            "allowedTargetScope": "allMemberUsers", "expiration": {"type": "afterDuration", "duration": "P90D"},
            "requestorSettings": {"enableTargetsToSelfAddAccess": true},
            "reviewSettings": {"isEnabled": true, "expirationBehavior": "removeAccess", "isSelfReview": true}
        }),
    );
    let after = policy(
        Version::V1,
        &json!({
            "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [
                // A name that tries to pass for words.
                subject("groupMembers", &json!({"groupId": "g", "description": "Desk\" and \"nobody"}))
            ],
            "expiration": {"type": "noExpiration"},
            "requestorSettings": {"enableTargetsToSelfAddAccess": true},
            "reviewSettings": {"isEnabled": true, "expirationBehavior": "keepAccess", "isSelfReview": true}
        }),
    );
    let (before, after) = (PolicyFacts::of(&before), PolicyFacts::of(&after));
    let told = |list: Vec<entrant_plan::impact::Effect>| {
        list.iter().map(|e| format!("{} {}", e.kind.as_str(), e.sentence())).collect::<Vec<_>>()
    };
    assert_eq!(
        told(effects(Some(&before), Some(&after))),
        [
            "widens Access to it now never ends instead of lasting 90 days (new requests; pending and approved requests \
             keep their old end).",
            "widens A review of it without an answer now keeps access instead of removing it (at the next review).",
            "narrows Only members of 'Desk\" and \"nobody' may still request it, no longer every member of this \
             directory (new requests; whoever has access keeps it).",
        ]
    );
    assert_eq!(
        told(effects(Some(&after), Some(&before))),
        [
            "widens Every member of this directory may now request it, no longer only members of \
             'Desk\" and \"nobody' (new requests).",
            "narrows Access to it now lasts 90 days instead of never ending (new requests; pending and approved requests \
             keep their old end).",
            "narrows A review of it without an answer now removes access instead of keeping it (at the next review).",
        ]
    );
}
