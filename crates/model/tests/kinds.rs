//! The JSON behind the tables of catalogs, packages, organizations, extensions and settings: what `graph` builds from
//! the answers of Graph is read whole, and written back as it came but for what bodies do not hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use entrant_model::reference::Reference;
use entrant_model::value::Json;
use entrant_model::{Kind, Object, Type, Value, Version, hand, kinds, wire};
use serde_json::json;

const ID: &str = "5a3a1b6e-0000-4000-8000-00000000000";

fn id(n: u8) -> String {
    format!("{ID}{n}")
}

fn read(kind: Kind, json: &Json) -> Object {
    let object = wire::read(kinds::table(kind, Version::V1).unwrap(), json.as_object().unwrap());
    is_known(&Value::Object(Box::new(object.clone())));
    object
}

/// Nothing of it is a value that the table could not read, or a member that it does not know.
fn is_known(value: &Value) {
    match value {
        Value::Object(object) => {
            assert_eq!(object.unknown().count(), 0, "{object:?}");
            object.said().for_each(|(_, value)| is_known(value));
        }
        Value::List(list) => list.iter().for_each(is_known),
        Value::Other(json) => panic!("not read: {json}"),
        _ => {}
    }
}

/// A member as Graph's JSON and in hand form.
fn shown(object: &Object, member: &str) -> (Json, Json) {
    let (_, spec) = object.ty.member(member).unwrap();
    let value = object.get(member).unwrap();
    let name = |r: &Reference| Json::from(r.label());
    (wire::to_graph(&spec.ty, value), hand::to_hand(&spec.ty, value, &name))
}

#[test]
fn a_catalog() {
    let json = json!({
        "id": id(1), "displayName": "Sales", "description": "Campaigns", "state": "published",
        "isExternallyVisible": true, "catalogType": "userManaged", "createdDateTime": "2026-01-01T00:00:00Z",
        "resources": [
            {"@odata.type": "#microsoft.graph.groupResource", "originId": id(2)},
            {
                "@odata.type": "#microsoft.graph.applicationResource", "originId": id(3),
                "attributes": [{
                    "name": "country",
                    "source": {
                        "@odata.type": "#microsoft.graph.accessPackageResourceAttributeQuestion",
                        "question": {
                            "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion",
                            "text": "Which country?", "isRequired": true
                        }
                    },
                    "destination": {"@odata.type": "#microsoft.graph.accessPackageUserDirectoryAttributeStore"},
                    "isEditable": true
                }]
            },
            {"@odata.type": "#microsoft.graph.siteResource", "originId": "https://contoso.sharepoint.com/sites/x"},
            {"originSystem": "DirectoryRole", "originId": id(4)}
        ],
        "roleAssignments": [
            {"@odata.type": "#microsoft.graph.userRoleAssignment", "principalId": id(5), "role": "owner"},
            {"@odata.type": "#microsoft.graph.groupRoleAssignment", "principalId": id(6), "role": "reader"},
            {
                "@odata.type": "#microsoft.graph.servicePrincipalRoleAssignment", "principalId": id(7),
                "role": "assignmentManager"
            }
        ]
    });
    let catalog = read(Kind::Catalog, &json);
    let (graph, by_hand) = shown(&catalog, "resources");
    assert_eq!(graph, json["resources"]);
    assert_eq!(
        by_hand,
        json!([
            {"group": id(2)},
            {
                "application": id(3),
                "attributes": [{
                    "name": "country",
                    "source": {"question": {"text": "Which country?", "isRequired": true}},
                    "destination": "userDirectoryAttributeStore",
                    "isEditable": true
                }]
            },
            {"site": "https://contoso.sharepoint.com/sites/x"},
            {"originSystem": "DirectoryRole", "originId": id(4)}
        ])
    );
    let (graph, by_hand) = shown(&catalog, "roleAssignments");
    assert_eq!(graph, json["roleAssignments"]);
    assert_eq!(
        by_hand,
        json!([
            {"user": id(5), "role": "owner"},
            {"group": id(6), "role": "reader"},
            {"servicePrincipal": id(7), "role": "assignmentManager"}
        ])
    );
    assert_eq!(
        wire::create_body(&catalog),
        json!({"displayName": "Sales", "description": "Campaigns", "state": "published", "isExternallyVisible": true})
    );
}

