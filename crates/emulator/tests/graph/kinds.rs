//! Packages, catalogs, extensions, the directory and assignments.

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::harness::*;

#[tokio::test]
async fn packages_are_made_changed_and_deleted_in_both_versions() {
    let graph = small().await;
    let v1 = json!({"displayName": "sales reps", "description": "outside", "isHidden": false, "catalog": {"id": CATALOG}});
    let made = graph.em("POST", "v1.0", "accessPackages", Some(&v1)).await.expect(201);
    assert!(made.get("catalog").is_none());
    let path = format!("accessPackages/{}", id(&made));
    let beta = graph.em("GET", "beta", &path, None).await.expect(200);
    assert_eq!((&beta["catalogId"], &beta["isRoleScopesVisible"]), (&json!(CATALOG), &json!(false)));
    let answer = graph
        .em("PATCH", "beta", &path, Some(&json!({"displayName": "reps", "isRoleScopesVisible": true})))
        .await;
    answer.expect(204);
    let shown = graph.em("GET", "v1.0", &format!("{path}?$expand=catalog"), None).await.expect(200);
    assert_eq!((&shown["displayName"], &shown["catalog"]["id"]), (&json!("reps"), &json!(CATALOG)));
    assert!(shown["modifiedDateTime"].as_str() > shown["createdDateTime"].as_str());
    assert_eq!(
        graph.em("PATCH", "beta", &path, Some(&json!({"catalogId": OTHER_CATALOG}))).await.refused(400),
        "InvalidModel"
    );
    assert_eq!(
        graph.em("PATCH", "v1.0", &path, Some(&json!({"catalogId": CATALOG}))).await.refused(400),
        "InvalidModel"
    );
    assert_eq!(
        graph.em("PATCH", "v1.0", &path, Some(&json!({"displayName": ""}))).await.refused(400),
        "InvalidModel"
    );
    graph.em("DELETE", "v1.0", &path, None).await.expect(204);
    graph.em("GET", "beta", &path, None).await.refused(404);
    graph.em("DELETE", "v1.0", &path, None).await.refused(404);

    let beta = json!({"catalogId": CATALOG, "displayName": "sales reps"});
    graph.em("POST", "beta", "accessPackages", Some(&beta)).await.expect(201);
    for (version, body, status) in [
        ("v1.0", json!({"displayName": "x"}), 400),
        ("v1.0", json!({"displayName": "x", "catalog": {"id": PACKAGE}}), 404),
        ("v1.0", json!({"displayName": "x", "catalogId": CATALOG}), 400),
        ("beta", json!({"displayName": "x", "catalog": {"id": CATALOG}}), 400),
        ("beta", json!({"catalogId": CATALOG}), 400),
        ("v1.0", json!({"displayName": "x", "catalog": {"id": CATALOG}, "isHidden": "no"}), 400),
    ] {
        graph.em("POST", version, "accessPackages", Some(&body)).await.refused(status);
    }
}

#[tokio::test]
async fn a_package_takes_its_policies_with_it_unless_it_is_in_use() {
    let graph = serve(Options::default()).await;
    let all = graph
        .em("GET", "v1.0", "assignments?$expand=accessPackage,assignmentPolicy,target", None)
        .await
        .expect(200);
    let assignment = &all["value"][0];
    assert_eq!(assignment["state"], "delivered");
    assert_eq!(assignment["target"]["subjectType"], "user");
    let package = id(&assignment["accessPackage"]);
    let policy = id(&assignment["assignmentPolicy"]);
    let path = format!("accessPackages/{package}");
    assert_eq!(graph.em("DELETE", "v1.0", &path, None).await.refused(400), "AccessPackageHasAssignments");
    for (version, path, found) in [
        ("v1.0", format!("assignments?$filter=accessPackage/id%20eq%20'{package}'"), 3),
        (
            "v1.0",
            format!(
                "assignments?$filter=assignmentPolicy/id%20eq%20'{policy}'%20and%20state%20eq%20'delivered'"
            ),
            2,
        ),
        ("v1.0", "assignments?$filter=assignmentState%20eq%20'Delivered'".to_owned(), 2),
        (
            "beta",
            format!("accessPackageAssignments?$filter=accessPackageAssignmentPolicy/Id%20eq%20'{policy}'"),
            3,
        ),
        (
            "beta",
            format!(
                "accessPackageAssignments?$filter=accessPackageId%20eq%20'{package}'%20and%20assignmentState%20eq%20'Expired'"
            ),
            1,
        ),
        (
            "beta",
            "accessPackageAssignments?$expand=target,accessPackage,accessPackageAssignmentPolicy".to_owned(),
            3,
        ),
    ] {
        let page = graph.em("GET", version, &path, None).await.expect(200);
        assert_eq!(page["value"].as_array().unwrap().len(), found, "{path}");
    }
    let count = format!("assignments/$count?$filter=accessPackage/id%20eq%20'{package}'");
    assert_eq!(graph.em("GET", "v1.0", &count, None).await.text, "3");

    let graph = small().await;
    let made = graph.create_v1(&policy_v1("goes too")).await.expect(201);
    graph.em("DELETE", "v1.0", &format!("accessPackages/{PACKAGE}"), None).await.expect(204);
    graph.em("GET", "v1.0", &format!("assignmentPolicies/{}", id(&made)), None).await.refused(404);
}

