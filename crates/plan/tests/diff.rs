//! What the diff and the body of an update promise, on objects as Graph sends them.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use entrant_model::kinds::assignment_policy::{beta, v1};
use entrant_model::value::{Json, Value};
use entrant_model::{Object, TypeSpec, wire};
use entrant_plan::Reason;
use entrant_plan::body::{fingerprint, future_values, replace_body};
use entrant_plan::diff::diff;
use serde_json::json;

fn object(ty: &'static TypeSpec, json: &Json) -> Object {
    wire::read(ty, json.as_object().unwrap())
}

fn paths(want: &Object, have: &Object) -> Vec<String> {
    diff(want, have).iter().map(|f| f.path.to_string()).collect()
}

/// A policy as the portal makes it: approval, expiry, a review.
fn portal_made() -> Json {
    let mut policy = json!({
        "@odata.context": "…/$metadata#assignmentPolicies/$entity",
        "id": "87e1c7f7-c7f7-87e1-f7c7-e187f7c7e187",
        "displayName": "Initial Policy",
        "description": "",
        "allowedTargetScope": "allMemberUsers",
        "specificAllowedTargets": [],
        "automaticRequestSettings": null,
        "createdDateTime": "2026-01-01T00:00:00.1234567Z",
        "modifiedDateTime": "2026-01-02T00:00:00.1234567Z",
        "expiration": {"type": "afterDuration", "duration": "PT192H", "endDateTime": null},
        "requestorSettings": {
            "enableTargetsToSelfAddAccess": true, "enableTargetsToSelfUpdateAccess": false,
            "enableTargetsToSelfRemoveAccess": true, "allowCustomAssignmentSchedule": true,
            "enableOnBehalfRequestorsToAddAccess": false, "enableOnBehalfRequestorsToUpdateAccess": false,
            "enableOnBehalfRequestorsToRemoveAccess": false
        },
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": true, "isApprovalRequiredForUpdate": false,
            "stages": [{
                "durationBeforeAutomaticDenial": "P14D", "isApproverJustificationRequired": true,
                "isEscalationEnabled": false, "durationBeforeEscalation": "PT0S",
                "primaryApprovers": [
                    {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "aaaaaaaa-0000-0000-0000-000000000001", "description": "Desk", "x-group": 1.50},
                    {"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}
                ],
                "fallbackPrimaryApprovers": [], "escalationApprovers": [], "fallbackEscalationApprovers": [],
                "futureStageSwitch": {"@odata.type": "#microsoft.graph.something", "level": 1}
            }]
        },
        "reviewSettings": {
            "isEnabled": true, "expirationBehavior": "keepAccess", "isRecommendationEnabled": true,
            "isReviewerJustificationRequired": true, "isSelfReview": true, "primaryReviewers": [], "fallbackReviewers": [],
            "schedule": {
                "startDateTime": "2026-04-01T07:59:59.998Z",
                "expiration": {"type": "afterDuration", "duration": "P25D"},
                "recurrence": {
                    "pattern": {"type": "absoluteYearly", "interval": 1, "month": 0, "dayOfMonth": 0, "daysOfWeek": []},
                    "range": {"type": "noEnd", "numberOfOccurrences": 0, "startDate": "2026-04-01"}
                }
            }
        },
        "accessPackage": {"id": "bbbbbbbb-0000-0000-0000-000000000001", "displayName": "Package"},
        "questions@odata.context": "…",
        "questions": [], "customExtensionStageSettings": [],
        "x-future": null
    });
    // Parsed from text: a macro would round the numbers before the test begins.
    policy["x-future"] = parsed(r#"{"keep": [1, 2.50, 1e400, 12345678901234567890123, "é"]}"#);
    policy["requestApprovalSettings"]["stages"][0]["primaryApprovers"][0]["x-group"] = parsed("1.50");
    policy
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// The same, as a document would say it.
fn declared() -> Json {
    let mut want = portal_made();
    let map = want.as_object_mut().unwrap();
    for gone in
        ["id", "createdDateTime", "modifiedDateTime", "@odata.context", "questions@odata.context", "x-future"]
    {
        map.shift_remove(gone);
    }
    map.insert("expiration".into(), json!({"type": "afterDuration", "duration": "P8D"}));
    want["requestApprovalSettings"]["stages"][0].as_object_mut().unwrap().shift_remove("futureStageSwitch");
    want["requestApprovalSettings"]["stages"][0]["primaryApprovers"] = json!([
        {"@odata.type": "#microsoft.graph.requestorManager"},
        {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "AAAAAAAA-0000-0000-0000-000000000001"}
    ]);
    want["reviewSettings"]["schedule"]["recurrence"]["pattern"] =
        json!({"type": "absoluteMonthly", "interval": 12});
    want
}

#[test]
fn what_means_the_same_does_not_differ() {
    let (want, have) = (object(&v1::POLICY, &declared()), object(&v1::POLICY, &portal_made()));
    assert_eq!(paths(&want, &have), Vec::<String>::new());
}

#[test]
fn absent_null_empty_and_the_default_are_one() {
    let silent = json!({"displayName": "P", "accessPackage": {"id": "x"}});
    let spelled = json!({
        "displayName": "P", "accessPackage": {"id": "x"}, "description": "live text", "allowedTargetScope": "notSpecified",
        "specificAllowedTargets": [], "automaticRequestSettings": null, "questions": [], "customExtensionStageSettings": [],
        "expiration": {"type": "notSpecified", "duration": null, "endDateTime": null},
        "requestorSettings": {"enableTargetsToSelfAddAccess": false, "enableTargetsToSelfRemoveAccess": true, "allowCustomAssignmentSchedule": true},
        "requestApprovalSettings": {"isApprovalRequiredForAdd": false, "isApprovalRequiredForUpdate": false, "stages": []},
        "reviewSettings": {"isEnabled": false, "expirationBehavior": "keepAccess", "primaryReviewers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": "u"}]},
        "notificationSettings": {"isAssignmentNotificationDisabled": true}
    });
    let (a, b) = (object(&v1::POLICY, &silent), object(&v1::POLICY, &spelled));
    assert_eq!(paths(&a, &b), Vec::<String>::new());
    let nulls = json!({
        "displayName": "P", "accessPackage": {"id": "x"}, "expiration": null, "requestorSettings": null,
        "requestApprovalSettings": null, "reviewSettings": null, "specificAllowedTargets": null, "questions": null
    });
    assert_eq!(paths(&object(&v1::POLICY, &nulls), &b), Vec::<String>::new());
}

