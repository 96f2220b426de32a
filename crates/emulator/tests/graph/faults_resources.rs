//! Faults that concern resources: delivery that takes its time, roles that do not show, and who may do what.

use std::time::Duration;

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::harness::*;
use crate::resources::{add, request, resource, role_scope, seed};

/// The tenant of `resources` with faults, whose answers are no part of Graph's descriptions.
async fn faulty(faults: Value) -> Graph {
    let options =
        Options { seed: Some(seed()), faults: Some(json!({"faults": faults})), ..Options::default() };
    let running = entrant_emulator::start(options, loopback()).await.unwrap();
    let http = reqwest::Client::new();
    Graph::of(running, http)
}

#[tokio::test]
async fn a_request_is_carried_out_after_some_looks() {
    let graph = faulty(json!([{"fault": "delivery", "reads": 3, "times": 3}])).await;
    let made = request(&graph, "beta", &add("beta", "AadGroup", GROUP)).await.expect(201);
    assert_eq!((&made["requestState"], &made["requestStatus"]), (&json!("Submitted"), &json!("Accepted")));
    let again = request(&graph, "v1.0", &add("v1.0", "AadGroup", GROUP)).await;
    assert_eq!(again.refused(400), "ResourceAlreadyOnboarded");
    // Its roles are not there for a package either. The ids are those that it will have.
    let other = serve(Options { seed: Some(seed()), ..Options::default() }).await;
    request(&other, "v1.0", &add("v1.0", "AadGroup", GROUP)).await.expect(201);
    let body = role_scope(&resource(&other, GROUP).await, "Member");
    let path = format!("accessPackages/{PACKAGE}/resourceRoleScopes");
    let asked = format!("resourceRequests/{}", id(&made));
    assert_eq!(graph.em("GET", "v1.0", &asked, None).await.expect(200)["state"], "submitted");
    assert!(resource(&graph, GROUP).await.is_null());
    assert_eq!(graph.em("POST", "v1.0", &path, Some(&body)).await.refused(404), "RoleNotFound");
    assert_eq!(graph.em("GET", "v1.0", &asked, None).await.expect(200)["state"], "submitted");
    assert_eq!(graph.em("GET", "v1.0", &asked, None).await.expect(200)["state"], "delivered");
    let there = resource(&graph, GROUP).await;
    graph.em("POST", "v1.0", &path, Some(&role_scope(&there, "Member"))).await.expect(201);
    let given = graph.em("GET", "v1.0", &path, None).await.expect(200);
    let given = format!("{path}/{}", id(&given["value"][0]));
    graph.em("DELETE", "v1.0", &given, None).await.expect(204);

    // So does its removal.
    let remove =
        json!({"requestType": "adminRemove", "catalog": {"id": CATALOG}, "resource": {"id": there["id"]}});
    assert_eq!(request(&graph, "v1.0", &remove).await.expect(201)["state"], "submitted");
    assert!(!resource(&graph, GROUP).await.is_null());
    for _ in 0..3 {
        graph.em("GET", "v1.0", "catalogs", None).await.expect(200);
    }
    assert!(resource(&graph, GROUP).await.is_null());
    // The third is carried out at once.
    assert_eq!(
        request(&graph, "v1.0", &add("v1.0", "AadGroup", GROUP)).await.expect(201)["state"],
        "delivered"
    );
    assert!(!resource(&graph, GROUP).await.is_null());
}

#[tokio::test]
async fn a_request_is_carried_out_after_some_time() {
    let faults = json!([
        {"fault": "delivery", "milliseconds": 300},
        {"fault": "lag", "method": "POST", "path": "accessPackages/*/resourceRoleScopes", "reads": 1}
    ]);
    let graph = faulty(faults).await;
    request(&graph, "v1.0", &add("v1.0", "SharePointOnline", "https://contoso.sharepoint.com/sites/Sales"))
        .await
        .expect(201);
    let origin = "https://contoso.sharepoint.com/sites/Sales";
    assert!(resource(&graph, origin).await.is_null());
    tokio::time::sleep(Duration::from_millis(350)).await;
    let there = resource(&graph, origin).await;
    let path = format!("accessPackages/{PACKAGE}/resourceRoleScopes");
    graph.em("POST", "v1.0", &path, Some(&role_scope(&there, "Members"))).await.expect(201);
    for found in [0, 1] {
        let given = graph.em("GET", "v1.0", &path, None).await.expect(200);
        assert_eq!(given["value"].as_array().unwrap().len(), found);
    }
}

