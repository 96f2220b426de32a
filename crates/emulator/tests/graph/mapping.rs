//! One policy seen through both versions: what either wrote, with the documented losses.

use entrant_emulator::{ExistingConnectedOrganizations, Options};
use serde_json::{Value, json};

use crate::harness::*;
use crate::strict::{full_beta, full_v1};

#[tokio::test]
async fn what_v1_wrote_is_shown_by_beta() {
    let graph = small().await;
    let made = graph.create_v1(&full_v1("Everything")).await.expect(201);
    let beta = graph.read_beta(id(&made)).await;
    assert_eq!(beta["accessPackageId"], PACKAGE);
    assert_eq!((&beta["durationInDays"], &beta["expirationDateTime"]), (&json!(90), &Value::Null));
    assert_eq!(beta["canExtend"], false);
    assert_eq!(beta["createdBy"], beta["modifiedBy"]);
    assert_eq!(beta["requestorSettings"]["scopeType"], "SpecificDirectorySubjects");
    assert_eq!(beta["requestorSettings"]["acceptRequests"], true);
    let mut requestors = beta["requestorSettings"]["allowedRequestors"].as_array().unwrap().clone();
    requestors.sort_by_key(|subject| subject["@odata.type"].to_string());
    assert_eq!(
        Value::from(requestors),
        json!([
            {"@odata.type": "#microsoft.graph.groupMembers", "isBackup": false, "id": GROUP, "description": "Partner desk"},
            {"@odata.type": "#microsoft.graph.singleUser", "isBackup": false, "id": USER, "description": "Ana O'Hara"}
        ])
    );
    let approval = &beta["requestApprovalSettings"];
    assert_eq!(approval["approvalMode"], "SingleStage");
    assert_eq!(approval["isApprovalRequired"], true);
    assert_eq!(approval["isApprovalRequiredForExtension"], false);
    let stage = &approval["approvalStages"][0];
    assert_eq!(
        (&stage["approvalStageTimeOutInDays"], &stage["escalationTimeInMinutes"]),
        (&json!(14), &json!(11520))
    );
    let backup = |list: &Value, kind: &str| {
        let name = format!("#microsoft.graph.{kind}");
        list.as_array().unwrap().iter().find(|subject| subject["@odata.type"] == name.as_str()).unwrap()["isBackup"].clone()
    };
    assert_eq!(backup(&stage["primaryApprovers"], "requestorManager"), false);
    assert_eq!(backup(&stage["primaryApprovers"], "groupMembers"), true);
    assert_eq!(backup(&stage["escalationApprovers"], "singleUser"), false);
    let review = &beta["accessReviewSettings"];
    assert_eq!(
        (&review["recurrenceType"], &review["reviewerType"]),
        (&json!("quarterly"), &json!("Reviewers"))
    );
    assert_eq!(
        (&review["durationInDays"], &review["startDateTime"]),
        (&json!(25), &json!("2026-01-01T07:00:00Z"))
    );
    assert_eq!(review["isAccessRecommendationEnabled"], true, "the documented default");
    let question = &beta["questions"][0];
    assert_eq!(question["text"]["defaultText"], "Why?");
    assert_eq!(question["text"]["localizedTexts"], json!([{"languageCode": "fr", "text": "Pourquoi ?"}]));
    assert_eq!(
        beta["questions"][1]["choices"][0]["displayValue"]["defaultText"], "Print",
        "choices keep their order"
    );
    assert_eq!(beta["accessPackageNotificationSettings"]["isAssignmentNotificationDisabled"], true);
    let extension = &beta["customExtensionStageSettings"][0]["customExtension"];
    assert_eq!(extension["@odata.type"], "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension");
}