#[test]
fn silence_is_marked_as_not_written() {
    let silent = json!({"displayName": "Initial Policy", "accessPackage": {"id": "bbbbbbbb-0000-0000-0000-000000000001"}});
    let fields = diff(&object(&v1::POLICY, &silent), &object(&v1::POLICY, &portal_made()));
    let found: Vec<String> = fields.iter().map(|f| f.path.to_string()).collect();
    assert_eq!(
        found,
        [
            "/allowedTargetScope",
            "/expiration",
            "/requestorSettings",
            "/requestApprovalSettings",
            "/reviewSettings"
        ]
    );
    assert!(fields.iter().all(|f| f.reason == Some(Reason::NotWritten) && f.dimension.is_some()));
    let written = json!({"displayName": "Initial Policy", "accessPackage": {"id": "bbbbbbbb-0000-0000-0000-000000000001"},
        "allowedTargetScope": "allMemberUsers", "expiration": null, "requestorSettings": null, "requestApprovalSettings": null, "reviewSettings": null});
    let fields = diff(&object(&v1::POLICY, &written), &object(&v1::POLICY, &portal_made()));
    assert_eq!(fields.len(), 4);
    assert!(fields.iter().all(|f| f.reason.is_none() && f.after.is_none()));
}

#[test]
fn an_update_keeps_what_it_does_not_know_and_drops_what_a_body_must_not_have() {
    let mut want = declared();
    want["description"] = json!("new text");
    let live = portal_made();
    let body = replace_body(&object(&v1::POLICY, &want), &live);
    assert_eq!(body["x-future"].to_string(), live["x-future"].to_string());
    let stage = &body["requestApprovalSettings"]["stages"][0];
    assert_eq!(
        stage["futureStageSwitch"].to_string(),
        live["requestApprovalSettings"]["stages"][0]["futureStageSwitch"].to_string()
    );
    assert_eq!(stage["primaryApprovers"][1]["x-group"].to_string(), "1.50");
    assert_eq!(body["description"], "new text");
    assert_eq!(body["accessPackage"], json!({"id": "bbbbbbbb-0000-0000-0000-000000000001"}));
    assert_eq!(body["requestorSettings"]["enableTargetsToSelfRemoveAccess"], true);
    for gone in ["id", "createdDateTime", "modifiedDateTime", "@odata.context", "questions@odata.context"] {
        assert!(body.get(gone).is_none(), "{gone}");
    }
    // What was written is what is then read.
    assert_eq!(paths(&object(&v1::POLICY, &want), &object(&v1::POLICY, &body)), Vec::<String>::new());
}

