//! The binary against servers that fail: whatever goes wrong, the tenant ends as declared and nothing is there twice.
//! And wherever the binary is killed, the next run finishes what it began.
//!
//! Every test has the same documents and the same tenant before, so that all must end alike.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/tenant.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod harness;
#[path = "support/proxy.rs"]
mod proxy;

use entrant_benchmark::secret::CANARY;
use harness::{Tenant, entrant, said};
use proxy::Proxy;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const PACKAGES: usize = 3;
/// The policies before: the first are as declared, then come older ones, then those to be deleted.
const BEFORE: usize = 7;
const SAME: usize = 2;
const OLDER: usize = 5;
/// The policies that are declared beside the deleted ones have numbers up to here.
const AFTER: usize = 12;
const POLICIES: &str = "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies";

/// The tenant of all tests.
fn tenant(faults: &[Value]) -> Tenant {
    Tenant::of(&documents(), &seed(), faults)
}

/// The packages, names and descriptions of all policies, in order.
fn policies(tenant: &Tenant) -> Vec<String> {
    let answer = proxy::get(&tenant.url, &format!("{POLICIES}?$expand=accessPackage&$top=100"), "own");
    let json: Value = serde_json::from_slice(&answer).unwrap();
    let mut all: Vec<String> = json["value"].as_array().unwrap().iter().map(shown).collect();
    all.sort();
    all
}

/// Fails where the tenant is not as declared, or a run would still change something.
fn is_as_declared(tenant: &Tenant) {
    assert_eq!(policies(tenant), declared());
    let plan = tenant.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));
}

fn package(number: usize) -> String {
    format!("a0000000-0000-4000-8000-{:012}", number % PACKAGES)
}

fn seed() -> Value {
    let catalogs = ["Sales", "Hidden"].map(
        |name| json!({ "id": format!("c0000000-0000-4000-8000-{:012}", name.len()), "displayName": name }),
    );
    let packages: Vec<Value> = (0..PACKAGES)
        .map(|n| json!({ "id": package(n), "displayName": format!("Package {n}"), "catalog": { "id": catalogs[0]["id"] } }))
        .collect();
    let policies: Vec<Value> = (0..BEFORE)
        .map(|n| {
            json!({
                "displayName": format!("Policy {n}"),
                "description": if (SAME..OLDER).contains(&n) { "Old." } else { "New." },
                "accessPackage": { "id": package(n) },
                "allowedTargetScope": "allMemberUsers",
                "expiration": { "type": "afterDuration", "duration": "P90D" },
                "requestorSettings": { "enableTargetsToSelfAddAccess": true },
            })
        })
        .collect();
    json!({ "catalogs": catalogs, "accessPackages": packages, "assignmentPolicies": policies })
}

fn documents() -> String {
    let mut text = String::new();
    for number in (0..OLDER).chain(BEFORE..AFTER) {
        let _ = write!(
            text,
            "---
kind: AssignmentPolicy
accessPackage: Package {}
displayName: Policy {number}
description: New.
allowedTargetScope: allMemberUsers
expiration: P90D
requestorSettings: {{enableTargetsToSelfAddAccess: true}}
requestApprovalSettings: null
",
            number % PACKAGES
        );
    }
    for number in OLDER..BEFORE {
        let _ = write!(
            text,
            "---
kind: Removed
target: {{kind: AssignmentPolicy, accessPackage: Package {}, displayName: Policy {number}}}
action: delete
",
            number % PACKAGES
        );
    }
    text
}

fn shown(policy: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    [&policy["accessPackage"]["displayName"], &policy["displayName"], &policy["description"]]
        .map(text)
        .join("/")
}

fn declared() -> Vec<String> {
    let mut all: Vec<String> = (0..OLDER)
        .chain(BEFORE..AFTER)
        .map(|number| format!("Package {}/Policy {number}/New.", number % PACKAGES))
        .collect();
    all.sort();
    all
}

/// One run brings the tenant to what is declared, although these faults strike.
fn one_run_is_enough(faults: &[Value]) {
    let tenant = self::tenant(faults);
    let run = tenant.apply();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert!(tenant.struck() > 0, "nothing went wrong");
    is_as_declared(&tenant);
}

#[test]
fn creates_that_the_tenant_does_not_take_side_by_side_are_made_once() {
    one_run_is_enough(&[
        json!({ "fault": "duplicateKey", "path": "assignmentPolicies", "withinMilliseconds": 20 }),
    ]);
}

#[test]
fn writes_whose_answers_are_lost_are_recognised() {
    one_run_is_enough(&[json!({
        "fault": "lostAnswer", "method": ["POST", "PUT", "DELETE"], "path": "assignmentPolicies*",
        "probability": 0.6, "answer": ["close", "reset", 504],
    })]);
}

