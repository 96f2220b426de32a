//! The benchmark's figures that do not depend on the machine: how many requests a run takes, what a tenant ends as,
//! and that the token is nowhere. Times and memory are for `cargo run --release -p entrant-benchmark`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use entrant_benchmark::{Bench, FIGURES, Options, Row};
use std::path::PathBuf;

/// Rows that are not held yet: figure, how what it counts begins, why.
const MISSED: &[(&str, &str, &str)] = &[(
    "faults-10",
    "requests, as a ratio",
    "what became of an unclear write is asked in requests that fail too",
)];

#[test]
fn every_count_is_held() {
    let options = Options {
        entrant: PathBuf::from(env!("CARGO_BIN_EXE_entrant")),
        own: None,
        quick: true,
        seed: 1,
        requests: false,
    };
    // A figure waits as much as it works, so all of them run at once.
    let tables = std::thread::scope(|threads| {
        let run = |figure: &'static entrant_benchmark::Figure| {
            let mut bench = Bench::new(options.clone()).unwrap();
            figure.run(&mut bench).unwrap();
            bench.finish()
        };
        let running: Vec<_> = FIGURES.iter().map(|figure| threads.spawn(move || run(figure))).collect();
        running.into_iter().map(|thread| thread.join().expect("a figure failed")).collect::<Vec<_>>()
    });
    let mut missed = Vec::new();
    for table in &tables {
        println!("{table}");
        missed.extend(table.missed().filter(|row| !is_known(row)).map(|row| {
            format!("{}: {}: {} is asked for, {} was reached", row.figure, row.what, row.bound, row.reached)
        }));
    }
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));
}

fn is_known(row: &Row) -> bool {
    MISSED.iter().any(|(figure, what, _)| *figure == row.figure && row.what.starts_with(what))
}
