//! Saved plans against what cannot be planned for: the binary is killed at every request of an apply, and two of them
//! run at once. Whatever happens, each approved operation is carried out once, and no other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "support/tenant.rs"]
mod harness;
#[allow(dead_code, reason = "answers are spoilt elsewhere")]
#[path = "support/proxy.rs"]
mod proxy;

use harness::{Tenant, entrant, run_and_kill_at, said, wherever};
use proxy::Proxy;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

const PACKAGES: usize = 4;
const UPDATES: usize = 20;
const DELETES: usize = 10;
const CREATES: usize = 20;
/// Policies that are as declared, and ones that no document declares.
const BYSTANDERS: usize = 4;
const POLICIES: &str = "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies";

/// A third of what is there is deleted.
const LIMITS: &str = "limits: {deletions: {max: 100, maxPercent: 100}}\n";

/// A tenant with the documents beside it.
fn tenant(options: &[&str]) -> Tenant {
    let tenant = Tenant::served(&documents("New."), &seed(), &json!({}), options);
    fs::write(tenant.directory.path().join("policies/entrant.yaml"), LIMITS).unwrap();
    tenant
}

/// All policies, by package and name. Two of one name fail the test.
fn policies(tenant: &Tenant) -> BTreeMap<String, Value> {
    let answer = proxy::get(&tenant.url, &format!("{POLICIES}?$expand=accessPackage&$top=200"), "own");
    let json: Value = serde_json::from_slice(&answer).unwrap();
    let mut all = BTreeMap::new();
    for policy in json["value"].as_array().unwrap() {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let name = [&policy["accessPackage"]["displayName"], &policy["displayName"]].map(text).join("/");
        assert!(all.insert(name.clone(), policy.clone()).is_none(), "two of {name}");
    }
    all
}

/// How many writes of each method were carried out.
fn writes(tenant: &Tenant) -> BTreeMap<String, usize> {
    let mut writes = BTreeMap::new();
    for entry in tenant.requests() {
        let (method, status) = (entry["method"].as_str().unwrap(), entry["status"].as_u64().unwrap());
        // Names of ids and batches of reads are asked for by POST.
        let path = entry["path"].as_str().unwrap();
        let is_read = path.ends_with("$batch") || path.ends_with("getByIds");
        if method != "GET" && !is_read && status < 300 {
            *writes.entry(method.to_owned()).or_default() += 1;
        }
    }
    writes
}

fn package(number: usize) -> String {
    format!("a0000000-0000-4000-8000-{:012}", number % PACKAGES)
}

fn live(number: usize, name: &str, description: &str) -> Value {
    json!({
        "displayName": format!("{name} {number}"),
        "description": description,
        "accessPackage": { "id": package(number) },
        "allowedTargetScope": "allMemberUsers",
        "expiration": { "type": "afterDuration", "duration": "P90D" },
        "requestorSettings": { "enableTargetsToSelfAddAccess": true },
    })
}

fn seed() -> Value {
    let catalog = json!({ "id": "c0000000-0000-4000-8000-000000000000", "displayName": "Sales" });
    let packages: Vec<Value> = (0..PACKAGES)
        .map(|n| json!({ "id": package(n), "displayName": format!("Package {n}"), "catalog": { "id": catalog["id"] } }))
        .collect();
    let mut policies: Vec<Value> = (0..UPDATES).map(|n| live(n, "Changed", "Old.")).collect();
    policies.extend((0..DELETES).map(|n| live(n, "Gone", "Old.")));
    policies.extend((0..BYSTANDERS).map(|n| live(n, "Same", "New.")));
    policies.extend((0..BYSTANDERS).map(|n| live(n, "Not ours", "Old.")));
    let groups = json!([{ "displayName": "Partner desk", "securityEnabled": true }]);
    json!({
        "groups": groups, "catalogs": [catalog], "accessPackages": packages, "assignmentPolicies": policies,
    })
}