#[test]
fn what_shows_late_is_waited_for() {
    one_run_is_enough(&[
        json!({ "fault": "lag", "method": "POST", "milliseconds": 1500 }),
        json!({ "fault": "lag", "method": ["PUT", "DELETE"], "reads": 6 }),
    ]);
}

#[test]
fn a_lost_answer_to_what_shows_late_makes_no_second_object() {
    one_run_is_enough(&[
        json!({ "fault": "lag", "method": "POST", "milliseconds": 2500 }),
        json!({
            "fault": "lostAnswer", "method": "POST", "path": "assignmentPolicies", "answer": ["close", 504],
            "probability": 0.7,
        }),
    ]);
}

#[test]
fn a_tenant_that_throttles_in_every_form_is_waited_for() {
    one_run_is_enough(&[
        json!({ "fault": "throttle", "capacity": 6, "refillPerSecond": 8, "retryAfter": "rotate" }),
        json!({
            "fault": "fail", "probability": 0.1, "answer": 429, "retryAfter": "rotate",
            "retryAfterMilliseconds": 200,
        }),
    ]);
}

#[test]
fn roles_on_the_catalog_are_enough_to_apply() {
    one_run_is_enough(&[json!({ "fault": "caller", "role": "packageManager", "catalogs": ["Sales"] })]);
}

#[test]
fn a_reader_of_the_catalog_plans_and_is_refused_every_write() {
    let tenant =
        self::tenant(&[json!({ "fault": "caller", "role": "catalogReader", "catalogs": ["Sales"] })]);
    let before = policies(&tenant);
    let plan = tenant.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status.code(), Some(2), "{}", said(&plan));
    assert!(said(&plan).contains("Plan: 5 to create, 3 to update, 2 to delete"), "{}", said(&plan));
    let run = tenant.apply();
    assert_eq!(run.status.code(), Some(5), "{}", said(&run));
    assert!(said(&run).contains("Apply: 0 done, 8 failed, 2 blocked."), "{}", said(&run));
    assert_eq!(policies(&tenant), before);
}

