//! Packages, catalogs, organizations, extensions and settings.

use crate::pairs::Pairs;
use entrant_model::Kind::{AccessPackage, Catalog, ConnectedOrganization, Settings, WorkflowExtension};
use entrant_model::value::Json;
use serde_json::json;

pub fn tagged(ty: &str, members: &Json) -> Json {
    let mut tagged = members.clone();
    tagged["@odata.type"] = format!("#microsoft.graph.{ty}").into();
    tagged
}

fn group(id: &str, role: &str) -> Json {
    tagged("groupRole", &json!({"originId": id, "role": role}))
}

fn application(id: &str, role: &str) -> Json {
    tagged("applicationRole", &json!({"originId": id, "role": role}))
}

fn gives(roles: &[Json]) -> Json {
    json!({"displayName": "Campaign", "resourceRoleScopes": roles})
}

pub fn pairs(p: &mut Pairs) {
    packages(p);
    catalogs(p);
    roles_on_catalogs(p);
    organizations(p);
    extensions(p);
    settings(p);
}

fn packages(p: &mut Pairs) {
    const NONE: &Json = &Json::Null;
    let staff = group("staff", "Member");
    let wide = "resources widens resource-roles";
    let lost = "resources narrows resource-roles";
    let manages = "resources widens group-ownership";
    p.object(AccessPackage, "a new package alone", (NONE, &gives(std::slice::from_ref(&staff))), &[]);
    p.object(AccessPackage, "a role", (&gives(&[]), &gives(std::slice::from_ref(&staff))), &[wide]);
    let no_role = tagged("groupRole", &json!({"originId": "staff"}));
    p.object(AccessPackage, "Member unsaid", (&gives(&[no_role]), &gives(std::slice::from_ref(&staff))), &[]);
    let both = gives(&[staff.clone(), application("payroll", "Clerk")]);
    p.object(AccessPackage, "one more", (&gives(std::slice::from_ref(&staff)), &both), &[wide]);
    let turned = gives(&[application("payroll", "Clerk"), staff.clone()]);
    p.object(AccessPackage, "in another order", (&both, &turned), &[]);
    let replaced = gives(&[staff.clone(), application("payroll", "Auditor")]);
    p.object(AccessPackage, "one role for another", (&both, &replaced), &[wide, lost]);
    let owned = gives(&[group("staff", "Owner")]);
    p.object(AccessPackage, "members become owners", (&gives(&[staff]), &owned), &[manages, lost]);
    p.object(
        AccessPackage,
        "eligible owners",
        (&gives(&[]), &gives(&[group("s", "Eligible Owner")])),
        &[manages],
    );
    let site = |url: &str| gives(&[tagged("siteRole", &json!({"originId": url, "role": "Members"}))]);
    p.object(AccessPackage, "a slash", (&site("https://c/sites/a/"), &site("https://c/sites/a")), &[]);
    p.object(AccessPackage, "another site", (&site("https://c/a"), &site("https://c/b")), &[wide, lost]);
    let other = gives(&[json!({"originSystem": "DirectoryRole", "originId": "r", "role": "Reader"})]);
    p.object(AccessPackage, "an Entra role", (&gives(&[]), &other), &[wide]);
    let barred = |packages: Json, groups: Json| json!({"displayName": "Campaign", "incompatibleAccessPackages": packages, "incompatibleGroups": groups});
    let of = |id: &str| json!([{"id": id}]);
    let open = barred(json!([]), json!([]));
    let packages = barred(of("audit"), json!([]));
    let groups = barred(json!([]), of("auditors"));
    p.object(
        AccessPackage,
        "a package off the list",
        (&packages, &open),
        &["requestors widens incompatible-packages"],
    );
    p.object(
        AccessPackage,
        "a group off the list",
        (&groups, &open),
        &["requestors widens incompatible-groups"],
    );
    let both = ["requestors widens incompatible-packages", "requestors narrows incompatible-groups"];
    p.object(AccessPackage, "a gain cancels no loss", (&packages, &groups), &both);
    let hidden = json!({"displayName": "Campaign", "isHidden": true, "description": "now hidden"});
    p.object(AccessPackage, "hidden", (&json!({"displayName": "Campaign"}), &hidden), &[]);
}

