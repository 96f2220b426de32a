//! A plan that finds nothing to do, on a server that takes its time.

use super::least::{LIST, batches_of_names, pages};
use crate::bench::Bench;
use crate::estate::Estate;
use crate::server::Server;
use crate::table::Row;
use anyhow::Result;
use std::time::Duration;

pub const MANY_PACKAGES: &str = "unchanged-200";
pub const ONE_PACKAGE: &str = "unchanged-1000";

const LATENCY: Duration = Duration::from_millis(100);
const MOST: Duration = Duration::from_millis(1500);

pub fn many_packages(bench: &mut Bench) -> Result<()> {
    let estate = Estate {
        catalogs: 30,
        packages: 200,
        policies: 200,
        groups: 100,
        users: 10,
        by_id: false,
        templates: 0,
    };
    let least = batches_of_names(200) + batches_of_names(100 + 10) + pages(200);
    let arithmetic = format!("packages by name 1 + principals by name 1 + {} {LIST} = {least}", pages(200));
    run(bench, MANY_PACKAGES, estate, 40, &arithmetic, 3)
}

pub fn one_package(bench: &mut Bench) -> Result<()> {
    let estate = Estate {
        catalogs: 1,
        packages: 1,
        policies: 1000,
        groups: 100,
        users: 10,
        by_id: true,
        templates: 0,
    };
    let arithmetic = format!("package 1 + {} {LIST} + names of ids 1 = {}", pages(1000), pages(1000) + 2);
    run(bench, ONE_PACKAGE, estate, 20, &arithmetic, 11)
}

/// `trips`: how many answers have to be waited for one after the other, at best.
fn run(
    bench: &mut Bench,
    name: &'static str,
    estate: Estate,
    most: usize,
    least: &str,
    trips: usize,
) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let policies = directory.path().join("policies");
    estate.write_documents(&policies, 0..estate.policies, 10)?;
    let latency = if bench.is_timed() { LATENCY } else { Duration::ZERO };
    let seed = estate.seed(0..estate.policies, |_, _| {});
    let mut server = Server::start(&bench.options.entrant, directory.path(), &seed, latency, None)?;
    let ran = bench.unchanged(directory.path(), &server, &[])?;
    let asked = server.asked()?;
    bench.tell_requests(name, &asked);
    bench.push(Row::count(name, "requests", most, asked.count()).least(least));
    if bench.is_timed() {
        let beyond = ran.wall.saturating_sub(bench.start_up);
        let least = format!("{trips} round trips × 100 ms");
        bench.push(Row::time(name, "beyond start-up, at 100 ms", MOST, beyond).least(least));
    }
    Ok(())
}
