//! What is refused, and how: every rule that the documentation or its users report for a policy.

use serde_json::{Value, json};

use crate::harness::*;

/// A policy with something in every corner, in v1.0.
pub fn full_v1(name: &str) -> Value {
    json!({
        "displayName": name,
        "description": "everything",
        "accessPackage": {"id": PACKAGE},
        "allowedTargetScope": "specificDirectoryUsers",
        "specificAllowedTargets": [
            {"@odata.type": "#microsoft.graph.singleUser", "userId": USER},
            {"@odata.type": "#microsoft.graph.groupMembers", "groupId": GROUP}
        ],
        "expiration": {"type": "afterDuration", "duration": "P90D"},
        "requestorSettings": {
            "enableTargetsToSelfAddAccess": true,
            "enableOnBehalfRequestorsToAddAccess": true,
            "onBehalfRequestors": [{"@odata.type": "#microsoft.graph.targetManager", "managerLevel": 2}]
        },
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": true,
            "isRequestorJustificationRequired": true,
            "stages": [{
                "durationBeforeAutomaticDenial": "P14D",
                "isApproverJustificationRequired": true,
                "isEscalationEnabled": true,
                "durationBeforeEscalation": "PT192H",
                "primaryApprovers": [{"@odata.type": "#microsoft.graph.requestorManager"}],
                "fallbackPrimaryApprovers": [{"@odata.type": "#microsoft.graph.groupMembers", "groupId": GROUP}],
                "escalationApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "userId": USER}],
                "fallbackEscalationApprovers": []
            }]
        },
        "reviewSettings": {
            "isEnabled": true,
            "expirationBehavior": "removeAccess",
            "isSelfReview": false,
            "schedule": {
                "startDateTime": "2026-01-01T08:00:00+01:00",
                "expiration": {"type": "afterDuration", "duration": "P25D"},
                "recurrence": {"pattern": {"type": "absoluteMonthly", "interval": 3}, "range": {"type": "noEnd"}}
            },
            "primaryReviewers": [{"@odata.type": "#microsoft.graph.groupMembers", "groupId": OTHER_GROUP}],
            "fallbackReviewers": []
        },
        "notificationSettings": {"isAssignmentNotificationDisabled": true},
        "questions": [
            {
                "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "sequence": 1, "text": "Why?",
                "isRequired": true, "isSingleLineQuestion": true, "regexPattern": "[a-z]+",
                "localizations": [{"languageCode": "fr", "text": "Pourquoi ?"}]
            },
            {
                "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion", "sequence": 2, "text": "Team",
                "choices": [
                    {"actualValue": "b", "text": "Print", "localizations": []},
                    {"actualValue": "a", "text": "Web", "localizations": []}
                ]
            }
        ],
        "customExtensionStageSettings": [
            {"stage": "assignmentRequestCreated", "customExtension": {"id": EXTENSION}}
        ]
    })
}