fn catalogs(p: &mut Pairs) {
    let catalog = |members: &Json| {
        let mut catalog = members.clone();
        catalog["displayName"] = "Sales".into();
        catalog
    };
    let plain = catalog(&json!({}));
    let visible = catalog(&json!({"isExternallyVisible": true}));
    let from_outside = "external widens externally-visible";
    p.object(Catalog, "a new one", (&Json::Null, &plain), &[]);
    p.object(Catalog, "seen from outside", (&plain, &visible), &[from_outside]);
    p.object(Catalog, "a new one, seen from outside", (&Json::Null, &visible), &[from_outside]);
    let unpublished = catalog(&json!({"state": "unpublished"}));
    p.object(Catalog, "published", (&unpublished, &plain), &["requestors widens catalog-state"]);
    p.object(Catalog, "a new one, unpublished", (&Json::Null, &unpublished), &[]);
    let newer = catalog(&json!({"state": "archived"}));
    p.object(Catalog, "a newer state", (&plain, &newer), &["requestors unknown catalog-state"]);
    let holds = |resources: Json| catalog(&json!({ "resources": resources }));
    let staff = tagged("groupResource", &json!({"originId": "staff"}));
    let asking = tagged("groupResource", &json!({"originId": "staff", "attributes": [{"name": "jobTitle"}]}));
    let resource = "resources widens catalog-resources";
    p.object(Catalog, "a resource", (&plain, &holds(json!([staff]))), &[resource]);
    p.object(Catalog, "a new one with a resource", (&Json::Null, &holds(json!([staff]))), &[resource]);
    p.object(Catalog, "what a resource asks", (&holds(json!([staff])), &holds(json!([asking]))), &[]);
    let question = |more: &Json| {
        let mut question = tagged("accessPackageTextInputQuestion", more);
        question["text"] = "Your title?".into();
        let source = tagged("accessPackageResourceAttributeQuestion", &json!({ "question": question }));
        let attributes = json!([{"name": "jobTitle", "source": source}]);
        holds(json!([tagged("groupResource", &json!({"originId": "staff", "attributes": attributes}))]))
    };
    let (must, may) = (question(&json!({"isRequired": true})), question(&json!({"isRequired": false})));
    let less = "justification widens required-question";
    p.object(Catalog, "a question is optional", (&must, &may), &[less]);
    p.object(Catalog, "a question goes", (&must, &holds(json!([staff]))), &[less]);
    let like = question(&json!({"isRequired": true, "regexPattern": "[a-z]+"}));
    p.object(Catalog, "any answer", (&like, &must), &["justification widens answer-pattern"]);
    let site = tagged("siteResource", &json!({"originId": "https://c/a"}));
    let both = [resource, "resources narrows catalog-resources"];
    p.object(Catalog, "one for another", (&holds(json!([staff])), &holds(json!([site]))), &both);
}

fn roles_on_catalogs(p: &mut Pairs) {
    let managed = |roles: &[(&str, &str)]| {
        let assignment = |(who, role): &(&str, &str)| {
            tagged("userRoleAssignment", &json!({"principalId": who, "role": role}))
        };
        let list: Vec<Json> = roles.iter().map(assignment).collect();
        json!({"displayName": "Sales", "roleAssignments": list})
    };
    let nobody = managed(&[]);
    let (more, less) = ("administration widens catalog-roles", "administration narrows catalog-roles");
    for role in ["owner", "reader", "accessPackageManager", "assignmentManager", "somethingNewer"] {
        p.object(Catalog, role, (&nobody, &managed(&[("ana", role)])), &[more]);
        p.object(Catalog, "a new one", (&Json::Null, &managed(&[("ana", role)])), &[more]);
    }
    let owner = managed(&[("ana", "owner")]);
    let of = |role| managed(&[("ana", role)]);
    p.object(Catalog, "a reader becomes an owner", (&of("reader"), &owner), &[more]);
    p.object(Catalog, "an owner also reads", (&owner, &managed(&[("ana", "owner"), ("ana", "reader")])), &[]);
    p.object(
        Catalog,
        "somebody else reads",
        (&owner, &managed(&[("ana", "owner"), ("ben", "reader")])),
        &[more],
    );
    p.object(Catalog, "another owner", (&owner, &managed(&[("ben", "owner")])), &[more, less]);
    let managers = (&of("accessPackageManager"), &of("assignmentManager"));
    p.object(Catalog, "one manager becomes the other", managers, &[more, less]);
    p.object(
        Catalog,
        "two roles",
        (&nobody, &managed(&[("ana", "owner"), ("ben", "reader")])),
        &[more, more],
    );
}

