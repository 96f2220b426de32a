//! A plan that finds nothing to do in a tenant of which everything is declared: catalogs with their resources, packages
//! with the roles that they give, and policies.

use crate::bench::Bench;
use crate::server::Server;
use crate::table::Row;
use crate::whole::Whole;
use anyhow::Result;
use std::time::Duration;

pub const NAME: &str = "estate";

const LATENCY: Duration = Duration::from_millis(100);
const MOST: Duration = Duration::from_secs(2);
const REQUESTS: usize = 90;

/// As large as a real estate that was published, of which everything is given by name.
const ESTATE: Whole =
    Whole { catalogs: 32, packages: 179, roles: 233, resources: 244, groups: 359, policies: 182 };
/// Answers that have to be waited for one after the other, at best.
const TRIPS: usize = 4;

pub fn run(bench: &mut Bench) -> Result<()> {
    let directory = tempfile::tempdir()?;
    ESTATE.write_documents(&directory.path().join("policies"))?;
    let latency = if bench.is_timed() { LATENCY } else { Duration::ZERO };
    let mut server = Server::start(&bench.options.entrant, directory.path(), &ESTATE.seed(), latency, None)?;
    let ran = bench.unchanged(directory.path(), &server, &[])?;
    let asked = server.asked()?;
    bench.tell_requests(NAME, &asked);
    let (least, arithmetic) = ESTATE.least();
    bench
        .push(Row::count(NAME, "requests", REQUESTS, asked.count()).least(format!("{arithmetic} = {least}")));
    if bench.is_timed() {
        let beyond = ran.wall.saturating_sub(bench.start_up);
        let least = format!("{TRIPS} round trips × 100 ms");
        bench.push(Row::time(NAME, "beyond start-up, at 100 ms", MOST, beyond).least(&least));
    }
    Ok(())
}
