//! Looks at the tenant while it is written to: those that come at about the same time go out in one request.
//!
//! ```text
//! steps ─look─▶ waiting ─ twenty together, or nothing else to come, or waited long ─▶ Read::look
//!   ▲                                                                                    │
//!   └────────────────────────────── its own answer ◀─────────────────────────────────────┘
//! ```
//!
//! Something is to come as long as a write or a request with other looks is under way: its end brings the next.
//! A look that failed in passing goes back to those that wait, and out with them. While a request is held up, as
//! by a `Retry-After`, those that come meanwhile are gathered behind it.
//!
//! Decides when to look together, never what an answer means.

use entrant_graph::{Again, Error, Look, Read};
use entrant_model::live::LiveObject;
use entrant_model::{Id, Version};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep_until};

/// Looks in one request: what a `$batch` takes.
const TOGETHER: usize = 20;
/// How long a look waits for a request with others to end, in patiences.
const HELD_UP: u32 = 4;

/// The looks of one run.
pub struct Looks<'a, C> {
    client: &'a C,
    /// How long a look waits for others that are to come; one that a write waits for, a sixteenth of it.
    patience: Duration,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    writes: usize,
    writes_to_come: usize,
    requests: usize,
}

struct Waiting {
    version: Version,
    look: Look,
    /// Set where it has failed in passing.
    again: Option<Again>,
    /// It does not go out before.
    opens: Instant,
    /// It goes out then, if there is no reason to go earlier.
    due: Instant,
    answer: oneshot::Sender<Seen>,
}

type Seen = Result<Vec<LiveObject>, Error>;

/// How long a look waits for others while some are to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Not long: a write waits for it.
    Now,
    /// A while.
    Soon,
}

impl<'a, C: Read> Looks<'a, C> {
    pub fn new(client: &'a C, patience: Duration) -> Self {
        Self { client, patience, state: Mutex::default(), changed: Notify::new() }
    }

    /// A policy as it is now; `None` where there is none of this id.
    pub async fn policy(&self, version: Version, id: &Id, when: When) -> Result<Option<LiveObject>, Error> {
        Ok(self.look(version, Look::Policy(id.clone()), when).await?.pop())
    }

    /// The policies of a package that have this name.
    pub async fn named(&self, version: Version, package: &Id, name: &str) -> Seen {
        let look = Look::Named { package: package.clone(), name: name.to_owned() };
        self.look(version, look, When::Soon).await
    }

    /// A write is under way, or about to be, until this is dropped.
    pub fn writing(&self) -> Writing<'_, 'a, C> {
        self.state().writes += 1;
        Writing { of: self }
    }

    /// So many more writes will be begun as soon as they may.
    pub fn expect(&self, writes: usize) {
        self.state().writes_to_come = writes;
        self.changed.notify_one();
    }

    /// Sends what is due, for as long as it is polled.
    pub async fn serve(&self) -> Infallible {
        let mut under_way = FuturesUnordered::new();
        loop {
            let due = self.take_due();
            if !due.is_empty() {
                // Of both versions together: what was asked for together is answered together.
                under_way.push(join_all(due.into_iter().map(|(version, batch)| self.ask(version, batch))));
            }
            let next = self.next();
            tokio::select! {
                biased;
                Some(seen) = under_way.next() => {
                    self.state().requests -= seen.len();
                    self.hand_over(seen.into_iter().flatten().collect());
                }
                () = self.changed.notified() => {}
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
            }
        }
    }

    async fn look(&self, version: Version, look: Look, when: When) -> Seen {
        let (answer, seen) = oneshot::channel();
        let opens = Instant::now();
        let due = opens + self.patience(when);
        self.state().waiting.push(Waiting { version, look, again: None, opens, due, answer });
        self.changed.notify_one();
        seen.await.expect("`Read::look` answers each look")
    }

    fn patience(&self, when: When) -> Duration {
        if when == When::Now { self.patience / 16 } else { self.patience }
    }

    async fn ask(&self, version: Version, batch: Vec<Waiting>) -> Vec<(Waiting, Seen)> {
        let looks: Vec<_> = batch.iter().map(|waiting| (waiting.look.clone(), waiting.again)).collect();
        let seen = self.client.look(version, &looks).await;
        batch.into_iter().zip(seen).collect()
    }

    /// Answers what was seen. Looks that failed in passing wait for others once more: those that failed together
    /// go together again, after the longest pause that one of them asks for.
    fn hand_over(&self, all: Vec<(Waiting, Seen)>) {
        let again = |seen: &Seen| seen.as_ref().err().and_then(Error::again);
        let pause =
            all.iter().filter_map(|(_, seen)| again(seen)).map(Again::after).max().unwrap_or_default();
        let opens = Instant::now() + pause;
        for (waiting, seen) in all {
            if let Some(again) = again(&seen) {
                // What waits for it is late by now in any case, and most of what it waits for comes soon.
                let due = opens + self.patience(When::Soon);
                self.state().waiting.push(Waiting { again: Some(again), opens, due, ..waiting });
            } else {
                // A step that no longer waits needs no answer.
                let _ = waiting.answer.send(seen);
            }
        }
    }

    /// When a look goes out, or may, that cannot yet.
    fn next(&self) -> Option<Instant> {
        let now = Instant::now();
        let at = |waiting: &Waiting| match () {
            () if waiting.opens > now => waiting.opens,
            () if waiting.due > now => waiting.due,
            // Another request is under way.
            () => waiting.due + self.patience * HELD_UP,
        };
        self.state().waiting.iter().map(at).min()
    }

    /// The looks that go out now, by version.
    fn take_due(&self) -> Vec<(Version, Vec<Waiting>)> {
        let mut state = self.state();
        let now = Instant::now();
        // One that may go out soon is to come as well.
        let is_held = state.waiting.iter().any(|waiting| waiting.opens > now);
        let is_quiet = state.writes + state.writes_to_come + state.requests == 0 && !is_held;
        let held_up = if state.requests > 0 { self.patience * HELD_UP } else { Duration::ZERO };
        let mut all = Vec::new();
        for version in [Version::V1, Version::Beta] {
            let is_meant = |waiting: &Waiting| waiting.version == version && waiting.opens <= now;
            let of_version = || state.waiting.iter().filter(|waiting| is_meant(waiting));
            let count = of_version().count();
            let is_due = of_version().any(|waiting| waiting.due + held_up <= now);
            let mut left = if is_quiet || is_due { count } else { count - count % TOGETHER };
            let is_taken = |waiting: &mut Waiting| {
                let taken = is_meant(waiting) && left > 0;
                left -= usize::from(taken);
                taken
            };
            let taken: Vec<Waiting> = state.waiting.extract_if(.., is_taken).collect();
            if !taken.is_empty() {
                all.push((version, taken));
            }
        }
        state.requests += all.len();
        all
    }
}

impl<C> Looks<'_, C> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A write under way.
pub struct Writing<'r, 'a, C> {
    of: &'r Looks<'a, C>,
}

impl<C> Drop for Writing<'_, '_, C> {
    fn drop(&mut self) {
        self.of.state().writes -= 1;
        self.of.changed.notify_one();
    }
}
