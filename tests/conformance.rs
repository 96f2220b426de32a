//! Every request that the tool sends in every scenario, and every answer that the emulator gives, against
//! Microsoft's own descriptions.
//!
//! The scenarios are run once more with recording on; what they print is `scenarios.rs`'s business. Policies,
//! packages and catalogs are held to the closed descriptions, a PUT to those of its own operation, the rest to
//! the OpenAPI description beside them; an inner request of a batch counts as one of its own. The descriptions
//! are not part of this repository: `ENTRANT_GRAPH_METADATA` names their folder; unset, the test says so and
//! checks nothing; set but unreadable, it fails.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

// One reader of the descriptions serves the emulator's own tests and these.
#[path = "../crates/emulator/tests/graph/conformance.rs"]
mod descriptions;
#[allow(dead_code, reason = "what is printed is compared by `scenarios.rs`")]
#[path = "support/run.rs"]
mod run;
#[allow(dead_code, reason = "what is printed is compared by `scenarios.rs`")]
#[path = "support/script.rs"]
mod script;
#[path = "support/terminal.rs"]
mod terminal;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Members that a scenario puts into objects because no description knows them: the scenario, the member.
const INJECTED: &[(&str, &str)] =
    &[("unknown-property", "futureSwitch"), ("unknown-property", "futureSettings")];

/// What the main flows must have sent, so that an empty recording is not taken for a good one: the method and
/// how the path begins.
const SENT: &[(&str, &str)] = &[
    ("POST", "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies"),
    ("PUT", "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies/"),
    ("DELETE", "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies/"),
    ("POST", "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentPolicies"),
    ("PUT", "/beta/identityGovernance/entitlementManagement/accessPackageAssignmentPolicies/"),
    ("GET", "/v1.0/identityGovernance/entitlementManagement/accessPackages"),
    ("GET", "/v1.0/identityGovernance/entitlementManagement/assignments"),
    ("GET", "/v1.0/identityGovernance/entitlementManagement/connectedOrganizations"),
    ("GET", "/v1.0/groups"),
    ("GET", "/v1.0/users"),
    ("POST", "/v1.0/directoryObjects/getByIds"),
];

/// The scenarios, by name.
fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let entries = std::fs::read_dir(&root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("scenario.txt").is_file());
    folders.sort();
    folders
}

/// Runs a scenario and returns what went over the wire.
fn exchanges(folder: &Path, record: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("scenario.txt")).unwrap();
    let script = script::Script::parse(&text).unwrap();
    let mut world = run::World::recorded(folder, Some(record.to_owned())).unwrap();
    for step in &script.steps {
        if let Err(error) = world.step(step) {
            panic!("{}:{}: {}: {error}", folder.display(), step.line, step.command);
        }
    }
    drop(world);
    // A scenario that never reaches a server leaves no record.
    let lines = std::fs::read_to_string(record).unwrap_or_default();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Takes the members out that a scenario injected, and notes which.
fn without_injected(value: &mut Value, scenario: &str, met: &mut BTreeSet<&'static str>) {
    match value {
        Value::Object(object) => {
            for (_, member) in INJECTED.iter().filter(|(name, _)| *name == scenario) {
                if object.remove(*member).is_some() {
                    met.insert(member);
                }
            }
            object.values_mut().for_each(|inner| without_injected(inner, scenario, met));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| without_injected(inner, scenario, met)),
        _ => {}
    }
}

#[test]
fn every_exchange_is_as_microsoft_describes() {
    if !descriptions::is_on() {
        println!("skipped: ENTRANT_GRAPH_METADATA is not set");
        return;
    }
    let records = tempfile::tempdir().unwrap();
    // Scenarios wait more than they work, so all of them run at once.
    let recorded: Vec<(String, Vec<Value>)> = std::thread::scope(|threads| {
        let records = records.path();
        let record = move |folder: PathBuf| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let found = exchanges(&folder, &records.join(format!("{name}.jsonl")));
            (name, found)
        };
        let running: Vec<_> =
            scenarios().into_iter().map(|folder| threads.spawn(move || record(folder))).collect();
        running.into_iter().map(|thread| thread.join().expect("a scenario failed")).collect()
    });
    let mut sent = BTreeSet::new();
    let mut faults = BTreeSet::new();
    let mut met = BTreeSet::new();
    let mut count = 0;
    for (name, exchanges) in recorded {
        for mut exchange in exchanges {
            count += 1;
            let text = |member: &str| exchange[member].as_str().unwrap_or_default().to_owned();
            sent.insert((text("method"), text("path")));
            without_injected(&mut exchange, &name, &mut met);
            faults
                .extend(descriptions::faults(&exchange).into_iter().map(|fault| format!("{name}: {fault}")));
        }
    }
    println!("{count} exchanges");
    let lacking: Vec<_> = SENT
        .iter()
        .filter(|(method, path)| !sent.iter().any(|(m, p)| m == method && p.starts_with(path)))
        .collect();
    assert!(lacking.is_empty(), "no scenario sent {lacking:?}; {count} exchanges were recorded");
    let unmet: Vec<_> = INJECTED.iter().filter(|(_, member)| !met.contains(member)).collect();
    assert!(unmet.is_empty(), "no longer injected: {unmet:?}");
    assert!(faults.is_empty(), "\n{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The check can fail, also for what is sent: a create and an update that the service would refuse.
#[test]
fn a_wrong_request_is_found() {
    if !descriptions::is_on() {
        println!("skipped: ENTRANT_GRAPH_METADATA is not set");
        return;
    }
    let policies = "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies";
    let exchange = |method: &str, path: &str, body: &Value| {
        json!({
            "version": "v1.0", "method": method, "path": path, "query": "", "requestBody": body,
            "status": if method == "POST" { 201 } else { 200 }, "responseBody": {"id": "1"},
        })
    };
    let item = format!("{policies}/1");
    let good =
        json!({"id": "1", "displayName": "One", "accessPackage": {"id": "2"}, "specificAllowedTargets": []});
    for (method, path) in [("POST", policies), ("PUT", item.as_str())] {
        assert_eq!(descriptions::faults(&exchange(method, path, &good)), Vec::<String>::new());
        for (member, wrong) in [
            ("durationInDays", json!(30)),
            ("specificAllowedTargets", json!([{"groupId": "x"}])),
            ("specificAllowedTargets", json!(null)),
            ("expiration", json!({"type": "afterDuration", "duration": "90 days"})),
            ("allowedTargetScope", json!("everybody")),
        ] {
            let mut body = good.clone();
            body[member] = wrong;
            let found = descriptions::faults(&exchange(method, path, &body));
            assert!(!found.is_empty(), "{method} with {body} was accepted");
            assert!(descriptions::refuses("v1.0", policies, &body), "{body} was accepted");
        }
    }
}
