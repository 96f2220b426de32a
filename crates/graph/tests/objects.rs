//! Catalogs, packages, organizations, extensions and settings: what is asked for, how much it costs, and what comes
//! of the answers.

mod stub;

use entrant_graph::{Asked, ErrorKind, Read, Write};
use entrant_model::{Id, Kind};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use stub::{EM, Stub, by_line, fails, impatient};

const RBAC: &str = "/v1.0/roleManagement/entitlementManagement";

fn absent() -> (u16, Json) {
    (404, json!({"error": {"code": "ResourceNotFound", "message": "The resource could not be found."}}))
}

fn rows(rows: &Json) -> (u16, Json) {
    (200, json!({ "value": rows }))
}

fn definitions() -> (u16, Json) {
    rows(&json!([
        {"id": "D-owner", "displayName": "Catalog owner"},
        {"id": "d-reader", "displayName": "Catalog reader"},
        {"id": "d-manager", "displayName": "AccessPackages manager"},
        {"id": "d-assign", "displayName": "AccessPackage assignment manager"},
        {"id": "d-creator", "displayName": "Catalog creator"},
    ]))
}

/// Answers by the end of a request's path and what its query holds.
fn tenant(line: &str, _: &Json) -> (u16, Json) {
    let em = format!("GET /v1.0/{EM}/");
    let (path, query) = line.split_once('?').unwrap_or((line, ""));
    if let Some(rbac) = path.strip_prefix(&format!("GET {RBAC}/")) {
        return match rbac {
            "roleDefinitions" => definitions(),
            _ if query.contains("/AccessPackageCatalog/c1'") => rows(&json!([
                {"id": "ra1", "principalId": "U1", "roleDefinitionId": "d-OWNER", "appScopeId": "/AccessPackageCatalog/c1",
                 "principal": {"@odata.type": "#microsoft.graph.user", "id": "u1"}},
                {"id": "ra2", "principalId": "g1", "roleDefinitionId": "d-assign", "appScopeId": "/AccessPackageCatalog/C1"},
                {"id": "ra3", "principalId": "u1", "roleDefinitionId": "d-creator", "appScopeId": "/AccessPackageCatalog/c1"},
                {"id": "ra4", "principalId": "gone", "roleDefinitionId": "d-reader", "appScopeId": "/AccessPackageCatalog/c1"},
                {"id": "ra5", "principalId": "u9", "roleDefinitionId": "d-reader", "appScopeId": "/AccessPackageCatalog/c2"},
            ])),
            _ => rows(&json!([])),
        };
    }
    if line == "POST /v1.0/directoryObjects/getByIds" {
        return rows(&json!([
            {"@odata.type": "#microsoft.graph.group", "id": "g1"},
            {"@odata.type": "#microsoft.graph.user", "id": "s1"},
        ]));
    }
    let Some(rest) = path.strip_prefix(&em) else { return absent() };
    match rest.split('/').collect::<Vec<_>>().as_slice() {
        ["catalogs" | "accessPackages", "gone", ..] => absent(),
        ["catalogs", id] => {
            let mut catalog = json!({"@odata.context": "x", "id": id, "displayName": id.to_uppercase(), "state": "published"});
            if query == "$expand=accessPackages" {
                catalog["accessPackages"] = json!([{"id": format!("p of {id}"), "displayName": "P"}]);
            }
            (200, catalog)
        }
        ["catalogs", "c1", "resources"] => rows(&json!([
            {"id": "r1", "originSystem": "AadGroup", "originId": "G1", "displayName": "Ops"},
            {"id": "r2", "originSystem": "AadApplication", "originId": "sp1", "attributes": []},
            {"id": "r3", "originSystem": "SharePointOnline", "originId": "https://contoso.sharepoint.com/sites/x"},
            {"id": "r4", "originSystem": "DirectoryRole", "originId": "role"},
        ])),
        ["catalogs", _, "resources"] => rows(&json!([])),
        ["catalogs", id, "customWorkflowExtensions"] => rows(&json!([extension(&format!("x of {id}"))])),
        ["catalogs", _, "customWorkflowExtensions", id] => (200, json!({ "value": extension(id) })),
        ["accessPackages"] => rows(&json!([package("p1"), package("p2")])),
        ["accessPackages", "p2", "incompatibleGroups"] => fails_inner(403),
        ["accessPackages", _, "incompatibleAccessPackages"] => {
            rows(&json!([{"id": "P9", "displayName": "Nine"}]))
        }
        ["accessPackages", _, "incompatibleGroups"] => {
            rows(&json!([{"id": "g9", "displayName": "Group nine"}]))
        }
        ["accessPackages", id] => (200, package(id)),
        ["connectedOrganizations"] => {
            rows(&json!([{"id": "o1", "displayName": "Fabrikam", "state": "configured"}]))
        }
        ["connectedOrganizations", _, "externalSponsors"] => rows(&json!([
            {"@odata.type": "#microsoft.graph.directoryObject", "id": "s1"}, {"id": "s2"},
        ])),
        ["connectedOrganizations", _, "internalSponsors"] => {
            rows(&json!([{"@odata.type": "#microsoft.graph.group", "id": "G1", "displayName": "Desk"}]))
        }
        ["connectedOrganizations", id] => {
            (200, json!({"id": id, "displayName": "Fabrikam", "state": "configured"}))
        }
        ["settings"] => (200, json!({"id": "singleton", "externalUserLifecycleAction": "blockSignIn"})),
        _ => absent(),
    }
}

