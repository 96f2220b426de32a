//! `$batch`: many requests in one, each answered for itself.

use serde_json::{Value, json};

use crate::harness::*;

async fn run(graph: &Graph, requests: Value) -> Answer {
    graph.send("POST", "v1.0/$batch", Some(&json!({ "requests": requests }))).await
}

/// The answer to the request of this id.
fn of<'a>(answer: &'a Value, id: &str) -> &'a Value {
    answer["responses"].as_array().unwrap().iter().find(|response| response["id"] == id).unwrap()
}

#[tokio::test]
async fn each_request_is_answered_by_its_id() {
    let graph = small().await;
    let json_type = json!({"Content-Type": "application/json"});
    let requests = json!([
        {"id": "1", "method": "GET", "url": format!("/groups/{GROUP}?$select=id,displayName")},
        {"id": "2", "method": "GET", "url": "/groups/none"},
        {"id": "3", "method": "POST", "url": format!("/{EM}/assignmentPolicies"), "headers": json_type, "body": policy_v1("batched")},
        {"id": "4", "method": "GET", "url": format!("/{EM}/assignmentPolicies?$filter=displayName eq 'batched'"), "dependsOn": ["3"]},
        {"id": "5", "method": "GET", "url": format!("/{EM}/assignmentPolicies/$count"), "dependsOn": ["3"]}
    ]);
    let answer = run(&graph, requests).await.expect(200);
    assert_eq!(of(&answer, "1")["body"]["displayName"], "Partner desk");
    assert_eq!(of(&answer, "2")["status"], 404);
    assert_eq!(of(&answer, "2")["body"]["error"]["code"], "Request_ResourceNotFound");
    assert_eq!(of(&answer, "3")["status"], 201);
    assert_eq!(of(&answer, "4")["body"]["value"][0]["displayName"], "batched");
    assert_eq!(of(&answer, "5")["body"], "1");
    let order: Vec<&Value> =
        answer["responses"].as_array().unwrap().iter().map(|response| &response["id"]).collect();
    assert_ne!(order, ["1", "2", "3", "4", "5"], "answers come in any order");
}

#[tokio::test]
async fn what_depends_on_a_failure_is_not_carried_out() {
    let graph = small().await;
    let post = |id: &str, name: &str, needs: Value| {
        json!({"id": id, "method": "POST", "url": format!("/{EM}/assignmentPolicies"), "headers": {"Content-Type": "application/json"},
               "body": policy_v1(name), "dependsOn": needs})
    };
    let requests = json!([
        {"id": "c", "method": "GET", "url": "/groups", "dependsOn": ["b"]},
        post("b", "not made", json!(["a"])),
        {"id": "a", "method": "GET", "url": "/groups/none"},
        post("d", "made", Value::Null)
    ]);
    let answer = run(&graph, requests).await.expect(200);
    let status = |id: &str| of(&answer, id)["status"].clone();
    assert_eq!([status("a"), status("b"), status("c"), status("d")], [404, 424, 424, 201]);
    let count = graph.em("GET", "v1.0", "assignmentPolicies/$count", None).await;
    assert_eq!(count.text, "1");
}

#[tokio::test]
async fn a_batch_that_is_not_one_is_refused_as_a_whole() {
    let graph = small().await;
    let get = |id: &str| json!({"id": id, "method": "GET", "url": "/groups"});
    let many: Vec<Value> = (0..21).map(|index| get(&index.to_string())).collect();
    for requests in [
        json!([]),
        json!({}),
        json!(many),
        json!([get("1"), get("1")]),
        json!([{"method": "GET", "url": "/groups"}]),
        json!([{"id": 1, "method": "GET", "url": "/groups"}]),
        json!([{"id": "1", "method": "TRACE", "url": "/groups"}]),
        json!([{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/groups"}]),
        json!([{"id": "1", "method": "POST", "url": "/$batch", "headers": {"Content-Type": "application/json"}, "body": {"requests": []}}]),
        json!([{"id": "1", "method": "POST", "url": "/groups", "body": {}}]),
        json!([{"id": "1", "method": "GET", "url": "/groups", "dependsOn": ["none"]}]),
        json!([{"id": "1", "method": "GET", "url": "/groups", "dependsOn": ["1"]}]),
        json!([{"id": "1", "method": "GET", "url": "/groups", "nobodyKnows": 1}]),
    ] {
        assert_eq!(run(&graph, requests.clone()).await.refused(400), "BadRequest", "{requests}");
    }
    let twenty: Vec<Value> = (0..20).map(|index| get(&index.to_string())).collect();
    assert_eq!(run(&graph, json!(twenty)).await.expect(200)["responses"].as_array().unwrap().len(), 20);
    graph.get("v1.0/$batch").await.refused(405);
}