/// A policy with something in every corner, in beta.
pub fn full_beta(name: &str) -> Value {
    json!({
        "displayName": name,
        "description": "everything",
        "accessPackageId": PACKAGE,
        "canExtend": true,
        "durationInDays": 90,
        "expirationDateTime": null,
        "requestorSettings": {
            "scopeType": "SpecificConnectedOrganizationSubjects",
            "acceptRequests": true,
            "allowedRequestors": [
                {"@odata.type": "#microsoft.graph.connectedOrganizationMembers", "id": ORGANIZATION}
            ]
        },
        "requestApprovalSettings": {
            "isApprovalRequired": true,
            "isApprovalRequiredForExtension": true,
            "isRequestorJustificationRequired": true,
            "approvalMode": "SingleStage",
            "approvalStages": [{
                "approvalStageTimeOutInDays": 14,
                "isApproverJustificationRequired": true,
                "isEscalationEnabled": true,
                "escalationTimeInMinutes": 11520,
                "primaryApprovers": [
                    {"@odata.type": "#microsoft.graph.externalSponsors"},
                    {"@odata.type": "#microsoft.graph.groupMembers", "id": GROUP, "isBackup": true}
                ],
                "escalationApprovers": [{"@odata.type": "#microsoft.graph.singleUser", "id": USER, "isBackup": true}]
            }]
        },
        "accessReviewSettings": {
            "isEnabled": true,
            "recurrenceType": "quarterly",
            "reviewerType": "Reviewers",
            "startDateTime": "2026-01-01T08:00:00Z",
            "durationInDays": 25,
            "reviewers": [{"@odata.type": "#microsoft.graph.groupMembers", "id": OTHER_GROUP}],
            "accessReviewTimeoutBehavior": "keepAccess",
            "isAgenticExperienceEnabled": true
        },
        "questions": [{
            "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion", "sequence": 1,
            "text": {"defaultText": "Team", "localizedTexts": [{"languageCode": "fr", "text": "Équipe"}]},
            "allowsMultipleSelection": true,
            "choices": [{"actualValue": "a", "displayValue": {"defaultText": "Web", "localizedTexts": []}}]
        }],
        "accessPackageNotificationSettings": {"isAssignmentNotificationDisabled": true},
        "verifiableCredentialSettings": {
            "credentialTypes": [{"credentialType": "VerifiedEmployee", "issuers": ["did:web:a", "did:web:b"]}]
        },
        "customExtensionStageSettings": [
            {"stage": "assignmentRequestCreated", "customExtension": {"id": EXTENSION}}
        ],
        "customExtensionHandlers": [
            {"stage": "assignmentRequestGranted", "customExtension": {"id": EXTENSION}}
        ]
    })
}

const STAGE_V1: &str = "/requestApprovalSettings/stages/0";
const STAGE_BETA: &str = "/requestApprovalSettings/approvalStages/0";