#[test]
fn a_token_that_expires_stops_the_run_and_another_finishes_it() {
    let tenant = self::tenant(&[json!({ "fault": "tokenExpiry", "requests": 12 })]);
    let start = Instant::now();
    let run = tenant.apply();
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert_eq!(run.status.code(), Some(5), "{}", said(&run));
    assert!(tenant.struck() > 0, "nothing went wrong");
    let mut again = entrant(tenant.directory.path(), &tenant.url);
    let run =
        again.env("ENTRANT_ACCESS_TOKEN", "renewed").args(["apply", "--auto-approve"]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert_eq!(policies(&tenant), declared());
}

/// How an answer is spoilt: from its request line and what it was.
type Spoil = fn(&str, &[u8]) -> Option<Vec<u8>>;

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn json_answer(body: &[u8]) -> Vec<u8> {
    answer("200 OK\r\ncontent-type: application/json", body)
}

fn body(answer: &[u8]) -> &[u8] {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    &answer[end + 4..]
}

/// The answers inside a batch, changed.
fn in_batch(answer: &[u8], change: fn(&mut Vec<Value>)) -> Option<Vec<u8>> {
    let mut json: Value = serde_json::from_slice(body(answer)).ok()?;
    change(json.get_mut("responses")?.as_array_mut()?);
    Some(json_answer(json.to_string().as_bytes()))
}

#[test]
fn spoilt_answers_change_nothing_of_the_end() {
    let spoils: [(&str, Spoil); 9] = [
        ("a web page", |_, _| Some(answer("200 OK\r\ncontent-type: text/html", b"<html>Sign in</html>"))),
        ("nothing", |_, _| Some(json_answer(b""))),
        ("no UTF-8", |_, was| {
            let text = body(was);
            let at = text.iter().rposition(|byte| *byte == b'"')?;
            Some(json_answer(&[&text[..at], b"\xc3\x28", &text[at..]].concat()))
        }),
        ("no gzip", |_, was| Some(answer("200 OK\r\ncontent-encoding: gzip", body(was)))),
        ("garbled chunks", |_, _| {
            Some(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n".to_vec())
        }),
        ("a wait that nobody understands", |line, _| {
            let reads = line.starts_with("GET") || line.contains("$batch");
            reads.then(|| answer("429 X\r\nretry-after: soon", b"{}"))
        }),
        ("a batch without one answer", |_, was| in_batch(was, |answers| drop(answers.pop()))),
        ("a batch with an answer twice", |_, was| {
            in_batch(was, |answers| {
                let first = answers[0]["id"].clone();
                for answer in answers.iter_mut() {
                    answer["id"] = first.clone();
                }
            })
        }),
        ("a batch in which a token is refused", |_, was| {
            in_batch(was, |answers| {
                for answer in answers.iter_mut() {
                    answer["status"] = 401.into();
                }
            })
        }),
    ];
    thread::scope(|threads| {
        for (what, spoil) in spoils {
            threads.spawn(move || {
                let tenant = self::tenant(&[]);
                // The first answer to each request, batches of a version being one.
                let seen: Mutex<BTreeSet<String>> = Mutex::default();
                let proxy = Proxy::spoiling(&tenant.url, move |line, was| {
                    let is_first = seen.lock().unwrap().insert(line.to_owned());
                    let changed = if is_first { spoil(line, &was) } else { None };
                    changed.unwrap_or(was)
                });
                let run = entrant(tenant.directory.path(), proxy.url())
                    .args(["apply", "--auto-approve"])
                    .output()
                    .unwrap();
                assert_eq!(run.status.code(), Some(0), "{what}: {}", said(&run));
                assert!(!said(&run).contains(CANARY), "{what}");
                is_as_declared(&tenant);
            });
        }
    });
}

#[test]
fn a_wait_beyond_all_patience_is_said_and_not_begun() {
    for wait in ["86400", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let tenant = self::tenant(&[]);
        let before = policies(&tenant);
        let proxy =
            Proxy::spoiling(&tenant.url, move |_, _| answer(&format!("429 X\r\nretry-after: {wait}"), b"{}"));
        let start = Instant::now();
        let run =
            entrant(tenant.directory.path(), proxy.url()).args(["apply", "--auto-approve"]).output().unwrap();
        assert!(start.elapsed() < Duration::from_secs(20), "{wait}");
        assert_eq!(run.status.code(), Some(1), "{wait}: {}", said(&run));
        assert!(said(&run).contains("graph-throttled"), "{}", said(&run));
        assert_eq!(policies(&tenant), before);
    }
}

#[test]
fn wherever_it_is_killed_the_next_run_finishes() {
    let counted = self::tenant(&[]);
    let all = Proxy::start(&counted.url, usize::MAX, || {});
    let run =
        entrant(counted.directory.path(), all.url()).args(["apply", "--auto-approve"]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    is_as_declared(&counted);
    let requests = all.count();
    assert!(requests > 15, "{requests}");
    let unfinished = harness::wherever(1..=requests, killed_at);
    // Else it was killed before or after its writes, and never between.
    assert!(unfinished > 5);
}

/// Kills the binary when this many of its requests were carried out, the last one without an answer, and runs it
/// again. Whether the tenant was then neither as before nor as declared.
fn killed_at(request: usize) -> bool {
    let tenant = self::tenant(&[]);
    let before = policies(&tenant);
    tenant.apply_and_kill_at(request);
    let between = policies(&tenant);
    let run = tenant.apply();
    assert_eq!(run.status.code(), Some(0), "killed at request {request}: {}", said(&run));
    is_as_declared(&tenant);
    between != before && between != declared()
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_search_for_what_a_create_may_have_made() {
    let tenant = self::tenant(&[
        json!({ "fault": "fail", "method": "POST", "path": "assignmentPolicies", "answer": 504 }),
    ]);
    let process =
        entrant(tenant.directory.path(), &tenant.url).args(["apply", "--auto-approve"]).spawn().unwrap();
    let id = rustix::process::Pid::from_raw(i32::try_from(process.id()).unwrap()).unwrap();
    let start = Instant::now();
    // Every create was tried; what else there is waits for them.
    while tenant.struck() < AFTER - BEFORE {
        assert!(start.elapsed() < Duration::from_secs(40));
        thread::sleep(Duration::from_millis(100));
    }
    thread::sleep(Duration::from_secs(3));
    let asked = Instant::now();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let run = process.wait_with_output().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(run.status.code(), Some(130), "{}", said(&run));
    assert!(said(&run).contains("plan again"), "{}", said(&run));
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_wait_that_graph_asked_for() {
    let asks = json!({
        "fault": "fail", "method": "PUT", "answer": 429, "retryAfter": "seconds", "retryAfterMilliseconds": 300_000,
    });
    let tenant = self::tenant(&[asks]);
    let process =
        entrant(tenant.directory.path(), &tenant.url).args(["apply", "--auto-approve"]).spawn().unwrap();
    let id = rustix::process::Pid::from_raw(i32::try_from(process.id()).unwrap()).unwrap();
    let start = Instant::now();
    while tenant.struck() == 0 {
        assert!(start.elapsed() < Duration::from_secs(40));
        thread::sleep(Duration::from_millis(100));
    }
    thread::sleep(Duration::from_secs(1));
    let asked = Instant::now();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let run = process.wait_with_output().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(run.status.code(), Some(130), "{}", said(&run));
}
