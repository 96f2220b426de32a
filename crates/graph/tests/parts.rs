//! Elements of parts: which requests add and remove one, and what their outcomes mean.

mod stub;

use entrant_graph::{Client, Error, ErrorKind, Write};
use entrant_model::{Id, Kind};
use serde_json::{Value as Json, json};
use stub::{EM, Stub, by_line};

const RBAC: &str = "/v1.0/roleManagement/entitlementManagement";
const GROUP: &str = "b31fe1f1-3651-488f-bd9a-1711887fd4ca";

fn rows(rows: &Json) -> (u16, Json) {
    (200, json!({ "value": rows }))
}

fn refusal(status: u16, code: &str, message: &str) -> (u16, Json) {
    (status, json!({"error": {"code": code, "message": message}}))
}

fn group_resource() -> Json {
    json!({"@odata.type": "#microsoft.graph.groupResource", "originId": GROUP})
}

async fn add(client: &Client, kind: Kind, member: &str, element: &Json) -> Result<(), Error> {
    client.add_element(kind, &Id::new("c1"), &Id::new("x1"), member, element).await
}

async fn remove(client: &Client, kind: Kind, member: &str, element: &Json) -> Result<(), Error> {
    client.remove_element(kind, &Id::new("c1"), &Id::new("x1"), member, element).await
}

/// The requests, without what all have in common.
fn lines(stub: &Stub) -> Vec<String> {
    let em = format!("/v1.0/{EM}/");
    stub.requests().iter().map(|line| line.replacen(&em, "", 1)).collect()
}

fn body(stub: &Stub, at: usize) -> Json {
    stub.seen()[at].json()
}

#[tokio::test]
async fn a_group_is_asked_into_a_catalog_and_out_of_it() {
    let stub = Stub::start(by_line(|_, _| (201, json!({"id": "q", "state": "delivered"})))).await;
    let client = stub.client();
    add(&client, Kind::Catalog, "resources", &group_resource()).await.expect("asked");
    let mut there = group_resource();
    there["@entrant.id"] = "r1".into();
    remove(&client, Kind::Catalog, "resources", &there).await.expect("asked");
    assert_eq!(lines(&stub), ["POST resourceRequests", "POST resourceRequests"]);
    let resource = json!({"originId": GROUP, "originSystem": "AadGroup"});
    assert_eq!(
        body(&stub, 0),
        json!({"requestType": "adminAdd", "resource": resource, "catalog": {"id": "x1"}})
    );
    assert_eq!(
        body(&stub, 1),
        json!({"requestType": "adminRemove", "resource": {"id": "r1"}, "catalog": {"id": "x1"}})
    );
}

#[tokio::test]
async fn a_resource_without_its_id_is_looked_for_before_it_goes() {
    let stub = Stub::start(by_line(|line, _| match line.rsplit('/').next() {
        Some("resources") => {
            rows(&json!([{"id": "r7", "originSystem": "aadGroup", "originId": GROUP.to_uppercase()}]))
        }
        Some("x1") => (200, json!({"id": "x1", "displayName": "Sales"})),
        _ => (201, json!({"state": "delivered"})),
    }))
    .await;
    remove(&stub.client(), Kind::Catalog, "resources", &group_resource()).await.expect("asked");
    assert_eq!(body(&stub, 1)["resource"], json!({"id": "r7"}));
    let other = json!({"originSystem": "DirectoryRole", "originId": "gone"});
    remove(&stub.client(), Kind::Catalog, "resources", &other).await.expect("gone already");
}

#[tokio::test]
async fn what_is_onboarded_is_done_and_what_cannot_be_delivered_is_not() {
    let onboarded = "The resource is already onboarded to the catalog.";
    let stub = Stub::start(by_line(move |_, _| refusal(400, "ResourceAlreadyOnboarded", onboarded))).await;
    add(&stub.client(), Kind::Catalog, "resources", &group_resource()).await.expect("there already");
    let failing = Stub::start(by_line(|_, _| (201, json!({"id": "q", "state": "deliveryFailed"})))).await;
    let error =
        add(&failing.client(), Kind::Catalog, "resources", &group_resource()).await.expect_err("failed");
    assert_eq!((error.kind(), error.is_unclear()), (ErrorKind::BadRequest, false));
    assert!(error.client_request_id().is_some());
    assert_eq!(failing.requests().len(), 1);
    // Another refusal counts unless the resource turns out to be there.
    for is_there in [true, false] {
        let stub = Stub::start(by_line(move |line, _| match line.rsplit('/').next() {
            Some("resourceRequests") => refusal(400, "CallerNotResourceOwner", "No"),
            Some("resources") if is_there => {
                rows(&json!([{"id": "r", "originSystem": "AadGroup", "originId": GROUP}]))
            }
            Some("resources") => rows(&json!([])),
            _ => (200, json!({"id": "x1", "displayName": "Sales"})),
        }))
        .await;
        let outcome = add(&stub.client(), Kind::Catalog, "resources", &group_resource()).await;
        assert_eq!(outcome.is_ok(), is_there);
        assert_eq!(outcome.err().and_then(|e| e.graph_code().map(str::to_owned)).is_none(), is_there);
    }
}