#[tokio::test]
async fn v1_refuses_what_is_not_v1() {
    let graph = small().await;
    let invalid = "InvalidModel";
    let stage = full_v1("x").pointer(STAGE_V1).cloned().unwrap();
    let rules: &[(&str, Value, &str)] = &[
        // The subject: no type, a wrong one, one of another place, a member of another subtype.
        ("/specificAllowedTargets", json!([{"userId": USER}]), invalid),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "microsoft.graph.singleUser", "userId": USER}]),
            invalid,
        ),
        ("/specificAllowedTargets", json!([{"@odata.type": "#microsoft.graph.internalSponsors"}]), invalid),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.singleUser", "groupId": GROUP}]),
            invalid,
        ),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.singleUser", "id": USER}]),
            invalid,
        ),
        ("/specificAllowedTargets", json!([{"@odata.type": "#microsoft.graph.singleUser"}]), invalid),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.singleUser", "userId": USER, "isBackup": false}]),
            invalid,
        ),
        (
            &format!("{STAGE_V1}/primaryApprovers"),
            json!([{"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 3}]),
            invalid,
        ),
        (
            &format!("{STAGE_V1}/primaryApprovers"),
            json!([{"@odata.type": "#microsoft.graph.connectedOrganizationMembers", "connectedOrganizationId": ORGANIZATION}]),
            invalid,
        ),
        (
            "/reviewSettings/primaryReviewers",
            json!([{"@odata.type": "#microsoft.graph.externalSponsors"}]),
            invalid,
        ),
        // References to nothing, and to an object of another kind.
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.singleUser", "userId": GROUP}]),
            invalid,
        ),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.groupMembers", "groupId": USER}]),
            invalid,
        ),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.singleServicePrincipal", "servicePrincipalId": USER}]),
            invalid,
        ),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.connectedOrganizationMembers", "connectedOrganizationId": "ana@contoso.com"}]),
            invalid,
        ),
        (
            "/specificAllowedTargets",
            json!([{"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": " "}]),
            invalid,
        ),
        (
            "/reviewSettings/primaryReviewers",
            json!([{"@odata.type": "#microsoft.graph.singleUser", "userId": "nobody"}]),
            invalid,
        ),
        (
            "/customExtensionStageSettings/0/customExtension/id",
            json!("55000000-0000-4000-8000-00000000000f"),
            invalid,
        ),
        ("/customExtensionStageSettings/0/customExtension/id", json!(OTHER_EXTENSION), invalid),
        // Members of the other version, and of none.
        ("/accessPackageId", json!(PACKAGE), invalid),
        ("/durationInDays", json!(90), invalid),
        ("/nobodyKnows", json!(1), invalid),
        ("/requestorSettings/scopeType", json!("NoSubjects"), invalid),
        ("/requestApprovalSettings/approvalMode", json!("Serial"), invalid),
        (&format!("{STAGE_V1}/escalationTimeInMinutes"), json!(1), invalid),
        ("/questions/0/allowsMultipleSelection", json!(true), invalid),
        ("/questions/0/choices", json!([]), invalid),
        ("/accessPackage/name", json!("Campaign"), invalid),
        ("/beta:scopeType", json!("AllExistingConnectedOrganizationSubjects"), invalid),
        ("/@odata.type", json!("#microsoft.graph.accessPackage"), invalid),
        // Enumerations, to the letter, and never the word that stands for the unknown.
        ("/allowedTargetScope", json!("everybody"), invalid),
        ("/allowedTargetScope", json!("AllDirectoryUsers"), invalid),
        ("/allowedTargetScope", json!("AllExistingDirectorySubjects"), invalid),
        ("/allowedTargetScope", json!("unknownFutureValue"), invalid),
        ("/reviewSettings/expirationBehavior", json!("RemoveAccess"), invalid),
        ("/customExtensionStageSettings/0/stage", json!("created"), invalid),
        (&format!("{STAGE_V1}/approverInformationVisibility"), json!("unknownFutureValue"), invalid),
        // Null where nothing can be missing.
        ("/specificAllowedTargets", Value::Null, invalid),
        ("/questions", Value::Null, invalid),
        ("/customExtensionStageSettings", Value::Null, invalid),
        ("/requestApprovalSettings/stages", Value::Null, invalid),
        (&format!("{STAGE_V1}/primaryApprovers"), Value::Null, invalid),
        (&format!("{STAGE_V1}/approverInformationVisibility"), Value::Null, invalid),
        ("/reviewSettings/fallbackReviewers", Value::Null, invalid),
        ("/reviewSettings/schedule/recurrence/pattern/interval", Value::Null, invalid),
        ("/reviewSettings/schedule/recurrence/range/numberOfOccurrences", Value::Null, invalid),
        ("/notificationSettings/isAssignmentNotificationDisabled", Value::Null, invalid),
        ("/questions/0/localizations", json!([{"text": "x"}, {"languageCode": null, "text": "x"}]), invalid),
        // Types.
        ("/displayName", json!(5), invalid),
        ("/displayName", json!(""), invalid),
        ("/requestorSettings", json!([]), invalid),
        ("/requestorSettings/enableTargetsToSelfAddAccess", json!("true"), invalid),
        ("/specificAllowedTargets", json!({}), invalid),
        ("/questions/0/sequence", json!("1"), invalid),
        ("/questions/0/sequence", json!(1.5), invalid),
        ("/questions/0/sequence", json!(2_147_483_648_i64), invalid),
        ("/questions/0", json!({"text": "no type"}), invalid),
        // Durations, timestamps and what goes with what.
        ("/expiration/duration", json!("90 days"), invalid),
        ("/expiration/duration", json!("P3M"), invalid),
        ("/expiration/duration", json!(90), invalid),
        ("/expiration/duration", json!("-P1D"), invalid),
        ("/expiration/duration", json!("PT0S"), invalid),
        ("/expiration/duration", Value::Null, invalid),
        ("/expiration", json!({"type": "afterDateTime", "endDateTime": "2027-01-01"}), invalid),
        ("/expiration", json!({"type": "noExpiration", "duration": "P1D"}), invalid),
        ("/expiration", json!({"duration": "P1D"}), invalid),
        ("/expiration", json!("P90D"), invalid),
        ("/reviewSettings/schedule/expiration/duration", json!("1 day"), invalid),
        (&format!("{STAGE_V1}/durationBeforeEscalation"), json!("8"), invalid),
        // Reviews.
        ("/reviewSettings/schedule/expiration/duration", json!("P100D"), "InvalidReviewSettings"),
        ("/reviewSettings/schedule/recurrence/pattern/type", json!("daily"), "InvalidReviewSettings"),
        ("/reviewSettings/schedule/recurrence/pattern/interval", json!(0), "InvalidReviewSettings"),
        // Stages.
        ("/requestApprovalSettings/stages", json!([stage, stage, stage, stage]), invalid),
        ("/accessPackage", Value::Null, "ArgumentNullException"),
    ];
    for (pointer, value, code) in rules {
        let answer = graph.create_v1(&with(full_v1("refused"), pointer, value.clone())).await;
        assert_eq!(answer.refused(400), *code, "{pointer} = {value}");
    }
    for missing in ["accessPackage", "displayName"] {
        let mut body = full_v1("refused");
        body.as_object_mut().unwrap().remove(missing);
        graph.create_v1(&body).await.refused(400);
    }
    let mut body = full_v1("refused");
    body.pointer_mut(STAGE_V1).unwrap().as_object_mut().unwrap().remove("escalationApprovers");
    assert_eq!(graph.create_v1(&body).await.refused(400), "ArgumentNullException");
    let nowhere =
        with(policy_v1("refused"), "/accessPackage/id", json!("a0000000-0000-4000-8000-00000000000f"));
    assert_eq!(graph.create_v1(&nowhere).await.refused(404), "ResourceNotFound");
    let count = graph.em("GET", "v1.0", "assignmentPolicies/$count", None).await;
    assert_eq!((count.status, count.text.as_str()), (200, "0"), "nothing that was refused was made");
    graph.create_v1(&full_v1("accepted")).await.expect(201);
}

