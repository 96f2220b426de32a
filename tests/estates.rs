//! A package with its catalog, three resources, two roles and two policies, an organization and an extension, from nothing
//! to nothing through the binary: in the right order, whatever the server does, wherever it is killed, and by
//! callers who have no more than roles on the catalog.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "support/tenant.rs"]
mod harness;
#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "support/proxy.rs"]
mod proxy;

use entrant_benchmark::whole::Whole;
use harness::{Tenant, entrant, said};
use proxy::Proxy;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::Duration;

const EM: &str = "/v1.0/identityGovernance/entitlementManagement";

const DOCUMENTS: &str = "\
kind: AccessPackage
catalog: Sales
displayName: Orders
description: Reads and writes orders.
resourceRoleScopes:
  - group: Staff
  - {application: Payroll, role: Clerk}
incompatibleAccessPackages: [Audit]
assignmentPolicies:
  - displayName: Partners
    allowedTargetScope: specificConnectedOrganizationUsers
    specificAllowedTargets: [{connectedOrganization: Fabrikam}]
    expiration: P90D
    requestorSettings: {enableTargetsToSelfAddAccess: true}
    requestApprovalSettings:
      isApprovalRequiredForAdd: true
      stages:
        - durationBeforeAutomaticDenial: P14D
          primaryApprovers: [externalSponsors]
          fallbackPrimaryApprovers: [{group: Ops}]
    customExtensionStageSettings:
      - {stage: assignmentRequestCreated, customExtension: Ticket}
  - displayName: Staff may request
    allowedTargetScope: allMemberUsers
    expiration: P30D
    requestorSettings: {enableTargetsToSelfAddAccess: true}
    requestApprovalSettings: null
---
kind: AccessPackage
catalog: Sales
displayName: Audit
incompatibleAccessPackages: [Orders]
---
kind: Catalog
displayName: Sales
resources:
  - group: Staff
  - application: Payroll
  - site: https://contoso.sharepoint.com/sites/Sales
roleAssignments: [{group: Ops, role: owner}]
---
kind: ConnectedOrganization
displayName: Fabrikam
identitySources: [{domain: fabrikam.com}]
externalSponsors: [{group: Ops}]
---
kind: WorkflowExtension
catalog: Sales
displayName: Ticket
type: request
endpointConfiguration: {targetUrl: https://contoso.example/tickets}
";

const REMOVED: &str = "\
{kind: Removed, target: {kind: ConnectedOrganization, displayName: Fabrikam}, action: delete}
---
{kind: Removed, target: {kind: Catalog, displayName: Sales}, action: delete}
---
{kind: Removed, target: {kind: WorkflowExtension, catalog: Sales, displayName: Ticket}, action: delete}
---
{kind: Removed, target: {kind: AccessPackage, catalog: Sales, displayName: Orders}, action: delete}
---
{kind: Removed, target: {kind: AccessPackage, catalog: Sales, displayName: Audit}, action: delete}
---
{kind: Removed, target: {kind: AssignmentPolicy, accessPackage: Orders, displayName: Partners}, action: delete}
---
{kind: Removed, target: {kind: AssignmentPolicy, accessPackage: Orders, displayName: Staff may request}, action: delete}
";

fn seed() -> Value {
    json!({
        "users": [{ "displayName": "Ana", "userPrincipalName": "ana@contoso.com" }],
        "groups": [{ "displayName": "Staff" }, { "displayName": "Ops" }],
        "servicePrincipals": [{ "displayName": "Payroll", "appRoles": [{ "displayName": "Clerk", "value": "clerk" }] }],
        "sites": [{ "webUrl": "https://contoso.sharepoint.com/sites/Sales" }],
        "resourceEnvironments": [
            { "originId": "https://contoso-admin.sharepoint.com/", "isDefaultEnvironment": true },
        ],
    })
}

fn tenant(faults: &[Value]) -> Tenant {
    Tenant::of(DOCUMENTS, &seed(), faults)
}

/// What there is, each name with how often.
fn holds(tenant: &Tenant) -> BTreeMap<String, usize> {
    let list = |path: &str| -> Vec<Value> {
        let answer = proxy::get(&tenant.url, &format!("{EM}/{path}"), "own");
        let json: Value = serde_json::from_slice(&answer).unwrap();
        json["value"].as_array().unwrap().clone()
    };
    let mut all = BTreeMap::new();
    let mut note = |name: String| *all.entry(name).or_default() += 1;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for organization in list("connectedOrganizations?$expand=externalSponsors") {
        let sponsors = organization["externalSponsors"].as_array().map_or(0, Vec::len);
        note(format!("organization {} with {sponsors} sponsors", text(&organization["displayName"])));
    }
    for catalog in list("catalogs") {
        let (id, name) = (text(&catalog["id"]), text(&catalog["displayName"]));
        let resources = list(&format!("catalogs/{id}/resources")).len();
        note(format!("catalog {name} with {resources} resources"));
        for extension in list(&format!("catalogs/{id}/customWorkflowExtensions")) {
            note(format!("extension {} of {name}", text(&extension["displayName"])));
        }
    }
    for package in list("accessPackages?$expand=resourceRoleScopes") {
        let (id, name) = (text(&package["id"]), text(&package["displayName"]));
        let roles = package["resourceRoleScopes"].as_array().map_or(0, Vec::len);
        let others = list(&format!("accessPackages/{id}/incompatibleAccessPackages")).len();
        note(format!("package {name} with {roles} roles and not with {others} others"));
    }
    for policy in list("assignmentPolicies?$expand=accessPackage") {
        let package = text(&policy["accessPackage"]["displayName"]);
        note(format!("policy {} of {package}", text(&policy["displayName"])));
    }
    all
}

fn declared() -> BTreeMap<String, usize> {
    let all = [
        "organization Fabrikam with 1 sponsors",
        "catalog Sales with 3 resources",
        "extension Ticket of Sales",
        "package Orders with 2 roles and not with 1 others",
        "package Audit with 0 roles and not with 1 others",
        "policy Partners of Orders",
        "policy Staff may request of Orders",
    ];
    all.into_iter().map(|name| (name.to_owned(), 1)).collect()
}

/// Fails where the tenant is not as declared, or a run would still change something.
fn is_as_declared(tenant: &Tenant) {
    assert_eq!(holds(tenant), declared());
    let plan = tenant.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));
}