fn organizations(p: &mut Pairs) {
    let organization = |members: &Json| {
        let mut organization = members.clone();
        organization["displayName"] = "Fabrikam".into();
        organization
    };
    let state = "external widens organization-state";
    let configured = organization(&json!({"state": "configured"}));
    let proposed = organization(&json!({"state": "proposed"}));
    p.object(ConnectedOrganization, "a new one", (&Json::Null, &configured), &[state]);
    p.object(ConnectedOrganization, "configured unsaid", (&configured, &organization(&json!({}))), &[]);
    p.object(ConnectedOrganization, "a proposed one", (&Json::Null, &proposed), &[state]);
    p.object(ConnectedOrganization, "proposed to configured", (&proposed, &configured), &[state]);
    let newer = organization(&json!({"state": "paused"}));
    p.object(ConnectedOrganization, "newer", (&proposed, &newer), &["external unknown organization-state"]);
    let domain =
        |name: &str| tagged("domainIdentitySource", &json!({"domainName": name, "displayName": name}));
    let known_by = |sources: Json| organization(&json!({ "identitySources": sources }));
    let one = known_by(json!([domain("a.com")]));
    let two = known_by(json!([domain("a.com"), domain("b.com")]));
    let tenant = known_by(json!([tagged("azureActiveDirectoryTenant", &json!({"tenantId": "t"}))]));
    let (more, less) = ("external widens organization-sources", "external narrows organization-sources");
    p.object(ConnectedOrganization, "a domain", (&one, &two), &[more]);
    p.object(ConnectedOrganization, "a tenant for a domain", (&one, &tenant), &[more, less]);
    let sponsored =
        |member: &str, ty: &str, id: &str| organization(&json!({member: [tagged(ty, &json!({"id": id}))]}));
    let internal = sponsored("internalSponsors", "user", "ana");
    let external = sponsored("externalSponsors", "user", "ana");
    let decide = "approvers widens organization-sponsors";
    let no_longer = "approvers narrows organization-sponsors";
    let outside = "external widens outside-approvers";
    p.object(ConnectedOrganization, "an internal sponsor", (&configured, &internal), &[decide]);
    p.object(ConnectedOrganization, "an external one", (&configured, &external), &[decide, outside]);
    p.object(ConnectedOrganization, "inside out", (&internal, &external), &[decide, outside, no_longer]);
    let group = sponsored("internalSponsors", "group", "ana");
    p.object(ConnectedOrganization, "a group for a user", (&internal, &group), &[decide, no_longer]);
    p.object(ConnectedOrganization, "sponsors of a new one", (&Json::Null, &external), &[state]);
}

fn extensions(p: &mut Pairs) {
    let calling = |app: &str, more: &Json| {
        let endpoint = tagged(
            "logicAppTriggerEndpointConfiguration",
            &json!({"subscriptionId": "s", "resourceGroupName": "rg", "logicAppWorkflowName": app}),
        );
        let mut extension = more.clone();
        extension["displayName"] = "Check".into();
        extension["type"] = "request".into();
        extension["endpointConfiguration"] = endpoint;
        extension
    };
    let unknown = "extensions unknown extension-call";
    let plain = calling("a", &json!({}));
    p.object(WorkflowExtension, "a new one", (&Json::Null, &plain), &[]);
    p.object(WorkflowExtension, "another Logic App", (&plain, &calling("b", &json!({}))), &[unknown]);
    let callback = tagged("customExtensionCallbackConfiguration", &json!({"timeoutDuration": "PT10M"}));
    let waiting = calling("a", &json!({ "callbackConfiguration": callback }));
    p.object(WorkflowExtension, "it waits", (&plain, &waiting), &[unknown]);
    let proving = calling(
        "a",
        &json!({"authenticationConfiguration": tagged("azureAdPopTokenAuthentication", &json!({}))}),
    );
    p.object(WorkflowExtension, "it proves itself", (&plain, &proving), &[unknown]);
    let patient = calling("a", &json!({"clientConfiguration": {"maximumRetries": 1}, "description": "x"}));
    p.object(WorkflowExtension, "retries", (&plain, &patient), &[]);
}

fn settings(p: &mut Pairs) {
    let settings = |action: &str, after: &str| json!({"externalUserLifecycleAction": action, "durationUntilExternalUserDeletedAfterBlocked": after});
    let less = "external narrows outside-lifecycle";
    p.object(Settings, "blocked", (&settings("none", "P30D"), &settings("blockSignIn", "P30D")), &[less]);
    let deleted = settings("blockSignInAndDelete", "P30D");
    p.object(Settings, "deleted", (&settings("blockSignIn", "P30D"), &deleted), &[less]);
    let later = settings("blockSignInAndDelete", "P60D");
    p.object(Settings, "later", (&deleted, &later), &["external widens outside-deletion"]);
    p.object(
        Settings,
        "a time that counts for nothing",
        (&settings("none", "P1D"), &settings("none", "P9D")),
        &[],
    );
    let newer = settings("somethingNewer", "P30D");
    p.object(Settings, "newer", (&deleted, &newer), &["external unknown outside-lifecycle"]);
}