#[tokio::test]
async fn beta_refuses_what_is_not_beta() {
    let graph = small().await;
    let invalid = "InvalidModel";
    let stage = full_beta("x").pointer(STAGE_BETA).cloned().unwrap();
    let rules: &[(&str, Value, &str)] = &[
        ("/requestorSettings/allowedRequestors", json!([{"id": USER}]), invalid),
        (
            "/requestorSettings/allowedRequestors",
            json!([{"@odata.type": "#microsoft.graph.singleUser", "userId": USER}]),
            invalid,
        ),
        (
            "/requestorSettings/allowedRequestors",
            json!([{"@odata.type": "#microsoft.graph.singleServicePrincipal", "id": PRINCIPAL}]),
            invalid,
        ),
        (
            "/requestorSettings/allowedRequestors",
            json!([{"@odata.type": "#microsoft.graph.singleUser", "id": GROUP}]),
            invalid,
        ),
        (
            &format!("{STAGE_BETA}/primaryApprovers"),
            json!([{"@odata.type": "#microsoft.graph.targetManager"}]),
            invalid,
        ),
        (&format!("{STAGE_BETA}/primaryApprovers"), json!([]), invalid),
        // Members of v1.0, and the two by which the documentation slipped.
        ("/accessPackage", json!({"id": OTHER_PACKAGE}), invalid),
        ("/expiration", json!({"type": "afterDuration", "duration": "P365D"}), invalid),
        ("/requestorSettings/isOnBehalfAllowed", json!(false), invalid),
        ("/allowedTargetScope", json!("allDirectoryUsers"), invalid),
        ("/automaticRequestSettings", Value::Null, invalid),
        ("/requestApprovalSettings/stages", json!([]), invalid),
        ("/questions/0/text", json!("plain text"), invalid),
        ("/questions/0/isMultipleSelectionAllowed", json!(true), invalid),
        ("/requestorSettings/scopeType", json!("Everybody"), invalid),
        ("/requestorSettings/scopeType", json!("allDirectoryUsers"), invalid),
        ("/accessReviewSettings/recurrenceType", json!("annually"), invalid),
        ("/accessReviewSettings/reviewerType", json!("Selves"), invalid),
        ("/accessReviewSettings/accessReviewTimeoutBehavior", json!("unknownFutureValue"), invalid),
        ("/questions", Value::Null, invalid),
        ("/customExtensionHandlers", Value::Null, invalid),
        ("/requestorSettings/allowedRequestors", Value::Null, invalid),
        ("/accessReviewSettings/reviewers", Value::Null, invalid),
        ("/requestApprovalSettings/approvalStages", Value::Null, invalid),
        ("/durationInDays", json!("90"), invalid),
        ("/durationInDays", json!(-1), invalid),
        ("/durationInDays", json!(3661), invalid),
        ("/canExtend", json!("false"), invalid),
        ("/expirationDateTime", json!("2027-01-01T00:00:00Z"), invalid),
        ("/accessReviewSettings/durationInDays", json!(100), "InvalidReviewSettings"),
        ("/requestApprovalSettings/approvalStages", json!([stage, stage, stage, stage]), invalid),
        ("/requestApprovalSettings/approvalMode", json!("NoApproval"), invalid),
        ("/requestApprovalSettings/approvalMode", json!("Both"), invalid),
        ("/customExtensionHandlers/0/customExtension/id", json!(OTHER_EXTENSION), invalid),
        ("/verifiableCredentialSettings/credentialTypes", Value::Null, invalid),
        ("/verifiableCredentialSettings/credentialTypes/0/issuers", json!([1]), invalid),
        ("/accessPackageId", Value::Null, "ArgumentNullException"),
        ("/accessPackageId", json!(""), "ArgumentNullException"),
    ];
    for (pointer, value, code) in rules {
        let answer = graph.create_beta(&with(full_beta("refused"), pointer, value.clone())).await;
        assert_eq!(answer.refused(400), *code, "{pointer} = {value}");
    }
    for (missing, code) in
        [("primaryApprovers", "ArgumentNullException"), ("escalationApprovers", "ArgumentNullException")]
    {
        let mut body = full_beta("refused");
        body.pointer_mut(STAGE_BETA).unwrap().as_object_mut().unwrap().remove(missing);
        assert_eq!(graph.create_beta(&body).await.refused(400), code, "{missing}");
    }
    // With escalation off the collection may be left out, as one documented body does.
    let mut body = with(full_beta("accepted"), &format!("{STAGE_BETA}/isEscalationEnabled"), json!(false));
    body.pointer_mut(STAGE_BETA).unwrap().as_object_mut().unwrap().remove("escalationApprovers");
    graph.create_beta(&body).await.expect(201);
    // Words that are text in beta are known in any letter case, and come back as documented.
    let body = with(
        policy_beta("case"),
        "/requestorSettings",
        json!({"scopeType": "nosubjects", "acceptRequests": true}),
    );
    assert_eq!(graph.create_beta(&body).await.expect(201)["requestorSettings"]["scopeType"], "NoSubjects");
}