fn fails_inner(status: u16) -> (u16, Json) {
    (status, json!({"error": {"code": "UnAuthorized", "message": "No"}}))
}

fn extension(id: &str) -> Json {
    json!({
        "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
        "id": id, "displayName": "Tell",
        "callbackConfiguration": {"@odata.type": "microsoft.graph.customExtensionCallbackConfiguration", "durationBeforeTimeout": "PT1H"},
    })
}

fn package(id: &str) -> Json {
    let role = |name: &str, origin: &Json| json!({"id": "r", "displayName": name, "originId": "x", "resource": origin});
    let site =
        json!({"originSystem": "SharePointOnline", "originId": "https://contoso.sharepoint.com/sites/x"});
    json!({
        "id": id, "displayName": format!("Package {id}"), "isHidden": false, "catalog": {"id": "c1", "displayName": "Sales"},
        "resourceRoleScopes": [
            {"id": "a_1", "role": {"displayName": "Owner", "originId": "Owner_g1"}, "scope": {"originSystem": "AadGroup", "originId": "G1"}},
            {"id": "a_2", "role": role("Visitors", &site), "scope": {"originSystem": "SharePointOnline", "originId": "other"}},
            {"id": "a_3", "role": role("Reader", &json!({"originSystem": "AzureResources", "originId": "/x"})), "scope": {}},
        ],
    })
}

