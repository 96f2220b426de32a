//! Runs a program to its end and says what it cost: by the clock, in processor time, in memory.
//!
//! The system tells of children what all of them cost together, and counts the memory of whoever starts a
//! program as the program's own until it has begun. So each run is started by a small process that has this one
//! child: the benchmark itself, called again with [`MEASURE`].

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// The first argument of a call that runs one program and writes down what it cost: the file to write,
/// the program, its arguments.
pub const MEASURE: &str = "measure";

/// A run that is over.
#[derive(Debug)]
pub struct Ran {
    /// How it exited; `None` where a signal ended it.
    pub exit: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
    /// From its start to its end.
    pub wall: Duration,
    /// What the system says of it, where it was asked.
    pub usage: Option<Usage>,
}

/// What a process took from the system.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Processor time, its own and the system's for it, of all threads.
    pub cpu: Duration,
    /// The most memory that it held at once, in bytes.
    pub peak: u64,
}

/// Runs a command. With `by`, the benchmark's own program, it is measured.
pub fn run(command: &Command, by: Option<&Path>) -> Result<Ran> {
    let program = command.get_program();
    let told = tempfile::NamedTempFile::new()?;
    let mut outer = match by {
        Some(by) => {
            let mut outer = Command::new(by);
            outer.arg(MEASURE).arg(told.path()).arg(program);
            outer
        }
        None => Command::new(program),
    };
    outer.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    if let Some(directory) = command.get_current_dir() {
        outer.current_dir(directory);
    }
    let begun = Instant::now();
    let output = outer
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} cannot be run", Path::new(program).display()))?;
    let mut wall = begun.elapsed();
    let mut usage = None;
    if by.is_some() {
        let told: Value = serde_json::from_slice(&std::fs::read(told.path())?)
            .with_context(|| format!("nothing was measured: {}", String::from_utf8_lossy(&output.stderr)))?;
        let micros = |name: &str| told[name].as_u64().map(Duration::from_micros);
        wall = micros("wallMicroseconds").context("no time")?;
        usage =
            micros("cpuMicroseconds").zip(told["peakBytes"].as_u64()).map(|(cpu, peak)| Usage { cpu, peak });
    }
    Ok(Ran {
        exit: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
        wall,
        usage,
    })
}

/// The call that [`MEASURE`] names.
pub fn measure(mut arguments: impl Iterator<Item = OsString>) -> Result<ExitCode> {
    let (Some(file), Some(program)) = (arguments.next(), arguments.next()) else {
        bail!("{MEASURE} is the benchmark's own; it takes a file and a program");
    };
    let begun = Instant::now();
    let status = Command::new(&program).args(arguments).status()?;
    let wall = begun.elapsed();
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let usage = of_children();
    let told = json!({
        "wallMicroseconds": micros(wall),
        "cpuMicroseconds": usage.map(|usage| micros(usage.cpu)),
        "peakBytes": usage.map(|usage| usage.peak),
    });
    std::fs::write(&file, told.to_string())?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(unix)]
fn of_children() -> Option<Usage> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let time = |value: TimeVal| {
        let seconds = u64::try_from(value.tv_sec()).unwrap_or_default();
        Duration::from_secs(seconds)
            + Duration::from_micros(u64::try_from(value.tv_usec()).unwrap_or_default())
    };
    // Linux counts in kilobytes, Apple's systems in bytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let peak = u64::try_from(usage.max_rss()).ok()? * unit;
    Some(Usage { cpu: time(usage.user_time()) + time(usage.system_time()), peak })
}

#[cfg(not(unix))]
fn of_children() -> Option<Usage> {
    None
}

/// The processor time of this thread while it does something: for work to compare a process with.
pub fn processor_time<T>(work: impl FnOnce() -> T) -> Result<(T, Duration)> {
    let begun = thread_time()?;
    let done = work();
    Ok((done, thread_time()?.saturating_sub(begun)))
}

#[cfg(unix)]
fn thread_time() -> Result<Duration> {
    use nix::time::{ClockId, clock_gettime};
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

#[cfg(not(unix))]
fn thread_time() -> Result<Duration> {
    bail!("processor time is asked for on Unix alone")
}
