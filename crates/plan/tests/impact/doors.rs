//! Who may ask, for oneself and for others, and whom a rule gives access.

use crate::pairs::{Pairs, base_beta, base_v1, group, organization, patched, read, rule, subject, user};
use entrant_model::kinds::assignment_policy::{beta, v1};
use serde_json::{Value as Json, json};

#[allow(clippy::too_many_lines, reason = "a table")]
pub fn pairs(p: &mut Pairs) {
    let same = &json!({});

    // Who may ask.
    let scope = |word: &str| json!({"allowedTargetScope": word});
    let up = "requestors widens requestor-scope";
    let down = "requestors narrows requestor-scope";
    let out = "external widens outside-requestors";
    p.v1("groups to members", same, &scope("allMemberUsers"), &[up]);
    p.v1("members to everybody", &scope("allMemberUsers"), &scope("allDirectoryUsers"), &[up, out]);
    p.v1("groups to everybody", same, &scope("allDirectoryUsers"), &[up, out]);
    p.v1("nobody to groups", &scope("notSpecified"), same, &[up]);
    p.v1("nobody to guests", &scope("notSpecified"), &scope("allExternalUsers"), &[up, out]);
    p.v1(
        "groups to one organization",
        same,
        &json!({
            "allowedTargetScope": "specificConnectedOrganizationUsers",
            "specificAllowedTargets": [organization("Fabrikam")]
        }),
        &[up, down, out],
    );
    p.v1(
        "one organization to all",
        &json!({
            "allowedTargetScope": "specificConnectedOrganizationUsers",
            "specificAllowedTargets": [organization("Fabrikam")]
        }),
        &scope("allConfiguredConnectedOrganizationUsers"),
        &[up, out],
    );
    p.v1(
        "organizations to anybody",
        &scope("allConfiguredConnectedOrganizationUsers"),
        &scope("allExternalUsers"),
        &[up, out],
    );
    p.v1(
        "guests to outsiders",
        &scope("allDirectoryUsers"),
        &scope("allExternalUsers"),
        &[up, down, out, "external narrows outside-requestors"],
    );
    p.v1(
        "members to service principals",
        &scope("allMemberUsers"),
        &scope("allDirectoryServicePrincipals"),
        &[up, down],
    );
    p.v1(
        "some service principals to all",
        &scope("specificDirectoryServicePrincipals"),
        &scope("allDirectoryServicePrincipals"),
        &[up],
    );
    p.v1(
        "principals to agents",
        &scope("allDirectoryServicePrincipals"),
        &scope("allDirectoryAgentIdentities"),
        &[up, down],
    );
    p.v1(
        "a scope of a newer service",
        same,
        &scope("everybodyOnMars"),
        &["requestors unknown requestor-scope"],
    );
    let beta_scope = |word: &str| json!({"requestorSettings": {"scopeType": word}});
    p.beta(
        "beta: configured to existing organizations",
        &beta_scope("AllConfiguredConnectedOrganizationSubjects"),
        &beta_scope("AllExistingConnectedOrganizationSubjects"),
        &[up, out],
    );
    p.beta(
        "beta: existing organizations to anybody",
        &beta_scope("AllExistingConnectedOrganizationSubjects"),
        &beta_scope("AllExternalSubjects"),
        &[up, out],
    );
    p.beta(
        "beta: an organization to members",
        same,
        &beta_scope("AllExistingDirectoryMemberUsers"),
        &[up, down, "external narrows outside-requestors"],
    );
    p.beta(
        "beta: closed",
        &json!({"requestorSettings": {"acceptRequests": false}}),
        same,
        &["requestors widens self-requests", out],
    );
    p.beta(
        "beta: not even administrators",
        &json!({"requestorSettings": {"scopeType": "NoSubjects", "acceptRequests": true}}),
        &json!({"requestorSettings": {"scopeType": "NoSubjects", "acceptRequests": false}}),
        &["requestors unknown direct-assignment"],
    );
    let targets = |list: &[Json]| json!({"specificAllowedTargets": list});
    p.v1(
        "a group more",
        same,
        &targets(&[group("b"), group("a"), group("c")]),
        &["requestors widens requestor-targets"],
    );
    p.v1(
        "another group",
        same,
        &targets(&[group("a"), group("c")]),
        &["requestors widens requestor-targets", "requestors narrows requestor-targets"],
    );
    p.v1("the same groups in another order", same, &targets(&[group("b"), group("a")]), &[]);
    p.v1(
        "targets that nobody looks at",
        &patched(&scope("allMemberUsers"), &targets(&[])),
        &scope("allMemberUsers"),
        &[],
    );
    p.beta(
        "beta: an organization more",
        same,
        &json!({"requestorSettings": {"allowedRequestors": [
            subject("connectedOrganizationMembers", "id", "fabrikam", "Fabrikam"),
            subject("connectedOrganizationMembers", "id", "litware", "Litware")
        ]}}),
        &["requestors widens requestor-targets", out],
    );
    p.v1(
        "a group made again under its name",
        same,
        &targets(&[group("a"), subject("groupMembers", "groupId", "b2", "group B")]),
        &["requestors unknown name-means-another"],
    );
    let requestors = |json: Json| json!({"requestorSettings": json});
    p.v1(
        "self-requests on",
        &requestors(json!({"enableTargetsToSelfAddAccess": false})),
        same,
        &["requestors widens self-requests"],
    );
    p.v1(
        "self-removal, custom schedule",
        same,
        &requestors(json!({
            "enableTargetsToSelfRemoveAccess": true, "allowCustomAssignmentSchedule": true
        })),
        &[],
    );
    p.v1(
        "name, description, notification",
        same,
        &json!({
            "displayName": "x", "description": "y",
            "notificationSettings": {"isAssignmentNotificationDisabled": true}
        }),
        &[],
    );

    p.v1(
        "self-requests of nobody",
        &patched(&scope("notSpecified"), &requestors(json!({"enableTargetsToSelfAddAccess": false}))),
        &scope("notSpecified"),
        &["requestors unknown self-requests"],
    );

    // For others.
    p.v1(
        "on-behalf off to on",
        &requestors(json!({"enableOnBehalfRequestorsToAddAccess": false})),
        same,
        &["onBehalf widens on-behalf-requests"],
    );
    p.v1(
        "on-behalf extension",
        same,
        &requestors(json!({"enableOnBehalfRequestorsToUpdateAccess": true})),
        &["onBehalf widens on-behalf-extension"],
    );
    p.v1(
        "on-behalf removal",
        same,
        &requestors(json!({"enableOnBehalfRequestorsToRemoveAccess": true})),
        &[],
    );
    p.v1(
        "an on-behalf requestor more",
        same,
        &requestors(json!({
            "onBehalfRequestors": [user("boss"), user("assistant")]
        })),
        &["onBehalf widens on-behalf-requestors"],
    );
    p.v1(
        "on-behalf requestors while it is off",
        &requestors(json!({"enableOnBehalfRequestorsToAddAccess": false})),
        &requestors(json!({"enableOnBehalfRequestorsToAddAccess": false, "onBehalfRequestors": []})),
        &[],
    );

    // Verified IDs.
    let ids = |list: Json| json!({"verifiableCredentialSettings": {"credentialTypes": list}});
    p.beta("Verified ID dropped", same, &ids(json!([])), &["requestors widens verified-id"]);
    p.beta(
        "another issuer",
        same,
        &ids(json!([{"credentialType": "VerifiedEmployee", "issuers": ["did:b"]}])),
        &["requestors widens verified-id", "requestors narrows verified-id"],
    );
    p.beta(
        "no issuer named",
        same,
        &ids(json!([{"credentialType": "VerifiedEmployee", "issuers": []}])),
        &["requestors unknown verified-id"],
    );

    // Automatic access.
    let automatic = |switches: Json, text: &str| {
        json!({
            "specificAllowedTargets": [rule(text)], "automaticRequestSettings": switches,
            "requestorSettings": null, "requestApprovalSettings": null, "questions": null,
            "reviewSettings": null, "expiration": null
        })
    };
    let on = json!({
        "requestAccessForAllowedTargets": true, "removeAccessWhenTargetLeavesAllowedTargets": true,
        "gracePeriodBeforeAccessRemoval": "P7D"
    });
    let set = |name: &str, value: Json| patched(&on, &json!({ name: value }));
    let sales = "(user.department -eq \"Sales\")";
    let rule_on = automatic(on.clone(), sales);
    p.v1(
        "rule text",
        &rule_on,
        &automatic(on.clone(), "(user.department -eq \"Sales\") or true"),
        &["automatic unknown membership-rule"],
    );
    p.v1(
        "rule in another layout",
        &rule_on,
        &automatic(on.clone(), " (user.department  -eq \"Sales\")"),
        &[],
    );
    p.v1(
        "leavers kept",
        &rule_on,
        &automatic(set("removeAccessWhenTargetLeavesAllowedTargets", false.into()), sales),
        &["automatic widens automatic-leavers"],
    );
    p.v1(
        "grace longer",
        &rule_on,
        &automatic(set("gracePeriodBeforeAccessRemoval", "P8D".into()), sales),
        &["automatic widens automatic-grace"],
    );
    p.v1(
        "no grace to some",
        &automatic(set("gracePeriodBeforeAccessRemoval", Json::Null), sales),
        &rule_on,
        &["automatic widens automatic-grace"],
    );
    p.v1(
        "automatic on",
        &patched(&rule_on, &json!({"automaticRequestSettings": null})),
        &rule_on,
        &["automatic widens automatic-access"],
    );
    let kept = base_v1();
    let ruled = json!({
        "specificAllowedTargets": [rule(sales)], "automaticRequestSettings": on,
        "requestorSettings": {
            "enableTargetsToSelfAddAccess": false, "enableOnBehalfRequestorsToAddAccess": false
        }
    });
    p.check(
        "a door becomes a rule",
        (Some(&read(&v1::POLICY, &kept)), Some(&read(&v1::POLICY, &patched(&kept, &ruled)))),
        &[
            "requestors narrows requestor-scope",
            "onBehalf narrows on-behalf-requests",
            "automatic widens automatic-access",
        ],
    );
    p.v1(
        "another target beside the rule",
        &rule_on,
        &patched(&rule_on, &targets(&[rule(sales), group("a")])),
        &["automatic widens automatic-targets"],
    );

    let everybody =
        |word: &str| patched(&rule_on, &json!({"allowedTargetScope": word, "specificAllowedTargets": []}));
    let ruled_up = "automatic widens automatic-targets";
    p.v1("a rule to all members", &rule_on, &everybody("allMemberUsers"), &[ruled_up]);
    p.v1(
        "all members to everybody, without a request",
        &everybody("allMemberUsers"),
        &everybody("allDirectoryUsers"),
        &[ruled_up, out],
    );
    p.v1(
        "everybody to any outsider, without a request",
        &everybody("allDirectoryUsers"),
        &everybody("allExternalUsers"),
        &[ruled_up, "automatic narrows automatic-targets", out, "external narrows outside-requestors"],
    );
    p.v1(
        "a wider scope and another rule",
        &rule_on,
        &patched(&automatic(on.clone(), "(true)"), &scope("allMemberUsers")),
        &[ruled_up, "automatic unknown membership-rule"],
    );
    p.v1(
        "groups beside a scope of everybody, without a request",
        &everybody("allMemberUsers"),
        &patched(&everybody("allMemberUsers"), &targets(&[group("a")])),
        &[],
    );

    // Several at once.
    p.v1(
        "a gain and a loss",
        same,
        &patched(&scope("allMemberUsers"), &json!({"expiration": {"duration": "P30D"}})),
        &[up, "expiry narrows access-length"],
    );

    // Creates; swapped they are deletes.
    let whole = |patch: &Json| read(&v1::POLICY, &patched(&base_v1(), patch));
    p.check("create", (None, Some(&whole(same))), &[up, "onBehalf widens on-behalf-requests"]);
    p.check(
        "create for nobody",
        (
            None,
            Some(&whole(&patched(
                &scope("notSpecified"),
                &requestors(json!({
                    "enableTargetsToSelfAddAccess": false, "enableOnBehalfRequestorsToAddAccess": false
                })),
            ))),
        ),
        &[],
    );
    p.check("create automatic", (None, Some(&whole(&rule_on))), &["automatic widens automatic-access"]);
    p.check("create for outsiders", (None, Some(&read(&beta::POLICY, &base_beta()))), &[up, out]);
}
