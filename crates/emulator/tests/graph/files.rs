//! What is on disk: seeds, the state file and the logs.

use std::fs;

use entrant_emulator::{Options, Origin, StartError, builtin_tenant, start};
use serde_json::{Value, json};

use crate::harness::*;

#[tokio::test]
async fn the_built_in_tenant_is_a_seed_like_any_other() {
    let seed = builtin_tenant();
    let graph = serve(Options { seed: Some(seed.clone()), ..Options::default() }).await;
    assert_eq!(graph.running.origin(), Origin::Seed);
    for (name, objects) in seed.as_object().unwrap() {
        let path = match name.as_str() {
            "users" | "groups" | "servicePrincipals" | "applications" | "sites" => format!("v1.0/{name}"),
            "roleAssignments" => format!("v1.0/roleManagement/entitlementManagement/{name}"),
            "customWorkflowExtensions" | "resources" | "settings" => continue,
            _ => format!("v1.0/{EM}/{name}"),
        };
        let shown = graph.get(&path).await.expect(200);
        let given: Vec<&Value> = objects.as_array().unwrap().iter().map(|object| &object["id"]).collect();
        let kept: Vec<&Value> =
            shown["value"].as_array().unwrap().iter().map(|object| &object["id"]).collect();
        assert_eq!(given, kept, "{name}");
    }
    assert_eq!(serve(Options::default()).await.running.origin(), Origin::Builtin);
}

#[tokio::test]
async fn a_broken_seed_says_where() {
    for (seed, expected) in [
        (json!([]), "an object"),
        (json!({"policies": []}), "no collection 'policies'"),
        (json!({"accessPackageAssignmentPolicies": []}), "no collection"),
        (json!({"users": {}}), "'users' must be a list"),
        (json!({"users": [{"displayName": "A", "userPrincipalName": "a@b"}, 5]}), "users[1]"),
        (json!({"users": [{"displayName": "A"}]}), "users[0] ('A') is not valid: /userPrincipalName"),
        (
            json!({"groups": [{"id": "1", "displayName": "A"}, {"id": "1", "displayName": "B"}]}),
            "groups[1] ('B') is not valid: the id is taken",
        ),
        (json!({"accessPackages": [{"displayName": "P"}]}), "accessPackages[0] ('P')"),
        (
            json!({"accessPackages": [{"displayName": "P", "catalog": {"id": "none"}}]}),
            "accessPackages[0] ('P')",
        ),
        (
            json!({"catalogs": [{"displayName": "C", "state": "Published"}]}),
            "catalogs[0] ('C') is not valid: /state",
        ),
        (
            json!({"assignmentPolicies": [{"displayName": "X", "accessPackage": {"id": "none"}}]}),
            "assignmentPolicies[0] ('X')",
        ),
        (
            json!({"assignments": [{"accessPackage": {"id": "none"}, "assignmentPolicy": {"id": "none"}}]}),
            "assignments[0]",
        ),
        (json!({"sites": [{"displayName": "S"}]}), "sites[0] ('S') is not valid: /webUrl"),
        (json!({"catalogs": [{"displayName": "C", "resources": {}}]}), "'catalogs.resources' must be a list"),
        (
            json!({"catalogs": [{"displayName": "C", "resources": [{"group": "none"}]}]}),
            "resources[0] is not valid: /group: there is no 'none'",
        ),
        (
            json!({
                "groups": [{"displayName": "G"}, {"displayName": "G"}],
                "catalogs": [{"displayName": "C", "resources": [{"group": "G"}]}]
            }),
            "there are several 'G'",
        ),
        (
            json!({
                "groups": [{"displayName": "G"}], "catalogs": [{"displayName": "C"}],
                "accessPackages": [{"displayName": "P", "catalog": "C", "resourceRoleScopes": [{"group": "G"}]}]
            }),
            "the catalog has no such resource",
        ),
        (
            json!({
                "groups": [{"displayName": "G"}], "catalogs": [{"displayName": "C", "resources": [{"group": "G"}]}],
                "accessPackages": [{"displayName": "P", "catalog": "C", "resourceRoleScopes": [{"group": "G", "role": "Guest"}]}]
            }),
            "the resource has no such role",
        ),
        (
            json!({"catalogs": [{"displayName": "C", "roleAssignments": [{"role": "Janitor", "user": "x"}]}]}),
            "there is no role 'Janitor'",
        ),
        (json!({"settings": {"externalUserLifecycleAction": "vanish"}}), "settings[0]"),
    ] {
        let error =
            start(Options { seed: Some(seed.clone()), ..Options::default() }, loopback()).await.unwrap_err();
        assert!(matches!(error, StartError::Seed(_)));
        assert!(error.to_string().contains(expected), "{seed}: {error}");
    }
    serve(Options { seed: Some(json!({})), ..Options::default() }).await;
}

