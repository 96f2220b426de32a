//! Resources of catalogs, the roles that packages give, and what packages are incompatible with.

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::harness::*;

const APPLICATION: &str = "33000000-0000-4000-8000-000000000002";
const DYNAMIC: &str = "22000000-0000-4000-8000-000000000003";
const SITE: &str = "https://contoso.sharepoint.com/sites/Sales";

/// The small tenant, with an application that has roles, a site, and groups of several sorts.
pub fn seed() -> Value {
    let mut seed = small_seed();
    let add = |seed: &mut Value, name: &str, object: Value| {
        seed[name].as_array_mut().unwrap().push(object);
    };
    seed["groups"][1]["isAssignableToRole"] = json!(true);
    add(
        &mut seed,
        "groups",
        json!({"id": DYNAMIC, "displayName": "Everybody", "groupTypes": ["DynamicMembership"]}),
    );
    add(&mut seed, "groups", json!({"displayName": "From elsewhere", "onPremisesSyncEnabled": true}));
    add(
        &mut seed,
        "servicePrincipals",
        json!({
            "id": APPLICATION, "displayName": "Payroll", "appId": "66000000-0000-4000-8000-000000000002",
            "appRoles": [
                {"id": "99000000-0000-4000-8000-000000000001", "displayName": "Clerk", "value": "clerk"},
                {"displayName": "Robot", "value": "robot", "allowedMemberTypes": ["Application"]},
                {"displayName": "Old", "value": "old", "isEnabled": false}
            ]
        }),
    );
    seed["sites"] =
        json!([{"webUrl": SITE, "displayName": "Sales"}, {"webUrl": "https://contoso.sharepoint.com"}]);
    seed
}

pub async fn graph() -> Graph {
    serve(Options { seed: Some(seed()), ..Options::default() }).await
}

/// The body that puts something into the catalog *Sales*.
pub fn add(version: &str, system: &str, origin: &str) -> Value {
    let resource = json!({"originSystem": system, "originId": origin});
    if version == "beta" {
        json!({"requestType": "AdminAdd", "catalogId": CATALOG, "accessPackageResource": resource})
    } else {
        json!({"requestType": "adminAdd", "catalog": {"id": CATALOG}, "resource": resource})
    }
}

pub async fn request(graph: &Graph, version: &str, body: &Value) -> Answer {
    let path = if version == "beta" { "accessPackageResourceRequests" } else { "resourceRequests" };
    graph.em("POST", version, path, Some(body)).await
}

/// The resource of *Sales* with this origin, with its roles and scopes, in v1.0.
pub async fn resource(graph: &Graph, origin: &str) -> Value {
    let filter = encoded(&format!("originId eq '{origin}'"));
    let path = format!("catalogs/{CATALOG}/resources?$filter={filter}&$expand=roles,scopes,environment");
    let found = graph.em("GET", "v1.0", &path, None).await.expect(200);
    found["value"].get(0).cloned().unwrap_or_default()
}

fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        list.as_array().unwrap().iter().map(|object| object["displayName"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

/// The body that makes a package give the first role of this name.
pub fn role_scope(resource: &Value, role: &str) -> Value {
    let roles = resource["roles"].as_array().unwrap();
    let role = roles.iter().find(|candidate| candidate["displayName"] == role).unwrap();
    json!({
        "role": {
            "id": role["id"], "displayName": role["displayName"],
            "originId": role["originId"], "originSystem": role["originSystem"],
            "resource": {"id": resource["id"], "originId": resource["originId"], "originSystem": resource["originSystem"]}
        },
        "scope": {"id": resource["scopes"][0]["id"], "originId": resource["originId"], "originSystem": resource["originSystem"], "isRootScope": true}
    })
}

#[tokio::test]
async fn each_kind_of_resource_has_the_roles_of_what_it_is() {
    let graph = graph().await;
    for (version, system, origin, name, roles) in [
        ("v1.0", "AadGroup", GROUP, "Partner desk", vec!["Member", "Owner"]),
        (
            "beta",
            "AadGroup",
            OTHER_GROUP,
            "Security reviewers",
            vec!["Eligible Member", "Eligible Owner", "Member", "Owner"],
        ),
        ("v1.0", "AadGroup", DYNAMIC, "Everybody", vec!["Owner"]),
        ("beta", "AadApplication", APPLICATION, "Payroll", vec!["Clerk"]),
        ("v1.0", "AadApplication", PRINCIPAL, "Build agent", vec!["Default Access"]),
        ("beta", "SharePointOnline", SITE, "Sales", vec!["Members", "Owners", "Visitors"]),
        ("v1.0", "DirectoryRole", USER, USER, vec!["Active Member", "Eligible Member"]),
    ] {
        let made = request(&graph, version, &add(version, system, origin)).await.expect(201);
        let state = if version == "beta" { "requestState" } else { "state" };
        assert_eq!(made[state].as_str().unwrap().to_lowercase(), "delivered");
        let resource = resource(&graph, origin).await;
        assert_eq!((&resource["displayName"], &resource["originSystem"]), (&json!(name), &json!(system)));
        assert_eq!(names(&resource["roles"]), roles, "{name}");
        assert_eq!(resource["scopes"][0]["originId"], origin);
        // The catalog's own list has them too.
        let filter = encoded(&format!("(originSystem eq '{system}' and resource/id eq '{}')", id(&resource)));
        let path = format!("catalogs/{CATALOG}/resourceRoles?$filter={filter}&$expand=resource");
        let listed = graph.em("GET", "v1.0", &path, None).await.expect(200);
        assert_eq!(names(&listed["value"]), roles);
        assert_eq!(listed["value"][0]["resource"]["originId"], origin);
        let again = request(&graph, version, &add(version, system, origin)).await;
        assert_eq!(again.refused(400), "ResourceAlreadyOnboarded");
    }
    let mut member = resource(&graph, GROUP).await["roles"].as_array().unwrap().clone();
    let member = member.iter_mut().find(|role| role["displayName"] == "Member").unwrap().take();
    assert_eq!((&member["originId"], &member["type"]), (&json!(format!("Member_{GROUP}")), &json!("active")));
    let eligible = encoded("displayName eq 'Eligible Member' and originSystem eq 'AadGroup'");
    let path = format!("accessPackageCatalogs/{CATALOG}/accessPackageResourceRoles?$filter={eligible}");
    let eligible = graph.em("GET", "beta", &path, None).await.expect(200);
    assert_eq!(eligible["value"][0]["originId"], format!("EligibleMember_{OTHER_GROUP}"));

    let expand = "$expand=accessPackageResourceRoles,accessPackageResourceScopes";
    let path = format!("accessPackageCatalogs/{CATALOG}/accessPackageResources?{expand}");
    let beta = graph.em("GET", "beta", &path, None).await.expect(200);
    assert_eq!(beta["value"].as_array().unwrap().len(), 7);
    assert_eq!(beta["value"][0]["resourceType"], "Security Group");
    assert_eq!(beta["value"][0]["accessPackageResourceScopes"][0]["isRootScope"], true);
    let whole = format!("catalogs/{CATALOG}?$expand=resources($expand=roles),accessPackages");
    let whole = graph.em("GET", "v1.0", &whole, None).await.expect(200);
    assert_eq!(whole["resources"].as_array().unwrap().len(), 7);
    let groups = whole["resources"].as_array().unwrap().iter().filter(|one| one["originId"] == GROUP);
    assert_eq!(groups.map(|one| one["roles"].as_array().unwrap().len()).sum::<usize>(), 2);
    let count = graph.em("GET", "v1.0", "resourceRequests/$count", None).await;
    assert_eq!(count.text, "7");
}

#[tokio::test]
async fn what_cannot_be_added_is_refused() {
    let graph = graph().await;
    let good = add("v1.0", "AadGroup", GROUP);
    for (body, status, code) in [
        (with(good.clone(), "/resource/originId", json!(USER)), 400, "ResourceNotFoundInOriginSystem"),
        (
            with(good.clone(), "/resource/originSystem", json!("AadApplication")),
            400,
            "ResourceNotFoundInOriginSystem",
        ),
        (
            add("v1.0", "SharePointOnline", "https://contoso.sharepoint.com/sites/none"),
            400,
            "ResourceNotFoundInOriginSystem",
        ),
        (with(good.clone(), "/resource/originId", Value::Null), 400, "InvalidModel"),
        (with(good.clone(), "/resource/originSystem", json!("")), 400, "InvalidModel"),
        (with(good.clone(), "/resource/unknown", json!(1)), 400, "InvalidModel"),
        (with(good.clone(), "/resource/attributes", Value::Null), 400, "InvalidModel"),
        (with(good.clone(), "/requestType", json!("AdminAdd")), 400, "InvalidModel"),
        (with(good.clone(), "/requestType", json!("userAdd")), 400, "InvalidModel"),
        (with(good.clone(), "/catalogId", json!(CATALOG)), 400, "InvalidModel"),
        (with(good.clone(), "/catalog/id", json!(PACKAGE)), 404, "ResourceNotFound"),
        (json!({"requestType": "adminAdd", "catalog": {"id": CATALOG}}), 400, "ArgumentNullException"),
        (json!({"requestType": "adminAdd", "resource": good["resource"]}), 400, "ArgumentNullException"),
        (json!({"catalog": {"id": CATALOG}, "resource": good["resource"]}), 400, "InvalidModel"),
    ] {
        assert_eq!(request(&graph, "v1.0", &body).await.refused(status), code, "{body}");
    }
    let elsewhere = graph.get("v1.0/groups?$filter=onPremisesSyncEnabled%20eq%20true").await.expect(200);
    let body = add("v1.0", "AadGroup", id(&elsewhere["value"][0]));
    assert_eq!(request(&graph, "v1.0", &body).await.refused(400), "ResourceNotFoundInOriginSystem");
    for method in ["POST", "PATCH"] {
        let path = format!("catalogs/{CATALOG}/resources");
        graph.em(method, "v1.0", &path, Some(&good["resource"])).await.refused(405);
    }
    assert!(resource(&graph, GROUP).await.is_null());

    // A trial adds nothing.
    let trial = with(add("beta", "AadGroup", GROUP), "/isValidationOnly", json!(true));
    request(&graph, "beta", &trial).await.expect(201);
    assert!(resource(&graph, GROUP).await.is_null());
}

#[tokio::test]
async fn attributes_are_kept_and_changed_in_either_version() {
    let graph = graph().await;
    let attribute = json!({
        "name": "country", "isEditable": true, "isPersistedOnAssignmentRemoval": false,
        "source": {
            "@odata.type": "#microsoft.graph.accessPackageResourceAttributeQuestion",
            "question": {"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "text": "Which?", "isRequired": true}
        },
        "destination": {"@odata.type": "#microsoft.graph.accessPackageUserDirectoryAttributeStore"}
    });
    let body = with(add("v1.0", "AadApplication", APPLICATION), "/resource/attributes", json!([attribute]));
    request(&graph, "v1.0", &body).await.expect(201);
    let shown = resource(&graph, APPLICATION).await;
    assert_eq!(shown["attributes"][0]["source"]["question"]["text"], "Which?");
    let path = format!("accessPackageCatalogs/{CATALOG}/accessPackageResources");
    let beta = graph.em("GET", "beta", &path, None).await.expect(200)["value"][0].clone();
    let attribute = &beta["attributes"][0];
    assert_eq!((&attribute["attributeName"], attribute["id"].is_string()), (&json!("country"), true));
    assert_eq!(attribute["attributeSource"]["question"]["text"]["defaultText"], "Which?");

    let mut changed = attribute.clone();
    changed["attributeName"] = json!("city");
    let body = json!({
        "requestType": "AdminUpdate", "catalogId": CATALOG,
        "accessPackageResource": {"id": beta["id"], "originId": APPLICATION, "originSystem": "AadApplication", "attributes": [changed]}
    });
    let made = request(&graph, "beta", &body).await.expect(201);
    assert_eq!((&made["requestType"], &made["requestStatus"]), (&json!("AdminUpdate"), &json!("Fulfilled")));
    assert_eq!(resource(&graph, APPLICATION).await["attributes"][0]["name"], "city");
    let wrong = with(body, "/accessPackageResource/attributes/0/attributeSource/@odata.type", json!("#x"));
    assert_eq!(request(&graph, "beta", &wrong).await.refused(400), "InvalidModel");
}

#[tokio::test]
async fn a_package_gives_roles_of_its_catalogs_resources() {
    let graph = graph().await;
    request(&graph, "v1.0", &add("v1.0", "AadGroup", GROUP)).await.expect(201);
    request(&graph, "v1.0", &add("v1.0", "AadApplication", APPLICATION)).await.expect(201);
    let group = resource(&graph, GROUP).await;
    let application = resource(&graph, APPLICATION).await;
    let path = format!("accessPackages/{PACKAGE}/resourceRoleScopes");
    let body = role_scope(&group, "Member");
    let made = graph.em("POST", "v1.0", &path, Some(&body)).await.expect(201);
    let expected =
        format!("{}_{}", body["role"]["id"].as_str().unwrap(), body["scope"]["id"].as_str().unwrap());
    assert_eq!(id(&made), expected);
    assert!(made["createdDateTime"].is_string() && made.get("role").is_none());
    assert_eq!(graph.em("POST", "v1.0", &path, Some(&body)).await.refused(409), "DuplicateKey");

    // As beta names it, and as a provider sends it: no ids but that of the resource.
    let beta = json!({
        "accessPackageResourceRole": {
            "originId": "99000000-0000-4000-8000-000000000001", "originSystem": "AadApplication",
            "accessPackageResource": {"id": application["id"], "resourceType": "Application", "originId": APPLICATION}
        },
        "accessPackageResourceScope": {"originId": APPLICATION, "originSystem": "AadApplication"}
    });
    let beta_path = format!("accessPackages/{PACKAGE}/accessPackageResourceRoleScopes");
    let second = graph.em("POST", "beta", &beta_path, Some(&beta)).await.expect(201);
    assert_eq!(second["createdBy"], "admin@contoso.com");

    let expand =
        "$expand=resourceRoleScopes($expand=role($expand=resource),scope),catalog,assignmentPolicies";
    let shown =
        graph.em("GET", "v1.0", &format!("accessPackages/{PACKAGE}?{expand}"), None).await.expect(200);
    let mut given = shown["resourceRoleScopes"].as_array().unwrap().clone();
    // They come in no particular order.
    given.sort_by_key(|given| given["role"]["displayName"].as_str().unwrap().to_owned());
    assert_eq!(given.len(), 2);
    assert_eq!(given[1]["role"]["originId"], format!("Member_{GROUP}"));
    assert_eq!(given[0]["role"]["resource"]["displayName"], "Payroll");
    assert_eq!(given[0]["scope"]["isRootScope"], true);
    let expand = "$expand=accessPackageResourceRoleScopes($expand=accessPackageResourceRole,accessPackageResourceScope)";
    let filter = encoded("displayName eq 'Campaign'");
    let listed = graph.em("GET", "beta", &format!("accessPackages?{expand}&$filter={filter}"), None).await;
    let listed = listed.expect(200);
    let given = listed["value"][0]["accessPackageResourceRoleScopes"].as_array().unwrap();
    assert!(given.iter().any(|given| given["accessPackageResourceRole"]["displayName"] == "Clerk"));
    assert_eq!(graph.em("GET", "v1.0", &path, None).await.expect(200)["value"].as_array().unwrap().len(), 2);
    assert_eq!(
        graph.em("GET", "v1.0", &format!("{path}/{expected}"), None).await.expect(200)["id"],
        expected
    );

    // While it is used it stays.
    let remove =
        json!({"requestType": "adminRemove", "catalog": {"id": CATALOG}, "resource": {"id": group["id"]}});
    assert_eq!(request(&graph, "v1.0", &remove).await.refused(400), "InvalidDeleteResourceHasEntitlements");
    let delete =
        graph.em("DELETE", "v1.0", &format!("catalogs/{CATALOG}/resources/{}", id(&group)), None).await;
    assert!(delete.body["error"]["message"].as_str().unwrap().starts_with("No HTTP resource"));
    delete.refused(404);
    graph.em("DELETE", "v1.0", &format!("{path}/{expected}"), None).await.expect(204);
    graph.em("DELETE", "v1.0", &format!("{path}/{expected}"), None).await.refused(404);
    let removed = request(&graph, "v1.0", &remove).await.expect(201);
    assert_eq!(removed["state"], "delivered");
    assert!(resource(&graph, GROUP).await.is_null());
    let asked = format!("resourceRequests/{}?$expand=catalog,resource", id(&removed));
    let asked = graph.em("GET", "v1.0", &asked, None).await.expect(200);
    assert_eq!((&asked["catalog"]["id"], &asked["resource"]["id"]), (&json!(CATALOG), &group["id"]));
    request(&graph, "v1.0", &remove).await.refused(404);
}

#[tokio::test]
async fn roles_that_are_not_there_are_refused() {
    let graph = graph().await;
    request(&graph, "v1.0", &add("v1.0", "AadGroup", GROUP)).await.expect(201);
    request(&graph, "v1.0", &add("v1.0", "AadGroup", DYNAMIC)).await.expect(201);
    let good = role_scope(&resource(&graph, GROUP).await, "Member");
    let other = format!("accessPackages/{OTHER_PACKAGE}/resourceRoleScopes");
    assert_eq!(graph.em("POST", "v1.0", &other, Some(&good)).await.refused(400), "ResourceNotInCatalog");
    let path = format!("accessPackages/{PACKAGE}/resourceRoleScopes");
    let dynamic = resource(&graph, DYNAMIC).await;
    let by_rule = with(role_scope(&dynamic, "Owner"), "/role/originId", json!(format!("Member_{DYNAMIC}")));
    for (body, status, code) in [
        (with(good.clone(), "/role/originId", json!("Reader")), 404, "RoleNotFound"),
        (with(good.clone(), "/role/id", json!(USER)), 404, "RoleNotFound"),
        (with(good.clone(), "/role/resource/id", json!(USER)), 404, "RoleNotFound"),
        (by_rule, 404, "RoleNotFound"),
        (with(good.clone(), "/scope/id", json!(USER)), 404, "ScopeNotFound"),
        (with(good.clone(), "/role/originSystem", json!("AadApplication")), 400, "InvalidModel"),
        (with(good.clone(), "/role/resource/originId", json!(USER)), 400, "InvalidModel"),
        (with(good.clone(), "/role/resource/id", json!("")), 400, "InvalidModel"),
        (with(good.clone(), "/role/unknown", json!(1)), 400, "InvalidModel"),
        (with(good.clone(), "/role", Value::Null), 400, "ArgumentNullException"),
        (with(good.clone(), "/scope", Value::Null), 400, "ArgumentNullException"),
        (json!({"accessPackageResourceRole": good["role"]}), 400, "InvalidModel"),
    ] {
        assert_eq!(graph.em("POST", "v1.0", &path, Some(&body)).await.refused(status), code, "{body}");
    }
    let nowhere = format!("accessPackages/{USER}/resourceRoleScopes");
    graph.em("POST", "v1.0", &nowhere, Some(&good)).await.refused(404);
    graph.em("PATCH", "v1.0", &format!("{path}/x"), Some(&good)).await.refused(405);
}

#[tokio::test]
async fn packages_and_groups_can_be_incompatible() {
    let graph = graph().await;
    let reference =
        |kind: &str, id: &str| json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/{kind}/{id}")});
    let packages = "identityGovernance/entitlementManagement/accessPackages";
    for version in ["v1.0", "beta"] {
        let path = |what: &str| format!("accessPackages/{PACKAGE}/{what}");
        let other = reference(packages, OTHER_PACKAGE);
        graph.em("POST", version, &path("incompatibleAccessPackages/$ref"), Some(&other)).await.expect(204);
        let ours = json!({"@odata.id": format!("{}/{version}/groups/{GROUP}", graph.running.url())});
        graph.em("POST", version, &path("incompatibleGroups/$ref"), Some(&ours)).await.expect(204);
        let again = graph.em("POST", version, &path("incompatibleGroups/$ref"), Some(&ours)).await;
        assert_eq!(again.refused(400), "Request_BadRequest");
        for (what, expected) in [("incompatibleAccessPackages", OTHER_PACKAGE), ("incompatibleGroups", GROUP)]
        {
            let listed = graph.em("GET", version, &path(what), None).await.expect(200);
            assert_eq!(listed["value"][0]["id"], expected);
        }
        let reverse = format!("accessPackages/{OTHER_PACKAGE}/accessPackagesIncompatibleWith");
        assert_eq!(graph.em("GET", version, &reverse, None).await.expect(200)["value"][0]["id"], PACKAGE);
        let expand =
            format!("accessPackages/{PACKAGE}?$expand=incompatibleAccessPackages,incompatibleGroups");
        let shown = graph.em("GET", version, &expand, None).await.expect(200);
        assert_eq!(shown["incompatibleGroups"][0]["displayName"], "Partner desk");
        assert!(!shown.to_string().contains("kept:"));
        for (what, target) in [("incompatibleAccessPackages", OTHER_PACKAGE), ("incompatibleGroups", GROUP)] {
            let path = path(&format!("{what}/{target}/$ref"));
            graph.em("DELETE", version, &path, None).await.expect(204);
            graph.em("DELETE", version, &path, None).await.refused(404);
        }
    }
    let path = format!("accessPackages/{PACKAGE}/incompatibleAccessPackages/$ref");
    for (body, status) in [
        (reference(packages, PACKAGE), 400),
        (reference(packages, USER), 404),
        (reference("groups", GROUP), 400),
        (json!({"@odata.id": format!("https://evil.example/v1.0/{packages}/{OTHER_PACKAGE}")}), 400),
        (json!({"@odata.id": format!("https://graph.microsoft.com/{packages}/{OTHER_PACKAGE}")}), 400),
        (json!({"id": OTHER_PACKAGE}), 400),
        (json!({"@odata.id": OTHER_PACKAGE, "x": 1}), 400),
    ] {
        graph.em("POST", "v1.0", &path, Some(&body)).await.refused(status);
    }
    let readonly = format!("accessPackages/{PACKAGE}/accessPackagesIncompatibleWith/$ref");
    graph.em("POST", "v1.0", &readonly, Some(&reference(packages, OTHER_PACKAGE))).await.refused(405);
    // Nobody writes them with the package.
    for name in ["incompatibleGroups", "resourceRoleScopes", "kept:incompatibleGroups"] {
        let body = json!({name: []});
        let refused = graph.em("PATCH", "v1.0", &format!("accessPackages/{PACKAGE}"), Some(&body)).await;
        assert_eq!(refused.refused(400), "InvalidModel", "{name}");
    }
}

#[tokio::test]
async fn sites_may_be_in_several_places() {
    let mut seed = seed();
    let place = |host: &str| json!({"originId": format!("https://{host}-admin.sharepoint.com/")});
    seed["resourceEnvironments"] = json!([place("contoso"), place("contosoapac")]);
    let graph = serve(Options { seed: Some(seed), ..Options::default() }).await;
    let filter = encoded("originSystem eq 'SharePointOnline'");
    let places =
        graph.em("GET", "v1.0", &format!("resourceEnvironments?$filter={filter}"), None).await.expect(200);
    let second = &places["value"][1];
    let body = add("v1.0", "SharePointOnline", SITE);
    assert_eq!(request(&graph, "v1.0", &body).await.refused(400), "InvalidModel");
    let named = with(body, "/resource/environment", json!({"originId": second["originId"]}));
    request(&graph, "v1.0", &named).await.expect(201);
    assert_eq!(resource(&graph, SITE).await["environment"]["id"], second["id"]);
    let path = format!("accessPackageResourceEnvironments/{}", id(second));
    assert_eq!(graph.em("GET", "beta", &path, None).await.expect(200)["originId"], second["originId"]);

    let mut bound = add("beta", "SharePointOnline", "https://contoso.sharepoint.com");
    bound["accessPackageResource"]["accessPackageResourceEnvironment@odata.bind"] =
        json!(format!("accessPackageResourceEnvironments/{}", id(second)));
    request(&graph, "beta", &bound).await.expect(201);
}

#[tokio::test]
async fn a_catalog_that_holds_something_stays() {
    let graph = graph().await;
    let path = format!("catalogs/{CATALOG}");
    request(&graph, "v1.0", &add("v1.0", "AadGroup", GROUP)).await.expect(201);
    for what in ["access packages", "resources", "custom extensions"] {
        let refused = graph.em("DELETE", "v1.0", &path, None).await;
        assert!(refused.text.contains(what), "{}", refused.text);
        assert_eq!(refused.refused(400), "CatalogNotEmpty");
        match what {
            "access packages" => {
                graph.em("DELETE", "v1.0", &format!("accessPackages/{PACKAGE}"), None).await.expect(204);
            }
            "resources" => {
                let group = resource(&graph, GROUP).await;
                let remove = json!({"requestType": "AdminRemove", "catalogId": CATALOG, "accessPackageResource": {"id": group["id"]}});
                request(&graph, "beta", &remove).await.expect(201);
            }
            _ => {
                let path = format!("{path}/customWorkflowExtensions/{EXTENSION}");
                graph.em("DELETE", "v1.0", &path, None).await.expect(204);
            }
        }
    }
    graph.em("DELETE", "v1.0", &path, None).await.expect(204);
}