#[test]
fn a_null_is_written_as_the_default_and_a_list_never_as_null() {
    let mut want = declared();
    want["reviewSettings"] = Json::Null;
    want["specificAllowedTargets"] = Json::Null;
    let body = replace_body(&object(&v1::POLICY, &want), &portal_made());
    assert_eq!(body["reviewSettings"], Json::Null);
    assert_eq!(body["specificAllowedTargets"], json!([]));
}

#[test]
fn a_future_value_is_found_wherever_it_would_be_written_back() {
    let mut live = portal_made();
    live["allowedTargetScope"] = json!("unknownFutureValue");
    live["requestApprovalSettings"]["stages"][0]["approverInformationVisibility"] =
        json!("unknownFutureValue");
    let mut want = declared();
    want.as_object_mut().unwrap().shift_remove("allowedTargetScope");
    want["description"] = json!("new text");
    let kept = replace_body(&object(&v1::POLICY, &want), &live);
    let found: Vec<String> = future_values(&v1::POLICY, &kept).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["/requestApprovalSettings/stages/0/approverInformationVisibility"]);
}

#[test]
fn the_order_of_a_set_and_of_keys_changes_no_fingerprint() {
    let live = portal_made();
    let mut shuffled = live.clone();
    let approvers =
        shuffled["requestApprovalSettings"]["stages"][0]["primaryApprovers"].as_array_mut().unwrap();
    approvers.reverse();
    shuffled["modifiedDateTime"] = json!("2027-01-01T00:00:00Z");
    assert_eq!(fingerprint(&v1::POLICY, &live), fingerprint(&v1::POLICY, &shuffled));
    shuffled["x-future"]["keep"] = json!([]);
    assert_ne!(fingerprint(&v1::POLICY, &live), fingerprint(&v1::POLICY, &shuffled));
}