/// What is declared: each of them with this description, but those that are as they are.
fn documents(description: &str) -> String {
    let mut text = String::new();
    let mut policy = |number: usize, name: &str, description: &str| {
        let _ = write!(
            text,
            "---
kind: AssignmentPolicy
accessPackage: Package {}
displayName: {name} {number}
description: {description}
allowedTargetScope: allMemberUsers
expiration: P90D
requestorSettings: {{enableTargetsToSelfAddAccess: true}}
requestApprovalSettings: null
",
            number % PACKAGES
        );
    };
    (0..CREATES).for_each(|n| policy(n, "Made", description));
    (0..UPDATES).for_each(|n| policy(n, "Changed", description));
    (0..BYSTANDERS).for_each(|n| policy(n, "Same", "New."));
    for number in 0..DELETES {
        let _ = write!(
            text,
            "---
kind: Removed
target: {{kind: AssignmentPolicy, accessPackage: Package {}, displayName: Gone {number}}}
action: delete
",
            number % PACKAGES
        );
    }
    text
}

/// The tenant is as the approved plan has it, and every other policy as it was, its last change included.
fn is_as_approved(before: &BTreeMap<String, Value>, tenant: &Tenant, context: &str) {
    let after = policies(tenant);
    assert_eq!(after.len(), before.len() + CREATES - DELETES, "{context}");
    for (name, policy) in &after {
        match name.split_once('/').unwrap().1.split(' ').next().unwrap() {
            "Made" => assert_eq!(policy["description"], "New.", "{context}: {name}"),
            "Changed" => {
                assert_eq!(policy["description"], "New.", "{context}: {name}");
                assert_eq!(policy["id"], before[name]["id"], "{context}: {name}");
            }
            _ => assert_eq!(policy, &before[name], "{context}: {name}"),
        }
    }
    let each_once = BTreeMap::from([
        ("DELETE".to_owned(), DELETES),
        ("POST".to_owned(), CREATES),
        ("PUT".to_owned(), UPDATES),
    ]);
    assert_eq!(writes(tenant), each_once, "{context}");
}

/// Everything that is declared is as declared, what shall be gone is, and every other policy is as it was.
fn is_as_wanted(before: &BTreeMap<String, Value>, tenant: &Tenant) {
    let after = policies(tenant);
    assert_eq!(after.len(), before.len() + CREATES - DELETES);
    for (name, policy) in &after {
        if is_ours(name) {
            assert_eq!(policy["description"], "New.", "{name}");
        } else {
            assert_eq!(policy, &before[name], "{name}");
        }
    }
}

/// Whether a document asks for a policy of this package and name to be made or changed.
fn is_ours(name: &str) -> bool {
    name.contains("/Made ") || name.contains("/Changed ")
}

/// Whether a document asks for it to go.
fn is_gone(name: &str) -> bool {
    name.contains("/Gone ")
}

/// A plan of the documents, saved where every tenant can have it: they all have the same ids.
fn saved_plan() -> (tempfile::TempDir, PathBuf) {
    let tenant = tenant(&[]);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plan.json");
    let plan = tenant.run(&["plan", "--detailed-exitcode", "--out", file.to_str().unwrap()]);
    assert_eq!(plan.status.code(), Some(2), "{}", said(&plan));
    let counts = format!("Plan: {CREATES} to create, {UPDATES} to update, {DELETES} to delete");
    assert!(said(&plan).contains(&counts), "{}", said(&plan));
    (directory, file)
}

#[test]
fn wherever_it_is_killed_the_same_plan_finishes() {
    let (_directory, plan) = saved_plan();
    let counted = tenant(&[]);
    let before = policies(&counted);
    let all = Proxy::start(&counted.url, usize::MAX, || {});
    let run = entrant(counted.directory.path(), all.url()).arg("apply").arg(&plan).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    is_as_approved(&before, &counted, "not killed");
    let requests = all.count();
    assert!(requests > UPDATES + DELETES + CREATES, "{requests}");
    let unfinished = wherever(1..=requests, |request| killed_at(request, &plan));
    // Else it was killed before or after its writes, and never between.
    assert!(unfinished > 30);
}

