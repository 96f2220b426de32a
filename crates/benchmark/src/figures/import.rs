//! The largest tenant that Graph's quota allows, as documents: requests and memory, and a plan after it that is empty.

use super::least::{batches, batches_of_names, pages};
use crate::bench::Bench;
use crate::estate::Estate;
use crate::server::Server;
use crate::table::{Row, shown};
use anyhow::Result;
use std::time::Duration;

pub const NAME: &str = "import-25000";

const MEBIBYTE: f64 = 1024.0 * 1024.0;
/// The most memory at once, in MiB: as for a plan of so many.
const MEMORY: f64 = 300.0;
/// What a package has beside itself: its roles, and the packages and the groups that it excludes.
const PARTS: usize = 3;

pub fn run(bench: &mut Bench) -> Result<()> {
    let policies = if bench.options.quick { 1_000 } else { 25_000 };
    let (catalogs, packages) = (50, policies / 5);
    let (groups, users) = (policies * 3 / 50, policies / 50);
    let estate = Estate { catalogs, packages, policies, groups, users, by_id: false, templates: 0 };
    let directory = tempfile::tempdir()?;
    let seed = estate.seed(0..policies, |_, _| {});
    let mut server = Server::start(&bench.options.entrant, directory.path(), &seed, Duration::ZERO, None)?;
    drop(seed);
    let ran = bench.well(directory.path(), Some(&server), &["import"])?;
    let asked = server.asked()?;
    bench.tell_requests(NAME, &asked);
    // At most: policies in both versions; packages with and without parts; catalogs with resources, roles and extensions; names
    // of ids, and whether each name means one object.
    let lists = 2 * pages(policies) + pages(packages) + pages(catalogs);
    let parts = batches(packages) + batches(packages * PARTS) + 4 * batches(catalogs);
    let principals = groups + users;
    let names = principals.div_ceil(1000) + batches_of_names(principals);
    let most = lists + parts + names + names + 10;
    bench.push(Row::count(NAME, format!("requests, {policies} policies"), most, asked.count()));
    if let Some(usage) = ran.usage.filter(|_| !bench.options.quick) {
        #[allow(clippy::cast_precision_loss, reason = "a process holds far less than 2^53 bytes")]
        let peak = usage.peak as f64 / MEBIBYTE;
        bench.push(Row::number(NAME, "memory at most", MEMORY, peak, " MiB"));
        bench.push(Row::told(
            NAME,
            "processor, time by the clock",
            format!("{}, {}", shown(usage.cpu), shown(ran.wall)),
        ));
    }
    let again = bench.well(directory.path(), Some(&server), &["plan", "--detailed-exitcode"])?;
    bench.push(Row::fact(NAME, "the plan after it is empty", again.exit == Some(0), "yes".to_owned()));
    Ok(())
}
