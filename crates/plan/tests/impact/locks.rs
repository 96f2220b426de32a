//! Who decides and what requestors must say, how long access lasts, who reviews it.

use crate::pairs::{Pairs, base_v1, group, patched, question, sponsors, stage, subject, user};
use serde_json::{Value as Json, json};

#[allow(clippy::too_many_lines, reason = "a table")]
pub fn pairs(p: &mut Pairs) {
    let same = &json!({});
    let requestors = |json: Json| json!({ "requestorSettings": json });

    // Approval.
    let approval = |json: Json| json!({"requestApprovalSettings": json});
    let stages = |list: &[Json]| approval(json!({"stages": list}));
    let second = base_v1()["requestApprovalSettings"]["stages"][1].clone();
    let first = |patch: &Json| stages(&[patched(&stage(), patch), second.clone()]);
    p.v1(
        "approval off",
        same,
        &approval(json!({"isApprovalRequiredForAdd": false})),
        &["approval widens approval-needed"],
    );
    p.v1(
        "approval settings gone",
        same,
        &json!({"requestApprovalSettings": null}),
        &[
            "approval widens approval-needed",
            "approval widens extension-approval",
            "justification widens requestor-justification",
        ],
    );
    p.v1(
        "extension without approval",
        same,
        &approval(json!({"isApprovalRequiredForUpdate": false})),
        &["approval widens extension-approval"],
    );
    let no_extension = requestors(json!({"enableTargetsToSelfUpdateAccess": false}));
    p.v1(
        "approval of extensions that nobody may ask for",
        &no_extension,
        &patched(&no_extension, &approval(json!({"isApprovalRequiredForUpdate": false}))),
        &[],
    );
    p.v1("a stage fewer", same, &stages(&[stage()]), &["approval widens approval-stages"]);
    p.v1("stages in another order", same, &stages(&[second.clone(), stage()]), &[]);
    p.v1(
        "stages while no approval is needed",
        &approval(json!({"isApprovalRequiredForAdd": false})),
        &approval(json!({"isApprovalRequiredForAdd": false, "stages": []})),
        &[],
    );
    p.v1(
        "a stage dropped and the other one weaker",
        same,
        &stages(&[patched(&second, &json!({"primaryApprovers": [group("second"), group("third")]}))]),
        // In order: the first stage became this one, the second went.
        &[
            "approval widens approval-stages",
            "approvers widens approvers",
            "approvers narrows approvers",
            "fallbacks narrows fallback-approvers",
            "escalation narrows escalation",
            "justification widens approver-justification",
        ],
    );
    let mode = |word: &str| json!({"requestApprovalSettings": {"approvalMode": word}});
    p.beta("beta: all stages at once", same, &mode("Parallel"), &["approval unknown approval-mode"]);

    // Approvers.
    p.v1(
        "an approver more",
        same,
        &first(&json!({
            "primaryApprovers": [sponsors("internal"), group("desk"), user("zoe")]
        })),
        &["approvers widens approvers"],
    );
    p.v1(
        "another approver",
        same,
        &first(&json!({"primaryApprovers": [sponsors("internal"), user("zoe")]})),
        &["approvers widens approvers", "approvers narrows approvers"],
    );
    p.v1(
        "internal to external sponsors",
        same,
        &first(&json!({
            "primaryApprovers": [sponsors("external"), group("desk")]
        })),
        &["approvers widens approvers", "approvers narrows approvers", "external widens outside-approvers"],
    );
    p.v1(
        "the manager's manager",
        &first(&json!({"primaryApprovers": [{"@odata.type": "#microsoft.graph.requestorManager"}]})),
        &first(&json!({"primaryApprovers": [
            {"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 2}
        ]})),
        &["approvers widens approvers", "approvers narrows approvers"],
    );
    p.v1(
        "a fallback more",
        same,
        &first(&json!({
            "fallbackPrimaryApprovers": [group("desk2"), group("desk3")]
        })),
        &["fallbacks widens fallback-approvers"],
    );
    p.beta(
        "beta: a backup that is none any more",
        same,
        &json!({"requestApprovalSettings": {"approvalStages": [
            {"approvalStageTimeOutInDays": 14,
             "primaryApprovers": [sponsors("external"), subject("groupMembers", "id", "desk2", "desk2")],
             "isEscalationEnabled": true, "escalationTimeInMinutes": 11520,
             "escalationApprovers": [subject("singleUser", "id", "ana", "ana")]},
            {"approvalStageTimeOutInDays": 14, "primaryApprovers": [sponsors("internal")]}
        ]}}),
        &["approvers widens approvers", "fallbacks narrows fallback-approvers"],
    );
    p.v1(
        "a dynamic stage",
        same,
        &first(&json!({
            "@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage"
        })),
        &["extensions unknown dynamic-stage"],
    );

    // Escalation.
    p.v1(
        "escalation on",
        &first(&json!({"isEscalationEnabled": false})),
        same,
        &["escalation widens escalation"],
    );
    p.v1(
        "escalation approver more",
        same,
        &first(&json!({"escalationApprovers": [user("ana"), user("bob")]})),
        &["escalation widens escalation-approvers"],
    );
    p.v1(
        "escalation fallback more",
        same,
        &first(&json!({"fallbackEscalationApprovers": [user("bob")]})),
        &["fallbacks widens fallback-approvers"],
    );
    p.v1(
        "escalation sooner",
        same,
        &first(&json!({"durationBeforeEscalation": "P2D"})),
        &["escalation widens escalation-time"],
    );
    p.v1("the same time in hours", same, &first(&json!({"durationBeforeEscalation": "PT192H"})), &[]);
    p.v1(
        "escalation on without anybody to escalate to",
        &first(&json!({"isEscalationEnabled": false, "escalationApprovers": []})),
        &first(&json!({"escalationApprovers": []})),
        &[],
    );
    p.v1(
        "the last escalation approver gone while it stays on",
        same,
        &first(&json!({"escalationApprovers": []})),
        &["escalation narrows escalation"],
    );
    p.v1(
        "escalation approvers while it is off",
        &first(&json!({"isEscalationEnabled": false})),
        &first(&json!({"isEscalationEnabled": false, "escalationApprovers": [], "durationBeforeEscalation": "P1D"})),
        &[],
    );
    p.v1("denial later", same, &first(&json!({"durationBeforeAutomaticDenial": "P20D"})), &[]);
    p.v1(
        "denial later, so that escalation can fire",
        &first(&json!({"durationBeforeAutomaticDenial": "P7D"})),
        same,
        &["escalation widens escalation"],
    );

    // Justification.
    p.v1(
        "requestors need not say why",
        same,
        &approval(json!({"isRequestorJustificationRequired": false})),
        &["justification widens requestor-justification"],
    );
    p.v1(
        "approvers need not say why",
        same,
        &first(&json!({"isApproverJustificationRequired": false})),
        &["justification widens approver-justification"],
    );
    let questions = |list: &[Json]| json!({"questions": list});
    let asked = |text: &str, required| question(text, required);
    let project = "Which project is it for?";
    p.v1(
        "a required question dropped",
        same,
        &questions(&[asked("Anything else?", false)]),
        &["justification widens required-question"],
    );
    p.v1("an optional question dropped", same, &questions(&[asked(project, true)]), &[]);
    p.v1(
        "a question made optional",
        same,
        &questions(&[asked(project, false)]),
        &["justification widens required-question"],
    );
    p.v1("a question in other words", same, &questions(&[asked("Which project is this for?", true)]), &[]);
    p.v1(
        "another question instead",
        same,
        &questions(&[asked("Cost centre", true)]),
        &["justification widens required-question", "justification narrows required-question"],
    );
    let form =
        |pattern: Json| questions(&[patched(&asked(project, true), &json!({"regexPattern": pattern}))]);
    p.v1(
        "any answer will do",
        &form("P[0-9]+".into()),
        &form(Json::Null),
        &["justification widens answer-pattern"],
    );
    p.v1(
        "another pattern",
        &form("P[0-9]+".into()),
        &form(".*".into()),
        &["justification unknown answer-pattern"],
    );

    // Expiry.
    let ends =
        |ty: &str, rest: Json| json!({"expiration": patched(&json!({"type": ty, "duration": null}), &rest)});
    let never = json!({"expiration": {"type": "noExpiration", "duration": null}});
    let after = |text: &str| ends("afterDuration", json!({ "duration": text }));
    let at =
        |text: &str| json!({"expiration": {"type": "afterDateTime", "duration": null, "endDateTime": text}});
    p.v1("a year instead of 90 days", same, &after("P365D"), &["expiry widens access-length"]);
    p.v1("90 days in hours", same, &after("PT2160H"), &[]);
    p.v1("access does not end", same, &never, &["expiry widens access-length"]);
    p.v1("not specified is never", &never, &json!({"expiration": null}), &[]);
    p.v1(
        "a later date",
        &at("2027-01-01T00:00:00Z"),
        &at("2027-02-01T00:00:00Z"),
        &["expiry widens access-length"],
    );
    p.v1("a date for a duration", same, &at("2027-01-01T00:00:00Z"), &["expiry unknown access-length"]);
    p.v1("extension", &no_extension, same, &["expiry widens access-extension"]);
    p.beta("beta: no limit by days", same, &json!({"durationInDays": 0}), &["expiry widens access-length"]);

    // Reviews.
    let review = |json: Json| json!({"reviewSettings": json});
    let schedule = |json: Json| review(json!({ "schedule": json }));
    let pattern = |ty: &str, interval: i64| {
        schedule(json!({"recurrence": {"pattern": {"type": ty, "interval": interval}}}))
    };
    let range = |json: Json| schedule(json!({"recurrence": {"range": json}}));
    p.v1("reviews off", same, &review(json!({"isEnabled": false})), &["reviews widens reviews"]);
    p.v1(
        "reviewers while there are no reviews",
        &review(json!({"isEnabled": false})),
        &review(json!({"isEnabled": false, "primaryReviewers": [], "expirationBehavior": "keepAccess"})),
        &[],
    );
    p.v1("half a year", same, &pattern("absoluteMonthly", 6), &["reviews widens review-frequency"]);
    p.v1(
        "13 weeks are less than three months",
        same,
        &pattern("weekly", 13),
        &["reviews narrows review-frequency"],
    );
    p.v1("a year is twelve months", &pattern("absoluteMonthly", 12), &pattern("absoluteYearly", 1), &[]);
    p.v1(
        "longer reviews",
        same,
        &schedule(json!({"expiration": {"duration": "P30D"}})),
        &["reviews widens review-length"],
    );
    p.v1(
        "a later start",
        same,
        &schedule(json!({"startDateTime": "2026-07-01T08:00:00Z"})),
        &["reviews widens review-start"],
    );
    p.v1(
        "five reviews and no more",
        same,
        &range(json!({"type": "numbered", "numberOfOccurrences": 5})),
        &["reviews widens review-end"],
    );
    p.v1(
        "an earlier last day",
        &range(json!({"type": "endDate", "endDate": "2030-01-01"})),
        &range(json!({"type": "endDate", "endDate": "2029-01-01"})),
        &["reviews widens review-end"],
    );
    p.v1("self-review", same, &review(json!({"isSelfReview": true})), &["reviews widens self-review"]);
    p.v1(
        "a reviewer more",
        same,
        &review(json!({"primaryReviewers": [group("reviewers"), user("zoe")]})),
        &["reviews widens reviewers"],
    );
    p.v1(
        "a fallback reviewer",
        same,
        &review(json!({"fallbackReviewers": [user("zoe")]})),
        &["reviews widens fallback-reviewers"],
    );
    p.v1(
        "silence keeps access",
        same,
        &review(json!({"expirationBehavior": "keepAccess"})),
        &["reviews widens review-timeout"],
    );
    p.v1(
        "silence removes access",
        same,
        &review(json!({"expirationBehavior": "removeAccess"})),
        &["reviews narrows review-timeout"],
    );
    p.v1(
        "reviewers need not say why",
        same,
        &review(json!({"isReviewerJustificationRequired": false})),
        &["justification widens reviewer-justification"],
    );
    p.v1(
        "recommendations unseen that decide",
        same,
        &review(json!({"isRecommendationEnabled": false})),
        &["reviews unknown review-recommendations"],
    );
    p.beta(
        "beta: everybody reviews themselves",
        same,
        &json!({
            "accessReviewSettings": {"reviewerType": "Self", "reviewers": []}
        }),
        &["reviews widens self-review"],
    );
    p.beta(
        "beta: managers review",
        same,
        &json!({"accessReviewSettings": {"reviewerType": "Manager"}}),
        &["reviews widens reviewers", "reviews narrows reviewers"],
    );
    p.beta(
        "beta: once a year",
        same,
        &json!({"accessReviewSettings": {"recurrenceType": "annual"}}),
        &["reviews widens review-frequency"],
    );

    // Extensions.
    let runs = |id: &str| {
        json!({"customExtensionStageSettings": [{
            "stage": "assignmentRequestCreated", "customExtension": {"id": id, "displayName": "Ticket"}
        }]})
    };
    p.v1("an extension", same, &runs("1"), &["extensions unknown workflow-extensions"]);
    p.v1(
        "another extension of the same name",
        &runs("1"),
        &runs("2"),
        &["extensions unknown workflow-extensions", "extensions unknown name-means-another"],
    );
}