#[tokio::test]
async fn what_beta_wrote_is_shown_by_v1() {
    let graph = small().await;
    let made = graph.create_beta(&full_beta("Everything")).await.expect(201);
    let v1 = graph.read_v1(id(&made)).await;
    assert_eq!(v1["accessPackage"]["id"], PACKAGE);
    assert_eq!(v1["accessPackage"]["catalog"]["displayName"], "Sales");
    assert_eq!(v1["allowedTargetScope"], "specificConnectedOrganizationUsers");
    assert_eq!(
        v1["specificAllowedTargets"],
        json!([{
            "@odata.type": "#microsoft.graph.connectedOrganizationMembers",
            "connectedOrganizationId": ORGANIZATION, "description": "Fabrikam"
        }])
    );
    assert_eq!(v1["expiration"], json!({"type": "afterDuration", "duration": "P90D", "endDateTime": null}));
    assert_eq!(v1["requestorSettings"]["enableTargetsToSelfAddAccess"], true);
    assert_eq!(v1["requestorSettings"]["enableTargetsToSelfUpdateAccess"], true);
    assert_eq!(v1["requestorSettings"]["enableTargetsToSelfRemoveAccess"], false);
    assert!(v1["requestorSettings"].get("onBehalfRequestors").is_none());
    let stage = &v1["requestApprovalSettings"]["stages"][0];
    assert_eq!(
        (&stage["durationBeforeAutomaticDenial"], &stage["durationBeforeEscalation"]),
        (&json!("P14D"), &json!("P8D"))
    );
    assert_eq!(stage["primaryApprovers"], json!([{"@odata.type": "#microsoft.graph.externalSponsors"}]));
    assert_eq!(stage["fallbackPrimaryApprovers"][0]["groupId"], GROUP);
    assert_eq!(stage["escalationApprovers"], json!([]));
    assert_eq!(stage["fallbackEscalationApprovers"][0]["description"], "Ana O'Hara");
    let schedule = &v1["reviewSettings"]["schedule"];
    assert_eq!(schedule["expiration"]["duration"], "P25D");
    assert_eq!(
        schedule["recurrence"],
        json!({
            "pattern": {
                "type": "absoluteMonthly", "interval": 3, "month": 0, "dayOfMonth": 0, "daysOfWeek": [],
                "firstDayOfWeek": null, "index": null
            },
            "range": {
                "type": "noEnd", "numberOfOccurrences": 0, "startDate": "2026-01-01", "endDate": null,
                "recurrenceTimeZone": null
            }
        })
    );
    assert_eq!(v1["questions"][0]["isMultipleSelectionAllowed"], true);
    assert_eq!(v1["questions"][0]["choices"][0]["text"], "Web");
    for hidden in ["verifiableCredentialSettings", "customExtensionHandlers", "createdBy"] {
        assert!(v1.get(hidden).is_none(), "{hidden}");
    }
    assert!(!v1.to_string().contains("beta:") && !v1.to_string().contains("Agentic"));

    // And beta shows what it was given.
    let beta = graph.read_beta(id(&made)).await;
    assert_eq!(
        beta["verifiableCredentialSettings"]["credentialTypes"][0]["credentialType"],
        "VerifiedEmployee"
    );
    assert_eq!(beta["accessReviewSettings"]["isAgenticExperienceEnabled"], true);
    assert_eq!(beta["customExtensionHandlers"][0]["customExtension"]["id"], EXTENSION);
}

