//! Sign-in, headers, paths, methods and bodies.

use entrant_emulator::{Options, start};
use serde_json::json;

use crate::harness::*;

#[tokio::test]
async fn only_loopback_is_served() {
    let refused = start(Options::default(), "192.0.2.1:0".parse().unwrap()).await;
    assert!(refused.unwrap_err().to_string().contains("loopback"));
}

#[tokio::test]
async fn the_token_is_checked_before_anything_else() {
    let graph = small().await;
    let url = format!("{}/v1.0/groups", graph.running.url());
    for authorization in [None, Some("Bearer invalid"), Some("Bearer "), Some("Basic dGVzdA=="), Some("test")]
    {
        let request = graph.http.get(&url);
        let request = match authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        };
        let refused = answer(request).await;
        assert!(refused.headers.contains_key("www-authenticate"));
        assert_eq!(refused.refused(401), "InvalidAuthenticationToken", "{authorization:?}");
    }
    graph.get("v1.0/groups").await.expect(200);

    let pinned = serve(Options { token: Some("mine".to_owned()), ..Options::default() }).await;
    assert_eq!(pinned.get("v1.0/groups").await.refused(401), "InvalidAuthenticationToken");
    let url = format!("{}/v1.0/groups", pinned.running.url());
    assert_eq!(answer(pinned.http.get(url).header("Authorization", "Bearer mine")).await.status, 200);
}

#[tokio::test]
async fn ids_of_requests_are_made_and_echoed() {
    let graph = small().await;
    let url = format!("{}/v1.0/groups/none", graph.running.url());
    let sent = "5c0d6a5e-0000-4000-8000-000000000001";
    let request = graph.http.get(url).header("Authorization", "Bearer x").header("client-request-id", sent);
    let refused = answer(request).await;
    assert_eq!(refused.headers["client-request-id"], sent);
    assert!(refused.headers.contains_key("date"));
    assert_eq!(refused.body["error"]["innerError"]["client-request-id"], sent);
    assert_eq!(refused.refused(404), "Request_ResourceNotFound");
    let plain = graph.get("v1.0/groups").await;
    assert_eq!(plain.headers["request-id"], plain.headers["client-request-id"]);
    let kind = plain.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("application/json"), "{kind}");
}

#[tokio::test]
async fn paths_that_graph_does_not_serve_are_told_from_objects_that_are_gone() {
    let graph = small().await;
    for path in [
        format!("v1.0/{EM}/accessPackages/{PACKAGE}/assignmentPolicies"),
        format!("v1.0/{EM}/accessPackages/{PACKAGE}/assignmentPolicies/x"),
        format!("v1.0/{EM}/catalogs/{CATALOG}/accessPackages/{PACKAGE}/assignmentPolicies"),
        format!("beta/{EM}/accessPackages/{PACKAGE}/accessPackageAssignmentPolicies"),
        format!(
            "beta/{EM}/accessPackageCatalogs/{CATALOG}/accessPackages/{PACKAGE}/accessPackageAssignmentPolicies"
        ),
    ] {
        let refused = graph.get(&path).await;
        let message = refused.body["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(
            message.starts_with("No HTTP resource was found that matches the request URI"),
            "{path}: {message}"
        );
        assert_ne!(refused.refused(404), "ResourceNotFound");
    }
    for path in [
        "v1.0".to_owned(),
        "v1.0/nothing".to_owned(),
        format!("v1.0/{EM}"),
        format!("v1.0/{EM}/accessPackageAssignmentPolicies"),
        format!("v1.0/{EM}/accessPackageCatalogs"),
        format!("beta/{EM}/assignmentPolicies"),
        format!("beta/{EM}/catalogs"),
        format!("v1.0/{EM}/accessPackages/{PACKAGE}/nothing"),
        "v2.0/groups".to_owned(),
        "v1.0/groups/%zz".to_owned(),
    ] {
        assert_eq!(graph.get(&path).await.refused(400), "BadRequest", "{path}");
    }
    for path in [
        "assignmentPolicies/x",
        "accessPackages/x",
        "catalogs/x",
        "assignments/x",
        "connectedOrganizations/x",
    ] {
        assert_eq!(graph.em("GET", "v1.0", path, None).await.refused(404), "ResourceNotFound", "{path}");
    }
}