#[tokio::test]
async fn a_name_is_taken_once_in_a_package_whatever_its_letter_case() {
    let graph = small().await;
    let first = graph.create_v1(&policy_v1("Partners")).await.expect(201);
    assert_eq!(graph.create_v1(&policy_v1("Partners")).await.refused(409), "DuplicateKey");
    assert_eq!(graph.create_beta(&policy_beta("PARTNERS")).await.refused(409), "DuplicateKey");
    let elsewhere = with(policy_v1("Partners"), "/accessPackage/id", json!(OTHER_PACKAGE));
    graph.create_v1(&elsewhere).await.expect(201);
    let second = graph.create_v1(&policy_v1("Guests")).await.expect(201);
    let path = format!("assignmentPolicies/{}", id(&second));
    assert_eq!(
        graph.em("PUT", "v1.0", &path, Some(&policy_v1("partners"))).await.refused(409),
        "DuplicateKey"
    );
    // Its own name is not taken by itself.
    let path = format!("assignmentPolicies/{}", id(&first));
    graph.em("PUT", "v1.0", &path, Some(&policy_v1("PARTNERS"))).await.expect(200);
}

#[tokio::test]
async fn one_policy_of_a_package_is_automatic() {
    let graph = small().await;
    let automatic = |name: &str| {
        let target = json!([{"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": "(user.department -eq \"Sales\")"}]);
        let body = with(policy_v1(name), "/specificAllowedTargets", target);
        let body = with(body, "/allowedTargetScope", json!("specificDirectoryUsers"));
        with(
            body,
            "/automaticRequestSettings",
            json!({"requestAccessForAllowedTargets": true, "gracePeriodBeforeAccessRemoval": "P7D"}),
        )
    };
    let mut two_rules = automatic("Automatic");
    let rule = two_rules["specificAllowedTargets"][0].clone();
    two_rules["specificAllowedTargets"].as_array_mut().expect("targets").push(rule);
    assert_eq!(graph.create_v1(&two_rules).await.refused(400), "InvalidModel");
    let made = graph.create_v1(&automatic("Automatic")).await.expect(201);
    assert_eq!(made["automaticRequestSettings"]["removeAccessWhenTargetLeavesAllowedTargets"], false);
    assert_eq!(graph.create_v1(&automatic("Second")).await.refused(400), "InvalidModel");
    let path = format!("assignmentPolicies/{}", id(&made));
    graph.em("PUT", "v1.0", &path, Some(&automatic("Automatic"))).await.expect(200);
}