#[tokio::test]
async fn catalogs_are_made_changed_and_deleted_in_both_versions() {
    let graph = small().await;
    let v1 = json!({"displayName": "sales", "description": "x", "state": "unpublished", "isExternallyVisible": true});
    let made = graph.em("POST", "v1.0", "catalogs", Some(&v1)).await.expect(201);
    assert_eq!((&made["catalogType"], &made["state"]), (&json!("userManaged"), &json!("unpublished")));
    let path = format!("accessPackageCatalogs/{}", id(&made));
    let beta = graph.em("GET", "beta", &path, None).await.expect(200);
    assert_eq!(
        (&beta["catalogType"], &beta["catalogStatus"]),
        (&json!("UserManaged"), &json!("Unpublished"))
    );
    graph.em("PATCH", "beta", &path, Some(&json!({"catalogStatus": "Published"}))).await.expect(204);
    let path = format!("catalogs/{}", id(&made));
    assert_eq!(graph.em("GET", "v1.0", &path, None).await.expect(200)["state"], "published");
    assert_eq!(
        graph.em("PATCH", "v1.0", &path, Some(&json!({"state": "Published"}))).await.refused(400),
        "InvalidModel"
    );
    assert_eq!(
        graph.em("PATCH", "v1.0", &path, Some(&json!({"catalogStatus": "Published"}))).await.refused(400),
        "InvalidModel"
    );
    graph.em("DELETE", "v1.0", &path, None).await.expect(204);
    assert_eq!(
        graph.em("DELETE", "v1.0", &format!("catalogs/{CATALOG}"), None).await.refused(400),
        "CatalogNotEmpty"
    );
}