/// Kills the apply when this many of its requests were carried out, the last one without an answer, and applies the
/// same plan again. Whether something was done by then and something was not.
fn killed_at(request: usize, plan: &Path) -> bool {
    let tenant = tenant(&[]);
    let before = policies(&tenant);
    let apply = ["apply", plan.to_str().unwrap()];
    run_and_kill_at(tenant.directory.path(), &tenant.url, &apply, request);
    let done: usize = writes(&tenant).values().sum();
    let context = format!("killed at request {request}, with {done} done");
    let run = tenant.run(&["apply", plan.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(0), "{context}: {}", said(&run));
    is_as_approved(&before, &tenant, &context);
    done > 0 && done < CREATES + UPDATES + DELETES
}

/// Runs both at the same time.
fn at_once(tenant: &Tenant, one: &Path, other: &Path, policies: [&str; 2]) -> [Output; 2] {
    let begin = |plan: &Path, policies: &str| {
        let mut command = entrant(tenant.directory.path(), &tenant.url);
        command.arg("apply").arg(plan).args(["--policies", policies, "--format", "json"]).spawn().unwrap()
    };
    let both = [begin(one, policies[0]), begin(other, policies[1])];
    both.map(|process| process.wait_with_output().unwrap())
}

/// How a run ended, and what it says of each of its steps that was not done.
fn ended(run: &Output) -> (Option<i32>, Vec<String>) {
    let outcome: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", said(run)));
    let steps = outcome["steps"].as_array().unwrap().iter();
    let open = steps.filter(|step| step["result"] != "done").map(|step| {
        let why = step["message"].as_str().unwrap_or_else(|| panic!("no reason: {step}"));
        format!("{}: {why}", step["address"].as_str().unwrap())
    });
    let mut open: Vec<String> = open.collect();
    open.extend(outcome["stopped"]["differences"].as_array().into_iter().flatten().map(Value::to_string));
    (run.status.code(), open)
}

#[test]
fn two_applies_of_one_plan_at_once_make_nothing_twice() {
    let (_directory, plan) = saved_plan();
    let tenant = tenant(&["--latency", "15"]);
    let before = policies(&tenant);
    let runs = at_once(&tenant, &plan, &plan, ["policies", "policies"]);
    let after = policies(&tenant);
    assert_eq!(after.len(), before.len() + CREATES - DELETES);
    assert_eq!(writes(&tenant)["POST"], CREATES, "made once each");
    for run in &runs {
        let (code, open) = ended(run);
        match code {
            Some(0) => assert!(open.is_empty(), "{open:#?}"),
            Some(3 | 5) => assert!(!open.is_empty(), "{}", said(run)),
            _ => panic!("{}", said(run)),
        }
    }
    let last = tenant.run(&["apply", plan.to_str().unwrap()]);
    assert_eq!(last.status.code(), Some(0), "{}", said(&last));
    is_as_wanted(&before, &tenant);
}

#[test]
fn of_two_different_plans_at_once_no_update_is_lost_without_a_word() {
    let tenant = tenant(&["--latency", "15"]);
    let directory = tenant.directory.path();
    fs::create_dir(directory.join("other")).unwrap();
    fs::write(directory.join("other/all.yaml"), documents("Newer.")).unwrap();
    fs::write(directory.join("other/entrant.yaml"), LIMITS).unwrap();
    for (policies, plan) in [("policies", "one.json"), ("other", "other.json")] {
        let plan = tenant.run(&["plan", "--detailed-exitcode", "--policies", policies, "--out", plan]);
        assert_eq!(plan.status.code(), Some(2), "{}", said(&plan));
    }
    let before = policies(&tenant);
    let runs = at_once(&tenant, Path::new("one.json"), Path::new("other.json"), ["policies", "other"]);
    let after = policies(&tenant);
    assert_eq!(writes(&tenant)["POST"], CREATES, "made once each");
    // A delete waits for the creates of its package. Where each of the two was first with one of them, neither did it.
    let left = after.keys().filter(|name| is_gone(name)).count();
    assert_eq!(after.len() - left, before.len() + CREATES - DELETES);
    let mut all_done = 0;
    for (run, wanted) in runs.iter().zip(["New.", "Newer."]) {
        let (code, open) = ended(run);
        assert!(matches!(code, Some(0 | 3 | 5)), "{}", said(run));
        all_done += usize::from(code == Some(0));
        let outcome: Value = serde_json::from_slice(&run.stdout).unwrap();
        let remains = |action: &str| outcome["remaining"][action].as_u64() > Some(0);
        // Whatever did not come to be, did not stay, or did not go, is told of.
        for (name, policy) in &after {
            let is_lost = is_ours(name) && policy["description"] != wanted;
            if is_lost || is_gone(name) {
                assert_ne!(code, Some(0), "{name}");
                let is_told = open.iter().any(|told| told.contains(name.as_str()));
                assert!(is_told || remains(if is_lost { "update" } else { "delete" }), "{name}: {open:#?}");
            }
        }
    }
    assert!(all_done < 2, "both cannot have their way");
    // Whoever runs once more alone finishes.
    let last = tenant.run(&["apply", "--auto-approve"]);
    assert_eq!(last.status.code(), Some(0), "{}", said(&last));
    is_as_wanted(&before, &tenant);
}

/// Of each of these kinds Graph takes two of one name.
const ESTATE: &str = "kind: Catalog
displayName: Alpha
description: Of both.
isExternallyVisible: false
resources: [{group: Partner desk}]
roleAssignments: [{group: Partner desk, role: reader}]
---
kind: ConnectedOrganization
displayName: Fabrikam
identitySources: [{domain: fabrikam.com}]
internalSponsors: [{group: Partner desk}]
---
kind: AccessPackage
catalog: Alpha
displayName: Kit
description: Tools.
resourceRoleScopes: [{group: Partner desk}]
assignmentPolicies:
  - displayName: Members
    allowedTargetScope: allMemberUsers
    expiration: P30D
    requestorSettings: {enableTargetsToSelfAddAccess: true}
    requestApprovalSettings: null
---
kind: AccessPackage
catalog: Sales
displayName: Kit
description: Another one of the name.
";

/// Runs two applies at once, of documents that differ or not, and holds the tenant to one object of each name.
fn estates_at_once(is_same: bool) {
    let tenant = tenant(&["--latency", "15"]);
    let directory = tenant.directory.path();
    fs::remove_file(directory.join("policies/all.yaml")).unwrap();
    fs::create_dir(directory.join("other")).unwrap();
    fs::write(directory.join("policies/estate.yaml"), ESTATE).unwrap();
    let other = if is_same { ESTATE.to_owned() } else { ESTATE.replace("Of both.", "Of the other.") };
    fs::write(directory.join("other/estate.yaml"), other).unwrap();
    for (policies, plan) in [("policies", "one.json"), ("other", "other.json")] {
        let plan = tenant.run(&["plan", "--policies", policies, "--out", plan]);
        assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));
    }
    let runs = at_once(&tenant, Path::new("one.json"), Path::new("other.json"), ["policies", "other"]);
    let outputs = runs.iter().map(said).collect::<Vec<_>>().join("\n");
    let are_single = || {
        for (collection, name, count) in [
            ("catalogs", "Alpha", 1),
            ("connectedOrganizations", "Fabrikam", 1),
            ("accessPackages", "Kit", 2),
        ] {
            let path = format!("/v1.0/identityGovernance/entitlementManagement/{collection}?$top=200");
            let json: Value = serde_json::from_slice(&proxy::get(&tenant.url, &path, "own")).unwrap();
            let objects = json["value"].as_array().unwrap();
            let found = objects.iter().filter(|object| object["displayName"] == name).count();
            assert_eq!(found, count, "{collection}: {outputs}");
        }
        assert!(policies(&tenant).contains_key("Kit/Members"), "{outputs}");
    };
    are_single();
    let codes = runs.each_ref().map(|run| ended(run).0);
    // One of them may have looked while the other had not yet taken back what it made.
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 3 | 5))), "{outputs}");
    assert!(is_same || codes != [Some(0), Some(0)], "{outputs}");
    let last = tenant.run(&["apply", "--auto-approve"]);
    assert_eq!(last.status.code(), Some(0), "{}", said(&last));
    are_single();
}

#[test]
fn two_applies_at_once_leave_one_object_of_each_name() {
    estates_at_once(true);
    estates_at_once(false);
}