#[tokio::test]
async fn attributes_go_with_the_resource_or_to_it() {
    let attributes = json!([{"name": "country"}]);
    let mut element = group_resource();
    element["attributes"] = attributes.clone();
    for (live, request_type) in
        [(None, Some("adminAdd")), (Some(json!([])), Some("adminUpdate")), (Some(attributes.clone()), None)]
    {
        let there = live.clone();
        let stub = Stub::start(by_line(move |line, _| match (&there, line.starts_with("GET")) {
            (Some(live), true) => {
                rows(&json!([{"id": "r", "originSystem": "AadGroup", "originId": GROUP, "attributes": live}]))
            }
            (None, true) => rows(&json!([])),
            _ => (201, json!({"state": "delivered"})),
        }))
        .await;
        add(&stub.client(), Kind::Catalog, "resources", &element).await.expect("asked");
        let sent: Vec<_> = stub.seen().into_iter().filter(|seen| seen.method == "POST").collect();
        assert_eq!(sent.first().map(|seen| seen.json()["requestType"].clone()), request_type.map(Json::from));
        if let Some(sent) = sent.first() {
            assert_eq!(sent.json()["resource"]["attributes"], attributes);
        }
    }
}

#[tokio::test]
async fn a_site_names_its_place_where_there_are_several() {
    let site = "https://contosoeur.sharepoint.com/sites/x";
    let element = json!({"@odata.type": "#microsoft.graph.siteResource", "originId": site});
    let place =
        |place: &str| json!({"id": place, "originId": format!("https://{place}-admin.sharepoint.com/")});
    for (places, named) in [
        (vec![place("contoso")], None),
        (vec![place("contoso"), place("contosoeur")], Some("https://contosoeur-admin.sharepoint.com/")),
    ] {
        let stub = Stub::start(by_line(move |line, _| {
            if line.contains("resourceEnvironments") {
                rows(&places.clone().into())
            } else {
                (201, json!({"state": "delivered"}))
            }
        }))
        .await;
        add(&stub.client(), Kind::Catalog, "resources", &element).await.expect("asked");
        assert_eq!(lines(&stub)[0], "GET resourceEnvironments?$filter=originSystem eq 'SharePointOnline'");
        let expected = named.map(|origin| json!({ "originId": origin }));
        assert_eq!(body(&stub, 1)["resource"].get("environment").cloned(), expected);
    }
}

