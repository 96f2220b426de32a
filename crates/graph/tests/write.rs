//! Writes: which request, once, and what its outcome tells.

mod stub;

use entrant_graph::{ErrorKind, Write};
use entrant_model::{Id, Version};
use serde_json::json;
use stub::{EM, Stub, fails, no_content, not_found, ok, status};

#[tokio::test]
async fn a_policy_is_posted_put_and_deleted_in_its_own_version() {
    let stub = Stub::start(|seen| match seen.method.as_str() {
        "POST" => status(201, &json!({"id": "P1", "displayName": "Staff", "accessPackageId": "AP"})),
        "PUT" => ok(&json!({"id": "p1"})),
        _ => no_content(),
    })
    .await;
    let client = stub.client();
    let body: serde_json::Value =
        serde_json::from_str(r#"{"accessPackageId":"ap","big":12345678901234567890.10}"#).expect("JSON");
    let created = client.create_policy(Version::Beta, &body).await.expect("created");
    assert_eq!((created.id.as_str(), created.parent.as_str()), ("p1", "ap"));
    assert_eq!(created.unread, ["customExtensionStageSettings", "customExtensionHandlers"]);
    client.replace_policy(Version::V1, &Id::new("p1"), &body).await.expect("replaced");
    client.delete_policy(Version::V1, &Id::new("p1")).await.expect("deleted");
    assert_eq!(
        stub.lines(),
        [
            format!("POST /beta/{EM}/accessPackageAssignmentPolicies"),
            format!("PUT /v1.0/{EM}/assignmentPolicies/p1"),
            format!("DELETE /v1.0/{EM}/assignmentPolicies/p1"),
        ]
    );
    let seen = stub.seen();
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    assert_eq!(seen[0].header("prefer"), None);
    assert_eq!(seen[0].body, body.to_string().as_bytes(), "numbers digit for digit");
    assert_eq!(seen[2].header("content-type"), None);
}

#[tokio::test]
async fn a_created_policy_without_its_package_takes_it_from_the_body() {
    let stub =
        Stub::start(|_| status(201, &json!({"id": "p", "displayName": "Staff", "description": ""}))).await;
    let body = json!({"displayName": "Staff", "accessPackage": {"id": "AP"}});
    let created = stub.client().create_policy(Version::V1, &body).await.expect("created");
    assert_eq!(created.parent, Id::new("ap"));
}

#[tokio::test]
async fn an_unreadable_answer_to_a_write_is_unclear() {
    for body in [json!({}), json!({"id": "p"}), json!([])] {
        let stub = Stub::start(move |_| status(201, &body)).await;
        let error = stub
            .client()
            .create_policy(Version::V1, &json!({"accessPackage": {"id": "a"}}))
            .await
            .expect_err("unreadable");
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(error.is_unclear());
    }
}

#[tokio::test]
async fn what_is_gone_is_deleted_and_what_is_refused_is_not() {
    let gone = Stub::start(|_| not_found()).await;
    gone.client().delete_policy(Version::V1, &Id::new("p")).await.expect("gone already");
    let refused = Stub::start(|_| fails(403, "UnAuthorized", "No")).await;
    let error = refused.client().delete_policy(Version::V1, &Id::new("p")).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let proxy = Stub::start(|_| {
        axum::http::Response::builder().status(404).body("<html>nothing here</html>".into()).expect("a page")
    })
    .await;
    let error = proxy.client().delete_policy(Version::V1, &Id::new("p")).await.expect_err("a proxy");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