#[tokio::test]
async fn a_policy_has_no_patch() {
    let graph = small().await;
    let made = graph.create_v1(&policy_v1("x")).await.expect(201);
    for (version, path) in [("v1.0", "assignmentPolicies"), ("beta", "accessPackageAssignmentPolicies")] {
        let path = format!("{path}/{}", id(&made));
        let refused = graph.em("PATCH", version, &path, Some(&json!({"displayName": "y"}))).await;
        assert_eq!(refused.headers["allow"], "GET, PUT, DELETE");
        refused.refused(405);
    }
    for (method, path) in [
        ("PUT", format!("accessPackages/{PACKAGE}")),
        ("PUT", "assignmentPolicies".to_owned()),
        ("DELETE", "assignmentPolicies".to_owned()),
        ("POST", "assignments".to_owned()),
        ("POST", format!("catalogs/{CATALOG}/accessPackages")),
        ("POST", "resourceEnvironments".to_owned()),
    ] {
        graph.em(method, "v1.0", &path, Some(&json!({}))).await.refused(405);
    }
    for path in ["groups", "users", "servicePrincipals"] {
        graph.send("POST", &format!("v1.0/{path}"), Some(&json!({}))).await.refused(405);
    }
}

#[tokio::test]
async fn a_body_is_json_and_says_so() {
    let graph = small().await;
    let url = format!("{}/v1.0/{EM}/assignmentPolicies", graph.running.url());
    let post = |kind: Option<&str>, body: &str| {
        let request = graph.http.post(&url).header("Authorization", "Bearer x").body(body.to_owned());
        answer(match kind {
            Some(kind) => request.header("Content-Type", kind),
            None => request,
        })
    };
    let good = policy_v1("x").to_string();
    assert_eq!(post(None, &good).await.refused(415), "UnsupportedMediaType");
    assert_eq!(post(Some("text/plain"), &good).await.refused(415), "UnsupportedMediaType");
    assert_eq!(post(Some("application/json"), "{").await.refused(400), "BadRequest");
    assert_eq!(post(Some("application/json"), "").await.refused(400), "BadRequest");
    assert_eq!(post(Some("application/json"), "[]").await.refused(400), "InvalidModel");
    assert_eq!(
        post(Some("application/json"), r#"{"displayName": "a", "displayName": "b"}"#).await.refused(400),
        "BadRequest"
    );
    post(Some("application/json; charset=utf-8"), &good).await.expect(201);
    let huge = format!("{{\"displayName\": \"{}\"}}", "x".repeat(5 * 1024 * 1024));
    assert_eq!(post(Some("application/json"), &huge).await.status, 413);
}

#[tokio::test]
async fn links_lead_back_to_the_host_that_was_used() {
    let graph = small().await;
    let port = graph.running.address().port();
    // The last is that of a program in between.
    for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}"), "127.0.0.1:9".to_owned()] {
        let request = graph.http.get(format!("http://127.0.0.1:{port}/v1.0/users?$top=1"));
        let page =
            answer(request.header("Authorization", "Bearer x").header("Host", &host)).await.expect(200);
        assert!(page["@odata.nextLink"].as_str().unwrap().starts_with(&format!("http://{host}/v1.0/users?")));
    }
    let request = graph.http.get(format!("http://127.0.0.1:{port}/v1.0/users?$top=1"));
    let page =
        answer(request.header("Authorization", "Bearer x").header("Host", "evil.example")).await.expect(200);
    assert!(page["@odata.nextLink"].as_str().unwrap().starts_with(graph.running.url()));
}

#[tokio::test]
async fn latency_holds_up_every_request() {
    let latency = std::time::Duration::from_millis(60);
    let graph = serve(Options { latency, ..Options::default() }).await;
    let begun = std::time::Instant::now();
    graph.get("v1.0/groups").await.expect(200);
    assert!(begun.elapsed() >= latency);
}
