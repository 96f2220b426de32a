//! `import` killed anywhere, at any request and while it writes: what is there are whole files, and the next run writes
//! the rest.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "support/tenant.rs"]
mod harness;
#[allow(dead_code, reason = "nothing is spoiled here")]
#[path = "support/proxy.rs"]
mod proxy;

use harness::{Tenant, entrant, run_and_kill_at, said};
use proxy::Proxy;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

const CATALOGS: usize = 6;
const PACKAGES: usize = 30;

fn id(kind: &str, number: usize) -> String {
    format!("{kind}-0000-4000-8000-{number:012}")
}

fn seed() -> Value {
    let catalogs: Vec<Value> = (0..CATALOGS)
        .map(|n| json!({"id": id("c0000000", n), "displayName": format!("Catalog {n}"), "resources": [{"group": "Staff"}]}))
        .collect();
    let packages: Vec<Value> = (0..PACKAGES)
        .map(|n| {
            json!({"id": id("a0000000", n), "displayName": format!("Package {n}"), "catalog": {"id": id("c0000000", n % CATALOGS)},
                "resourceRoleScopes": [{"group": "Staff"}]})
        })
        .collect();
    let policies: Vec<Value> = (0..PACKAGES)
        .map(|n| {
            json!({"id": id("b0000000", n), "displayName": "Initial Policy", "accessPackage": {"id": id("a0000000", n)},
                "allowedTargetScope": "allMemberUsers", "expiration": {"type": "afterDuration", "duration": "P90D"}})
        })
        .collect();
    json!({"groups": [{"displayName": "Staff"}], "catalogs": catalogs, "accessPackages": packages, "assignmentPolicies": policies})
}

/// Every file that documents are read from, by its path below the directory.
fn files(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.join("policies")];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if !entry.file_name().to_string_lossy().starts_with('.') {
                let name = path.strip_prefix(directory).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// What is there after the kill is part of what a whole run writes, and the next run writes the rest.
fn is_whole_and_goes_on(directory: &Path, url: &str, whole: &BTreeMap<String, String>) -> usize {
    let there = files(directory);
    for (name, text) in &there {
        assert_eq!(Some(text), whole.get(name), "{name}");
    }
    let run = entrant(directory, url).arg("import").output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert_eq!(&files(directory), whole);
    there.len()
}

#[test]
fn killed_anywhere_it_leaves_whole_files_and_goes_on() {
    let server = Tenant::of("", &seed(), &[]);
    let fresh = tempfile::tempdir().unwrap();
    let counted = Proxy::start(&server.url, usize::MAX, || {});
    let run = entrant(fresh.path(), counted.url()).arg("import").output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let (whole, requests) = (files(fresh.path()), counted.count());
    assert_eq!(whole.len(), CATALOGS + PACKAGES + 1);
    let plan = entrant(fresh.path(), &server.url).args(["plan", "--detailed-exitcode"]).output().unwrap();
    assert_eq!(plan.status.code(), Some(0), "{}", said(&plan));

    // At each request: nothing is written before all is read.
    for request in 1..=requests {
        let directory = tempfile::tempdir().unwrap();
        run_and_kill_at(directory.path(), &server.url, &["import"], request);
        assert_eq!(is_whole_and_goes_on(directory.path(), &server.url, &whole), 0, "at request {request}");
    }

    // While it writes: after so many files were told of.
    let mut unfinished = 0;
    for told in [1, 2, 5, 10, 20, 30] {
        let directory = tempfile::tempdir().unwrap();
        let mut process = entrant(directory.path(), &server.url).arg("import").spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let seen = lines.take(told).map_while(Result::ok).count();
        assert_eq!(seen, told);
        process.kill().unwrap();
        process.wait().unwrap();
        let there = is_whole_and_goes_on(directory.path(), &server.url, &whole);
        assert!(there >= told, "{there} of {told}");
        unfinished += usize::from(there < whole.len());
    }
    assert!(unfinished > 0, "it was never killed between two files");
}