#[test]
fn questions_compare_by_their_sequence_and_never_by_id() {
    let question = |text: &str, sequence: Option<i64>| {
        let mut q = json!({"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "text": text, "id": text.len()});
        if let Some(n) = sequence {
            q["sequence"] = n.into();
        }
        q
    };
    let policy =
        |questions: Vec<Json>| object(&v1::POLICY, &json!({"displayName": "P", "questions": questions}));
    let have = policy(vec![question("B", Some(2)), question("A", Some(1))]);
    assert!(paths(&policy(vec![question("A", Some(1)), question("B", Some(2))]), &have).is_empty());
    assert!(paths(&policy(vec![question("A", None), question("B", None)]), &have).is_empty());
    assert_eq!(
        paths(&policy(vec![question("B", None), question("A", None)]), &have),
        ["/questions/0/text", "/questions/1/text"]
    );
    assert_eq!(paths(&policy(vec![question("A", None)]), &have), ["/questions/1"]);
}

#[test]
fn beta_s_mode_follows_from_its_stages_and_is_always_sent() {
    let stage = json!({"primaryApprovers": [{"@odata.type": "#microsoft.graph.externalSponsors"}]});
    let want = object(
        &beta::POLICY,
        &json!({"displayName": "P", "accessPackageId": "x",
        "requestApprovalSettings": {"isApprovalRequired": true, "approvalStages": [stage, stage]}}),
    );
    let body = wire::create_body(&want);
    assert_eq!(body["requestApprovalSettings"]["approvalMode"], "Serial");
    assert_eq!(body["requestApprovalSettings"]["approvalStages"][0]["escalationApprovers"], json!([]));
    let mut have = body.clone();
    assert!(paths(&want, &object(&beta::POLICY, &have)).is_empty());
    have["requestApprovalSettings"]["approvalMode"] = json!("Parallel");
    assert_eq!(paths(&want, &object(&beta::POLICY, &have)), ["/requestApprovalSettings/approvalMode"]);
}

#[test]
fn a_set_is_one_field_with_sorted_names_on_both_sides() {
    let policy = |ids: &[&str]| {
        let targets: Vec<Json> = ids
            .iter()
            .map(|id| json!({"@odata.type": "#microsoft.graph.groupMembers", "groupId": id}))
            .collect();
        object(&v1::POLICY, &json!({"displayName": "P", "specificAllowedTargets": targets}))
    };
    let fields = diff(&policy(&["b", "a"]), &policy(&["c", "a"]));
    assert_eq!(fields.len(), 1);
    assert_eq!(
        fields[0].before,
        Some(json!([{"kind": "Group", "name": "a", "id": "a"}, {"kind": "Group", "name": "c", "id": "c"}]))
    );
    assert!(paths(&policy(&["b", "a"]), &policy(&["a", "b"])).is_empty());
}

#[test]
fn a_stage_that_says_nothing_is_still_a_stage() {
    let with = |stages: Json| {
        object(&v1::POLICY, &json!({"displayName": "P", "requestApprovalSettings": {"stages": stages}}))
    };
    assert_eq!(paths(&with(json!([{}, {}])), &with(json!([{}]))), ["/requestApprovalSettings/stages/1"]);
}

#[test]
fn a_live_value_of_an_unexpected_type_differs_and_survives() {
    let mut live = portal_made();
    live["description"] = json!({"odd": true});
    let mut want = declared();
    want.as_object_mut().unwrap().shift_remove("description");
    let (want, have) = (object(&v1::POLICY, &want), object(&v1::POLICY, &live));
    assert!(matches!(have.get("description"), Some(Value::Other(_))));
    assert!(paths(&want, &have).is_empty());
    assert_eq!(replace_body(&want, &live)["description"], json!({"odd": true}));
}

#[test]
fn what_is_unknown_stays_with_its_element_when_a_sequence_shifts() {
    let question = |text: &str, extra: &str| {
        parsed(&format!(
            r##"{{"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "text": "{text}"{extra}}}"##
        ))
    };
    let policy = |questions: Vec<Json>| json!({"displayName": "P", "questions": questions});
    let live = policy(vec![
        question("A", r#", "sequence": 0, "xQ": "a""#),
        question("B", r#", "sequence": 1, "xQ": "b""#),
    ]);
    let want = object(&v1::POLICY, &policy(vec![question("New?", ""), question("A", ""), question("B", "")]));
    let body = replace_body(&want, &live);
    let questions = body["questions"].as_array().unwrap();
    let told: Vec<(Json, Json, Json)> =
        questions.iter().map(|q| (q["text"].clone(), q["xQ"].clone(), q["sequence"].clone())).collect();
    assert_eq!(
        told,
        [
            (json!("New?"), Json::Null, json!(0)),
            (json!("A"), json!("a"), json!(1)),
            (json!("B"), json!("b"), json!(2))
        ]
    );
    let stage = |user: &str| json!({"primaryApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": user}]});
    let stages = |list: Vec<Json>| json!({"displayName": "P", "requestApprovalSettings": {"stages": list}});
    let (mut ana, mut ben) = (stage("ana"), stage("ben"));
    ana["durationBeforeAutomaticDenial"] = json!("P2D");
    ben["durationBeforeAutomaticDenial"] = json!("P14D");
    let body = replace_body(&object(&v1::POLICY, &stages(vec![stage("ben")])), &stages(vec![ana, ben]));
    assert_eq!(body["requestApprovalSettings"]["stages"][0]["durationBeforeAutomaticDenial"], "P14D");
}

#[test]
fn a_mode_that_follows_from_written_stages_is_no_silence() {
    let stage = json!({"primaryApprovers": [{"@odata.type": "#microsoft.graph.externalSponsors"}]});
    let with = |stages: Vec<Json>, mode: Option<&str>| {
        let mut settings = json!({"isApprovalRequired": true, "approvalStages": stages});
        if let Some(mode) = mode {
            settings["approvalMode"] = json!(mode);
        }
        object(&beta::POLICY, &json!({"displayName": "P", "requestApprovalSettings": settings}))
    };
    let fields =
        diff(&with(vec![stage.clone(), stage.clone()], None), &with(vec![stage], Some("SingleStage")));
    assert_eq!(fields.len(), 2);
    assert!(fields.iter().all(|f| f.reason.is_none()));
}

#[test]
fn a_requestor_is_nobody_s_backup() {
    let policy = |backup: bool| {
        let group = json!({"@odata.type": "#microsoft.graph.groupMembers", "id": "g", "isBackup": backup});
        object(
            &beta::POLICY,
            &json!({"displayName": "P", "requestorSettings": {"allowedRequestors": [group]}}),
        )
    };
    assert_eq!(paths(&policy(true), &policy(false)), Vec::<String>::new());
    assert_eq!(
        wire::create_body(&policy(true))["requestorSettings"]["allowedRequestors"][0]["isBackup"],
        true
    );
}
