//! What the figures share: where the tool is, how it is run, and what was found so far.

use crate::process::{self, Ran};
use crate::secret;
use crate::server::Server;
use crate::table::{Row, Table};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How the benchmark is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The `entrant` that is measured.
    pub entrant: PathBuf,
    /// The benchmark's own program, which measures; `None`: nothing is timed, requests alone are counted.
    pub own: Option<PathBuf>,
    /// Small estates.
    pub quick: bool,
    /// Whether to list the requests of each run.
    pub requests: bool,
    /// The seed of the first run with faults; each further run has the next.
    pub seed: u64,
}

/// A run of the benchmark.
#[derive(Debug)]
pub struct Bench {
    pub(crate) options: Options,
    /// What `entrant --version` takes.
    pub(crate) start_up: Duration,
    pub(crate) table: Table,
    /// Where the token was found.
    leaks: Vec<String>,
    runs: usize,
}

impl Bench {
    /// Measures what starting takes, first of all.
    pub fn new(options: Options) -> Result<Self> {
        let mut bench =
            Self { options, start_up: Duration::ZERO, table: Table::default(), leaks: Vec::new(), runs: 0 };
        if bench.is_timed() {
            let directory = tempfile::tempdir()?;
            bench.start_up = bench.median_wall(20, directory.path(), &["--version"])?;
        }
        Ok(bench)
    }

    /// The rows, with one for the token.
    pub fn finish(mut self) -> Table {
        let what = format!("the token in no output, log or file of {} runs", self.runs);
        let found = if self.leaks.is_empty() { "yes".to_owned() } else { self.leaks.join("; ") };
        self.table.0.push(Row::fact("token", what, self.leaks.is_empty(), found));
        self.table
    }

    pub(crate) fn is_timed(&self) -> bool {
        self.options.own.is_some()
    }

    pub(crate) fn push(&mut self, row: Row) {
        self.table.0.push(row);
    }

    /// Runs the tool on a server, with the canary for its token.
    pub(crate) fn run(
        &mut self,
        directory: &Path,
        server: Option<&Server>,
        arguments: &[&str],
    ) -> Result<Ran> {
        let mut command = Command::new(&self.options.entrant);
        command.current_dir(directory).args(arguments);
        for name in ["ENTRANT_GRAPH_URL", "ENTRANT_ACCESS_TOKEN", "ENTRANT_TENANT"] {
            command.env_remove(name);
        }
        if let Some(server) = server {
            command.env("ENTRANT_ACCESS_TOKEN", secret::CANARY).env("ENTRANT_GRAPH_URL", &server.url);
        }
        let ran = process::run(&command, self.options.own.as_deref())?;
        if server.is_some() {
            self.runs += 1;
            for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
                if let Some(form) = secret::form_found(text.as_bytes(), secret::CANARY) {
                    self.leaks.push(format!("{name} of {}, {form}", arguments.join(" ")));
                }
            }
            // The faults file is ours, and names the token that it is for.
            let _ = std::fs::remove_file(directory.join("faults.json"));
            if let Some((file, form)) = secret::file_found(directory, secret::CANARY)? {
                self.leaks.push(format!("{} after {}, {form}", file.display(), arguments.join(" ")));
            }
        }
        Ok(ran)
    }

    /// Runs the tool on a server, which has to go well.
    pub(crate) fn well(
        &mut self,
        directory: &Path,
        server: Option<&Server>,
        arguments: &[&str],
    ) -> Result<Ran> {
        let ran = self.run(directory, server, arguments)?;
        if ran.exit != Some(0) {
            let said: String = ran.stderr.chars().take(3000).collect();
            let shown: String = ran.stdout.chars().take(3000).collect();
            bail!("entrant {} exited with {:?}:\n{said}\n{shown}", arguments.join(" "), ran.exit);
        }
        Ok(ran)
    }

    /// A plan that finds nothing to do.
    pub(crate) fn unchanged(&mut self, directory: &Path, server: &Server, more: &[&str]) -> Result<Ran> {
        let arguments = [&["plan", "--detailed-exitcode"], more].concat();
        self.well(directory, Some(server), &arguments)
    }

    /// The middle one of so many runs without a server.
    pub(crate) fn median_wall(
        &mut self,
        times: usize,
        directory: &Path,
        arguments: &[&str],
    ) -> Result<Duration> {
        let mut walls = Vec::new();
        for _ in 0..times {
            walls.push(self.well(directory, None, arguments)?.wall);
        }
        walls.sort();
        Ok(walls.get(times / 2).copied().unwrap_or_default())
    }

    /// Lists what a run asked for, where that was asked.
    pub(crate) fn tell_requests(&self, title: &str, seen: &crate::server::Seen) {
        if self.options.requests {
            let talk = format!(
                "\n{title}: {} requests, {} inside batches\n{}",
                seen.count(),
                seen.inner(),
                seen.summary()
            );
            let _ = std::io::Write::write_all(&mut std::io::stderr(), talk.as_bytes());
        }
    }
}
