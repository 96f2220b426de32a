//! The emulator as a client meets it: sign-in, headers, paths, methods and bodies.

use entrant_emulator::{Options, builtin_tenant, start};

use crate::harness::*;
use serde_json::{Value, json};

#[tokio::test]
async fn the_built_in_tenant_serves_in_both_versions() {
    let graph = serve(Options::default()).await;
    let v1 = graph
        .em("GET", "v1.0", "assignmentPolicies?$expand=accessPackage($expand=catalog)", None)
        .await
        .expect(200);
    assert_eq!(v1["value"][0]["displayName"], "Initial Policy");
    assert_eq!(v1["value"][0]["accessPackage"]["catalog"]["displayName"], "Sales");
    let beta = graph.em("GET", "beta", "accessPackageAssignmentPolicies", None).await.expect(200);
    assert_eq!(beta["value"][0]["durationInDays"], 365);
    assert_eq!(beta["value"][0]["id"], v1["value"][0]["id"]);
    assert!(builtin_tenant().as_object().unwrap().len() == 9);
    println!("{v1:#}\n{beta:#}");
    let _: Value = json!({});
    let refused = start(Options::default(), "192.0.2.1:0".parse().unwrap()).await;
    assert!(refused.unwrap_err().to_string().contains("loopback"));
}
