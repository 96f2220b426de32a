//! Members that no description has: a live estate holds them, an update must not lose them, and
//! nobody can make them up.

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::harness::*;
use crate::strict::full_v1;

const POLICY: &str = "99000000-0000-4000-8000-000000000001";

async fn with_unknown() -> Graph {
    let mut seed = small_seed();
    let mut policy = full_v1("Everything");
    policy["id"] = json!(POLICY);
    policy["unknownToAll"] =
        serde_json::from_str(r#"{"b": 1.50, "a": [1000.0, null], "text": "é"}"#).unwrap();
    policy["reviewSettings"]["unknownInside"] = json!(true);
    policy["specificAllowedTargets"][1]["unknownInside"] = json!(["x"]);
    policy["requestApprovalSettings"]["stages"][0]["unknownInside"] = json!({"deep": 1});
    policy["questions"][1]["choices"][0]["unknownInside"] = json!(7);
    seed["assignmentPolicies"] = json!([policy]);
    seed["accessPackages"][0]["unknownToAll"] = json!("kept");
    serve(Options { seed: Some(seed), ..Options::default() }).await
}

#[tokio::test]
async fn a_put_that_carries_them_keeps_them_to_the_byte() {
    let graph = with_unknown().await;
    for (version, path) in [("v1.0", "assignmentPolicies"), ("beta", "accessPackageAssignmentPolicies")] {
        let mut body =
            if version == "beta" { graph.read_beta(POLICY).await } else { graph.read_v1(POLICY).await };
        assert_eq!(body["unknownToAll"].to_string(), r#"{"b":1.50,"a":[1000.0,null],"text":"é"}"#);
        assert_eq!(body.to_string().matches("unknownInside").count(), 4, "{version}");
        body["displayName"] = json!(version);
        if version == "v1.0" {
            body["accessPackage"] = json!({"id": PACKAGE});
        }
        graph.em("PUT", version, &format!("{path}/{POLICY}"), Some(&body)).await.expect(200);
        let after =
            if version == "beta" { graph.read_beta(POLICY).await } else { graph.read_v1(POLICY).await };
        assert_eq!(after["unknownToAll"].to_string(), r#"{"b":1.50,"a":[1000.0,null],"text":"é"}"#);
        assert_eq!(after.to_string().matches("unknownInside").count(), 4, "{version}");
    }
    let path = format!("accessPackages/{PACKAGE}");
    graph
        .em("PATCH", "v1.0", &path, Some(&json!({"displayName": "Renamed", "unknownToAll": "changed"})))
        .await
        .expect(204);
    assert_eq!(graph.em("GET", "beta", &path, None).await.expect(200)["unknownToAll"], "changed");
}

#[tokio::test]
async fn they_are_refused_where_the_object_has_none() {
    let graph = with_unknown().await;
    let path = format!("assignmentPolicies/{POLICY}");
    let known = with(graph.read_v1(POLICY).await, "/accessPackage", json!({"id": PACKAGE}));
    for pointer in [
        "/unknownInside",
        "/requestorSettings/unknownInside",
        "/questions/0/unknownInside",
        "/reviewSettings/unknownToAll",
    ] {
        let body = with(known.clone(), pointer, json!(1));
        let status = graph.em("PUT", "v1.0", &path, Some(&body)).await.status;
        assert_eq!(status, 400, "{pointer}");
    }
    let made = graph.create_v1(&with(policy_v1("new"), "/unknownToAll", json!(1))).await;
    assert_eq!(made.refused(400), "InvalidModel");
    // A PUT without them drops them, as it drops everything that is left out.
    let mut body = known;
    body.as_object_mut().unwrap().remove("unknownToAll");
    let shown = graph.em("PUT", "v1.0", &path, Some(&body)).await.expect(200);
    assert_eq!(shown.get("unknownToAll"), None::<&Value>);
}
