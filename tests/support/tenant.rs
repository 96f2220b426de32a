//! A directory with documents, and an emulator beside it, for tests that run the binary.

use crate::proxy::Proxy;
use entrant_benchmark::secret::CANARY;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The directory, and an emulator that ends with it.
pub struct Tenant {
    pub directory: tempfile::TempDir,
    server: Child,
    pub url: String,
}

impl Drop for Tenant {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Tenant {
    /// With these documents and this seed, and faults for whoever bears the canary.
    pub fn of(documents: &str, seed: &Value, faults: &[Value]) -> Self {
        let faults: Vec<Value> = faults.iter().cloned().map(for_the_canary).collect();
        let faults = json!({ "seed": 3, "faults": faults });
        Self::served(documents, seed, &faults, &[])
    }

    /// With these documents, this seed and what else the emulator is told.
    pub fn served(documents: &str, seed: &Value, faults: &Value, options: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("policies")).unwrap();
        fs::write(directory.path().join("seed.json"), seed.to_string()).unwrap();
        fs::write(directory.path().join("faults.json"), faults.to_string()).unwrap();
        let mut server = entrant(directory.path(), "")
            .args(["emulator", "serve", "--seed", "seed.json", "--faults", "faults.json"])
            .args(["--access-log", "access.jsonl"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://"), "the emulator did not start");
        let tenant = Self { directory, server, url: url.trim().to_owned() };
        tenant.write(documents);
        tenant
    }

    /// Puts these documents in the place of those that were there.
    pub fn write(&self, documents: &str) {
        fs::write(self.directory.path().join("policies/all.yaml"), documents).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        entrant(self.directory.path(), &self.url).args(arguments).output().unwrap()
    }

    pub fn apply(&self) -> Output {
        self.run(&["apply", "--auto-approve"])
    }

    /// Kills an apply when this many of its requests were carried out, the last one without an answer.
    pub fn apply_and_kill_at(&self, request: usize) {
        run_and_kill_at(self.directory.path(), &self.url, &["apply", "--auto-approve"], request);
    }

    /// The requests so far, as the access log has them.
    pub fn requests(&self) -> Vec<Value> {
        let log = fs::read_to_string(self.directory.path().join("access.jsonl")).unwrap();
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The requests that faults struck.
    pub fn struck(&self) -> usize {
        self.requests().iter().filter(|request| request.to_string().contains("\"fault\"")).count()
    }
}

/// Runs the program and kills it when this many of its requests were carried out, the last one without an answer.
pub fn run_and_kill_at(directory: &Path, url: &str, arguments: &[&str], request: usize) {
    let process: Arc<Mutex<Option<Child>>> = Arc::default();
    let victim = Arc::clone(&process);
    // SIGKILL: nothing of the program runs after it.
    let proxy = Proxy::start(url, request, move || {
        victim.lock().unwrap().as_mut().unwrap().kill().unwrap();
    });
    {
        let mut process = process.lock().unwrap();
        let mut command = entrant(directory, proxy.url());
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        *process = Some(command.spawn().unwrap());
    }
    while process.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(10));
    }
}

/// How many runs are under way at once. They wait more than they work.
const SIDE_BY_SIDE: usize = 6;

/// Tries each of these numbers, several at once; how often the answer was yes.
pub fn wherever(numbers: std::ops::RangeInclusive<usize>, try_one: impl Fn(usize) -> bool + Sync) -> usize {
    let next = AtomicUsize::new(*numbers.start());
    let yes = AtomicUsize::new(0);
    thread::scope(|threads| {
        for _ in 0..SIDE_BY_SIDE {
            threads.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number > *numbers.end() {
                        break;
                    }
                    yes.fetch_add(usize::from(try_one(number)), Ordering::Relaxed);
                }
            });
        }
    });
    yes.into_inner()
}

pub fn entrant(directory: &Path, url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entrant"));
    command.current_dir(directory).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_remove("ENTRANT_GRAPH_URL").env("ENTRANT_ACCESS_TOKEN", CANARY).env("CI", "true");
    if !url.is_empty() {
        command.env("ENTRANT_GRAPH_URL", url);
    }
    command
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn for_the_canary(mut fault: Value) -> Value {
    fault["token"] = CANARY.into();
    fault
}
