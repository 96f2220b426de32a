//! Faults: who may see and do what, and tokens that expire.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::*;

/// With the profiles by token: `reader`, `writer`, `catalog`, `manager`; `test` may do everything.
async fn graph() -> Graph {
    faulty(json!({"faults": [
        {"fault": "caller", "token": "reader", "role": "tenantReader"},
        {"fault": "caller", "token": "writer", "role": "tenantWriter"},
        {"fault": "caller", "token": "catalog", "role": "catalogReader", "catalogs": ["Sales"]},
        {"fault": "caller", "token": "manager", "role": "packageManager", "catalogs": CATALOG}
    ]}))
    .await
}

async fn ask(graph: &Graph, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let url = format!("{}/v1.0/{path}", graph.running.url());
    let request =
        graph.http.request(method.parse().unwrap(), url).header("Authorization", format!("Bearer {token}"));
    answer(match body {
        Some(body) => request.header("Content-Type", "application/json").body(body.to_string()),
        None => request,
    })
    .await
}

fn names(page: &Value) -> Vec<&str> {
    let objects = page["value"].as_array().unwrap();
    objects.iter().map(|object| object["displayName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_role_reads_what_it_may() {
    let graph = graph().await;
    let ours = graph.create_v1(&policy_v1("ours")).await.expect(201);
    let theirs = with(policy_v1("theirs"), "/accessPackage/id", json!(OTHER_PACKAGE));
    let theirs = graph.create_v1(&theirs).await.expect(201);
    for token in ["reader", "writer"] {
        let list = ask(&graph, token, "GET", &format!("{EM}/assignmentPolicies"), None).await.expect(200);
        assert_eq!(list["value"].as_array().unwrap().len(), 2);
    }
    for token in ["catalog", "manager"] {
        for list in ["assignmentPolicies", "assignmentPolicies/$count", "assignments"] {
            let refused = ask(&graph, token, "GET", &format!("{EM}/{list}"), None).await;
            assert_eq!(refused.refused(403), "UnAuthorized", "{list}");
        }
        let path = format!("{EM}/accessPackages?$expand=assignmentPolicies");
        let packages = ask(&graph, token, "GET", &path, None).await.expect(200);
        assert_eq!(names(&packages), ["Campaign"]);
        assert_eq!(packages["value"][0]["assignmentPolicies"][0]["displayName"], "ours");
        let catalogs = ask(&graph, token, "GET", &format!("{EM}/catalogs"), None).await.expect(200);
        assert_eq!(names(&catalogs), ["Sales"]);
        assert_eq!(ask(&graph, token, "GET", &format!("{EM}/catalogs/$count"), None).await.text, "1");
        let filter = encoded(&format!("accessPackage/id eq '{PACKAGE}'"));
        let path = format!("{EM}/assignments?$filter={filter}");
        ask(&graph, token, "GET", &path, None).await.expect(200);
        for (path, status) in [
            (format!("{EM}/assignmentPolicies/{}", id(&ours)), 200),
            (format!("{EM}/assignmentPolicies/{}", id(&theirs)), 403),
            (format!("{EM}/accessPackages/{PACKAGE}"), 200),
            (format!("{EM}/accessPackages/{OTHER_PACKAGE}"), 403),
            (format!("{EM}/catalogs/{CATALOG}/customWorkflowExtensions"), 200),
            (format!("{EM}/catalogs/{OTHER_CATALOG}/customWorkflowExtensions"), 403),
            // What is not there looks like what is not theirs.
            (format!("{EM}/assignmentPolicies/none"), 403),
            (format!("{EM}/connectedOrganizations/{ORGANIZATION}"), 200),
            ("groups".to_owned(), 200),
        ] {
            assert_eq!(ask(&graph, token, "GET", &path, None).await.status, status, "{token} {path}");
        }
    }
}

#[tokio::test]
async fn each_role_writes_what_it_may() {
    let graph = graph().await;
    let policies = format!("{EM}/assignmentPolicies");
    let theirs = with(policy_v1("theirs"), "/accessPackage/id", json!(OTHER_PACKAGE));
    for (token, own, foreign, catalog) in [
        ("reader", 403, 403, 403),
        ("writer", 201, 201, 201),
        ("catalog", 403, 403, 403),
        ("manager", 201, 403, 403),
    ] {
        let body = with(policy_v1(token), "/description", json!(token));
        assert_eq!(ask(&graph, token, "POST", &policies, Some(&body)).await.status, own, "{token}");
        let body = with(theirs.clone(), "/displayName", json!(token));
        assert_eq!(ask(&graph, token, "POST", &policies, Some(&body)).await.status, foreign, "{token}");
        let body = json!({"displayName": token});
        let path = format!("{EM}/catalogs");
        assert_eq!(ask(&graph, token, "POST", &path, Some(&body)).await.status, catalog, "{token}");
        let body = json!({"displayName": token, "catalog": {"id": CATALOG}});
        let path = format!("{EM}/accessPackages");
        assert_eq!(ask(&graph, token, "POST", &path, Some(&body)).await.status, own, "{token}");
        let body = json!({"displayName": token, "catalog": {"id": OTHER_CATALOG}});
        assert_eq!(ask(&graph, token, "POST", &path, Some(&body)).await.status, foreign, "{token}");
        // Not a write, though it is a POST.
        let body = json!({"ids": [GROUP]});
        ask(&graph, token, "POST", "directoryObjects/getByIds", Some(&body)).await.expect(200);
    }
    let other = graph.create_v1(&theirs).await.expect(201);
    let foreign = format!("{policies}/{}", id(&other));
    for token in ["manager", "reader", "catalog"] {
        assert_eq!(ask(&graph, token, "DELETE", &foreign, None).await.refused(403), "UnAuthorized");
        assert_eq!(ask(&graph, token, "PUT", &foreign, Some(&theirs)).await.refused(403), "UnAuthorized");
    }
}

#[tokio::test]
async fn what_was_just_deleted_is_forbidden_to_who_has_a_catalog() {
    let graph = graph().await;
    let policies = format!("{EM}/assignmentPolicies");
    let made = ask(&graph, "manager", "POST", &policies, Some(&policy_v1("x"))).await.expect(201);
    let path = format!("{policies}/{}", id(&made));
    ask(&graph, "manager", "GET", &path, None).await.expect(200);
    let put = with(policy_v1("y"), "/id", made["id"].clone());
    ask(&graph, "manager", "PUT", &path, Some(&put)).await.expect(200);
    let moved = with(put, "/accessPackage/id", json!(OTHER_PACKAGE));
    ask(&graph, "manager", "PUT", &path, Some(&moved)).await.refused(403);
    assert_eq!(ask(&graph, "manager", "DELETE", &path, None).await.status, 204);
    assert_eq!(ask(&graph, "manager", "GET", &path, None).await.refused(403), "UnAuthorized");
    assert_eq!(ask(&graph, "reader", "GET", &path, None).await.refused(404), "ResourceNotFound");
}

#[tokio::test]
async fn a_role_can_be_that_of_everybody() {
    let graph = faulty(json!({"faults": [{"fault": "caller", "role": "tenantReader"}]})).await;
    assert_eq!(graph.create_v1(&policy_v1("x")).await.refused(403), "UnAuthorized");
    let body = crate::faults::batch(&[("POST", format!("/{EM}/assignmentPolicies"), Some(policy_v1("x")))]);
    let answered = graph.send("POST", "v1.0/$batch", Some(&body)).await.expect(200);
    assert_eq!(answered["responses"][0]["status"], 403);
}

#[tokio::test]
async fn tokens_expire() {
    let graph = faulty(json!({"faults": [{"fault": "tokenExpiry", "requests": 2}]})).await;
    for token in ["one", "two"] {
        for status in [200, 200, 401, 401] {
            let answer = ask(&graph, token, "GET", "groups", None).await;
            assert_eq!(answer.status, status);
            if status == 401 {
                assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
                assert_eq!(answer.refused(401), "InvalidAuthenticationToken");
            }
        }
    }
    let graph = faulty(json!({"faults": [{"fault": "tokenExpiry", "milliseconds": 300}]})).await;
    ask(&graph, "one", "GET", "groups", None).await.expect(200);
    tokio::time::sleep(Duration::from_millis(320)).await;
    ask(&graph, "one", "GET", "groups", None).await.refused(401);
    ask(&graph, "two", "GET", "groups", None).await.expect(200);
}