#[tokio::test]
async fn put_replaces_and_keeps_nothing_that_is_left_out() {
    let graph = small().await;
    let made = graph.create_v1(&full_v1("Everything")).await.expect(201);
    let path = format!("assignmentPolicies/{}", id(&made));
    let before = graph.read_v1(id(&made)).await;
    assert_eq!(before["questions"].as_array().unwrap().len(), 2);
    let put = with(full_v1("Everything"), "/id", json!(id(&made)));
    graph.em("PUT", "v1.0", &path, Some(&put)).await.expect(200);
    let same = graph.read_v1(id(&made)).await;
    assert_ne!(same["questions"][0]["id"], before["questions"][0]["id"], "questions are made anew");
    assert_ne!(
        same["customExtensionStageSettings"][0]["id"],
        before["customExtensionStageSettings"][0]["id"]
    );
    assert_eq!(same["createdDateTime"], before["createdDateTime"]);
    assert!(same["modifiedDateTime"].as_str() > before["modifiedDateTime"].as_str());

    graph.em("PUT", "v1.0", &path, Some(&policy_v1("Little"))).await.expect(200);
    let after = graph.read_v1(id(&made)).await;
    assert_eq!(after["displayName"], "Little");
    assert_eq!(after["reviewSettings"], Value::Null);
    assert_eq!(after["expiration"], json!({"type": "noExpiration", "endDateTime": null, "duration": null}));
    assert_eq!(after["allowedTargetScope"], "notSpecified");
    for empty in ["specificAllowedTargets", "questions", "customExtensionStageSettings"] {
        assert_eq!(after[empty], json!([]), "{empty}");
    }
    assert_eq!(after["requestApprovalSettings"]["stages"], json!([]));

    // The package stays, the id stays, and both versions need the package.
    let moved = with(policy_v1("Little"), "/accessPackage/id", json!(OTHER_PACKAGE));
    assert_eq!(graph.em("PUT", "v1.0", &path, Some(&moved)).await.refused(400), "InvalidModel");
    let other = with(policy_v1("Little"), "/id", json!(PACKAGE));
    assert_eq!(graph.em("PUT", "v1.0", &path, Some(&other)).await.refused(400), "InvalidModel");
    let homeless = json!({"displayName": "Little"});
    assert_eq!(graph.em("PUT", "v1.0", &path, Some(&homeless)).await.refused(400), "ArgumentNullException");
    let beta = format!("accessPackageAssignmentPolicies/{}", id(&made));
    assert_eq!(graph.em("PUT", "beta", &beta, Some(&homeless)).await.refused(400), "ArgumentNullException");
    assert_eq!(
        graph.em("PUT", "v1.0", "assignmentPolicies/none", Some(&policy_v1("x"))).await.refused(404),
        "ResourceNotFound"
    );
}

