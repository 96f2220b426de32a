//! How far a run is, told on stderr: on a terminal one line that is drawn again and again and taken away before
//! anything else is printed, elsewhere a line for each phase and each wait.
//!
//! Whoever prints results calls [`Progress::clear`] first, or holds [`Progress::until_dropped`] while it works.

mod words;

use crate::terminal::Terminal;
use entrant_graph::{Observer, Waiting};
use entrant_model::text::visible;
use entrant_workspace::Phase;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A run shorter than this shows no line: it would only flash.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often the line is drawn.
const REDRAW: Duration = Duration::from_millis(100);
/// Off a terminal: waits shorter than a second have no line. What is left of one is told a moment after it began.
const SHORT_WAIT: Duration = Duration::from_millis(950);
/// Off a terminal: waits for everything that are longer than this always have a line.
const LONG_WAIT: Duration = Duration::from_secs(10);
/// Off a terminal: all other waits, and counts, have a line this often at most.
const PAUSE_BETWEEN_LINES: Duration = Duration::from_secs(30);

/// Where a run tells how far it is.
#[derive(Debug, Clone)]
pub struct Progress(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Whether there is one line, drawn again and again.
    on_line: bool,
    terminal: Terminal,
    /// What the line shows. Its drawing takes this lock, so nobody draws while holding it.
    now: Arc<Mutex<Now>>,
    bar: Mutex<Option<ProgressBar>>,
}

/// How far the run is now.
#[derive(Debug)]
struct Now {
    begun: Instant,
    phase: String,
    /// Policies read so far.
    read: usize,
    wait: Option<Wait>,
    /// Creates without a clear answer, by address, and when they are sent again unless they show.
    unclear: BTreeMap<String, Instant>,
    /// Whether the phases of a second plan pass without lines of their own.
    is_again: bool,
    /// Off a terminal: when a wait, and when a count, may have a line again.
    next_wait: Instant,
    next_count: Instant,
}

#[derive(Debug)]
struct Wait {
    text: String,
    ends: Instant,
    stops_all: bool,
    is_given: bool,
}

impl Progress {
    /// Tells on stderr. There is no line that is drawn again where nobody looks at it live (no terminal, `CI`
    /// is set), where it cannot be (`TERM=dumb`), or among log lines.
    pub fn new(
        terminal: Terminal,
        has_log_lines: bool,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let is_ci = environment("CI").is_some_and(|ci| ci != "false");
        let is_dumb = environment("TERM").is_some_and(|term| term == "dumb");
        let on_line = io::stderr().is_terminal() && !is_ci && !is_dumb && !has_log_lines;
        let begun = Instant::now();
        let now = Now {
            begun,
            phase: String::new(),
            read: 0,
            wait: None,
            unclear: BTreeMap::new(),
            is_again: false,
            next_wait: begun,
            next_count: begun + PAUSE_BETWEEN_LINES,
        };
        let (now, bar) = (Arc::new(Mutex::new(now)), Mutex::new(None));
        Self(Arc::new(Shared { on_line, terminal, now, bar }))
    }

    /// The documents are being loaded. Nothing of it is told off a terminal before [`Progress::loaded`].
    pub fn loading(&self) {
        self.show("Loading documents".to_owned());
    }

    /// So many documents were loaded from so many files.
    pub fn loaded(&self, documents: usize, files: usize) {
        self.say(&words::loaded(documents, files));
    }

    /// The writes of a plan begin.
    pub fn applying(&self, writes: usize) {
        self.say(&words::applying(writes));
    }

    /// One of the writes begins: the `number`th of `writes`, as `create AssignmentPolicy/…`.
    pub fn applying_step(&self, number: usize, writes: usize, step: &str) {
        self.show(format!("Applying: {number} of {writes}, {}", visible(step)));
    }

    /// A create has no clear answer, and is looked for, for so long at most.
    pub fn unclear_create(&self, address: &str, at_most: Duration) {
        let mut now = self.now();
        // One line tells of all that are looked for at the same time.
        let is_first = now.unclear.is_empty();
        now.unclear.insert(address.to_owned(), Instant::now() + at_most);
        drop(now);
        if is_first && at_most >= SHORT_WAIT {
            self.say(&words::unclear_create(address, at_most));
        }
    }

    /// One of the writes has ended, the `ended`th of `writes`. What was printed of it took the line away.
    pub fn applied(&self, address: &str, ended: usize, writes: usize) {
        self.now().unclear.remove(address);
        if ended < writes {
            self.show(format!("Applying: {ended} of {writes} done"));
        }
    }

    /// What is left is planned once more. Off a terminal its phases have no lines.
    pub fn planning_again(&self) {
        self.say("Planning again.");
        self.now().is_again = true;
    }

    /// Somebody asked to stop.
    pub fn stopping(&self) {
        "Stopping after what is under way; ^C again stops at once".clone_into(&mut self.now().phase);
    }

