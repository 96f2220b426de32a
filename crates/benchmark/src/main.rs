//! `entrant-benchmark [FIGURE…]`: runs the figures that are named, or all, and prints a table. Exits with 1 where
//! a bound is not held.

use anyhow::{Context as _, Result, bail};
use entrant_benchmark::{Bench, FIGURES, Figure, Options, measure};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
entrant-benchmark [--quick] [--requests] [--seed N] [--entrant FILE] [FIGURE…]

Measures the `entrant` that lies beside this program, or FILE, and prints a table. Exits with 1 where a bound is
not held. Both are built with `cargo build --release -p entrant -p entrant-benchmark`.

  --quick          small estates, and nothing timed: requests alone are counted
  --requests       list on stderr what each run asked for
  --seed N         of the figures with faults: that of their first run, each further one has the next; 1
  --entrant FILE   the program to measure

Figures:
";

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    if first.as_deref().is_some_and(|first| first == "measure") {
        return measure(arguments);
    }
    let own = std::env::current_exe()?;
    let mut options = Options {
        entrant: own.with_file_name(format!("entrant{}", std::env::consts::EXE_SUFFIX)),
        own: Some(own),
        quick: false,
        requests: false,
        seed: 1,
    };
    let mut figures: Vec<&Figure> = Vec::new();
    let mut rest = first.into_iter().chain(arguments);
    while let Some(argument) = rest.next() {
        let argument = argument.into_string().ok().context("an argument is not UTF-8")?;
        match argument.as_str() {
            "--quick" => {
                options.quick = true;
                options.own = None;
            }
            "--requests" => options.requests = true,
            "--seed" => {
                let seed = rest.next().and_then(|seed| seed.to_str()?.parse().ok());
                options.seed = seed.context("--seed takes a number")?;
            }
            "--entrant" => options.entrant = PathBuf::from(rest.next().context("--entrant takes a file")?),
            "--help" | "-h" => {
                print(&usage())?;
                return Ok(ExitCode::SUCCESS);
            }
            name => match FIGURES.iter().find(|figure| figure.name == name) {
                Some(figure) => figures.push(figure),
                None => bail!("there is no figure `{name}`\n\n{}", usage()),
            },
        }
    }
    if !options.entrant.is_file() {
        bail!("{} is not there; `cargo build --release -p entrant` makes it", options.entrant.display());
    }
    options.entrant = std::path::absolute(&options.entrant)?;
    if figures.is_empty() {
        figures.extend(FIGURES);
    }
    let mut bench = Bench::new(options)?;
    for figure in figures {
        writeln!(std::io::stderr(), "{}: {}", figure.name, figure.about)?;
        figure.run(&mut bench)?;
    }
    let table = bench.finish();
    print(&table.to_string())?;
    Ok(if table.missed().next().is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn usage() -> String {
    let figures =
        FIGURES.iter().map(|figure| format!("  {:16} {}\n", figure.name, figure.about)).collect::<Vec<_>>();
    USAGE.to_owned() + &figures.concat()
}

fn print(text: &str) -> Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
