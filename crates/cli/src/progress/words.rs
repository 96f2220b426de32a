//! How far a run is, in words. Pure; every text of a tenant or a file is made safe before it comes here.

use super::Wait;
use crate::render::values::counted;
use entrant_graph::{WaitReason, Waiting};
use entrant_model::text::visible;
use entrant_workspace::Phase;
use jiff::ZonedDateTime;
use std::time::Duration;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Shows that a text was cut.
const CUT: &str = "...";

/// A phase, without its full stop. `read`: policies read so far.
pub fn phase(phase: &Phase, read: usize) -> String {
    match phase {
        Phase::Packages(count) => format!("Looking up {}", number(*count, "package")),
        Phase::Parts(1) => "Reading what 1 object holds".to_owned(),
        Phase::Parts(count) => format!("Reading what {} hold", number(*count, "object")),
        Phase::Names(count) => format!("Looking up {}", number(*count, "name")),
        Phase::Policies { packages } => format!("Reading the policies of {}", number(*packages, "package")),
        Phase::Read { .. } => format!("Reading policies: {read} read"),
        Phase::Compare => format!("Comparing with {}", policies(read, "live ")),
        Phase::OtherShape(count) => format!("Reading {} in the other shape", policies(*count, "")),
        Phase::Assignments(count) => format!("Counting who holds access through {}", policies(*count, "")),
        Phase::Note(note) => visible(note),
    }
}

/// What was loaded.
pub fn loaded(documents: usize, files: usize) -> String {
    format!("{} in {}.", number(documents, "document"), number(files, "file"))
}

/// What is going to be written.
pub fn applying(writes: usize) -> String {
    format!("Applying {}.", number(writes, "change"))
}

/// What is waited for; [`remaining`] follows.
pub fn wait(waiting: &Waiting) -> String {
    let reason = waiting.reason;
    if waiting.is_given {
        let status = match reason {
            WaitReason::Throttled => " (429)".to_owned(),
            WaitReason::Failed(status) => format!(" ({status})"),
            WaitReason::NoAnswer | WaitReason::Unreadable => String::new(),
        };
        let asked = seconds(waiting.duration);
        format!("Graph asks for {asked} s without requests{status}; continues at {}", clock(waiting.duration))
    } else if waiting.stops_all {
        format!("{reason}; continues")
    } else {
        format!("{reason}; a request is sent again")
    }
}

/// A create that may have been done, and how long it is looked for.
pub fn unclear_create(address: &str, at_most: Duration) -> String {
    let seconds = seconds(at_most);
    format!(
        "No clear answer to the create of {}: unless it shows, it is sent again in {seconds} s.",
        visible(address)
    )
}

/// Creates that may have been done, and when the first is sent again; what follows a cut apart.
pub fn unclear_creates(count: usize, left: Duration) -> (String, String) {
    let creates = number(count, "create");
    (
        format!("no clear answer to {creates}; what does not show is sent again"),
        format!(" in {} s", seconds(left)),
    )
}

/// How much longer a wait is.
pub fn remaining(wait: &Wait, left: Duration) -> String {
    format!("{} in {} s", if wait.is_given { "," } else { "" }, seconds(left))
}

/// `text` and `tail` in so many columns: `text` is cut where both do not fit.
pub fn fitted(text: &str, tail: &str, columns: usize) -> String {
    if text.width() + tail.width() <= columns {
        return format!("{text}{tail}");
    }
    let Some(room) = columns.checked_sub(tail.width() + CUT.len()) else {
        return String::new();
    };
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken <= room
    };
    let cut: String = text.chars().take_while(fits).collect();
    format!("{cut}{CUT}{tail}")
}

/// Begun seconds.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// The time of day after so long, where the run is, with its zone.
fn clock(after: Duration) -> String {
    let now = ZonedDateTime::now();
    let then = now.checked_add(after).unwrap_or(now);
    then.strftime("%H:%M:%S %Z").to_string()
}

fn number(count: usize, unit: &str) -> String {
    counted(u64::try_from(count).unwrap_or(u64::MAX), unit)
}

fn policies(count: usize, which: &str) -> String {
    if count == 1 { format!("1 {which}policy") } else { format!("{count} {which}policies") }
}
