//! What it takes to start, and to check one file.

use crate::bench::Bench;
use crate::estate::Estate;
use crate::table::Row;
use anyhow::Result;
use std::time::Duration;

pub const NAME: &str = "start";

const TIMES: usize = 21;

pub fn run(bench: &mut Bench) -> Result<()> {
    if !bench.is_timed() {
        return Ok(());
    }
    let directory = tempfile::tempdir()?;
    let estate =
        Estate { catalogs: 1, packages: 1, policies: 1, groups: 2, users: 1, by_id: false, templates: 0 };
    estate.write_documents(&directory.path().join("policies"), 0..1, 1)?;
    let version = bench.median_wall(TIMES, directory.path(), &["--version"])?;
    bench.push(Row::time(NAME, format!("--version, middle of {TIMES}"), Duration::from_millis(10), version));
    let validate = bench.median_wall(TIMES, directory.path(), &["validate"])?;
    let what = format!("validate of one file, middle of {TIMES}");
    bench.push(Row::time(NAME, what, Duration::from_millis(30), validate));
    Ok(())
}