#[tokio::test]
async fn scopes_expirations_and_recurrences_map_one_by_one() {
    let graph = small().await;
    for (beta, v1) in [
        ("SpecificDirectorySubjects", "specificDirectoryUsers"),
        ("AllConfiguredConnectedOrganizationSubjects", "allConfiguredConnectedOrganizationUsers"),
        ("AllExistingDirectoryMemberUsers", "allMemberUsers"),
        ("AllExistingDirectorySubjects", "allDirectoryUsers"),
        ("AllExternalSubjects", "allExternalUsers"),
    ] {
        let body = with(
            policy_beta(beta),
            "/requestorSettings",
            json!({"scopeType": beta, "acceptRequests": false}),
        );
        let made = graph.create_beta(&body).await.expect(201);
        assert_eq!(graph.read_v1(id(&made)).await["allowedTargetScope"], v1);
        let made = graph.create_v1(&with(policy_v1(v1), "/allowedTargetScope", json!(v1))).await.expect(201);
        let shown = graph.read_beta(id(&made)).await;
        assert_eq!(shown["requestorSettings"]["scopeType"], beta);
        assert_eq!(shown["requestorSettings"]["acceptRequests"], false);
    }
    let dated = with(policy_beta("dated"), "/expirationDateTime", json!("2030-01-01T00:00:00Z"));
    let made = graph.create_beta(&dated).await.expect(201);
    let expiration = graph.read_v1(id(&made)).await["expiration"].clone();
    assert_eq!(
        expiration,
        json!({"type": "afterDateTime", "endDateTime": "2030-01-01T00:00:00Z", "duration": null})
    );
    assert_eq!(graph.read_beta(id(&made)).await["expirationDateTime"], "2030-01-01T00:00:00Z");
    for (word, kind, interval) in [
        ("weekly", "weekly", 1),
        ("monthly", "absoluteMonthly", 1),
        ("halfyearly", "absoluteMonthly", 6),
        ("annual", "absoluteMonthly", 12),
    ] {
        let review = json!({"isEnabled": true, "recurrenceType": word, "reviewerType": "Manager", "durationInDays": 3, "reviewers": [
            {"@odata.type": "#microsoft.graph.singleUser", "id": USER, "isBackup": true}
        ]});
        let made =
            graph.create_beta(&with(policy_beta(word), "/accessReviewSettings", review)).await.expect(201);
        let v1 = graph.read_v1(id(&made)).await["reviewSettings"].clone();
        let pattern = &v1["schedule"]["recurrence"]["pattern"];
        assert_eq!((&pattern["type"], &pattern["interval"]), (&json!(kind), &json!(interval)));
        assert_eq!(
            v1["primaryReviewers"],
            json!([{"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}])
        );
        assert_eq!(v1["fallbackReviewers"][0]["userId"], USER);
        assert!(v1["schedule"]["startDateTime"].is_string(), "a review starts now where nothing is said");
        let beta = graph.read_beta(id(&made)).await["accessReviewSettings"].clone();
        assert_eq!((&beta["recurrenceType"], &beta["reviewerType"]), (&json!(word), &json!("Manager")));
        assert_eq!(beta["reviewers"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn beta_defaults_are_filled() {
    let graph = small().await;
    let shown = graph
        .create_beta(&with(policy_beta("Little"), "/requestApprovalSettings", Value::Null))
        .await
        .expect(201);
    assert_eq!((&shown["durationInDays"], &shown["canExtend"]), (&json!(0), &json!(false)));
    assert_eq!((&shown["expirationDateTime"], &shown["accessReviewSettings"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["questions"], json!([]));
    assert_eq!(
        shown["requestApprovalSettings"],
        json!({
            "isApprovalRequired": false, "isApprovalRequiredForExtension": false,
            "isRequestorJustificationRequired": false, "approvalMode": "NoApproval", "approvalStages": []
        })
    );
    assert_eq!(
        shown["requestorSettings"],
        json!({"scopeType": "NoSubjects", "acceptRequests": false, "allowedRequestors": []})
    );
}

#[tokio::test]
async fn v1_defaults_are_filled() {
    let graph = small().await;
    let shown = graph.create_v1(&policy_v1("Little")).await.expect(201);
    let flags = &shown["requestorSettings"];
    assert_eq!(flags.as_object().unwrap().len(), 7);
    assert!(flags.as_object().unwrap().values().all(|flag| flag == false));
    assert_eq!(
        shown["requestApprovalSettings"],
        json!({"isApprovalRequiredForAdd": false, "isApprovalRequiredForUpdate": false, "stages": []})
    );
    assert_eq!(shown["specificAllowedTargets"], json!([]));
    for unused in ["reviewSettings", "automaticRequestSettings", "notificationSettings"] {
        assert_eq!(shown[unused], Value::Null, "{unused}");
    }
    for navigation in ["accessPackage", "catalog", "questions", "customExtensionStageSettings"] {
        assert!(shown.get(navigation).is_none(), "{navigation} was not expanded");
    }
    let stamp = shown["createdDateTime"].as_str().unwrap();
    assert!(stamp.len() == 28 && stamp.ends_with('Z'), "seven digits: {stamp}");
    // The documented pair for direct assignment.
    assert_eq!(graph.read_beta(id(&shown)).await["requestorSettings"]["acceptRequests"], true);
}

#[tokio::test]
async fn beta_shows_no_hours_and_drops_them() {
    let graph = small().await;
    let body =
        with(policy_v1("On call"), "/expiration", json!({"type": "afterDuration", "duration": "PT2H"}));
    let made = graph.create_v1(&body).await.expect(201);
    let mut beta = graph.read_beta(id(&made)).await;
    assert_eq!(beta["durationInDays"], 0);
    strip_navigation(&mut beta);
    let path = format!("accessPackageAssignmentPolicies/{}", id(&made));
    graph.em("PUT", "beta", &path, Some(&beta)).await.expect(200);
    assert_eq!(graph.read_v1(id(&made)).await["expiration"]["type"], "noExpiration");
}

#[tokio::test]
async fn a_beta_put_drops_what_only_v1_has() {
    let graph = small().await;
    let mut body = full_v1("Automatic");
    body["specificAllowedTargets"] = json!([
        {"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": "(user.department -eq \"Sales\")"},
        {"@odata.type": "#microsoft.graph.singleServicePrincipal", "servicePrincipalId": PRINCIPAL}
    ]);
    body["automaticRequestSettings"] = json!({"requestAccessForAllowedTargets": true});
    body["requestorSettings"]["enableTargetsToSelfRemoveAccess"] = json!(true);
    body["requestorSettings"]["allowCustomAssignmentSchedule"] = json!(true);
    let made = graph.create_v1(&body).await.expect(201);
    let mut beta = graph.read_beta(id(&made)).await;
    assert_eq!(beta["requestorSettings"]["allowedRequestors"], json!([]), "beta has neither of the two");
    strip_navigation(&mut beta);
    let path = format!("accessPackageAssignmentPolicies/{}", id(&made));
    graph.em("PUT", "beta", &path, Some(&beta)).await.expect(200);
    let v1 = graph.read_v1(id(&made)).await;
    assert_eq!(v1["automaticRequestSettings"], Value::Null);
    assert_eq!(v1["specificAllowedTargets"], json!([]));
    let flags = &v1["requestorSettings"];
    for dropped in [
        "enableTargetsToSelfRemoveAccess",
        "allowCustomAssignmentSchedule",
        "enableOnBehalfRequestorsToAddAccess",
    ] {
        assert_eq!(flags[dropped], false, "{dropped}");
    }
    assert!(flags.get("onBehalfRequestors").is_none());
    assert_eq!(v1["customExtensionStageSettings"], json!([]), "they were not sent");
}

#[tokio::test]
async fn a_v1_put_drops_what_only_beta_has() {
    let graph = small().await;
    let mut body = full_beta("Verified");
    body["requestApprovalSettings"]["approvalMode"] = json!("Parallel");
    body["requestorSettings"]["scopeType"] = json!("AllExistingConnectedOrganizationSubjects");
    let made = graph.create_beta(&body).await.expect(201);
    assert_eq!(graph.read_beta(id(&made)).await["requestApprovalSettings"]["approvalMode"], "Parallel");
    let mut v1 = graph.read_v1(id(&made)).await;
    assert_eq!(v1["allowedTargetScope"], "allConfiguredConnectedOrganizationUsers");
    v1["accessPackage"] = json!({"id": PACKAGE});
    let path = format!("assignmentPolicies/{}", id(&made));
    graph.em("PUT", "v1.0", &path, Some(&v1)).await.expect(200);
    let beta = graph.read_beta(id(&made)).await;
    assert_eq!(beta["requestApprovalSettings"]["approvalMode"], "SingleStage");
    assert_eq!(beta["requestorSettings"]["scopeType"], "AllConfiguredConnectedOrganizationSubjects");
    assert_eq!(beta["verifiableCredentialSettings"], Value::Null);
    assert_eq!(beta["accessReviewSettings"]["isAgenticExperienceEnabled"], Value::Null);
    assert_eq!(beta["customExtensionHandlers"], json!([]));
    assert_eq!(beta["durationInDays"], 90, "what both have is still there");
}

#[tokio::test]
async fn what_v1_shows_for_the_scope_that_only_beta_has_is_an_option() {
    use ExistingConnectedOrganizations as Shown;
    for (option, word) in [
        (Shown::AllConfiguredConnectedOrganizationUsers, "allConfiguredConnectedOrganizationUsers"),
        (Shown::NotSpecified, "notSpecified"),
        (Shown::UnknownFutureValue, "unknownFutureValue"),
    ] {
        let options = Options {
            seed: Some(small_seed()),
            existing_connected_organizations: option,
            ..Options::default()
        };
        let graph = serve(options).await;
        let settings =
            json!({"scopeType": "AllExistingConnectedOrganizationSubjects", "acceptRequests": true});
        let made =
            graph.create_beta(&with(policy_beta("x"), "/requestorSettings", settings)).await.expect(201);
        assert_eq!(made["requestorSettings"]["scopeType"], "AllExistingConnectedOrganizationSubjects");
        let v1 = graph.read_v1(id(&made)).await;
        assert_eq!(v1["allowedTargetScope"], word);
        assert_eq!(v1["requestorSettings"]["enableTargetsToSelfAddAccess"], true);
        if option == Shown::UnknownFutureValue {
            let put = with(policy_v1("x"), "/allowedTargetScope", json!(word));
            let path = format!("assignmentPolicies/{}", id(&made));
            assert_eq!(graph.em("PUT", "v1.0", &path, Some(&put)).await.refused(400), "InvalidModel");
        }
    }
}

#[tokio::test]
async fn beta_tells_two_policies_for_nobody_apart_and_v1_does_not() {
    let graph = small().await;
    let mut seen = Vec::new();
    for accepts in [true, false] {
        let settings = json!({"scopeType": "NoSubjects", "acceptRequests": accepts});
        let made =
            graph.create_beta(&with(policy_beta(&accepts.to_string()), "/requestorSettings", settings)).await;
        let made = made.expect(201);
        assert_eq!(made["requestorSettings"]["acceptRequests"], accepts);
        let v1 = graph.read_v1(id(&made)).await;
        seen.push((v1["allowedTargetScope"].clone(), v1["requestorSettings"].clone()));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].1["enableTargetsToSelfAddAccess"], false);
}

#[tokio::test]
async fn a_rule_that_beta_wrote_is_shown_by_both() {
    let graph = small().await;
    let rule = json!([{"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": "(user.x -eq 1)", "description": "Mine"}]);
    let settings =
        json!({"scopeType": "SpecificDirectorySubjects", "acceptRequests": true, "allowedRequestors": rule});
    let made =
        graph.create_beta(&with(policy_beta("rule"), "/requestorSettings", settings)).await.expect(201);
    assert_eq!(made["requestorSettings"]["allowedRequestors"][0]["membershipRule"], "(user.x -eq 1)");
    let v1 = graph.read_v1(id(&made)).await;
    assert_eq!(v1["specificAllowedTargets"][0]["membershipRule"], "(user.x -eq 1)");
    assert_eq!(
        v1["specificAllowedTargets"][0]["description"], "Mine",
        "there is no object to take a name from"
    );
}

#[tokio::test]
async fn sets_come_back_in_another_order_and_sequences_do_not() {
    let graph = small().await;
    let made = graph.create_v1(&full_v1("Everything")).await.expect(201);
    let mut orders = std::collections::HashSet::new();
    for _ in 0..8 {
        let shown = graph.read_v1(id(&made)).await;
        orders.insert(shown["specificAllowedTargets"].to_string());
        assert_eq!(shown["questions"][0]["text"], "Why?");
        assert_eq!(shown["questions"][1]["choices"][0]["text"], "Print");
    }
    assert!(orders.iter().any(|order| order.find("groupMembers") < order.find("singleUser")));
}

#[tokio::test]
async fn ids_are_shown_as_their_objects_spell_them() {
    let graph = small().await;
    let target = json!([{"@odata.type": "#microsoft.graph.connectedOrganizationMembers", "connectedOrganizationId": ORGANIZATION}]);
    let body = with(policy_v1("x"), "/specificAllowedTargets", target);
    let body: Value =
        serde_json::from_str(&body.to_string().replace(PACKAGE, &PACKAGE.to_uppercase())).unwrap();
    let made = graph.create_v1(&body).await.expect(201);
    assert_eq!(graph.read_beta(id(&made)).await["accessPackageId"], PACKAGE);
    let shouted = format!("assignmentPolicies/{}", id(&made).to_uppercase());
    assert_eq!(graph.em("GET", "v1.0", &shouted, None).await.expect(200)["id"], made["id"]);
}

/// What a client leaves out of a PUT: the members that were expanded for looking only.
fn strip_navigation(policy: &mut Value) {
    let policy = policy.as_object_mut().unwrap();
    policy.remove("customExtensionStageSettings");
    policy.remove("customExtensionHandlers");
}
