//! The largest tenant that Graph's quota allows, unchanged: requests, processor time against that of parsing the
//! same bytes, memory, and how both grow.

use super::least::{batches_of_names, batches_of_single_names, pages};
use crate::bench::Bench;
use crate::estate::Estate;
use crate::process::{Usage, processor_time};
use crate::server::{Seen, Server};
use crate::table::{Row, shown};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

pub const NAME: &str = "large-25000";
pub const TEMPLATES: &str = "templates-25000";

/// Templates that the policies are made from.
const STYLES: usize = 50;

/// Policies in a file.
const A_FILE: usize = 50;
const MEBIBYTE: f64 = 1024.0 * 1024.0;
/// The most memory at once, in MiB.
const MEMORY: f64 = 300.0;
/// Processor time, in units of what parsing costs.
const TIMES_PARSING: f64 = 2.0;
/// What one more policy may cost in the largest estate, in units of what it costs in the smaller ones.
const LINEAR: f64 = 1.25;
const VALIDATE: Duration = Duration::from_millis(1200);

/// What one size of estate came to.
struct Reached {
    policies: usize,
    usage: Usage,
}

/// Policies that say everything themselves.
pub fn run(bench: &mut Bench) -> Result<()> {
    of(bench, NAME, 0)
}

/// The same number of policies, made from templates: fewer bytes are read, and as many policies come of them.
pub fn templates(bench: &mut Bench) -> Result<()> {
    of(bench, TEMPLATES, STYLES)
}

fn of(bench: &mut Bench, name: &'static str, templates: usize) -> Result<()> {
    if bench.options.quick {
        return plan(bench, name, templates, 1_000, false).map(|_| ());
    }
    let mut sizes = Vec::new();
    for policies in [1_000, 5_000, 25_000] {
        let reached = plan(bench, name, templates, policies, policies == 25_000)?;
        sizes.extend(reached);
    }
    if let [small, middle, large] = sizes.as_slice() {
        for (what, of) in [
            ("memory of one more policy, large against small", memory as fn(&Usage) -> f64),
            ("processor time of one more policy, large against small", |usage| usage.cpu.as_secs_f64()),
        ] {
            let ratio = slope(of, middle, large) / slope(of, small, middle);
            bench.push(Row::number(name, what, LINEAR, ratio, ""));
        }
    }
    Ok(())
}

fn plan(
    bench: &mut Bench,
    name: &'static str,
    templates: usize,
    policies: usize,
    in_full: bool,
) -> Result<Option<Reached>> {
    let estate = Estate {
        catalogs: 50,
        packages: policies / 5,
        policies,
        groups: policies * 3 / 50,
        users: policies / 50,
        by_id: false,
        templates,
    };
    let directory = tempfile::tempdir()?;
    let documents = directory.path().join("policies");
    let yaml = estate.write_documents(&documents, 0..policies, A_FILE)?;
    let seed = estate.seed(0..policies, |_, _| {});
    let mut server = Server::start(&bench.options.entrant, directory.path(), &seed, Duration::ZERO, None)?;
    drop(seed);
    let ran = bench.unchanged(directory.path(), &server, &[])?;
    let asked = server.asked()?;
    bench.tell_requests(&format!("{policies} policies, unchanged"), &asked);

    let principals = estate.groups + estate.users;
    let (lists, packages) = (pages(policies), pages(estate.packages));
    let most = lists + packages + pages(estate.catalogs) + batches_of_single_names(principals);
    let best = lists + batches_of_names(estate.packages).min(packages) + batches_of_names(principals);
    let least = format!(
        "{lists} pages of policies + {} of packages + {} of principals = {best}",
        batches_of_names(estate.packages).min(packages),
        batches_of_names(principals)
    );
    bench.push(Row::count(name, format!("requests, {policies} policies"), most, asked.count()).least(least));
    let Some(usage) = ran.usage else { return Ok(None) };
    let reached = Reached { policies, usage };
    if !in_full {
        let what = format!("{policies} policies: processor, memory");
        let found = format!("{}, {:.0} MiB", shown(usage.cpu), memory(&usage) / MEBIBYTE);
        bench.push(Row::told(name, what, found));
        return Ok(Some(reached));
    }

    let (files, of_yaml) = parse_yaml(&documents)?;
    let (json, of_json) = parse_json(&server, &asked)?;
    let parsing = of_yaml + of_json;
    let bytes = |bytes: u64| format!("{:.1} MB", megabytes(bytes));
    bench.push(Row::told(
        name,
        "parsing the same bytes on one thread",
        format!("{} ({} of YAML in {files} files, {} of JSON)", shown(parsing), bytes(yaml), bytes(json)),
    ));
    let ratio = usage.cpu.as_secs_f64() / parsing.as_secs_f64();
    let row = Row::number(name, "plan: processor against parsing", TIMES_PARSING, ratio, "");
    bench.push(row.least(format!("parsing alone: 1; reached {}", shown(usage.cpu))));
    bench.push(Row::told(name, "plan: time by the clock", shown(ran.wall)));
    bench.push(Row::number(name, "plan: memory at most", MEMORY, memory(&usage) / MEBIBYTE, " MiB"));

    let ran = bench.well(directory.path(), None, &["validate"])?;
    if let Some(usage) = ran.usage {
        let ratio = usage.cpu.as_secs_f64() / of_yaml.as_secs_f64();
        let row = Row::number(name, "validate: processor against parsing", TIMES_PARSING, ratio, "");
        bench.push(row.least(format!("parsing alone: 1; reached {}", shown(usage.cpu))));
        bench.push(Row::number(name, "validate: memory at most", MEMORY, memory(&usage) / MEBIBYTE, " MiB"));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let what = format!("validate: time by the clock, {cores} cores");
    let least = format!("parsing {} / {cores} cores", shown(of_yaml));
    bench.push(Row::time(name, what, VALIDATE, ran.wall).least(least));
    Ok(Some(reached))
}

/// What it takes to make trees of every file, and how many there are. Reading them is not counted.
fn parse_yaml(directory: &Path) -> Result<(usize, Duration)> {
    let mut files = 0;
    let mut time = Duration::ZERO;
    for entry in std::fs::read_dir(directory)? {
        let text = std::fs::read_to_string(entry?.path())?;
        let (parsed, cost) = processor_time(|| serde_saphyr::from_multiple::<Value>(&text).map(drop))?;
        parsed?;
        time += cost;
        files += 1;
    }
    Ok((files, time))
}

/// What it takes to make trees of every list that the run was answered with, and how many bytes those are.
fn parse_json(server: &Server, asked: &Seen) -> Result<(u64, Duration)> {
    let mut bytes = 0;
    let mut time = Duration::ZERO;
    for target in asked.gets() {
        let body = server.get(&target)?;
        bytes += body.len() as u64;
        let (parsed, cost) = processor_time(|| serde_json::from_slice::<Value>(&body).map(drop))?;
        parsed.with_context(|| format!("the answer to {target}"))?;
        time += cost;
    }
    Ok((bytes, time))
}

/// What one more policy costs between two sizes.
#[allow(clippy::cast_precision_loss, reason = "there are some thousands of policies")]
fn slope(of: fn(&Usage) -> f64, small: &Reached, large: &Reached) -> f64 {
    (of(&large.usage) - of(&small.usage)) / (large.policies - small.policies) as f64
}

#[allow(clippy::cast_precision_loss, reason = "a process holds far less than 2^53 bytes")]
fn memory(usage: &Usage) -> f64 {
    usage.peak as f64
}

#[allow(clippy::cast_precision_loss, reason = "an estate has far less than 2^53 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