#[tokio::test]
async fn roles_on_a_catalog_are_assigned_by_definition() {
    let stub = Stub::start(by_line(|line, _| match line.rsplit('/').next() {
        Some("roleDefinitions") => rows(&json!([{"id": "D1", "displayName": "Catalog Owner"}])),
        _ if line.starts_with("DELETE") => (204, Json::Null),
        _ => (201, json!({"id": "ra"})),
    }))
    .await;
    let client = stub.client();
    let mut element =
        json!({"@odata.type": "#microsoft.graph.userRoleAssignment", "principalId": "u1", "role": "owner"});
    add(&client, Kind::Catalog, "roleAssignments", &element).await.expect("added");
    element["@entrant.id"] = "ra".into();
    remove(&client, Kind::Catalog, "roleAssignments", &element).await.expect("removed");
    assert_eq!(
        stub.requests(),
        [
            format!("GET {RBAC}/roleDefinitions"),
            format!("POST {RBAC}/roleAssignments"),
            format!("DELETE {RBAC}/roleAssignments/ra"),
        ]
    );
    let expected =
        json!({"principalId": "u1", "roleDefinitionId": "d1", "appScopeId": "/AccessPackageCatalog/x1"});
    assert_eq!(body(&stub, 1), expected);
    element["role"] = "reader".into();
    let error = add(&client, Kind::Catalog, "roleAssignments", &element).await.expect_err("no definition");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

/// A catalog with a group, an application and a site. The application shows its roles in the catalog's list alone.
fn catalog(line: &str, _: &Json) -> (u16, Json) {
    let scope = |system: &str, origin: &str| json!([{"id": "s0", "isRootScope": false}, {"id": "s1", "displayName": "Root", "originSystem": system, "originId": origin, "isRootScope": true}]);
    let group = json!({
        "id": "r1", "originSystem": "AadGroup", "originId": GROUP, "scopes": scope("AadGroup", GROUP),
        "roles": [
            {"id": "00000000-0000-0000-0000-000000000000", "displayName": "Member", "originSystem": "AadGroup", "originId": format!("Member_{GROUP}"), "description": null},
            {"id": "ro", "displayName": "Owner", "originSystem": "AadGroup", "originId": format!("Owner_{GROUP}")},
            {"id": "re", "displayName": "Eligible Member", "originSystem": "AadGroup", "originId": format!("EligibleMember_{GROUP}")},
        ],
    });
    let application =
        json!({"id": "r2", "originSystem": "AadApplication", "originId": "sp1", "roles": [], "scopes": []});
    match line.split_once('?').unwrap_or((line, "")) {
        (path, query) if path.ends_with("/resources") && query.contains("originId eq") => {
            rows(&json!([group, application]))
        }
        (path, _) if path.ends_with("/resourceRoles") => rows(&json!([
            {"id": "r-clerk", "displayName": "Clerk", "originSystem": "AadApplication", "originId": "APP-ROLE"},
        ])),
        (path, _) if path.ends_with("servicePrincipals/sp1") => (
            200,
            json!({"id": "sp1", "appRoles": [{"id": "app-role", "displayName": "Clerk", "value": "Payroll.Clerk"}]}),
        ),
        (path, _) if path.starts_with("POST") => (201, json!({"id": "ro_s1"})),
        _ => refusal(404, "ResourceNotFound", "no"),
    }
}

#[tokio::test]
async fn a_role_is_looked_for_and_given_by_its_ids() {
    let role =
        |role: &str| json!({"@odata.type": "#microsoft.graph.groupRole", "originId": GROUP, "role": role});
    for (name, id, origin) in [
        ("Owner", Some("ro"), "Owner"),
        ("member", None, "Member"),
        ("Eligible Member", Some("re"), "EligibleMember"),
    ] {
        let stub = Stub::start(by_line(catalog)).await;
        add(&stub.client(), Kind::AccessPackage, "resourceRoleScopes", &role(name)).await.expect("given");
        assert_eq!(
            lines(&stub),
            [
                format!("GET catalogs/c1/resources?$expand=roles,scopes&$filter=originId eq '{GROUP}'"),
                "POST accessPackages/x1/resourceRoleScopes".to_owned(),
            ]
        );
        let sent = body(&stub, 1);
        assert_eq!(sent["role"].get("id").and_then(Json::as_str), id);
        assert_eq!(sent["role"]["originId"], format!("{origin}_{GROUP}"));
        assert!(sent["role"].get("description").is_none());
        assert_eq!(
            sent["role"]["resource"],
            json!({"id": "r1", "originId": GROUP, "originSystem": "AadGroup"})
        );
        assert_eq!(sent["scope"]["id"], "s1");
    }
}

#[tokio::test]
async fn an_application_role_is_found_by_name_or_value_in_the_catalogs_list() {
    for name in ["clerk", "Payroll.Clerk"] {
        let stub = Stub::start(by_line(catalog)).await;
        let role =
            json!({"@odata.type": "#microsoft.graph.applicationRole", "originId": "sp1", "role": name});
        add(&stub.client(), Kind::AccessPackage, "resourceRoleScopes", &role).await.expect("given");
        let filter = "$filter=(originSystem eq 'AadApplication' and resource/id eq 'r2')&$expand=resource";
        assert_eq!(lines(&stub)[1], format!("GET catalogs/c1/resourceRoles?{filter}"));
        let sent = stub.seen().last().expect("a request").json();
        assert_eq!(sent["role"]["id"], "r-clerk");
        assert_eq!(
            sent["scope"],
            json!({"originId": "sp1", "originSystem": "AadApplication", "isRootScope": true})
        );
    }
}

#[tokio::test]
async fn what_does_not_show_yet_is_told_from_what_fails() {
    let role = |id: &str, role: &str| json!({"@odata.type": "#microsoft.graph.groupRole", "originId": id, "role": role});
    let stub = Stub::start(by_line(catalog)).await;
    let client = stub.client();
    for (element, is_not_yet) in [(role("another", "Member"), true), (role(GROUP, "King"), false)] {
        let error =
            add(&client, Kind::AccessPackage, "resourceRoleScopes", &element).await.expect_err("not there");
        assert!(error.is_not_yet() == is_not_yet && !error.is_unclear(), "{error}");
    }
    assert!(!lines(&stub).iter().any(|line| line.starts_with("POST")), "nothing was written");
    // A caller with catalog roles alone is refused what does not show yet, and what it may not do.
    for (status, shows, is_not_yet) in
        [(404, true, true), (403, true, false), (403, false, true), (500, true, false)]
    {
        let stub = Stub::start(by_line(move |line, body| match line {
            _ if line.starts_with("POST") => refusal(status, "RoleNotFound", "no"),
            _ if line.contains("accessPackages/x1") && shows => {
                (200, json!({"id": "x1", "displayName": "P", "catalog": {"id": "c1"}}))
            }
            _ => catalog(line, body),
        }))
        .await;
        let outcome =
            add(&stub.client(), Kind::AccessPackage, "resourceRoleScopes", &role(GROUP, "Owner")).await;
        assert_eq!(outcome.expect_err("refused").is_not_yet(), is_not_yet, "{status} {shows}");
    }
}

#[tokio::test]
async fn a_role_that_the_package_has_is_done() {
    let stub = Stub::start(by_line(|line, body| match line {
        _ if line.starts_with("POST") => refusal(409, "DuplicateKey", "no"),
        _ if line.contains("accessPackages/x1?") => (
            200,
            json!({"id": "x1", "displayName": "P", "catalog": {"id": "c1"}, "resourceRoleScopes": [
                {"id": "ro_s1", "role": {"displayName": "Owner"}, "scope": {"originSystem": "AadGroup", "originId": GROUP}},
            ]}),
        ),
        _ => catalog(line, body),
    }))
    .await;
    let client = stub.client();
    let role =
        |role: &str| json!({"@odata.type": "#microsoft.graph.groupRole", "originId": GROUP, "role": role});
    add(&client, Kind::AccessPackage, "resourceRoleScopes", &role("owner")).await.expect("there already");
    let outcome = add(&client, Kind::AccessPackage, "resourceRoleScopes", &role("Member")).await;
    assert_eq!(outcome.expect_err("another one").kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_role_goes_by_its_id_also_where_that_was_not_read() {
    let stub = Stub::start(by_line(|line, _| match line {
        _ if line.starts_with("DELETE") => (204, Json::Null),
        _ => (
            200,
            json!({"id": "x1", "displayName": "P", "catalog": {"id": "c1"}, "resourceRoleScopes": [
                {"id": "ro_s1", "role": {"displayName": "Owner"}, "scope": {"originSystem": "AadGroup", "originId": GROUP}},
            ]}),
        ),
    }))
    .await;
    let client = stub.client();
    let mut role = json!({"@odata.type": "#microsoft.graph.groupRole", "originId": GROUP, "role": "Owner"});
    remove(&client, Kind::AccessPackage, "resourceRoleScopes", &role).await.expect("removed");
    assert_eq!(lines(&stub)[1], "DELETE accessPackages/x1/resourceRoleScopes/ro_s1");
    role["@entrant.id"] = "a_b".into();
    remove(&client, Kind::AccessPackage, "resourceRoleScopes", &role).await.expect("removed");
    assert_eq!(lines(&stub)[2], "DELETE accessPackages/x1/resourceRoleScopes/a_b");
}

#[tokio::test]
async fn links_name_what_they_lead_to() {
    let stub = Stub::start(by_line(|line, _| {
        if line.ends_with("/o2/$ref") { refusal(404, "ResourceNotFound", "no") } else { (204, Json::Null) }
    }))
    .await;
    let client = stub.client();
    let user = json!({"@odata.type": "#microsoft.graph.user", "id": "u1"});
    let group = json!({"@odata.type": "#microsoft.graph.group", "id": "g1"});
    for (kind, member, element, target) in [
        (
            Kind::AccessPackage,
            "incompatibleAccessPackages",
            json!({"id": "o1"}),
            format!("{EM}/accessPackages/o1"),
        ),
        (Kind::AccessPackage, "incompatibleGroups", json!({"id": "g1"}), "groups/g1".to_owned()),
        (Kind::ConnectedOrganization, "externalSponsors", user, "users/u1".to_owned()),
        (Kind::ConnectedOrganization, "internalSponsors", group, "groups/g1".to_owned()),
    ] {
        add(&client, kind, member, &element).await.expect("added");
        let (path, sent) =
            (lines(&stub).pop().expect("a request"), stub.seen().pop().expect("a request").json());
        assert!(path.ends_with(&format!("/x1/{member}/$ref")), "{path}");
        assert_eq!(sent, json!({"@odata.id": format!("{}/v1.0/{target}", stub.url)}));
        remove(&client, kind, member, &element).await.expect("removed");
        let path = lines(&stub).pop().expect("a request");
        let id = element["id"].as_str().expect("an id");
        assert!(path.starts_with("DELETE") && path.ends_with(&format!("/x1/{member}/{id}/$ref")), "{path}");
    }
    let gone = json!({"id": "o2"});
    remove(&client, Kind::AccessPackage, "incompatibleAccessPackages", &gone).await.expect("gone already");
    let error = add(&client, Kind::AccessPackage, "resources", &gone).await.expect_err("no such part");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