#[tokio::test]
async fn an_application_may_show_no_roles_of_its_own() {
    let graph = faulty(json!([{"fault": "emptyRoles"}])).await;
    let application = "33000000-0000-4000-8000-000000000002";
    request(&graph, "v1.0", &add("v1.0", "AadApplication", application)).await.expect(201);
    request(&graph, "v1.0", &add("v1.0", "AadGroup", GROUP)).await.expect(201);
    let shown = resource(&graph, application).await;
    assert_eq!(shown["roles"], json!([]));
    assert_eq!(resource(&graph, GROUP).await["roles"].as_array().unwrap().len(), 2);
    let roles = format!("catalogs/{CATALOG}/resources/{}/roles", id(&shown));
    assert_eq!(graph.em("GET", "v1.0", &roles, None).await.expect(200)["value"], json!([]));
    let filter = encoded(&format!(
        "originSystem eq 'AadApplication' and accessPackageResource/id eq '{}'",
        id(&shown)
    ));
    let path = format!("accessPackageCatalogs/{CATALOG}/accessPackageResourceRoles?$filter={filter}");
    let listed = graph.em("GET", "beta", &path, None).await.expect(200);
    assert_eq!(listed["value"][0]["displayName"], "Clerk");
}

#[tokio::test]
async fn what_is_expanded_may_be_cut() {
    let graph = faulty(json!([{"fault": "pageSize", "size": 1, "expanded": true}])).await;
    request(&graph, "v1.0", &add("v1.0", "AadGroup", GROUP)).await.expect(201);
    let path = format!("catalogs/{CATALOG}?$expand=resources($expand=roles)");
    assert!(graph.em("GET", "v1.0", &path, None).await.expect(200).get("resources@odata.nextLink").is_none());
    request(&graph, "v1.0", &add("v1.0", "AadGroup", OTHER_GROUP)).await.expect(201);
    let shown = graph.em("GET", "v1.0", &path, None).await.expect(200);
    assert_eq!(shown["resources"].as_array().unwrap().len(), 1);
    let link = shown["resources@odata.nextLink"].as_str().unwrap();
    let rest = graph.get(link).await.expect(200);
    assert_eq!(rest["value"].as_array().unwrap().len(), 1);
    assert_ne!(rest["value"][0]["id"], shown["resources"][0]["id"]);
    assert_eq!(rest["value"][0]["roles"].as_array().unwrap().len(), 4);
    let path = format!("accessPackages/{PACKAGE}?$expand=assignmentPolicies,catalog");
    for name in ["one", "two"] {
        graph.create_v1(&policy_v1(name)).await.expect(201);
    }
    // There is no such address, so nothing is cut.
    let shown = graph.em("GET", "v1.0", &path, None).await.expect(200);
    assert_eq!(shown["assignmentPolicies"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn each_role_reaches_so_far() {
    let graph = faulty(json!([
        {"fault": "caller", "token": "tenant reader", "role": "tenantReader"},
        {"fault": "caller", "token": "reader", "role": "catalogReader", "catalogs": "Sales"},
        {"fault": "caller", "token": "manager", "role": "packageManager", "catalogs": "Sales"},
        {"fault": "caller", "token": "owner", "role": "catalogOwner", "catalogs": "Sales", "owns": ["Partner desk"]},
        {"fault": "caller", "token": "elsewhere", "role": "catalogOwner", "catalogs": "Engineering"}
    ]))
    .await;
    request(&graph, "v1.0", &add("v1.0", "AadApplication", PRINCIPAL)).await.expect(201);
    let application = resource(&graph, PRINCIPAL).await;
    let em = |path: &str| format!("v1.0/{EM}/{path}");
    let roles = "v1.0/roleManagement/entitlementManagement/roleAssignments";
    let scoped =
        format!("{roles}?$filter={}", encoded(&format!("appScopeId eq '/AccessPackageCatalog/{CATALOG}'")));
    let owner = json!({
        "principalId": GROUP, "roleDefinitionId": "ae79f266-94d4-4dab-b730-feca7e132178",
        "appScopeId": format!("/AccessPackageCatalog/{CATALOG}")
    });
    let sponsor = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/users/{OTHER_USER}")});
    let incompatible = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/groups/{GROUP}")});
    let give = role_scope(&application, "Default Access");
    // In the order of the callers above.
    for (method, path, body, expected) in [
        ("GET", em(&format!("catalogs/{CATALOG}/resources")), None, [200, 200, 200, 200, 403]),
        ("GET", em(&format!("catalogs/{CATALOG}/resourceRoles")), None, [200, 200, 200, 200, 403]),
        ("GET", em("resourceRequests"), None, [200, 200, 200, 200, 200]),
        ("GET", em("settings"), None, [200, 403, 403, 403, 403]),
        ("GET", roles.to_owned(), None, [200, 403, 403, 403, 403]),
        ("GET", scoped, None, [200, 200, 200, 200, 200]),
        ("GET", "v1.0/sites?search=*".to_owned(), None, [200, 200, 200, 200, 200]),
        (
            "PATCH",
            em("settings"),
            Some(json!({"externalUserLifecycleAction": "none"})),
            [403, 403, 403, 403, 403],
        ),
        ("POST", em("connectedOrganizations"), Some(json!({})), [403, 403, 403, 403, 403]),
        (
            "POST",
            em(&format!("connectedOrganizations/{ORGANIZATION}/internalSponsors/$ref")),
            Some(sponsor),
            [403, 403, 403, 403, 403],
        ),
        ("POST", em("catalogs"), Some(json!({"displayName": "x"})), [403, 403, 403, 403, 403]),
        (
            "PATCH",
            em(&format!("catalogs/{CATALOG}")),
            Some(json!({"description": "x"})),
            [403, 403, 403, 204, 403],
        ),
        (
            "POST",
            em(&format!("accessPackages/{PACKAGE}/resourceRoleScopes")),
            Some(give),
            [403, 403, 201, 409, 403],
        ),
        (
            "POST",
            em(&format!("accessPackages/{PACKAGE}/incompatibleGroups/$ref")),
            Some(incompatible),
            [403, 403, 204, 400, 403],
        ),
        ("POST", em("resourceRequests"), Some(add("v1.0", "AadGroup", GROUP)), [403, 403, 403, 201, 403]),
        (
            "POST",
            em("resourceRequests"),
            Some(add("v1.0", "AadGroup", OTHER_GROUP)),
            [403, 403, 403, 400, 403],
        ),
        ("POST", roles.to_owned(), Some(owner), [403, 403, 403, 201, 403]),
        (
            "DELETE",
            em(&format!("catalogs/{CATALOG}/customWorkflowExtensions/{EXTENSION}")),
            None,
            [403, 403, 403, 204, 403],
        ),
    ] {
        for (token, expected) in
            ["tenant reader", "reader", "manager", "owner", "elsewhere"].into_iter().zip(expected)
        {
            let url = format!("{}/{path}", graph.running.url());
            let asked = graph
                .http
                .request(method.parse().unwrap(), url)
                .header("Authorization", format!("Bearer {token}"));
            let asked = match &body {
                Some(body) => asked.header("Content-Type", "application/json").body(body.to_string()),
                None => asked,
            };
            let answer = answer(asked).await;
            assert_eq!(answer.status, expected, "{token} {method} {path} {}", answer.text);
        }
    }
    let refused = graph.http.post(format!("{}/{}", graph.running.url(), em("resourceRequests")));
    let refused = refused.header("Authorization", "Bearer owner").header("Content-Type", "application/json");
    let refused = answer(refused.body(add("v1.0", "AadGroup", OTHER_GROUP).to_string())).await;
    assert_eq!(refused.refused(400), "CallerNotResourceOwner");
}

#[tokio::test]
async fn it_all_works_in_a_batch() {
    let graph = serve(Options { seed: Some(seed()), ..Options::default() }).await;
    let em = |path: &str| format!("/{EM}/{path}");
    let group = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/groups/{GROUP}")});
    let requests = [
        ("POST", em("resourceRequests"), Some(add("v1.0", "AadGroup", GROUP))),
        ("POST", em(&format!("accessPackages/{PACKAGE}/incompatibleGroups/$ref")), Some(group)),
        ("GET", em(&format!("catalogs/{CATALOG}/resources?$expand=roles,scopes")), None),
        ("GET", "/sites/contoso.sharepoint.com:/sites/Sales".to_owned(), None),
        ("PATCH", em("settings"), Some(json!({"externalUserLifecycleAction": "none"}))),
    ];
    let answered =
        graph.send("POST", "v1.0/$batch", Some(&crate::faults::batch(&requests))).await.expect(200);
    let mut statuses: Vec<u64> =
        answered["responses"].as_array().unwrap().iter().map(|one| one["status"].as_u64().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 201, 204, 204]);
}
