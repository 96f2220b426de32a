//! Two hundred creates at 100 ms: where the server takes them side by side, and where it answers a create beside
//! another with a conflict that is none.

use super::least::{batches_of_names, pages};
use crate::bench::Bench;
use crate::estate::Estate;
use crate::server::{Server, for_the_canary};
use crate::table::Row;
use anyhow::Result;
use serde_json::json;
use std::time::Duration;

pub const NAME: &str = "create-200";

const POLICIES: usize = 200;
const REQUESTS: usize = 450;
const LATENCY: Duration = Duration::from_millis(100);

pub fn run(bench: &mut Bench) -> Result<()> {
    let estate = Estate {
        catalogs: 30,
        packages: POLICIES,
        policies: POLICIES,
        groups: 100,
        users: 10,
        by_id: false,
        templates: 0,
    };
    let conflicts = for_the_canary(
        1,
        &[json!({ "fault": "duplicateKey", "path": "assignmentPolicies", "withinMilliseconds": 20 })],
    );
    let plan = 2 * batches_of_names(POLICIES) + pages(POLICIES);
    let least =
        format!("{POLICIES} POST + {plan} for the plan + {plan} to plan again = {}", POLICIES + 2 * plan);
    let mut states = Vec::new();
    for (how, faults, most, time) in [
        ("side by side", None, Duration::from_secs(10), "200 / 16 under way × 100 ms"),
        ("false conflicts", Some(&conflicts), Duration::from_secs(45), "200 × (100 + 20) ms"),
    ] {
        let directory = tempfile::tempdir()?;
        estate.write_documents(&directory.path().join("policies"), 0..POLICIES, 10)?;
        let latency = if bench.is_timed() { LATENCY } else { Duration::ZERO };
        let seed = estate.seed(0..0, |_, _| {});
        let mut server = Server::start(&bench.options.entrant, directory.path(), &seed, latency, faults)?;
        let ran = bench.well(directory.path(), Some(&server), &["apply", "--auto-approve"])?;
        let asked = server.asked()?;
        bench.tell_requests(&format!("{POLICIES} creates, {how}"), &asked);
        bench.push(
            Row::count(NAME, format!("requests, {how}"), REQUESTS, asked.count()).least(least.as_str()),
        );
        if bench.is_timed() {
            let row = Row::time(NAME, format!("time at 100 ms, {how}"), most, ran.wall);
            bench.push(row.least(time));
        }
        states.push(server.policies()?);
    }
    let whole = states.iter().all(|state| state.len() == POLICIES);
    let same = whole && states.windows(2).all(|two| two[0] == two[1]);
    let found = if same { "yes".to_owned() } else { "the two differ".to_owned() };
    bench.push(Row::fact(NAME, format!("the same {POLICIES} policies in both"), same, found));
    Ok(())
}