#[tokio::test]
async fn a_seed_may_hold_what_a_live_estate_holds() {
    let mut seed = small_seed();
    let policy = |name: &str, more: Value| {
        let mut policy = policy_v1(name);
        policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        policy
    };
    seed["assignmentPolicies"] = json!([
        policy("Initial Policy", json!({"allowedTargetScope": "unknownFutureValue"})),
        policy(
            "Initial Policy",
            json!({"specificAllowedTargets": [{"@odata.type": "#microsoft.graph.singleUser", "userId": "gone"}]})
        ),
        policy(
            "Verified",
            json!({"verifiableCredentialSettings": {"credentialTypes": [{"credentialType": "V", "issuers": ["i"]}]}})
        ),
    ]);
    let graph = serve(Options { seed: Some(seed), ..Options::default() }).await;
    let v1 = graph.em("GET", "v1.0", "assignmentPolicies", None).await.expect(200);
    assert_eq!(v1["value"][0]["allowedTargetScope"], "unknownFutureValue");
    assert_eq!(v1["value"][1]["specificAllowedTargets"][0]["description"], Value::Null);
    assert!(v1["value"][2].get("verifiableCredentialSettings").is_none());
    let beta = graph.em("GET", "beta", "accessPackageAssignmentPolicies", None).await.expect(200);
    assert_eq!(beta["value"][2]["verifiableCredentialSettings"]["credentialTypes"][0]["credentialType"], "V");
}

#[tokio::test]
async fn the_state_file_outlives_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join(".entrant/emulator.json");
    let options = || Options { state_file: Some(state.clone()), ..Options::default() };
    let mut graph = serve(Options { seed: Some(small_seed()), ..options() }).await;
    assert_eq!(graph.running.origin(), Origin::Seed);
    let made = graph.create_beta(&crate::strict::full_beta("kept")).await.expect(201);
    let before = graph.read_beta(id(&made)).await;
    crate::resources::request(&graph, "v1.0", &crate::resources::add("v1.0", "AadGroup", GROUP))
        .await
        .expect(201);
    let group = crate::resources::resource(&graph, GROUP).await;
    let path = format!("accessPackages/{PACKAGE}/resourceRoleScopes");
    let body = crate::resources::role_scope(&group, "Owner");
    let given = graph.em("POST", "v1.0", &path, Some(&body)).await.expect(201);
    let settings = json!({"externalUserLifecycleAction": "none"});
    graph.em("PATCH", "v1.0", "settings", Some(&settings)).await.expect(204);
    graph.shutdown().await;

    let mut graph = serve(Options { seed: Some(builtin_tenant()), ..options() }).await;
    assert_eq!(graph.running.origin(), Origin::StateInsteadOfSeed);
    let after = graph.read_beta(id(&made)).await;
    assert_eq!(
        before["verifiableCredentialSettings"]["credentialTypes"][0]["credentialType"],
        after["verifiableCredentialSettings"]["credentialTypes"][0]["credentialType"]
    );
    assert_eq!(before["modifiedDateTime"], after["modifiedDateTime"]);
    let after = crate::resources::resource(&graph, GROUP).await;
    assert_eq!((&after["roles"], &after["createdDateTime"]), (&group["roles"], &group["createdDateTime"]));
    let listed = graph.em("GET", "v1.0", &format!("{path}?$expand=role"), None).await.expect(200);
    assert_eq!(
        (&listed["value"][0]["id"], &listed["value"][0]["role"]["displayName"]),
        (&given["id"], &json!("Owner"))
    );
    let settings = graph.em("GET", "v1.0", "settings", None).await.expect(200);
    assert_eq!(settings["externalUserLifecycleAction"], "none");
    let second = graph.create_v1(&policy_v1("second")).await.expect(201);
    assert_ne!(id(&second), id(&made), "ids are not made twice");

    let error = start(options(), loopback()).await.unwrap_err();
    assert!(error.to_string().contains("in use"), "{error}");
    graph.shutdown().await;
    assert_eq!(serve(options()).await.running.origin(), Origin::State);
}

