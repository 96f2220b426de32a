//! Apply while requests fail: what it costs more, and that the tenant ends the same.
//!
//! A tenant has half of the policies, some of them with an older description; apply makes the rest and updates
//! those. What it costs is held against the same run on a server without faults.

use crate::bench::Bench;
use crate::estate::Estate;
use crate::server::{Server, for_the_canary};
use crate::table::Row;
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

pub const TENTH: &str = "faults-10";
pub const THIRD: &str = "faults-30";

const ESTATE: Estate =
    Estate { catalogs: 10, packages: 60, policies: 120, groups: 50, users: 10, by_id: false, templates: 0 };
const THERE: usize = 60;
const OLDER: usize = 20;

/// What an apply came to.
struct Applied {
    requests: usize,
    /// Requests inside batches.
    inner: usize,
    /// Requests that a fault struck, those inside batches included.
    failed: usize,
    runs: usize,
    done: bool,
    early: usize,
    policies: Vec<String>,
}

/// Twice: where faults strike what comes by itself, by HTTP requests; where they strike in batches as well, by all
/// that a fault may strike, since a batch of twenty then seldom comes whole.
pub fn tenth(bench: &mut Bench) -> Result<()> {
    let calm = apply(bench, None, 1)?;
    if !calm.done {
        bail!("apply is not done on a server without faults");
    }
    let (mut alone, mut inside, mut same) = (Sum::default(), Sum::default(), true);
    for seed in seeds(bench) {
        for (in_batches, sum) in [(false, &mut alone), (true, &mut inside)] {
            let faulty = apply(bench, Some(&mixed(seed, 0.1, in_batches)), 1)?;
            sum.add(&faulty);
            same &= faulty.done && faulty.policies == calm.policies;
        }
    }
    let runs = seeds(bench).count();
    bench.push(
        Row::number(
            TENTH,
            format!("HTTP requests, as a ratio, {runs} seeds"),
            1.25,
            ratio(alone.requests, calm.requests * runs),
            "",
        )
        .least(alone.failures(calm.requests)),
    );
    bench.push(
        Row::number(
            TENTH,
            "faults in batches too: requests and those in batches",
            1.25,
            ratio(inside.requests + inside.inner, (calm.requests + calm.inner) * runs),
            "",
        )
        .least(inside.failures(calm.requests + calm.inner)),
    );
    let http = ratio(inside.requests, calm.requests * runs);
    bench.push(Row::told(TENTH, "faults in batches too: HTTP requests alone", format!("{http:.2}")));
    bench.push(Row::fact(TENTH, "the same final state after one run each", same, word(same)));
    Ok(())
}

#[derive(Default)]
struct Sum {
    requests: usize,
    inner: usize,
    failed: usize,
}

impl Sum {
    fn add(&mut self, applied: &Applied) {
        self.requests += applied.requests;
        self.inner += applied.inner;
        self.failed += applied.failed;
    }

    fn failures(&self, calm: usize) -> String {
        format!("{calm} without faults; {} failed", self.failed)
    }
}

pub fn third(bench: &mut Bench) -> Result<()> {
    let calm = apply(bench, None, 1)?;
    let (mut twice, mut same, mut most, mut early) = (0, true, 0, 0);
    let count = seeds(bench).count();
    for seed in seeds(bench) {
        let faulty = apply(bench, Some(&mixed(seed, 0.3, true)), 2)?;
        twice += faulty.policies.len() - names(&faulty.policies).len();
        same &= faulty.done && faulty.policies == calm.policies;
        most = most.max(faulty.runs);
        early += faulty.early;
    }
    bench.push(Row::count(THIRD, format!("policies made twice, {count} seeds"), 0, twice));
    bench.push(Row::fact(THIRD, format!("the same final state after {most} runs"), same, word(same)));
    // What is early is a matter of time, and tests are run on machines that are busy with others.
    if bench.is_timed() {
        bench.push(Row::count(THIRD, "requests before a Retry-After allowed", 0, early));
    }
    Ok(())
}

fn seeds(bench: &Bench) -> Range<u64> {
    let first = bench.options.seed;
    first..first + if bench.options.quick { 1 } else { 5 }
}

/// Applies until nothing is left, in so many runs at most.
fn apply(bench: &mut Bench, faults: Option<&Value>, most: usize) -> Result<Applied> {
    let directory = tempfile::tempdir()?;
    ESTATE.write_documents(&directory.path().join("policies"), 0..ESTATE.policies, 10)?;
    let seed = ESTATE.seed(0..THERE, |number, policy| {
        if number < OLDER {
            policy["description"] = "As it was before.".into();
        }
    });
    let entrant = bench.options.entrant.clone();
    let mut server = Server::start(&entrant, directory.path(), &seed, Duration::ZERO, faults)?;
    let mut applied =
        Applied { requests: 0, inner: 0, failed: 0, runs: 0, done: false, early: 0, policies: Vec::new() };
    while !applied.done && applied.runs < most {
        applied.done = once(bench, directory.path(), &server)?;
        applied.runs += 1;
        let asked = server.asked()?;
        bench.tell_requests("apply under faults", &asked);
        applied.requests += asked.count();
        let inner = || asked.0.iter().filter_map(|line| line["inner"].as_array()).flatten();
        applied.inner += asked.inner();
        applied.failed += asked.0.iter().chain(inner()).filter(|one| one["fault"].is_string()).count();
        applied.early += asked.early();
    }
    applied.policies = server.policies()?;
    Ok(applied)
}

fn once(bench: &mut Bench, directory: &Path, server: &Server) -> Result<bool> {
    Ok(bench.run(directory, Some(server), &["apply", "--auto-approve"])?.exit == Some(0))
}

/// Every kind of failure, so that reads and writes each fail with about this probability; what comes in a batch too,
/// or not.
fn mixed(seed: u64, probability: f64, in_batches: bool) -> Value {
    let part = |of: f64| of * probability;
    let mut faults = [
        json!({ "fault": "fail", "probability": part(0.5),
                "answer": [500, 502, 503, 504, 509, 408, "reset", "close"] }),
        json!({ "fault": "fail", "probability": part(0.2), "answer": 429, "retryAfter": "rotate",
                "retryAfterMilliseconds": 300 }),
        json!({ "fault": "cutShort", "method": "GET", "probability": part(0.3) }),
        // Not of batches: a 429 inside one that never came back is a wait that nobody was told of.
        json!({ "fault": "lostAnswer", "method": ["POST", "PUT", "DELETE"], "probability": part(0.3),
                "path": ["assignmentPolicies*", "accessPackageAssignmentPolicies*"],
                "answer": ["close", "reset", 504] }),
    ];
    if !in_batches {
        for fault in &mut faults {
            fault["inBatch"] = false.into();
        }
    }
    for_the_canary(seed, &faults)
}

/// The packages and names of policies, each once.
fn names(policies: &[String]) -> BTreeSet<(String, String)> {
    let name = |policy: &String| {
        let (package, body) = policy.split_once(' ').unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        (package.to_owned(), body["displayName"].as_str().unwrap_or_default().to_lowercase())
    };
    policies.iter().map(name).collect()
}

#[allow(clippy::cast_precision_loss, reason = "requests are counted in hundreds")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
}

fn word(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}