/// Every place of a body takes every kind of wrong value; what the closed description refuses has to
/// be refused here too. And what is accepted is read back by both versions.
#[tokio::test]
async fn whatever_the_closed_description_refuses_is_refused() {
    if !crate::conformance::is_on() {
        return;
    }
    let graph = small().await;
    let mut lenient = Vec::new();
    for (version, collection, body) in [
        ("v1.0", "assignmentPolicies", full_v1("mutant")),
        ("beta", "accessPackageAssignmentPolicies", full_beta("mutant")),
        (
            "v1.0",
            "accessPackages",
            json!({"displayName": "mutant", "description": "x", "isHidden": true, "catalog": {"id": CATALOG}}),
        ),
        (
            "beta",
            "accessPackages",
            json!({"displayName": "mutant", "description": "x", "isHidden": true, "catalogId": CATALOG}),
        ),
        (
            "v1.0",
            "catalogs",
            json!({"displayName": "mutant", "state": "published", "isExternallyVisible": true}),
        ),
        (
            "beta",
            "accessPackageCatalogs",
            json!({"displayName": "mutant", "catalogStatus": "Published", "isExternallyVisible": true}),
        ),
    ] {
        let path = format!("/{version}/{EM}/{collection}");
        let mut pointers = Vec::new();
        places(&body, String::new(), &mut pointers);
        for pointer in pointers {
            for mutant in mutants(&body, &pointer) {
                if !crate::conformance::refuses(version, &path, &mutant) {
                    continue;
                }
                let answer = graph.send("POST", &path[1..], Some(&mutant)).await;
                if answer.status < 400 {
                    lenient.push(format!("{version} {collection} {pointer}: {:?}", mutant.pointer(&pointer)));
                    let made = format!("{}/{}", &path[1..], id(&answer.body));
                    graph.send("DELETE", &made, None).await.expect(204);
                }
            }
        }
    }
    assert!(lenient.is_empty(), "{}", lenient.join("\n"));
}

fn places(value: &Value, here: String, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| places(value, format!("{here}/{name}"), into));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| places(value, format!("{here}/{index}"), into));
        }
        _ => {}
    }
    if !here.is_empty() {
        into.push(here);
    }
}

/// The body with something else at this place, with nothing there, and with a stranger beside it.
fn mutants(body: &Value, pointer: &str) -> Vec<Value> {
    let mut mutants: Vec<Value> = [
        json!(null),
        json!(true),
        json!(5),
        json!(-1.5),
        json!("x"),
        json!([]),
        json!([5]),
        json!({}),
        json!({"x": 1}),
    ]
    .into_iter()
    .map(|wrong| with(body.clone(), pointer, wrong))
    .collect();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let mut without = body.clone();
    if let Some(Value::Object(object)) = without.pointer_mut(parent) {
        object.remove(name);
        mutants.push(without);
        mutants.push(with(body.clone(), &format!("{parent}/nobodyKnows"), json!(1)));
    }
    mutants
}