#[test]
fn a_package() {
    let json = json!({
        "displayName": "Campaign", "catalog": {"id": id(1), "displayName": "Sales"}, "isHidden": false,
        "resourceRoleScopes": [
            {"@odata.type": "#microsoft.graph.groupRole", "originId": id(2), "role": "Eligible Owner"},
            {"@odata.type": "#microsoft.graph.applicationRole", "originId": id(3), "role": "Clerk"},
            {
                "@odata.type": "#microsoft.graph.siteRole", "originId": "https://contoso.sharepoint.com/sites/x",
                "role": "Members"
            },
            {"originSystem": "AzureResources", "originId": "/subscriptions/1", "role": "Reader"}
        ],
        "incompatibleAccessPackages": [{"id": id(4)}],
        "incompatibleGroups": [{"id": id(5)}]
    });
    let package = read(Kind::AccessPackage, &json);
    let (graph, by_hand) = shown(&package, "resourceRoleScopes");
    assert_eq!(graph, json["resourceRoleScopes"]);
    assert_eq!(
        by_hand,
        json!([
            {"group": id(2), "role": "Eligible Owner"},
            {"application": id(3), "role": "Clerk"},
            {"site": "https://contoso.sharepoint.com/sites/x", "role": "Members"},
            {"originSystem": "AzureResources", "originId": "/subscriptions/1", "role": "Reader"}
        ])
    );
    for part in ["incompatibleAccessPackages", "incompatibleGroups"] {
        assert_eq!(shown(&package, part).0, json[part]);
    }
    assert_eq!(
        wire::create_body(&package),
        json!({"catalog": {"id": id(1)}, "displayName": "Campaign", "isHidden": false})
    );
}

#[test]
fn an_organization() {
    let json = json!({
        "displayName": "Fabrikam", "state": "proposed",
        "identitySources": [
            // As the reference shows answers: without `#`.
            {"@odata.type": "microsoft.graph.azureActiveDirectoryTenant", "displayName": "Fabrikam", "tenantId": id(1)},
            {"@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "fabrikam.com"},
            {"@odata.type": "#microsoft.graph.socialIdentitySource", "socialIdentitySourceType": "facebook"}
        ],
        "internalSponsors": [{"@odata.type": "#microsoft.graph.user", "id": id(2), "displayName": "Ana"}],
        "externalSponsors": [{"@odata.type": "#microsoft.graph.group", "id": id(3)}]
    });
    let organization = read(Kind::ConnectedOrganization, &json);
    assert_eq!(
        shown(&organization, "identitySources").1,
        json!([{"tenant": id(1)}, {"domain": "fabrikam.com"}, {"social": "facebook"}])
    );
    assert_eq!(shown(&organization, "internalSponsors").1, json!([{"user": id(2)}]));
    assert_eq!(shown(&organization, "externalSponsors").0, json["externalSponsors"]);
    let body = wire::create_body(&organization);
    assert_eq!(body["identitySources"][0]["@odata.type"], "#microsoft.graph.azureActiveDirectoryTenant");
    assert!(body["internalSponsors"].is_null() && body["state"] == "proposed");
}

#[test]
fn an_extension_and_the_settings() {
    let json = json!({
        "catalog": {"id": id(1)}, "displayName": "Ticket", "type": "request",
        "endpointConfiguration": {
            "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
            "subscriptionId": id(2), "resourceGroupName": "identity", "logicAppWorkflowName": "ticket",
            "url": "https://prod-31.eastus.logic.azure.com/x"
        },
        "authenticationConfiguration": {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"},
        "clientConfiguration": null,
        "callbackConfiguration": {
            "@odata.type": "microsoft.graph.customExtensionCallbackConfiguration", "timeoutDuration": "PT1H"
        }
    });
    let extension = read(Kind::WorkflowExtension, &json);
    let body = wire::create_body(&extension);
    assert!(body["catalog"].is_null() && body["endpointConfiguration"]["url"].is_null());
    assert_eq!(
        body["callbackConfiguration"]["@odata.type"],
        "#microsoft.graph.customExtensionCallbackConfiguration"
    );
    assert_eq!(shown(&extension, "authenticationConfiguration").1, "azureAdPopTokenAuthentication");
    assert_eq!(shown(&extension, "callbackConfiguration").1, json!({"timeoutDuration": "PT1H"}));

    let json = json!({
        "id": "singleton", "externalUserLifecycleAction": "blockSignInAndDelete",
        "durationUntilExternalUserDeletedAfterBlocked": "P30D"
    });
    let body = wire::create_body(&read(Kind::Settings, &json));
    assert_eq!(body["durationUntilExternalUserDeletedAfterBlocked"], "P30D");
}

/// A site is one with and without a slash at the end.
#[test]
fn the_slash_of_a_site_says_nothing() {
    let json = json!({"displayName": "x", "resources": [
        {"@odata.type": "#microsoft.graph.siteResource", "originId": "https://contoso.sharepoint.com/sites/x/"}
    ]});
    let mut catalog = read(Kind::Catalog, &json);
    let Some((_, Value::List(list))) = catalog.said_mut().find(|(m, _)| m.name == "resources") else {
        panic!()
    };
    let Value::Object(site) = &mut list[0] else { panic!() };
    (site.ty.normalise.unwrap())(site);
    assert_eq!(site.text("originId"), Some("https://contoso.sharepoint.com/sites/x"));
    assert!(matches!(catalog.ty.member("resources").unwrap().1.ty, Type::Set(_)));
}
