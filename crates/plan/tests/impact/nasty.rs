//! Pairs in which several members change at once, or a change stands behind a gate. What is expected was written down
//! from the table of effects before it was tried: the dimension and the direction, whatever the code is called.

use crate::pairs::{Pairs, group, organization, question, rule, sponsors, stage, subject, user};
use serde_json::{Value as Json, json};

/// The base's first stage with a patch over it, and the second as it is.
fn first(patch: &Json) -> Json {
    let stages = [crate::pairs::patched(&stage(), patch), second(&group("second"))];
    json!({"requestApprovalSettings": {"stages": stages}})
}

fn second(approver: &Json) -> Json {
    json!({"durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [approver]})
}

fn manager(level: u32) -> Json {
    json!({"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": level})
}

#[allow(clippy::too_many_lines, reason = "a table")]
pub fn pairs(p: &mut Pairs) {
    let same = &json!({});
    let scope =
        |word: &str, targets: Json| json!({"allowedTargetScope": word, "specificAllowedTargets": targets});
    let fabrikam = scope("specificConnectedOrganizationUsers", json!([organization("Fabrikam")]));
    let litware = scope("specificConnectedOrganizationUsers", json!([organization("Litware")]));
    let across = ["requestors widens", "requestors narrows"];

    p.v1_loose(
        "members to one organization",
        &scope("allMemberUsers", json!([])),
        &fabrikam,
        &[across[0], across[1], "external widens"],
    );
    p.v1_loose(
        "one organization to another",
        &fabrikam,
        &litware,
        &[across[0], across[1], "external widens", "external narrows"],
    );
    p.v1_loose(
        "organizations to members",
        &scope("allConfiguredConnectedOrganizationUsers", json!([])),
        &scope("allMemberUsers", json!([])),
        &[across[0], across[1], "external narrows"],
    );
    p.v1_loose(
        "service principals to agents",
        &scope("specificDirectoryServicePrincipals", json!([])),
        &scope("allDirectoryAgentIdentities", json!([])),
        &across,
    );
    p.v1_loose(
        "targets under a scope of all",
        &scope("allMemberUsers", json!([group("a")])),
        &scope("allMemberUsers", json!([group("z")])),
        &[],
    );

    // Approvers, fallbacks, escalation.
    p.v1_loose(
        "a fallback more",
        same,
        &first(&json!({"fallbackPrimaryApprovers": [group("desk2"), group("x")]})),
        &["fallbacks widens"],
    );
    p.v1_loose(
        "another fallback",
        same,
        &first(&json!({"fallbackPrimaryApprovers": [group("x")]})),
        &["fallbacks widens", "fallbacks narrows"],
    );
    let off =
        |approvers: Json| first(&json!({"isEscalationEnabled": false, "escalationApprovers": approvers}));
    p.v1_loose(
        "escalation on, with an approver more",
        &off(json!([user("ana")])),
        &first(&json!({"escalationApprovers": [user("ana"), user("bob")]})),
        &["escalation widens"],
    );
    p.v1_loose(
        "escalation approvers while it is off",
        &off(json!([user("ana")])),
        &off(json!([user("eve")])),
        &[],
    );
    p.v1_loose("denial sooner without escalation", &off(json!([])),
        &first(&json!({"isEscalationEnabled": false, "escalationApprovers": [], "durationBeforeAutomaticDenial": "P7D"})),
        &[]);
    p.v1_loose(
        "denial later, so that escalation can fire",
        &first(&json!({"durationBeforeAutomaticDenial": "P5D"})),
        same,
        &["escalation widens"],
    );
    p.v1_loose(
        "escalation sooner",
        same,
        &first(&json!({"durationBeforeEscalation": "P2D"})),
        &["escalation widens"],
    );
    p.v1_loose(
        "internal sponsors to external ones",
        same,
        &first(&json!({"primaryApprovers": [sponsors("external"), group("desk")]})),
        &["approvers widens", "approvers narrows", "external widens"],
    );
    p.v1_loose(
        "the second stage decided by external sponsors",
        same,
        &json!({"requestApprovalSettings": {"stages": [stage(), second(&sponsors("external"))]}}),
        &["approvers widens", "approvers narrows", "external widens"],
    );
    p.v1_loose(
        "another level of managers decides",
        &first(&json!({"primaryApprovers": [manager(1)]})),
        &first(&json!({"primaryApprovers": [manager(2)]})),
        &["approvers widens", "approvers narrows"],
    );
    let not_for_add = |stage: &Json| {
        crate::pairs::patched(
            &first(stage),
            &json!({"requestApprovalSettings": {"isApprovalRequiredForAdd": false}}),
        )
    };
    p.v1_loose(
        "stages while no approval is needed",
        &not_for_add(&json!({})),
        &not_for_add(
            &json!({"isApproverJustificationRequired": false, "fallbackPrimaryApprovers": [group("x")],
            "primaryApprovers": [sponsors("external")], "durationBeforeEscalation": "P1D"}),
        ),
        &[],
    );

    // Approval of extensions.
    let update = |approval: bool, allowed: bool| {
        json!({
            "requestorSettings": {"enableTargetsToSelfUpdateAccess": allowed},
            "requestApprovalSettings": {"isApprovalRequiredForUpdate": approval}
        })
    };
    p.v1_loose(
        "extensions without approval",
        &update(true, true),
        &update(false, true),
        &["approval widens"],
    );
    p.v1_loose("extensions that nobody may ask for", &update(true, false), &update(false, false), &[]);
    p.v1_loose("extension allowed", &update(true, false), &update(true, true), &["expiry widens"]);

    // Justification.
    let asked = |questions: Json| json!({ "questions": questions });
    p.v1_loose("no justification by either side", same, &json!({"requestApprovalSettings": {
        "isRequestorJustificationRequired": false, "stages": [
            crate::pairs::patched(&stage(), &json!({"isApproverJustificationRequired": false})), second(&group("second"))
        ]}}), &["justification widens"]);
    p.v1_loose(
        "a required question becomes optional, another one comes",
        &asked(json!([question("Which project is it for?", true)])),
        &asked(json!([question("Which project is it for?", false), question("Cost centre", true)])),
        &["justification widens", "justification narrows"],
    );
    p.v1_loose(
        "an optional question goes",
        &asked(json!([question("Anything else?", false)])),
        &asked(json!([])),
        &[],
    );

    // Expiry.
    let date =
        |date: &str| json!({"expiration": {"type": "afterDateTime", "endDateTime": date, "duration": null}});
    p.v1_loose(
        "a later date",
        &date("2027-01-01T00:00:00Z"),
        &date("2028-01-01T00:00:00Z"),
        &["expiry widens"],
    );
    p.v1_loose(
        "a date to never",
        &date("2027-01-01T00:00:00Z"),
        &json!({"expiration": {"type": "noExpiration"}}),
        &["expiry widens"],
    );
    p.v1_loose(
        "a duration for a date, and no extension any more",
        same,
        &crate::pairs::patched(
            &date("2027-01-01T00:00:00Z"),
            &json!({"requestorSettings": {"enableTargetsToSelfUpdateAccess": false}}),
        ),
        &["expiry unknown", "expiry narrows"],
    );

    // Reviews.
    let review = |patch: Json| json!({ "reviewSettings": patch });
    p.v1_loose("reviews rarer and stricter", same,
        &review(json!({"expirationBehavior": "removeAccess", "schedule": {"recurrence": {"pattern": {"interval": 12}}}})),
        &["reviews widens", "reviews narrows"]);
    p.v1_loose(
        "reviews of oneself, with other reviewers",
        same,
        &review(json!({"isSelfReview": true, "primaryReviewers": [group("x")]})),
        &["reviews widens"],
    );
    p.v1_loose(
        "what becomes of no answer while there are no reviews",
        &review(json!({"isEnabled": false})),
        &review(json!({"isEnabled": false, "expirationBehavior": "keepAccess"})),
        &[],
    );
    p.v1_loose("a review later and longer", same,
        &review(json!({"schedule": {"startDateTime": "2026-07-01T08:00:00Z", "expiration": {"duration": "P30D"}}})),
        &["reviews widens"]);

    // Automatic policies, and requests for others.
    let automatic = |text: &str, remove: bool, grace: &str| {
        json!({
            "specificAllowedTargets": [rule(text)], "questions": null, "reviewSettings": null, "expiration": null,
            "requestorSettings": null, "requestApprovalSettings": null,
            "automaticRequestSettings": {"requestAccessForAllowedTargets": true,
                "removeAccessWhenTargetLeavesAllowedTargets": remove, "gracePeriodBeforeAccessRemoval": grace}
        })
    };
    p.v1_loose(
        "another rule and less grace",
        &automatic("a", true, "P7D"),
        &automatic("b", true, "P1D"),
        &["automatic unknown", "automatic narrows"],
    );
    p.v1_loose(
        "leavers kept, with less grace",
        &automatic("a", true, "P7D"),
        &automatic("a", false, "P1D"),
        &["automatic widens"],
    );
    p.v1_loose("on behalf off, with another requestor", same,
        &json!({"requestorSettings": {"enableOnBehalfRequestorsToAddAccess": false, "onBehalfRequestors": [user("x")]}}),
        &["onBehalf narrows"]);
    p.v1_loose(
        "another manager asks",
        &json!({"requestorSettings": {"onBehalfRequestors": [manager(1)]}}),
        &json!({"requestorSettings": {"onBehalfRequestors": [manager(2)]}}),
        &["onBehalf widens", "onBehalf narrows"],
    );

    // Beta.
    let backup = |is_backup: bool| {
        let desk =
            json!({"@odata.type": "#microsoft.graph.groupMembers", "id": "desk2", "isBackup": is_backup});
        let other = subject("groupMembers", "id", "desk3", "desk3");
        json!({"requestApprovalSettings": {"approvalMode": "SingleStage", "approvalStages": [
            {"approvalStageTimeOutInDays": 14, "primaryApprovers": [other, desk]}]}})
    };
    p.beta_loose(
        "a backup becomes an approver",
        &backup(true),
        &backup(false),
        &["approvers widens", "fallbacks narrows"],
    );
    p.beta_loose("extension no more", same, &json!({"canExtend": false}), &["expiry narrows"]);
    p.beta_loose("review by oneself, kept without an answer", same,
        &json!({"accessReviewSettings": {"reviewerType": "Self", "reviewers": [], "accessReviewTimeoutBehavior": "keepAccess"}}),
        &["reviews widens"]);
    let accepts = |accept: bool| json!({"requestorSettings": {"acceptRequests": accept}});
    p.beta_loose(
        "an organization no longer",
        same,
        &accepts(false),
        &["requestors narrows", "external narrows"],
    );
    p.beta_loose("a credential of another kind", same,
        &json!({"verifiableCredentialSettings": {"credentialTypes": [{"credentialType": "Contractor", "issuers": ["did:a"]}]}}),
        &["requestors widens", "requestors narrows"]);
}
