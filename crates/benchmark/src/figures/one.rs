//! One policy in a large tenant: declared alone, or aimed at among all.

use crate::bench::Bench;
use crate::estate::Estate;
use crate::server::Server;
use crate::table::Row;
use anyhow::Result;
use std::time::Duration;

pub const NAME: &str = "one-of-10000";

const MOST: usize = 8;
const LEAST: &str = "package 1 + principals 1 + policies of the package 1 = 3";

pub fn run(bench: &mut Bench) -> Result<()> {
    let policies = if bench.options.quick { 2_000 } else { 10_000 };
    let estate = Estate {
        catalogs: 50,
        packages: policies / 5,
        policies,
        groups: 500,
        users: 100,
        by_id: false,
        templates: 0,
    };
    let directory = tempfile::tempdir()?;
    let seed = estate.seed(0..policies, |_, _| {});
    let mut server = Server::start(&bench.options.entrant, directory.path(), &seed, Duration::ZERO, None)?;
    let declared = directory.path().join("policies");
    let one = policies / 2;

    estate.write_documents(&declared, one..one + 1, 1)?;
    bench.unchanged(directory.path(), &server, &[])?;
    let asked = server.asked()?;
    bench.tell_requests("one policy declared", &asked);
    bench.push(Row::count(NAME, "requests, one declared", MOST, asked.count()).least(LEAST));

    std::fs::remove_dir_all(&declared)?;
    estate.write_documents(&declared, 0..policies, 50)?;
    bench.unchanged(directory.path(), &server, &["--target", &estate.address(one)])?;
    let asked = server.asked()?;
    bench.tell_requests("plan --target of one policy", &asked);
    bench.push(Row::count(NAME, "requests, --target of one", MOST, asked.count()).least(LEAST));
    Ok(())
}