#[tokio::test]
async fn a_state_file_of_the_first_layout_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let organization = json!({
        "id": ORGANIZATION, "displayName": "Fabrikam", "state": "configured", "identitySources": [],
        "externalSponsors": [], "internalSponsors": [{"id": USER}]
    });
    let user = json!({"id": USER, "displayName": "Ana", "userPrincipalName": "ana@contoso.com"});
    let state = json!({
        "entrantEmulatorState": 1, "tenantId": "t", "idSequence": 5,
        "collections": {
            "users": [user], "groups": [], "servicePrincipals": [], "connectedOrganizations": [organization],
            "catalogs": [], "customWorkflowExtensions": [], "accessPackages": [], "assignmentPolicies": [], "assignments": []
        }
    });
    fs::write(&path, state.to_string()).unwrap();
    let graph = serve(Options { state_file: Some(path.clone()), ..Options::default() }).await;
    let expand = "connectedOrganizations?$expand=internalSponsors";
    let shown = graph.em("GET", "v1.0", expand, None).await.expect(200);
    assert_eq!(shown["value"][0]["internalSponsors"][0]["id"], USER);
    graph.em("GET", "v1.0", "settings", None).await.expect(200);
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    for text in [
        "",
        "{",
        "{}",
        "[]",
        r#"{"users": []}"#,
        r#"{"entrantEmulatorState": 99}"#,
        r#"{"entrantEmulatorState": 1}"#,
    ] {
        fs::write(&path, text).unwrap();
        let options = Options { state_file: Some(path.clone()), ..Options::default() };
        let error = start(options, loopback()).await.unwrap_err();
        assert!(error.to_string().contains("not a state file"), "{text}: {error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[tokio::test]
async fn two_runs_make_the_same_ids() {
    let mut made = Vec::new();
    for random_seed in [1, 1, 2] {
        let graph = serve(Options { seed: Some(small_seed()), random_seed, ..Options::default() }).await;
        made.push(id(&graph.create_v1(&policy_v1("x")).await.expect(201)).to_owned());
    }
    assert_eq!(made[0], made[1]);
    assert_ne!(made[0], made[2]);
}

#[tokio::test]
async fn the_access_log_has_a_line_for_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let (access, exchanges) = (folder.path().join("access.jsonl"), folder.path().join("exchanges.jsonl"));
    let options = Options {
        access_log: Some(access.clone()),
        exchanges: Some(exchanges.clone()),
        ..Options::default()
    };
    let running = start(options, loopback()).await.unwrap();
    let http = reqwest::Client::new();
    let get = |path: &str| http.get(format!("{}/{path}", running.url())).header("Authorization", "Bearer x");
    answer(get("v1.0/groups?$top=1")).await.expect(200);
    answer(get("beta/nothing")).await.refused(400);
    let body = json!({"requests": [{"id": "1", "method": "GET", "url": "/users?$top=2"}, {"id": "2", "method": "GET", "url": "/users/none"}]});
    let batch = http.post(format!("{}/v1.0/$batch", running.url())).header("Authorization", "Bearer x");
    answer(batch.header("Content-Type", "application/json").body(body.to_string())).await.expect(200);
    running.shutdown().await;
    let lines = |path| -> Vec<Value> {
        fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let log = lines(&access);
    assert_eq!(log.len(), 3);
    assert!(log[0]["time"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        (&log[0]["method"], &log[0]["path"], &log[0]["status"]),
        (&json!("GET"), &json!("/v1.0/groups"), &json!(200))
    );
    assert_eq!((&log[0]["query"], &log[0]["inner"]), (&json!("$top=1"), &json!([])));
    assert_eq!((&log[1]["path"], &log[1]["status"]), (&json!("/beta/nothing"), &json!(400)));
    assert_eq!(
        log[2]["inner"],
        json!([
            {"method": "GET", "path": "/v1.0/users", "query": "$top=2", "status": 200},
            {"method": "GET", "path": "/v1.0/users/none", "status": 404}
        ])
    );
    let recorded = lines(&exchanges);
    assert_eq!(recorded.len(), 5);
    assert_eq!(recorded[2]["path"], "/v1.0/users");
    assert_eq!(recorded[2]["responseBody"]["value"].as_array().unwrap().len(), 2);
    assert_eq!((&recorded[4]["path"], &recorded[4]["requestBody"]), (&json!("/v1.0/$batch"), &body));
}