/// From nothing, and back to it, each in one run.
fn one_run_is_enough(faults: &[Value]) -> Tenant {
    let tenant = self::tenant(faults);
    let run = tenant.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    is_as_declared(&tenant);
    tenant.write(REMOVED);
    let run = tenant.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert_eq!(holds(&tenant), BTreeMap::new());
    let plan = tenant.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));
    tenant
}

#[test]
fn each_waits_for_what_it_needs() {
    let tenant = one_run_is_enough(&[]);
    let mut writes = Vec::new();
    for request in tenant.requests() {
        let inner = request["inner"].as_array().cloned().unwrap_or_default();
        for request in std::iter::once(request).chain(inner) {
            let path = request["path"].as_str().unwrap_or_default();
            let what = [
                "resourceRequests",
                "resourceRoleScopes",
                "incompatibleAccessPackages",
                "catalogs",
                "accessPackages",
                "assignmentPolicies",
                "customWorkflowExtensions",
            ];
            let last = path.split('/').rev().find_map(|part| what.iter().find(|what| **what == part));
            if let (Some(method @ ("POST" | "DELETE")), Some(what)) = (request["method"].as_str(), last) {
                writes.push(format!("{method} {what}"));
            }
        }
    }
    let first = |what: &str| writes.iter().position(|write| write == what).unwrap();
    let last = |what: &str| writes.iter().rposition(|write| write == what).unwrap();
    let is_before = |one: &str, next: &str| assert!(last(one) < first(next), "{one}, {next}: {writes:#?}");
    for (one, next) in [
        ("POST catalogs", "POST resourceRequests"),
        ("POST catalogs", "POST customWorkflowExtensions"),
        ("POST accessPackages", "POST resourceRoleScopes"),
        ("POST accessPackages", "POST incompatibleAccessPackages"),
        ("POST resourceRoleScopes", "POST assignmentPolicies"),
        ("POST incompatibleAccessPackages", "POST assignmentPolicies"),
        ("POST customWorkflowExtensions", "POST assignmentPolicies"),
        ("DELETE assignmentPolicies", "DELETE accessPackages"),
        ("DELETE assignmentPolicies", "DELETE customWorkflowExtensions"),
        ("DELETE accessPackages", "DELETE catalogs"),
        ("DELETE customWorkflowExtensions", "DELETE catalogs"),
    ] {
        is_before(one, next);
    }
}