fn ask(parent: &str, id: &str, parts: &[&'static str]) -> Asked {
    Asked { parent: Id::new(parent), id: Id::new(id), parts: parts.to_vec() }
}

fn ids(objects: &[entrant_model::LiveObject]) -> Vec<&str> {
    objects.iter().map(|object| object.id.as_str()).collect()
}

#[tokio::test]
async fn a_catalog_comes_with_its_resources_and_roles() {
    let stub = Stub::start(by_line(tenant)).await;
    let client = stub.client();
    let asked =
        [ask("tenant", "C1", &["resources", "roleAssignments"]), ask("tenant", "gone", &["resources"])];
    let mut objects = client.objects(Kind::Catalog, &asked).await.expect("objects").into_iter();
    let catalog = objects.next().expect("an answer").expect("read").expect("a catalog");
    assert!(objects.next().expect("an answer").expect("read").is_none());
    assert_eq!(
        (catalog.id.as_str(), &catalog.parent, catalog.display_name.as_str()),
        ("c1", &Id::tenant(), "C1")
    );
    let wire = catalog.wire.json();
    assert_eq!(
        wire["resources"],
        json!([
            {"@odata.type": "#microsoft.graph.groupResource", "originId": "G1", "@entrant.id": "r1"},
            {"@odata.type": "#microsoft.graph.applicationResource", "originId": "sp1", "attributes": [], "@entrant.id": "r2"},
            {"@odata.type": "#microsoft.graph.siteResource", "originId": "https://contoso.sharepoint.com/sites/x", "@entrant.id": "r3"},
            {"originSystem": "DirectoryRole", "originId": "role", "@entrant.id": "r4"},
        ])
    );
    assert_eq!(
        wire["roleAssignments"],
        json!([
            {"@odata.type": "#microsoft.graph.userRoleAssignment", "principalId": "u1", "role": "owner", "@entrant.id": "ra1"},
            {"@odata.type": "#microsoft.graph.groupRoleAssignment", "principalId": "g1", "role": "assignmentManager", "@entrant.id": "ra2"},
        ])
    );
    let others = wire["@entrant.otherRoleAssignments"].as_array().expect("others");
    assert_eq!(others.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(), [Some("ra3"), Some("ra4")]);
    assert_eq!(catalog.object.list("resources").len(), 4);
    assert!(catalog.object.list("resources").iter().all(|resource| resource.as_object().is_some()));
    assert!(catalog.object.list("roleAssignments").iter().all(|role| role.as_object().is_some()));
    assert_eq!(
        stub.requests(),
        [
            format!("GET /v1.0/{EM}/catalogs/c1"),
            format!("GET /v1.0/{EM}/catalogs/c1/resources"),
            format!(
                "GET {RBAC}/roleAssignments?$filter=appScopeId eq '/AccessPackageCatalog/c1'&$expand=principal"
            ),
            format!("GET /v1.0/{EM}/catalogs/gone"),
            format!("GET /v1.0/{EM}/catalogs/gone/resources"),
            "POST /v1.0/directoryObjects/getByIds".to_owned(),
            format!("GET {RBAC}/roleDefinitions"),
        ]
    );
    client.objects(Kind::Catalog, &asked).await.expect("objects");
    assert_eq!(client.cost().http_requests, 5, "definitions are asked for once");
}

#[tokio::test]
async fn a_package_comes_with_what_was_asked_for_and_nothing_else() {
    let stub = Stub::start(by_line(tenant)).await;
    let all = &["resourceRoleScopes", "incompatibleAccessPackages", "incompatibleGroups"];
    let asked = [ask("c1", "p1", all), ask("tenant", "p3", &[]), ask("c1", "p2", &["incompatibleGroups"])];
    let objects = stub.client().objects(Kind::AccessPackage, &asked).await.expect("objects");
    let package = objects[0].as_ref().expect("read").as_ref().expect("a package");
    assert_eq!(package.parent, Id::new("c1"));
    let wire = package.wire.json();
    assert_eq!(
        wire["resourceRoleScopes"],
        json!([
            {"@odata.type": "#microsoft.graph.groupRole", "originId": "G1", "role": "Owner", "@entrant.id": "a_1"},
            {"@odata.type": "#microsoft.graph.siteRole", "originId": "https://contoso.sharepoint.com/sites/x", "role": "Visitors", "@entrant.id": "a_2"},
            {"originSystem": "AzureResources", "originId": "/x", "role": "Reader", "@entrant.id": "a_3"},
        ])
    );
    assert_eq!(wire["incompatibleAccessPackages"], json!([{"id": "p9", "displayName": "Nine"}]));
    assert_eq!(wire["incompatibleGroups"], json!([{"id": "g9", "displayName": "Group nine"}]));
    assert_eq!(package.object.list("resourceRoleScopes").len(), 3);
    let bare = objects[1].as_ref().expect("read").as_ref().expect("a package");
    assert_eq!(bare.parent, Id::new("c1"), "as Graph says");
    assert!(bare.object.get("incompatibleGroups").is_none());
    let refused = objects[2].as_ref().expect_err("a part that could not be read");
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn roles_that_do_not_come_are_not_no_roles() {
    let stub = Stub::start(by_line(|line, body| {
        let (status, mut json) = tenant(line, body);
        json.as_object_mut().expect("an object").remove("resourceRoleScopes");
        (status, json)
    }))
    .await;
    let asked = [ask("c1", "p1", &["resourceRoleScopes"])];
    let objects = stub.client().objects(Kind::AccessPackage, &asked).await.expect("objects");
    assert_eq!(objects[0].as_ref().expect_err("unread").kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn sponsors_are_told_apart_although_graph_does_not() {
    let stub = Stub::start(by_line(tenant)).await;
    let asked = [ask("tenant", "o1", &["externalSponsors", "internalSponsors"])];
    let objects = stub.client().objects(Kind::ConnectedOrganization, &asked).await.expect("objects");
    let wire = objects[0].as_ref().expect("read").as_ref().expect("an organization").wire.json();
    assert_eq!(
        wire["externalSponsors"],
        json!([
            {"@odata.type": "#microsoft.graph.user", "id": "s1"},
            {"@odata.type": "#microsoft.graph.directoryObject", "id": "s2"},
        ])
    );
    assert_eq!(wire["internalSponsors"], json!([{"@odata.type": "#microsoft.graph.group", "id": "g1"}]));
    let refusing =
        Stub::start(by_line(
            |line, body| {
                if line.ends_with("getByIds") { fails_inner(403) } else { tenant(line, body) }
            },
        ))
        .await;
    let both = [ask("tenant", "o1", &["externalSponsors"]), ask("tenant", "o2", &["internalSponsors"])];
    let objects = refusing.client().objects(Kind::ConnectedOrganization, &both).await.expect("objects");
    assert_eq!(objects[0].as_ref().expect_err("unread").kind(), ErrorKind::Forbidden);
    assert!(objects[1].is_ok(), "nobody had to ask");
}

#[tokio::test]
async fn extensions_and_settings_have_the_shape_of_the_tables() {
    let stub = Stub::start(by_line(tenant)).await;
    let client = stub.client();
    let asked = [ask("c1", "x", &[])];
    let objects = client.objects(Kind::WorkflowExtension, &asked).await.expect("objects");
    let extension = objects[0].as_ref().expect("read").as_ref().expect("an extension");
    assert_eq!((&extension.parent, extension.object.text("type")), (&Id::new("c1"), Some("request")));
    assert_eq!(extension.object.reference("catalog").and_then(|r| r.id.clone()), Some(Id::new("c1")));
    assert!(
        extension.object.object("callbackConfiguration").is_some_and(|c| c.get("timeoutDuration").is_some())
    );
    let asked = [ask("tenant", "settings", &[])];
    let objects = client.objects(Kind::Settings, &asked).await.expect("objects");
    let settings = objects[0].as_ref().expect("read").as_ref().expect("settings");
    assert_eq!((settings.id.as_str(), settings.display_name.as_str()), ("settings", "settings"));
    assert_eq!(settings.object.text("externalUserLifecycleAction"), Some("blockSignIn"));
}

#[tokio::test]
async fn everything_in_a_parent_is_listed() {
    let stub = Stub::start(by_line(tenant)).await;
    let client = stub.client();
    let catalogs = [Id::new("c1"), Id::new("gone"), Id::new("c2")];
    let packages = client.objects_in(Kind::AccessPackage, &catalogs).await.expect("packages");
    let found: BTreeMap<&str, Vec<&str>> =
        packages.iter().map(|(parent, objects)| (parent.as_str(), ids(objects))).collect();
    assert_eq!(found, BTreeMap::from([("c1", vec!["p of c1"]), ("c2", vec!["p of c2"])]));
    assert_eq!(packages[&Id::new("c2")][0].parent, Id::new("c2"));
    let extensions = client.objects_in(Kind::WorkflowExtension, &catalogs).await.expect("extensions");
    assert_eq!(ids(&extensions[&Id::new("c1")]), ["x of c1"]);
    assert!(!extensions.contains_key(&Id::new("gone")));
    assert_eq!(client.cost().http_requests, 2, "a batch each");
    let tenant = [Id::tenant()];
    for (kind, expected) in [
        (Kind::AccessPackage, vec!["p1", "p2"]),
        (Kind::ConnectedOrganization, vec!["o1"]),
        (Kind::Settings, vec!["settings"]),
    ] {
        let listed = client.objects_in(kind, &tenant).await.expect("listed");
        assert_eq!(ids(&listed[&Id::tenant()]), expected, "{kind}");
    }
    let error = client.objects_in(Kind::WorkflowExtension, &tenant).await.expect_err("of no tenant");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn many_names_are_one_request() {
    let stub = Stub::start(by_line(|line, _| {
        let filter = line.split_once('?').expect("a query").1;
        let names = filter.split('\'').skip(1).step_by(2);
        let object = |name: &str| {
            json!({"id": format!("id of {name}"), "displayName": name.to_uppercase(), "catalog": {"id": "c", "displayName": "C"}})
        };
        rows(&names.map(object).collect())
    }))
    .await;
    let client = stub.client();
    let names: Vec<String> = (0..200).map(|n| format!("Name {n}")).collect();
    for kind in [Kind::Catalog, Kind::AccessPackage, Kind::ConnectedOrganization] {
        let found = client.objects_named(kind, &names).await.expect("found");
        assert_eq!(found.len(), names.len());
        assert_eq!(ids(&found["name 17"]), ["id of name 17"]);
    }
    assert_eq!(client.cost().http_requests, 3);
    let error = client.objects_named(Kind::WorkflowExtension, &names).await.expect_err("not by name alone");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

/// What a plan of a whole estate reads of the new kinds: 32 catalogs and 179 packages with all their parts.
#[tokio::test]
async fn an_estate_is_few_requests() {
    let stub = Stub::start(by_line(tenant)).await;
    let patient = std::time::Duration::from_secs(30);
    let settings = entrant_graph::Settings { read_timeout: patient, request_timeout: patient, ..impatient() };
    let client = stub::client_with(&stub.url, "t", settings).expect("a client");
    let catalogs: Vec<Asked> =
        (0..32).map(|n| ask("tenant", &format!("c{}", n + 10), &["resources", "roleAssignments"])).collect();
    let parts = &["resourceRoleScopes", "incompatibleAccessPackages", "incompatibleGroups"];
    let packages: Vec<Asked> = (0..179).map(|n| ask("c10", &format!("p{}", n + 10), parts)).collect();
    for (kind, asked) in [(Kind::Catalog, &catalogs), (Kind::AccessPackage, &packages)] {
        let objects = client.objects(kind, asked).await.expect("objects");
        assert!(objects.iter().all(|object| matches!(object, Ok(Some(_)))), "{kind}");
    }
    assert_eq!((client.cost().http_requests, client.cost().inner_requests), (5 + 27, 96 + 537));
}

#[tokio::test]
async fn objects_are_created_updated_and_deleted_at_their_places() {
    let stub = Stub::start(by_line(|line, body| match line.split(' ').next() {
        Some("POST") => {
            let mut json = body.clone();
            json["id"] = "N1".into();
            json.as_object_mut().expect("an object").remove("catalog");
            (201, json)
        }
        Some("DELETE") => absent(),
        _ => (204, Json::Null),
    }))
    .await;
    let client = stub.client();
    let (tenant, catalog, id) = (Id::tenant(), Id::new("c1"), Id::new("n1"));
    let body = json!({"displayName": "N", "catalog": {"id": "C1"}});
    let package = client.create_object(Kind::AccessPackage, &catalog, &body).await.expect("created");
    assert_eq!((package.id.as_str(), &package.parent), ("n1", &catalog));
    let extension = json!({"displayName": "N", "type": "assignment", "catalog": {"id": "c1"}});
    let extension =
        client.create_object(Kind::WorkflowExtension, &catalog, &extension).await.expect("created");
    assert_eq!(extension.object.text("type"), Some("assignment"));
    client.create_object(Kind::Catalog, &tenant, &json!({"displayName": "N"})).await.expect("created");
    for kind in [Kind::Catalog, Kind::AccessPackage, Kind::ConnectedOrganization, Kind::WorkflowExtension] {
        client.update_object(kind, &catalog, &id, &json!({"description": "x"})).await.expect("updated");
        client.delete_object(kind, &catalog, &id).await.expect("gone already");
    }
    client.update_object(Kind::Settings, &tenant, &Id::new("settings"), &json!({})).await.expect("updated");
    for outcome in [
        client.create_object(Kind::Settings, &tenant, &json!({})).await.map(|_| ()),
        client.delete_object(Kind::Settings, &tenant, &id).await,
        client.delete_object(Kind::AssignmentPolicy, &tenant, &id).await,
    ] {
        assert_eq!(outcome.expect_err("not possible").kind(), ErrorKind::Unsupported);
    }
    let expected = [
        "POST accessPackages",
        "POST catalogs/c1/customWorkflowExtensions",
        "POST catalogs",
        "PATCH catalogs/n1",
        "DELETE catalogs/n1",
        "PATCH accessPackages/n1",
        "DELETE accessPackages/n1",
        "PATCH connectedOrganizations/n1",
        "DELETE connectedOrganizations/n1",
        "PUT catalogs/c1/customWorkflowExtensions/n1",
        "DELETE catalogs/c1/customWorkflowExtensions/n1",
        "PATCH settings",
    ];
    let em = format!("/v1.0/{EM}/");
    assert_eq!(stub.requests().iter().map(|line| line.replacen(&em, "", 1)).collect::<Vec<_>>(), expected);
    let tag = "#microsoft.graph.accessPackageAssignmentWorkflowExtension";
    assert_eq!(stub.seen()[1].json(), json!({"displayName": "N", "@odata.type": tag}));
}

#[tokio::test]
async fn a_created_object_that_cannot_be_read_is_unclear() {
    for body in [json!({}), json!({"id": "n"})] {
        let stub = Stub::start(move |_| stub::status(201, &body)).await;
        let outcome = stub.client().create_object(Kind::Catalog, &Id::tenant(), &json!({})).await;
        assert!(outcome.expect_err("unreadable").is_unclear());
    }
    let stub = Stub::start(|_| fails(409, "DuplicateKey", "x")).await;
    let outcome = stub.client().create_object(Kind::Catalog, &Id::tenant(), &json!({})).await;
    assert_eq!(outcome.expect_err("a conflict").kind(), ErrorKind::Conflict);
    assert_eq!(stub.requests().len(), 1, "sent once");
}

#[tokio::test]
async fn application_roles_are_a_batch() {
    let stub = Stub::start(by_line(|line, _| {
        assert!(line.ends_with("?$select=id,appRoles"));
        if line.contains("/gone?") {
            return absent();
        }
        (200, json!({"id": "sp", "appRoles": [{"id": "R1", "displayName": "Clerk", "value": "Payroll.Clerk", "isEnabled": true}]}))
    }))
    .await;
    let client = stub.client();
    let roles =
        client.application_roles(&[Id::new("sp1"), Id::new("gone"), Id::new("sp2")]).await.expect("roles");
    assert_eq!(roles.len(), 2);
    let role = &roles[&Id::new("sp1")][0];
    assert_eq!(
        (role.id.as_str(), role.display_name.as_str(), role.value.as_str()),
        ("r1", "Clerk", "Payroll.Clerk")
    );
    assert_eq!(client.cost().http_requests, 1);
}