    /// Takes the line away, until something is told again.
    pub fn clear(&self) {
        let bar = locked(&self.0.bar).take();
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    }

    /// Takes the line away when what is returned goes out of scope, however that comes.
    pub fn until_dropped(&self) -> impl Drop {
        Cleared(self.clone())
    }

    /// Shows a phase on the line of a terminal.
    fn show(&self, phase: String) {
        if !self.0.on_line {
            return;
        }
        self.now().phase = phase;
        locked(&self.0.bar).get_or_insert_with(|| line(&self.0.now));
    }

    /// Prints a sentence off a terminal.
    fn say(&self, sentence: &str) {
        if !self.0.on_line && !self.now().is_again {
            self.0.terminal.talk(&format!("{sentence}\n"));
        }
    }

    /// Prints what a person should know, wherever they read.
    fn note(&self, note: &str) {
        let (phase, is_again) = {
            let now = self.now();
            (now.phase.clone(), now.is_again)
        };
        if !is_again {
            self.clear();
            self.0.terminal.talk(&format!("note: {}\n", visible(note)));
            self.show(phase);
        }
    }

    /// Whether no count had a line for a while. Says so once.
    fn is_time_for_a_count(&self) -> bool {
        let mut now = self.now();
        let is_time = Instant::now() >= now.next_count;
        if is_time {
            now.next_count = Instant::now() + PAUSE_BETWEEN_LINES;
        }
        is_time
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        locked(&self.0.now)
    }
}

impl entrant_workspace::Progress for Progress {
    fn tell(&self, phase: Phase) {
        match phase {
            Phase::Note(note) => return self.note(&note),
            Phase::Read { policies } => self.now().read = policies,
            _ => {}
        }
        let read = self.now().read;
        self.show(words::phase(&phase, read));
        if !matches!(phase, Phase::Read { .. }) || self.is_time_for_a_count() {
            self.say(&format!("{}.", words::phase(&phase, read)));
        }
    }
}

impl Observer for Progress {
    fn waiting(&self, waiting: &Waiting) {
        let begins = Instant::now();
        let wait = Wait {
            text: words::wait(waiting),
            ends: begins + waiting.duration,
            stops_all: waiting.stops_all,
            is_given: waiting.is_given,
        };
        let mut now = self.now();
        if self.0.on_line {
            // Where everything waits, a request that would also wait by itself is no news.
            let all_wait = now.wait.as_ref().is_some_and(|other| other.stops_all && other.ends > begins);
            if wait.stops_all || !all_wait {
                now.wait = Some(wait);
            }
            return;
        }
        let is_long = waiting.stops_all && waiting.duration > LONG_WAIT;
        if waiting.duration < SHORT_WAIT || !(is_long || begins >= now.next_wait) {
            return;
        }
        if !is_long {
            now.next_wait = begins + PAUSE_BETWEEN_LINES;
        }
        drop(now);
        let tail = if wait.is_given { String::new() } else { words::remaining(&wait, waiting.duration) };
        self.0.terminal.talk(&format!("{}{tail}.\n", wait.text));
    }

    fn listed(&self, policies: usize) {
        entrant_workspace::Progress::tell(self, Phase::Read { policies });
    }
}

struct Cleared(Progress);

impl Drop for Cleared {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// The line, which draws itself until it is taken away.
fn line(now: &Arc<Mutex<Now>>) -> ProgressBar {
    let now = Arc::clone(now);
    let draw = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
        let width =
            terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        // Writing into memory does not fail.
        let _ = out.write_str(&drawn(&locked(&now), Instant::now(), width));
    };
    let style = ProgressStyle::with_template("{line}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner();
    bar.set_style(style.with_key("line", draw));
    bar.enable_steady_tick(REDRAW);
    bar
}

/// What the line shows at a time, narrower than the terminal.
fn drawn(now: &Now, at: Instant, width: usize) -> String {
    let elapsed = at.saturating_duration_since(now.begun);
    if elapsed < PATIENCE {
        return String::new();
    }
    let wait = now.wait.as_ref().filter(|wait| wait.ends > at);
    let unclear = now.unclear.values().filter(|ends| **ends > at);
    let (text, tail) = match (wait, unclear.clone().min()) {
        (Some(wait), _) => (wait.text.clone(), words::remaining(wait, wait.ends - at)),
        (None, Some(first)) => words::unclear_creates(unclear.count(), *first - at),
        (None, None) => (now.phase.clone(), format!(" ({} s)", elapsed.as_secs())),
    };
    let frame =
        ["-", "\\", "|", "/"][usize::try_from(elapsed.as_millis() / REDRAW.as_millis()).unwrap_or(0) % 4];
    words::fitted(&format!("{frame} {text}"), &tail, width.saturating_sub(1))
}

/// What a lock holds. Nothing here leaves it half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