#[test]
fn what_shows_late_is_waited_for() {
    let tenant = one_run_is_enough(&[
        json!({ "fault": "lag", "milliseconds": 1200 }),
        json!({ "fault": "delivery", "milliseconds": 1200 }),
        json!({ "fault": "emptyRoles" }),
    ]);
    drop(tenant);
}

#[test]
fn answers_are_lost_and_pauses_are_wanted() {
    let tenant = one_run_is_enough(&[
        json!({ "fault": "lag", "milliseconds": 300 }),
        json!({
            "fault": "lostAnswer", "method": ["POST", "PATCH", "PUT", "DELETE"], "probability": 0.2,
            "answer": ["close", "reset", 504],
        }),
        json!({ "fault": "throttle", "capacity": 8, "refillPerSecond": 12, "retryAfter": "rotate" }),
        json!({ "fault": "duplicateKey", "withinMilliseconds": 20 }),
    ]);
    assert!(tenant.struck() > 5, "{}", tenant.struck());
}

#[test]
fn wherever_it_is_killed_the_next_run_finishes() {
    let counted = tenant(&[]);
    let all = Proxy::start(&counted.url, usize::MAX, || {});
    let run =
        entrant(counted.directory.path(), all.url()).args(["apply", "--auto-approve"]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    is_as_declared(&counted);
    let is_write = |request: &Value| {
        let path = request["path"].as_str().unwrap_or_default();
        request["method"] != "GET" && !path.ends_with("$batch") && !path.ends_with("getByIds")
    };
    let first = counted.requests().iter().position(is_write).unwrap();
    assert!(all.count() > first + 20, "{first} {}", all.count());
    // What it only read before is as if it had not been run.
    let unfinished = harness::wherever(first + 1..=all.count(), killed_at);
    assert!(unfinished > 10, "{unfinished}");
}

/// Whether the tenant was then neither as before nor as declared.
fn killed_at(request: usize) -> bool {
    let tenant = self::tenant(&[]);
    tenant.apply_and_kill_at(request);
    let between = holds(&tenant);
    let run = tenant.apply();
    assert_eq!(run.status.code(), Some(0), "killed at request {request}: {}", said(&run));
    is_as_declared(&tenant);
    !between.is_empty() && between != declared()
}

/// What somebody with a role on the catalog alone can do: everything in it.
#[test]
fn roles_on_the_catalog_are_enough() {
    let mut seed = seed();
    seed["catalogs"] = json!([{ "displayName": "Sales" }, { "displayName": "Hidden" }]);
    seed["connectedOrganizations"] = json!([{
        "displayName": "Fabrikam",
        "identitySources": [{ "@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "fabrikam.com" }],
    }]);
    let own: Vec<&str> =
        DOCUMENTS.split("---\n").filter(|text| !text.contains("kind: ConnectedOrg")).collect();
    let caller = |role: &str| json!({ "fault": "caller", "role": role, "catalogs": ["Sales"] });
    let mut owns = caller("catalogOwner");
    owns["owns"] = json!(["Staff", "Payroll", "SharePointOnline"]);
    let owner = Tenant::of(&own.join("---\n"), &seed, &[owns]);
    let run = owner.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let plan = owner.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));
    let gone: Vec<&str> = REMOVED
        .split("---\n")
        .filter(|text| !text.contains("Organization") && !text.contains("kind: Catalog"))
        .collect();
    owner.write(&gone.join("---\n"));
    let run = owner.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));

    // A reader plans the whole of it, and is refused each write with what would do.
    let reader = Tenant::of(&own.join("---\n"), &seed, &[caller("catalogReader")]);
    let plan = reader.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(2), "{}", said(&plan));
    let before = holds(&reader);
    let run = reader.apply();
    assert_eq!(run.status.code(), Some(5), "{}", said(&run));
    assert!(said(&run).contains("Catalog owner"), "{}", said(&run));
    assert_eq!(holds(&reader), before);

    // A package manager makes packages and policies of what the catalog has.
    seed["catalogs"] = json!([{ "displayName": "Sales", "resources": [{ "group": "Staff" }, { "application": "Payroll" }] }]);
    seed["customWorkflowExtensions"] = json!([{
        "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
        "displayName": "Ticket", "catalog": "Sales",
        "endpointConfiguration": { "@odata.type": "#microsoft.graph.httpRequestEndpoint", "targetUrl": "https://contoso.example/" },
    }]);
    let packages: Vec<&str> =
        DOCUMENTS.split("---\n").filter(|text| text.starts_with("kind: AccessPackage")).collect();
    let manager = Tenant::of(&packages.join("---\n"), &seed, &[caller("packageManager")]);
    let run = manager.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let plan = manager.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));
}

