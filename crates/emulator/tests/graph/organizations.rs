//! Connected organizations with their sponsors, extensions, and the settings of the tenant.

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::harness::*;

fn organization() -> Value {
    json!({
        "displayName": "Northwind", "description": "People of Northwind", "state": "proposed",
        "identitySources": [{"@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "northwind.example", "displayName": "northwind.example"}]
    })
}

#[tokio::test]
async fn organizations_are_made_changed_and_deleted() {
    let graph = small().await;
    for (version, answered) in [("v1.0", 202), ("beta", 204)] {
        let made =
            graph.em("POST", version, "connectedOrganizations", Some(&organization())).await.expect(201);
        assert_eq!(made["state"], "proposed");
        let path = format!("connectedOrganizations/{}", id(&made));
        let changes = json!({"displayName": "Northwind Traders", "description": "x", "state": "configured"});
        let answer = graph.em("PATCH", version, &path, Some(&changes)).await.expect(answered);
        if version == "v1.0" {
            assert_eq!(answer["state"], "configured");
        }
        let shown = graph.em("GET", version, &path, None).await.expect(200);
        assert_eq!(
            (&shown["displayName"], &shown["state"]),
            (&json!("Northwind Traders"), &json!("configured"))
        );
        assert_eq!(shown["identitySources"], organization()["identitySources"]);
        let same = json!({"identitySources": shown["identitySources"]});
        graph.em("PATCH", version, &path, Some(&same)).await.expect(answered);
        let filter = encoded(
            "identitySources/any(is:is/microsoft.graph.domainIdentitySource/domainName eq 'northwind.example')",
        );
        let found = graph.em("GET", version, &format!("connectedOrganizations?$filter={filter}"), None).await;
        assert_eq!(found.expect(200)["value"].as_array().unwrap().len(), 1);
        for body in [
            json!({"identitySources": []}),
            json!({"displayName": ""}),
            json!({"state": "Configured"}),
            json!({"state": null}),
            json!({"unknown": 1}),
            json!({"internalSponsors": []}),
        ] {
            let refused = graph.em("PATCH", version, &path, Some(&body)).await;
            assert_eq!(refused.refused(400), "InvalidModel", "{body}");
        }
        graph.em("DELETE", version, &path, None).await.expect(204);
        graph.em("GET", version, &path, None).await.refused(404);
    }
    for (pointer, value) in [
        ("/displayName", Value::Null),
        ("/identitySources", json!([])),
        ("/identitySources", Value::Null),
        ("/identitySources/0/@odata.type", Value::Null),
        ("/identitySources/0/@odata.type", json!("#microsoft.graph.azureActiveDirectoryTenant")),
        ("/state", json!("unknownFutureValue")),
        ("/externalSponsors", json!([])),
    ] {
        let body = with(organization(), pointer, value);
        let refused = graph.em("POST", "v1.0", "connectedOrganizations", Some(&body)).await;
        assert_eq!(refused.refused(400), "InvalidModel", "{pointer}");
    }
}

#[tokio::test]
async fn sponsors_come_and_go_by_reference() {
    let graph = small().await;
    let to =
        |kind: &str, id: &str| json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/{kind}/{id}")});
    for version in ["v1.0", "beta"] {
        for kind in ["externalSponsors", "internalSponsors"] {
            let path = format!("connectedOrganizations/{ORGANIZATION}/{kind}");
            for body in [to("users", OTHER_USER), to("groups", GROUP)] {
                graph.em("POST", version, &format!("{path}/$ref"), Some(&body)).await.expect(204);
            }
            let listed = graph.em("GET", version, &path, None).await.expect(200);
            let listed = listed["value"].as_array().unwrap();
            assert!(listed.iter().any(|sponsor| sponsor["@odata.type"] == "#microsoft.graph.group"));
            for target in [OTHER_USER, GROUP] {
                graph.em("DELETE", version, &format!("{path}/{target}/$ref"), None).await.expect(204);
            }
            graph.em("DELETE", version, &format!("{path}/{GROUP}/$ref"), None).await.refused(404);
            let principal = to("servicePrincipals", PRINCIPAL);
            graph.em("POST", version, &format!("{path}/$ref"), Some(&principal)).await.refused(400);
            graph.em("POST", version, &format!("{path}/$ref"), Some(&to("users", GROUP))).await.refused(404);
        }
    }
    let path = format!("connectedOrganizations/{ORGANIZATION}?$expand=internalSponsors");
    assert_eq!(graph.em("GET", "v1.0", &path, None).await.expect(200)["internalSponsors"][0]["id"], USER);
}

#[tokio::test]
async fn extensions_are_changed_by_put_and_patch() {
    let graph = small().await;
    let path = format!("catalogs/{CATALOG}/customWorkflowExtensions/{EXTENSION}");
    let ty = "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension";
    let put = json!({"@odata.type": ty, "displayName": "renamed", "description": "y"});
    let shown = graph.em("PUT", "v1.0", &path, Some(&put)).await.expect(200);
    assert_eq!((&shown["displayName"], &shown["id"]), (&json!("renamed"), &json!(EXTENSION)));
    assert_eq!(shown["endpointConfiguration"]["logicAppWorkflowName"], "flow");
    let beta = format!("accessPackageCatalogs/{CATALOG}/accessPackageCustomWorkflowExtensions/{EXTENSION}");
    let part = json!({"@odata.type": ty, "clientConfiguration": {"maximumRetries": 1, "timeoutInMilliseconds": 500}});
    assert_eq!(graph.em("PATCH", "beta", &beta, Some(&part)).await.status, 204);
    let shown = graph.em("GET", "v1.0", &path, None).await.expect(200);
    assert_eq!(
        (&shown["displayName"], &shown["clientConfiguration"]["maximumRetries"]),
        (&json!("renamed"), &json!(1))
    );
    for body in [
        json!({"displayName": "no type"}),
        json!({"@odata.type": "#microsoft.graph.accessPackageAssignmentWorkflowExtension", "displayName": "another"}),
        json!({"@odata.type": ty, "displayName": ""}),
        json!({"@odata.type": ty, "clientConfiguration": {"maximumRetries": 9}}),
        json!({"@odata.type": ty, "callbackConfiguration": {"timeoutDuration": "PT1M"}}),
        json!({"@odata.type": ty, "unknown": 1}),
    ] {
        assert_eq!(graph.em("PUT", "v1.0", &path, Some(&body)).await.refused(400), "InvalidModel", "{body}");
    }
    let elsewhere = format!("catalogs/{OTHER_CATALOG}/customWorkflowExtensions/{EXTENSION}");
    graph.em("PUT", "v1.0", &elsewhere, Some(&put)).await.refused(404);
}

#[tokio::test]
async fn there_is_one_set_of_settings() {
    let graph = small().await;
    let shown = graph.em("GET", "v1.0", "settings", None).await.expect(200);
    assert_eq!(shown["externalUserLifecycleAction"], "blockSignInAndDelete");
    assert_eq!(shown["durationUntilExternalUserDeletedAfterBlocked"], "P30D");
    let body =
        json!({"externalUserLifecycleAction": "BlockSignIn", "daysUntilExternalUserDeletedAfterBlocked": 7});
    graph.em("PATCH", "beta", "settings", Some(&body)).await.expect(204);
    let shown = graph.em("GET", "v1.0", "settings", None).await.expect(200);
    assert_eq!(
        (&shown["externalUserLifecycleAction"], &shown["durationUntilExternalUserDeletedAfterBlocked"]),
        (&json!("blockSignIn"), &json!("P7D"))
    );
    let body = json!({"durationUntilExternalUserDeletedAfterBlocked": "P10D"});
    graph.em("PATCH", "v1.0", "settings", Some(&body)).await.expect(204);
    let shown = graph.em("GET", "beta", "settings", None).await.expect(200);
    assert_eq!(
        (&shown["externalUserLifecycleAction"], &shown["daysUntilExternalUserDeletedAfterBlocked"]),
        (&json!("BlockSignIn"), &json!(10))
    );
    for (version, body) in [
        ("v1.0", json!({"daysUntilExternalUserDeletedAfterBlocked": 1})),
        ("v1.0", json!({"externalUserLifecycleAction": "delete"})),
        ("v1.0", json!({"durationUntilExternalUserDeletedAfterBlocked": 10})),
        ("v1.0", json!({"externalUserLifecycleAction": null})),
        ("beta", json!({"daysUntilExternalUserDeletedAfterBlocked": -1})),
    ] {
        let refused = graph.em("PATCH", version, "settings", Some(&body)).await;
        assert_eq!(refused.refused(400), "InvalidModel", "{body}");
    }
    graph.em("DELETE", "v1.0", "settings", None).await.refused(405);
}

#[tokio::test]
async fn a_domain_of_a_tenant_is_that_tenant() {
    let tenant = "77000000-0000-4000-8000-000000000001";
    let seed = json!({"tenantInformation": [{
        "tenantId": tenant, "displayName": "Tailspin", "defaultDomainName": "tailspin.onmicrosoft.com",
        "domains": ["tailspintoys.com"],
    }]});
    let graph = serve(Options { seed: Some(seed), ..Options::default() }).await;
    let ask = |call: &str| format!("v1.0/tenantRelationships/{call}");
    for call in [
        "findTenantInformationByDomainName(domainName='TailspinToys.com')".to_owned(),
        "findTenantInformationByDomainName(domainName='tailspin.onmicrosoft.com')".to_owned(),
        format!("findTenantInformationByTenantId(tenantId='{tenant}')"),
    ] {
        let found = graph.send("GET", &ask(&call), None).await.expect(200);
        assert_eq!(
            (&found["tenantId"], &found["defaultDomainName"]),
            (&json!(tenant), &json!("tailspin.onmicrosoft.com"))
        );
        assert_eq!((&found["federationBrandName"], &found["domains"]), (&Value::Null, &Value::Null));
    }
    for (call, status) in [
        ("findTenantInformationByDomainName(domainName='nobody.example')", 404),
        ("findTenantInformationByTenantId(tenantId='nobody')", 404),
        ("findTenantInformationByDomainName(tenantId='tailspintoys.com')", 400),
        ("findTenantInformationByDomainName", 400),
    ] {
        graph.send("GET", &ask(call), None).await.refused(status);
    }
    let with = |source: Value| {
        let mut body = organization();
        body["identitySources"] = json!([source]);
        body
    };
    let source = |ty: &str, member: &str, value: &str| json!({"@odata.type": format!("#microsoft.graph.{ty}"), (member): value});
    let by_domain = with(source("domainIdentitySource", "domainName", "tailspintoys.com"));
    let made = graph.em("POST", "v1.0", "connectedOrganizations", Some(&by_domain)).await.expect(201);
    assert_eq!(
        made["identitySources"],
        json!([{"@odata.type": "#microsoft.graph.azureActiveDirectoryTenant", "displayName": "Tailspin", "tenantId": tenant}])
    );
    for refused in [
        source("azureActiveDirectoryTenant", "tenantId", tenant),
        source("azureActiveDirectoryTenant", "tenantId", ""),
        source("domainIdentitySource", "displayName", "tailspintoys.com"),
    ] {
        let answer = graph.em("POST", "v1.0", "connectedOrganizations", Some(&with(refused.clone()))).await;
        assert_eq!(answer.refused(400), "InvalidModel", "{refused}");
    }
    let unknown = source("azureActiveDirectoryTenant", "tenantId", "77000000-0000-4000-8000-000000000009");
    graph.em("POST", "v1.0", "connectedOrganizations", Some(&with(unknown))).await.expect(201);
}
