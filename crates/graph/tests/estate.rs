//! The life of an estate in the emulator, over HTTP: made, read, changed, read again and taken down. Every exchange
//! is held against Microsoft's descriptions where `ENTRANT_GRAPH_METADATA` names them.

#![allow(clippy::unwrap_used, reason = "the reader of the descriptions, which goes on or fails")]

// One reader of the descriptions serves the emulator's own tests and these.
#[allow(dead_code, reason = "a part of it is for the emulator alone")]
#[path = "../../emulator/tests/graph/conformance.rs"]
mod descriptions;

use entrant_emulator::{Options, Running};
use entrant_graph::{Asked, Client, Error, ErrorKind, FixedToken, Read, Settings, Target, Write};
use entrant_model::{Id, Kind, LiveObject};
use serde_json::{Value as Json, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

const ANA: &str = "11000000-0000-4000-8000-000000000001";
const STAFF: &str = "22000000-0000-4000-8000-000000000001";
const OPS: &str = "22000000-0000-4000-8000-000000000002";
const PAYROLL: &str = "33000000-0000-4000-8000-000000000001";
const SITE: &str = "https://contosoeur.sharepoint.com/sites/Sales";
const ENTRA_ROLE: &str = "88000000-0000-4000-8000-000000000001";

fn seed() -> Json {
    let place = |name: &str| json!({"originId": format!("https://{name}-admin.sharepoint.com/")});
    json!({
        "users": [{"id": ANA, "displayName": "Ana Lopes", "userPrincipalName": "ana@contoso.com"}],
        "groups": [
            {"id": STAFF, "displayName": "Staff", "securityEnabled": true},
            {"id": OPS, "displayName": "Ops", "securityEnabled": true, "isAssignableToRole": true},
        ],
        "servicePrincipals": [{
            "id": PAYROLL, "displayName": "Payroll", "appId": "66000000-0000-4000-8000-000000000001",
            "appRoles": [{"displayName": "Clerk", "value": "Payroll.Clerk"}],
        }],
        "sites": [{"webUrl": SITE, "displayName": "Sales", "roles": ["Sales Members"]}],
        "resourceEnvironments": [place("contoso"), place("contosoeur")],
        "catalogs": [{
            "displayName": "Old", "resources": [{"originSystem": "DirectoryRole", "originId": ENTRA_ROLE, "displayName": "Reports reader"}],
            "roleAssignments": [{"role": "Catalog owner", "user": "ana@contoso.com"}],
        }],
        "accessPackages": [{"displayName": "Old package", "catalog": "Old"}],
        "settings": {"externalUserLifecycleAction": "blockSignIn"},
    })
}

struct Estate {
    emulator: Running,
    client: Client,
    exchanges: tempfile::NamedTempFile,
}

impl Estate {
    async fn start(faults: Option<Json>) -> Self {
        let exchanges = tempfile::NamedTempFile::new().expect("a file");
        let options = Options {
            seed: Some(seed()),
            exchanges: Some(exchanges.path().to_owned()),
            faults,
            ..Options::default()
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let emulator = entrant_emulator::start(options, address).await.expect("an emulator");
        let target = Target::parse(emulator.url()).expect("an address");
        let tokens = Arc::new(FixedToken::given_or_made_up(None));
        let client = Client::new(target, tokens, Settings::default()).expect("a client");
        Self { emulator, client, exchanges }
    }

    async fn object(&self, kind: Kind, parent: &Id, id: &Id, parts: &[&'static str]) -> Option<LiveObject> {
        let asked = Asked { parent: parent.clone(), id: id.clone(), parts: parts.to_vec() };
        let mut objects = self.client.objects(kind, &[asked]).await.expect("objects");
        objects.pop().expect("an answer").expect("read")
    }

    /// The elements of a part, without what is ours and what Graph fills.
    async fn part(&self, kind: Kind, parent: &Id, id: &Id, part: &'static str) -> Vec<Json> {
        let object = self.object(kind, parent, id, &[part]).await.expect("the object");
        let mut elements = object.wire.json()[part].as_array().expect("a list").clone();
        for element in elements.iter_mut().filter_map(Json::as_object_mut) {
            element.retain(|name, value| !name.starts_with("@entrant.") && *value != json!([]));
        }
        elements.sort_by_key(Json::to_string);
        elements
    }

    /// That nothing went over the wire that Graph does not know.
    async fn stop(self) {
        self.emulator.shutdown().await;
        let lines = std::fs::read_to_string(self.exchanges.path()).expect("the exchanges");
        let exchanges = lines.lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON"));
        let faults: Vec<String> = exchanges.flat_map(|exchange| descriptions::faults(&exchange)).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

fn sorted(elements: &[Json]) -> Vec<Json> {
    let mut elements = elements.to_vec();
    elements.sort_by_key(Json::to_string);
    elements
}

fn resources() -> Vec<Json> {
    vec![
        json!({"@odata.type": "#microsoft.graph.groupResource", "originId": STAFF}),
        json!({"@odata.type": "#microsoft.graph.groupResource", "originId": OPS}),
        json!({"@odata.type": "#microsoft.graph.applicationResource", "originId": PAYROLL}),
        json!({"@odata.type": "#microsoft.graph.siteResource", "originId": SITE}),
    ]
}

fn roles() -> Vec<Json> {
    vec![
        json!({"@odata.type": "#microsoft.graph.groupRole", "originId": STAFF, "role": "Member"}),
        json!({"@odata.type": "#microsoft.graph.groupRole", "originId": OPS, "role": "Eligible Member"}),
        json!({"@odata.type": "#microsoft.graph.applicationRole", "originId": PAYROLL, "role": "Clerk"}),
        json!({"@odata.type": "#microsoft.graph.siteRole", "originId": SITE, "role": "Sales Members"}),
    ]
}

fn role_assignments() -> Vec<Json> {
    let assignment = |is: &str, principal: &str, role: &str| json!({"@odata.type": format!("#microsoft.graph.{is}RoleAssignment"), "principalId": principal, "role": role});
    vec![
        assignment("user", ANA, "owner"),
        assignment("group", OPS, "accessPackageManager"),
        assignment("group", STAFF, "assignmentManager"),
        assignment("servicePrincipal", PAYROLL, "reader"),
    ]
}

#[tokio::test]
async fn an_estate_is_made_read_and_taken_down() {
    live_through(None).await;
}

/// Lists and what is expanded come one element at a time.
#[tokio::test]
async fn short_pages_make_no_difference() {
    live_through(Some(json!({"faults": [{"fault": "pageSize", "size": 1, "expanded": true}]}))).await;
}

async fn live_through(faults: Option<Json>) {
    let estate = Estate::start(faults).await;
    let client = &estate.client;
    let tenant = Id::tenant();
    let catalog = json!({"displayName": "Sales", "description": "x", "state": "published", "isExternallyVisible": false});
    let catalog = client.create_object(Kind::Catalog, &tenant, &catalog).await.expect("a catalog").id;
    let package = json!({"displayName": "Orders", "description": "x", "isHidden": false, "catalog": {"id": catalog.as_str()}});
    let package = client.create_object(Kind::AccessPackage, &catalog, &package).await.expect("a package").id;
    let organization = json!({
        "displayName": "Fabrikam", "state": "proposed",
        "identitySources": [{"@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "fabrikam.com", "displayName": "Fabrikam"}],
    });
    let organization =
        client.create_object(Kind::ConnectedOrganization, &tenant, &organization).await.expect("made").id;
    let old = client.objects_named(Kind::AccessPackage, &["old PACKAGE".to_owned()]).await.expect("found");
    let old = &old["old package"][0];
    let user = json!({"@odata.type": "#microsoft.graph.user", "id": ANA});
    let group = json!({"@odata.type": "#microsoft.graph.group", "id": STAFF});
    let parts = [
        (Kind::Catalog, &tenant, &catalog, "resources", resources()),
        (Kind::Catalog, &tenant, &catalog, "roleAssignments", role_assignments()),
        (Kind::AccessPackage, &catalog, &package, "resourceRoleScopes", roles()),
        (
            Kind::AccessPackage,
            &catalog,
            &package,
            "incompatibleGroups",
            vec![json!({"id": STAFF, "displayName": "Staff"})],
        ),
        (
            Kind::AccessPackage,
            &catalog,
            &package,
            "incompatibleAccessPackages",
            vec![json!({"id": old.id.as_str(), "displayName": "Old package"})],
        ),
        (Kind::ConnectedOrganization, &tenant, &organization, "externalSponsors", vec![user.clone()]),
        (Kind::ConnectedOrganization, &tenant, &organization, "internalSponsors", vec![user, group]),
    ];
    for (kind, parent, id, member, elements) in &parts {
        // Twice: what is there already is done.
        for element in elements.iter().chain(elements) {
            client.add_element(*kind, parent, id, member, element).await.expect("added");
        }
        assert_eq!(estate.part(*kind, parent, id, member).await, sorted(elements), "{member}");
    }
    // A role by an application's value is the same role.
    let by_value = json!({"@odata.type": "#microsoft.graph.applicationRole", "originId": PAYROLL, "role": "Payroll.Clerk"});
    client.add_element(Kind::AccessPackage, &catalog, &package, "resourceRoleScopes", &by_value).await.ok();
    assert_eq!(
        estate.part(Kind::AccessPackage, &catalog, &package, "resourceRoleScopes").await,
        sorted(&roles())
    );

    let patch = json!({"description": "y"});
    client.update_object(Kind::Catalog, &tenant, &catalog, &patch).await.expect("updated");
    client.update_object(Kind::AccessPackage, &catalog, &package, &patch).await.expect("updated");
    let patch = json!({"state": "configured"});
    client.update_object(Kind::ConnectedOrganization, &tenant, &organization, &patch).await.expect("updated");
    let read = estate.object(Kind::ConnectedOrganization, &tenant, &organization, &[]).await.expect("there");
    assert_eq!(read.object.text("state"), Some("configured"));

    // A resource that a package still gives stays.
    let refused = client.remove_element(Kind::Catalog, &tenant, &catalog, "resources", &resources()[0]).await;
    assert_eq!(refused.expect_err("in use").graph_code(), Some("InvalidDeleteResourceHasEntitlements"));
    for (kind, parent, id, member, elements) in parts.iter().rev() {
        for element in elements.iter().chain(elements) {
            client.remove_element(*kind, parent, id, member, element).await.expect("removed");
        }
        assert_eq!(estate.part(*kind, parent, id, member).await, Vec::<Json>::new(), "{member}");
    }
    for (kind, parent, id) in [
        (Kind::ConnectedOrganization, &tenant, &organization),
        (Kind::AccessPackage, &catalog, &package),
        (Kind::Catalog, &tenant, &catalog),
    ] {
        client.delete_object(kind, parent, id).await.expect("deleted");
        assert!(estate.object(kind, parent, id, &[]).await.is_none());
    }
    estate.stop().await;
}

#[tokio::test]
async fn extensions_and_settings_are_written_as_the_tables_have_them() {
    let estate = Estate::start(None).await;
    let client = &estate.client;
    let tenant = Id::tenant();
    let catalogs = client.objects_named(Kind::Catalog, &["old".to_owned()]).await.expect("found");
    let catalog = catalogs["old"][0].id.clone();
    let body = json!({
        "displayName": "Tell", "description": "x", "type": "request", "catalog": {"id": catalog.as_str()},
        "endpointConfiguration": {
            "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
            "subscriptionId": "38ab2ccc-3747-4567-b36b-9478f5602f0d", "resourceGroupName": "r", "logicAppWorkflowName": "w",
        },
        "authenticationConfiguration": {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"},
        "callbackConfiguration": {"@odata.type": "#microsoft.graph.customExtensionCallbackConfiguration", "timeoutDuration": "PT1H"},
    });
    let made = client.create_object(Kind::WorkflowExtension, &catalog, &body).await.expect("made");
    assert_eq!(made.object.text("type"), Some("request"));
    let mut changed = body.clone();
    changed["description"] = "y".into();
    client.update_object(Kind::WorkflowExtension, &catalog, &made.id, &changed).await.expect("replaced");
    let read = estate.object(Kind::WorkflowExtension, &catalog, &made.id, &[]).await.expect("there");
    assert_eq!((read.object.text("description"), &read.parent), (Some("y"), &catalog));
    let listed =
        client.objects_in(Kind::WorkflowExtension, std::slice::from_ref(&catalog)).await.expect("listed");
    assert_eq!(listed[&catalog][0].object, read.object);
    client.delete_object(Kind::WorkflowExtension, &catalog, &made.id).await.expect("deleted");

    let patch = json!({"externalUserLifecycleAction": "none"});
    client.update_object(Kind::Settings, &tenant, &Id::new("settings"), &patch).await.expect("updated");
    let read = client.objects_in(Kind::Settings, std::slice::from_ref(&tenant)).await.expect("read");
    assert_eq!(read[&tenant][0].object.text("externalUserLifecycleAction"), Some("none"));
    estate.stop().await;
}

/// What shows later than it was asked for, or not at all, is said so that the caller can look again.
#[tokio::test]
async fn lag_is_told_from_failure() {
    let faults = json!({"faults": [{"fault": "delivery", "reads": 4}, {"fault": "emptyRoles"}]});
    let estate = Estate::start(Some(faults)).await;
    let client = &estate.client;
    let tenant = Id::tenant();
    let packages =
        client.objects_named(Kind::AccessPackage, &["Old package".to_owned()]).await.expect("found");
    let (package, catalog) = (&packages["old package"][0].id, &packages["old package"][0].parent);
    let give = async |role: &Json| -> Result<(), Error> {
        client.add_element(Kind::AccessPackage, catalog, package, "resourceRoleScopes", role).await
    };
    for (resource, role) in resources().iter().zip(&roles()) {
        assert!(give(role).await.expect_err("no such resource").is_not_yet());
        for _ in 0..2 {
            client.add_element(Kind::Catalog, &tenant, catalog, "resources", resource).await.expect("asked");
        }
        let mut looks = 0;
        while let Err(error) = give(role).await {
            assert!(error.is_not_yet() && !error.is_unclear(), "{error}");
            looks += 1;
            assert!(looks < 10, "it never shows");
        }
        assert!(looks > 0, "it showed at once");
    }
    assert_eq!(
        estate.part(Kind::AccessPackage, catalog, package, "resourceRoleScopes").await,
        sorted(&roles())
    );
    let eligible =
        json!({"@odata.type": "#microsoft.graph.groupRole", "originId": STAFF, "role": "Eligible Owner"});
    let error = give(&eligible).await.expect_err("not for this group");
    assert!(!error.is_not_yet() && !error.is_unclear(), "it has other roles, so this one does not come");
    assert!(error.help().iter().any(|help| help.contains("Member, Owner")), "{:?}", error.help());
    estate.stop().await;
}

/// After an answer that was lost the same call finds that it is done.
#[tokio::test]
async fn a_lost_answer_is_unclear_and_the_same_call_again_is_done() {
    let lost = |path: &str| json!({"fault": "lostAnswer", "method": ["POST", "DELETE"], "path": path, "nth": [1, 2], "answer": [504]});
    let paths = [
        "resourceRequests",
        "roleManagement/*",
        "accessPackages/*/resourceRoleScopes*",
        "accessPackages/*/$ref",
    ];
    let faults = json!({"faults": paths.map(lost)});
    let estate = Estate::start(Some(faults)).await;
    let client = &estate.client;
    let tenant = Id::tenant();
    let packages =
        client.objects_named(Kind::AccessPackage, &["Old package".to_owned()]).await.expect("found");
    let (package, catalog) = (&packages["old package"][0].id, &packages["old package"][0].parent);
    let parts = [
        (Kind::Catalog, &tenant, catalog, "resources", resources()[0].clone()),
        (Kind::Catalog, &tenant, catalog, "roleAssignments", role_assignments()[1].clone()),
        (Kind::AccessPackage, catalog, package, "resourceRoleScopes", roles()[0].clone()),
        (Kind::AccessPackage, catalog, package, "incompatibleGroups", json!({"id": STAFF})),
    ];
    for (kind, parent, id, member, element) in &parts {
        let error = client.add_element(*kind, parent, id, member, element).await.expect_err("lost");
        assert!(error.is_unclear(), "{member}: {error}");
        client.add_element(*kind, parent, id, member, element).await.expect("there already");
    }
    for (kind, parent, id, member, element) in parts.iter().rev() {
        let error = client.remove_element(*kind, parent, id, member, element).await.expect_err("lost");
        assert!(error.is_unclear(), "{member}: {error}");
        client.remove_element(*kind, parent, id, member, element).await.expect("gone already");
    }
    estate.stop().await;
}

/// Roles on one catalog are enough for all that is in it, and a refusal says which role would be.
#[tokio::test]
async fn catalog_roles_alone_are_enough() {
    let faults = json!({"faults": [
        {"fault": "caller", "role": "catalogOwner", "catalogs": ["Old"], "owns": ["Staff"], "token": "t-1"},
        {"fault": "caller", "role": "packageManager", "catalogs": ["Old"], "token": "t-2"},
    ]});
    let estate = Estate::start(Some(faults)).await;
    let tenant = Id::tenant();
    let as_caller = |token: &str| {
        let token = entrant_graph::Token::new(token).expect("a token");
        let target = Target::parse(estate.emulator.url()).expect("an address");
        Client::new(target, Arc::new(FixedToken::given_or_made_up(Some(token))), Settings::default())
            .expect("a client")
    };
    let (owner, manager) = (as_caller("t-1"), as_caller("t-2"));
    let packages =
        owner.objects_named(Kind::AccessPackage, &["Old package".to_owned()]).await.expect("found");
    let (package, catalog) = (&packages["old package"][0].id, &packages["old package"][0].parent);
    let group = &resources()[0];
    let refused =
        manager.add_element(Kind::Catalog, &tenant, catalog, "resources", group).await.expect_err("refused");
    assert!(
        refused.help().iter().any(|help| help.contains("role Catalog owner")),
        "{refused} {:?}",
        refused.help()
    );
    owner.add_element(Kind::Catalog, &tenant, catalog, "resources", group).await.expect("owned");
    let other = owner.add_element(Kind::Catalog, &tenant, catalog, "resources", &resources()[1]).await;
    let other = other.expect_err("not owned");
    assert!(
        other.help().iter().any(|help| help.contains("make the caller its owner")),
        "{other} {:?}",
        other.help()
    );
    owner
        .add_element(Kind::Catalog, &tenant, catalog, "roleAssignments", &role_assignments()[1])
        .await
        .expect("given");
    manager
        .add_element(Kind::AccessPackage, catalog, package, "resourceRoleScopes", &roles()[0])
        .await
        .expect("given");
    manager
        .update_object(Kind::AccessPackage, catalog, package, &json!({"isHidden": true}))
        .await
        .expect("updated");
    for (client, kind, parent, id, parts) in [
        (&owner, Kind::Catalog, &tenant, catalog, &["resources", "roleAssignments"][..]),
        (&manager, Kind::AccessPackage, catalog, package, &["resourceRoleScopes", "incompatibleGroups"][..]),
    ] {
        let asked = Asked { parent: parent.clone(), id: id.clone(), parts: parts.to_vec() };
        let objects = client.objects(kind, &[asked]).await.expect("objects");
        assert!(matches!(objects.as_slice(), [Ok(Some(_))]), "{objects:?}");
    }
    let refused = owner.objects_in(Kind::Settings, std::slice::from_ref(&tenant)).await;
    assert_eq!(refused.expect_err("of the tenant").kind(), ErrorKind::Forbidden);
    estate.stop().await;
}