/// A caller with a role on the catalog alone gets 403 for what does not show yet and for what is gone already, and
/// neither is the end.
#[test]
fn what_shows_late_is_waited_for_with_roles_on_the_catalog_alone() {
    let mut seed = seed();
    seed["catalogs"] = json!([{ "displayName": "Sales" }]);
    let own = DOCUMENTS
        .split("---\n")
        .filter(|text| text.contains("kind: AccessPackage") || text.contains("kind: Catalog"));
    let own = own.collect::<Vec<_>>().join("---\n");
    // Policies refer to an extension and an organization, which are not of this test.
    let (first, rest) = own.split_once("assignmentPolicies:\n").unwrap();
    let own = format!("{first}{}", &rest[rest.find("---\n").unwrap()..]);
    let lost = |path: &str| json!({ "fault": "lostAnswer", "method": "DELETE", "path": path, "times": 1 });
    let owner = Tenant::of(
        &own,
        &seed,
        &[
            json!({ "fault": "lag", "milliseconds": 1500 }),
            lost("accessPackages/*/resourceRoleScopes/*"),
            lost("accessPackages/*/incompatibleAccessPackages/*"),
            lost("*roleAssignments/*"),
            json!({
                "fault": "caller", "role": "catalogOwner", "catalogs": ["Sales"],
                "owns": ["Staff", "Payroll", "SharePointOnline"],
            }),
        ],
    );
    let run = owner.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let less = own
        .replace("  - {application: Payroll, role: Clerk}\n", "")
        .replace("incompatibleAccessPackages: [Audit]", "incompatibleAccessPackages: []")
        .replace("roleAssignments: [{group: Ops, role: owner}]", "roleAssignments: []");
    owner.write(&less);
    let run = owner.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let lost = owner.requests().iter().filter(|request| request.to_string().contains("lostAnswer")).count();
    assert_eq!(lost, 3);
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(holds(&owner).get("package Orders with 1 roles and not with 0 others"), Some(&1));
    let plan = owner.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));
}

/// Two runs at once make each thing once, also where neither sees at first what the other made.
#[test]
fn two_runs_at_once_make_everything_once() {
    let tenant = self::tenant(&[json!({ "fault": "lag", "milliseconds": 1500 })]);
    let both: Vec<_> = thread::scope(|threads| {
        let run = || threads.spawn(|| tenant.apply());
        [run(), run()].map(|run| run.join().unwrap()).into()
    });
    for run in &both {
        assert_eq!(run.status.code(), Some(0), "{}", said(run));
    }
    thread::sleep(Duration::from_millis(1500));
    is_as_declared(&tenant);
}

/// One role of a resource that its catalog lacks, among 32 catalogs, 179 packages and 182 policies, is told at its line
/// without a tenant.
#[test]
fn one_dangling_role_of_an_estate_is_found_offline() {
    let directory = tempfile::tempdir().unwrap();
    let estate =
        Whole { catalogs: 32, packages: 179, roles: 233, resources: 244, groups: 359, policies: 182 };
    let policies = directory.path().join("policies");
    estate.write_documents(&policies).unwrap();
    let validate = || entrant(directory.path(), "").arg("validate").output().unwrap();
    let sound = validate();
    assert_eq!(sound.status.code(), Some(0), "{}", said(&sound));
    let file = policies.join("catalog-17.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let at = text.rfind("resourceRoleScopes:\n").unwrap() + "resourceRoleScopes:\n".len();
    fs::write(&file, format!("{}  - {{group: Group 358, role: Owner}}\n{}", &text[..at], &text[at..]))
        .unwrap();
    let line = text[..at].lines().count() + 1;
    let broken = validate();
    assert_eq!(broken.status.code(), Some(1), "{}", said(&broken));
    let told = said(&broken);
    assert!(told.contains("error[dangling-role]"), "{told}");
    assert!(told.contains(&format!("policies/catalog-17.yaml:{line}:")), "{line} {told}");
    assert!(told.contains("1 error,"), "{told}");
}
