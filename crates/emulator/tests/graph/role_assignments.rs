//! Roles in catalogs, and what of the directory is looked up for resources: applications, roles, sites.

use serde_json::json;

use crate::harness::*;
use crate::resources::graph;

const RM: &str = "roleManagement/entitlementManagement";
const OWNER: &str = "ae79f266-94d4-4dab-b730-feca7e132178";
const CREATOR: &str = "ba92d953-d8e0-4e39-a797-0cbedb0a89e8";

#[tokio::test]
async fn roles_in_a_catalog_are_given_and_taken() {
    let graph = small().await;
    let scope = format!("/AccessPackageCatalog/{CATALOG}");
    let body = json!({"principalId": GROUP, "roleDefinitionId": OWNER, "appScopeId": scope});
    for version in ["v1.0", "beta"] {
        let definitions = graph.get(&format!("{version}/{RM}/roleDefinitions")).await.expect(200);
        assert_eq!(definitions["value"].as_array().unwrap().len(), 5);
        assert_eq!(definitions["value"][0]["id"], OWNER);
        let path = format!("{version}/{RM}/roleAssignments");
        let made = graph.send("POST", &path, Some(&body)).await.expect(201);
        assert_eq!(made["appScopeId"], scope);
        assert_eq!(graph.send("POST", &path, Some(&body)).await.refused(409), "DuplicateKey");
        let filter = encoded(&format!("appScopeId eq '{scope}'"));
        let listed = graph.get(&format!("{path}?$filter={filter}&$expand=principal,roleDefinition")).await;
        let listed = listed.expect(200);
        assert_eq!(listed["value"][0]["principal"]["@odata.type"], "#microsoft.graph.group");
        assert_eq!(listed["value"][0]["roleDefinition"]["displayName"], "Catalog owner");
        let other = encoded(&format!("appScopeId eq '/AccessPackageCatalog/{OTHER_CATALOG}'"));
        let none = graph.get(&format!("{path}?$filter={other}")).await.expect(200);
        assert_eq!(none["value"], json!([]));
        let one = format!("{path}/{}", id(&made));
        assert_eq!(graph.get(&one).await.expect(200)["principalId"], GROUP);
        graph.send("PATCH", &one, Some(&body)).await.refused(405);
        graph.send("DELETE", &one, None).await.expect(204);
        graph.send("DELETE", &one, None).await.refused(404);
    }
    let creator = json!({"principalId": USER, "roleDefinitionId": CREATOR, "appScopeId": "/"});
    let path = format!("v1.0/{RM}/roleAssignments");
    graph.send("POST", &path, Some(&creator)).await.expect(201);
    for (pointer, value, status) in [
        ("/principalId", json!(CATALOG), 404),
        ("/roleDefinitionId", json!(USER), 404),
        ("/roleDefinitionId", json!(CREATOR), 400),
        ("/appScopeId", json!("/"), 400),
        ("/appScopeId", json!(CATALOG), 400),
        ("/appScopeId", json!(format!("/AccessPackageCatalog/{USER}")), 404),
        ("/appScopeId", json!(null), 400),
        ("/principalId", json!(5), 400),
        ("/directoryScopeId", json!("/"), 400),
    ] {
        let body = with(body.clone(), pointer, value);
        graph.send("POST", &path, Some(&body)).await.refused(status);
    }
    graph.send("POST", &format!("v1.0/{RM}/roleDefinitions"), Some(&body)).await.refused(405);
}

#[tokio::test]
async fn a_role_goes_with_its_catalog() {
    let graph = small().await;
    let made = graph.em("POST", "v1.0", "catalogs", Some(&json!({"displayName": "New"}))).await.expect(201);
    let scope = format!("/AccessPackageCatalog/{}", id(&made));
    let body = json!({"principalId": PRINCIPAL, "roleDefinitionId": OWNER, "appScopeId": scope});
    let path = format!("v1.0/{RM}/roleAssignments");
    let assignment = graph.send("POST", &path, Some(&body)).await.expect(201);
    graph.em("DELETE", "v1.0", &format!("catalogs/{}", id(&made)), None).await.expect(204);
    graph.get(&format!("{path}/{}", id(&assignment))).await.refused(404);
}

#[tokio::test]
async fn applications_show_their_roles_and_sites_are_found() {
    let graph = graph().await;
    let filter = encoded("displayName eq 'Payroll'");
    let path = format!("v1.0/servicePrincipals?$filter={filter}&$select=id,displayName,appRoles");
    let found = graph.get(&path).await.expect(200);
    let roles = found["value"][0]["appRoles"].as_array().unwrap();
    assert_eq!((&roles[0]["value"], &roles[0]["isEnabled"]), (&json!("clerk"), &json!(true)));
    assert_eq!(
        (&roles[1]["allowedMemberTypes"], roles[1]["id"].is_string()),
        (&json!(["Application"]), true)
    );
    assert_eq!(graph.get("v1.0/applications").await.expect(200)["value"], json!([]));

    let site = graph.get("v1.0/sites/contoso.sharepoint.com:/sites/Sales").await.expect(200);
    assert_eq!(site["webUrl"], "https://contoso.sharepoint.com/sites/Sales");
    assert!(site.get("roles").is_none());
    for path in
        [format!("v1.0/sites/{}", id(&site)), "beta/sites/contoso.sharepoint.com:/sites/sales:".to_owned()]
    {
        assert_eq!(graph.get(&path).await.expect(200)["id"], site["id"], "{path}");
    }
    for path in ["v1.0/sites/root", "v1.0/sites/contoso.sharepoint.com"] {
        let root = graph.get(path).await.expect(200);
        assert_eq!(root["webUrl"], "https://contoso.sharepoint.com", "{path}");
    }
    for (search, found) in [("sales", 1), ("*", 2), ("nothing", 0)] {
        let listed = graph.get(&format!("v1.0/sites?search={search}&$select=id,webUrl")).await.expect(200);
        assert_eq!(listed["value"].as_array().unwrap().len(), found, "{search}");
    }
    graph.get("v1.0/sites/contoso.sharepoint.com:/sites/none").await.refused(404);
    graph.send("POST", "v1.0/sites", Some(&json!({}))).await.refused(405);
}