#[tokio::test]
async fn extensions_belong_to_a_catalog_and_are_kept_while_in_use() {
    let graph = small().await;
    let extension = json!({
        "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
        "displayName": "mail",
        "endpointConfiguration": {
            "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
            "subscriptionId": "38ab2ccc-3747-4567-b36b-9478f5602f0d", "resourceGroupName": "g", "logicAppWorkflowName": "f"
        },
        "authenticationConfiguration": {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"},
        "clientConfiguration": {"maximumRetries": 1, "timeoutInMilliseconds": 1000},
        "callbackConfiguration": {"@odata.type": "#microsoft.graph.customExtensionCallbackConfiguration", "timeoutDuration": "PT1H"}
    });
    let path = format!("catalogs/{CATALOG}/customWorkflowExtensions");
    let made = graph.em("POST", "v1.0", &path, Some(&extension)).await.expect(201);
    assert!(made["lastModifiedDateTime"].is_string() && made.get("catalog").is_none());
    for (pointer, value) in [
        ("/@odata.type", json!("#microsoft.graph.customCalloutExtension")),
        ("/endpointConfiguration/@odata.type", Value::Null),
        ("/endpointConfiguration/targetUrl", json!("https://example.com")),
        ("/clientConfiguration/maximumRetries", json!(2)),
        ("/clientConfiguration/timeoutInMilliseconds", json!(100)),
        ("/callbackConfiguration/timeoutDuration", json!("1 hour")),
        ("/nobodyKnows", json!(1)),
    ] {
        let body = with(extension.clone(), pointer, value);
        assert_eq!(
            graph.em("POST", "v1.0", &path, Some(&body)).await.refused(400),
            "InvalidModel",
            "{pointer}"
        );
    }
    let nowhere = format!("catalogs/{PACKAGE}/customWorkflowExtensions");
    graph.em("POST", "v1.0", &nowhere, Some(&extension)).await.refused(404);
    let listed = graph
        .em(
            "GET",
            "beta",
            &format!("accessPackageCatalogs/{CATALOG}/accessPackageCustomWorkflowExtensions"),
            None,
        )
        .await;
    assert_eq!(listed.expect(200)["value"].as_array().unwrap().len(), 2);

    let policy = graph.create_v1(&crate::strict::full_v1("uses it")).await.expect(201);
    let used = format!("{path}/{EXTENSION}");
    assert_eq!(graph.em("DELETE", "v1.0", &used, None).await.refused(400), "CustomExtensionInUse");
    graph.em("DELETE", "v1.0", &format!("assignmentPolicies/{}", id(&policy)), None).await.expect(204);
    graph.em("DELETE", "v1.0", &used, None).await.expect(204);
    graph.em("GET", "v1.0", &used, None).await.refused(404);
    graph.em("DELETE", "v1.0", &format!("{path}/{}", id(&made)), None).await.expect(204);
}

#[tokio::test]
async fn the_directory_is_looked_up_by_id_name_and_filter() {
    let graph = small().await;
    let ana = graph.get("v1.0/users/ANA@contoso.com").await.expect(200);
    assert_eq!(ana["id"], USER);
    assert!(ana.get("department").is_none(), "it comes only when it is selected");
    assert_eq!(
        graph.get(&format!("beta/users/{USER}?$select=department")).await.expect(200)["department"],
        "Sales"
    );
    for path in [
        "v1.0/servicePrincipals(appId='66000000-0000-4000-8000-000000000001')".to_owned(),
        "v1.0/servicePrincipals(appId=%2766000000-0000-4000-8000-000000000001%27)".to_owned(),
        format!("beta/servicePrincipals/{PRINCIPAL}"),
        format!("v1.0/servicePrincipals('{PRINCIPAL}')"),
    ] {
        assert_eq!(graph.get(&path).await.expect(200)["displayName"], "Build agent", "{path}");
    }
    let found = async |path: &str| graph.get(path).await.expect(200)["value"].as_array().unwrap().len();
    assert_eq!(found("v1.0/groups?$filter=displayName%20eq%20'partner%20DESK'&$select=id,displayName,securityEnabled,groupTypes").await, 1);
    assert_eq!(found("v1.0/users?$filter=displayName+eq+'Ana+O''Hara'").await, 1);
    assert_eq!(found("v1.0/users?$filter=startswith(displayName,'a')%20or%20userPrincipalName%20in%20('ben@contoso.com')").await, 2);
    assert_eq!(
        found("v1.0/servicePrincipals?$filter=appId%20eq%20'66000000-0000-4000-8000-000000000001'").await,
        1
    );
    assert_eq!(found("v1.0/users?$filter=displayName%20eq%20'nobody'").await, 0);
    assert_eq!(graph.get("v1.0/users/nobody@contoso.com").await.refused(404), "Request_ResourceNotFound");
    assert_eq!(graph.get(&format!("v1.0/users/{GROUP}")).await.refused(404), "Request_ResourceNotFound");
    assert_eq!(
        graph.get(&format!("v1.0/directoryObjects/{GROUP}")).await.expect(200)["@odata.type"],
        "#microsoft.graph.group"
    );
    let sponsors = format!("connectedOrganizations/{ORGANIZATION}?$expand=internalSponsors,externalSponsors");
    let organization = graph.em("GET", "v1.0", &sponsors, None).await.expect(200);
    assert_eq!(organization["internalSponsors"][0]["userPrincipalName"], "ana@contoso.com");
    assert_eq!(organization["externalSponsors"], json!([]));

    // What the directory answers only to those who accept a late answer.
    for query in
        ["users?$filter=displayName%20ne%20'x'", "users?$filter=endswith(mail,'.com')", "users/$count"]
    {
        assert_eq!(
            graph.get(&format!("v1.0/{query}")).await.refused(400),
            "Request_UnsupportedQuery",
            "{query}"
        );
    }
    let url = format!("{}/v1.0/users?$filter=displayName%20ne%20'x'&$count=true", graph.running.url());
    let request =
        graph.http.get(url).header("Authorization", "Bearer x").header("ConsistencyLevel", "eventual");
    assert_eq!(answer(request).await.expect(200)["@odata.count"], 2);
}

#[tokio::test]
async fn ids_are_resolved_in_one_go() {
    let graph = small().await;
    let ids = json!([USER, GROUP, PRINCIPAL, "88000000-0000-4000-8000-000000000000"]);
    let resolve = async |body: Value| graph.send("POST", "v1.0/directoryObjects/getByIds", Some(&body)).await;
    let all = resolve(json!({"ids": ids})).await.expect(200);
    let mut types: Vec<&str> = all["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|object| object["@odata.type"].as_str().unwrap())
        .collect();
    types.sort_unstable();
    assert_eq!(
        types,
        ["#microsoft.graph.group", "#microsoft.graph.servicePrincipal", "#microsoft.graph.user"]
    );
    let groups = resolve(json!({"ids": ids, "types": ["group"]})).await.expect(200);
    assert_eq!(groups["value"][0]["displayName"], "Partner desk");
    assert_eq!(groups["value"].as_array().unwrap().len(), 1);
    for body in [
        json!({}),
        json!({"ids": []}),
        json!({"ids": "x"}),
        json!({"ids": vec![USER; 1001]}),
        json!({"ids": [USER], "x": 1}),
    ] {
        assert_eq!(resolve(body).await.refused(400), "BadRequest");
    }
}

#[tokio::test]
async fn the_tenant_says_who_it_is() {
    let graph = serve(Options { tenant_id: Some("a-tenant".to_owned()), ..Options::default() }).await;
    assert_eq!(graph.running.tenant_id(), "a-tenant");
    assert_eq!(graph.get("v1.0/organization").await.expect(200)["value"][0]["id"], "a-tenant");
}
