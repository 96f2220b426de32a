//! The send loop: when a request may leave, whether it is sent again, and when.
//!
//! ```text
//!        ┌──────────────── gate: shut for all while Graph says so ◀─ Retry-After, 429
//! call ─▶┤
//!        └─▶ slot (limit) ─▶ attempt ─▶ answer
//!                               │ failed
//!                               ▼
//!     may it be repeated? (reads; writes that were refused or never left)
//!     budget left? deadline far enough? ─▶ wait ─▶ again        else: the error
//! ```
//!
//! An update or a delete waits for no more than a moment: what it overwrites was read just before. Where it would have
//! to, it is an error, and whoever asked for it reads again.
//!
//! Waits on tokio's clock and knows no HTTP, so that its tests need neither time nor a network.

use super::limit::{Limit, Slot};
use super::{Settings, locked};
use crate::error::{Call, Error, ErrorKind};
use crate::wait::{WaitReason, Waiting};
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// How often a request is sent at most, those repetitions aside that Graph itself gave a time for.
const MAX_ATTEMPTS: u32 = 8;
/// How often a read is sent at most whose answers are no JSON: something in between may have answered once, and at an
/// address that is no Graph it stays so.
const MAX_UNREADABLE: u32 = 3;
/// Retries of a client: one for every two requests, and this many more. Enough to come through when three
/// answers of ten are failures, too little to keep a service down that is down.
const BUDGET_FLOOR: u64 = 32;
const REQUESTS_FOR_A_RETRY: u64 = 2;
/// From here on a `Retry-After` is a time that Graph gave. Below it a server could keep us busy for nothing.
const GIVEN_TIME: Duration = Duration::from_secs(1);

/// The leave to send a request of a batch once more, and how often it was sent. Whoever sends it again hands it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// When its first batch left.
    since: Instant,
    failures: Failures,
    after: Duration,
}

/// How often a request has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Failures {
    all: u32,
    /// Those whose answer was no JSON.
    unreadable: u32,
}

impl Failures {
    /// With one more.
    fn and(self, error: &Error) -> Self {
        let is_unreadable = reason(error) == Some(WaitReason::Unreadable);
        Self { all: self.all + 1, unreadable: self.unreadable + u32::from(is_unreadable) }
    }
}

impl Again {
    /// How long to wait before, the gate aside.
    pub const fn after(self) -> Duration {
        self.after
    }
}

/// What all requests of a client share: the gate, the slots, the budget, the jitter.
pub(super) struct Pace {
    settings: Settings,
    limit: Limit,
    /// Whether a host that has never answered is tried again. On this machine it is just not running.
    is_patient: bool,
    has_answered: AtomicBool,
    gate: Mutex<Option<Gate>>,
    requests: AtomicU64,
    /// Repetitions that cost budget.
    spent: AtomicU64,
    retries: AtomicU64,
    random: AtomicU64,
    is_stopped: AtomicBool,
    stopped: Notify,
}

/// No request leaves before it opens.
#[derive(Clone, Copy)]
struct Gate {
    opens: Instant,
    reason: WaitReason,
    /// Whether Graph named the time.
    is_given: bool,
    is_told: bool,
}

impl Pace {
    pub fn new(settings: Settings, is_patient: bool, seed: u64) -> Self {
        Self {
            settings,
            limit: Limit::new(),
            is_patient,
            has_answered: AtomicBool::new(false),
            gate: Mutex::new(None),
            requests: AtomicU64::new(0),
            spent: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            random: AtomicU64::new(seed),
            is_stopped: AtomicBool::new(false),
            stopped: Notify::new(),
        }
    }

    /// Requests that repeated an earlier one.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Counts a repetition that was decided elsewhere.
    pub fn count_retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// Makes attempts until one succeeds, or the failure is final. What `prepare` gives an attempt may take its
    /// time to come: the gate is looked at again afterwards.
    ///
    /// No attempt begins after the deadline, so it ends at the deadline plus what one attempt takes.
    pub async fn run<P, T, Prepared, Attempt>(
        &self,
        call: &Call,
        prepare: impl Fn() -> Prepared,
        attempt: impl Fn(P) -> Attempt,
    ) -> Result<T, Error>
    where
        Prepared: Future<Output = Result<P, Error>>,
        Attempt: Future<Output = Result<T, Error>>,
    {
        let deadline = Instant::now() + self.settings.deadline;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (mut failures, mut last) = (Failures::default(), None);
        loop {
            let slot = match self.enter(call, deadline).await {
                Ok(slot) => slot,
                Err(error) => return Err(last.unwrap_or(error)),
            };
            let preparing = Instant::now();
            let prepared = prepare().await?;
            in_time(call, preparing, "its token")?;
            if !self.is_open() {
                continue;
            }
            let error = match attempt(prepared).await {
                Ok(answer) => {
                    self.has_answered.store(true, Ordering::Relaxed);
                    slot.answered();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.kind() == ErrorKind::Throttled {
                slot.throttled();
            }
            // Before the slot is free for another: that one must find the gate shut.
            failures = failures.and(&error);
            let pause = self.pause_after(call, &error, failures, deadline);
            drop(slot);
            let Some(pause) = pause else { return Err(tried(error, failures)) };
            if !self.sleep_until(Instant::now() + pause).await {
                return Err(tried(error, failures));
            }
            self.count_retry();
            last = Some(tried(error, failures));
        }
    }

    /// Whether a request inside a batch may be sent again, and when. `left` is when the batch left, `before` what
    /// allowed that this request was in it.
    ///
    /// To be asked before the batch's slot is free for another request: that one must find the gate shut.
    pub fn again_after_inner(
        &self,
        call: &Call,
        error: &Error,
        left: Instant,
        before: Option<Again>,
    ) -> Option<Again> {
        if error.kind() == ErrorKind::Throttled {
            self.limit.throttled(left);
        }
        let since = before.map_or(left, |again| again.since);
        let failures = before.map(|again| again.failures).unwrap_or_default().and(error);
        let after = self.pause_after(call, error, failures, since + self.settings.deadline)?;
        Some(Again { since, failures, after })
    }

    /// The server asks for a wait, and the rest of its answer is still on its way: nobody else leaves meanwhile.
    pub fn heed(&self, status: u16, asked: Duration) {
        let reason = if status == 429 { WaitReason::Throttled } else { WaitReason::Failed(status) };
        self.shut(Instant::now() + asked, reason, asked >= GIVEN_TIME);
    }

    /// From now on nothing is waited for: what waits to be sent, or sent again, is not sent.
    pub fn stop_waiting(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
        self.stopped.notify_waiters();
    }

    /// Waits for an open gate and a slot, both at once.
    async fn enter(&self, call: &Call, deadline: Instant) -> Result<Slot<'_>, Error> {
        loop {
            self.pass(call, deadline).await?;
            let slot = self.limit.enter().await;
            if self.is_open() {
                return Ok(slot);
            }
        }
    }

    /// Waits; `false` where nothing is waited for any more.
    pub async fn sleep_until(&self, end: Instant) -> bool {
        let stopped = self.stopped.notified();
        if self.is_stopped.load(Ordering::Relaxed) {
            return end <= Instant::now();
        }
        tokio::select! {
            () = sleep_until(end) => true,
            () = stopped => false,
        }
    }

    fn is_open(&self) -> bool {
        self.gate().is_none_or(|gate| gate.opens <= Instant::now())
    }

    /// Waits until the gate is open, or says that the deadline comes first.
    async fn pass(&self, call: &Call, deadline: Instant) -> Result<(), Error> {
        loop {
            let now = Instant::now();
            let Some(gate) = *self.gate() else { return Ok(()) };
            if gate.opens <= now {
                return Ok(());
            }
            let left = gate.opens - now;
            if gate.opens > deadline {
                let cause = format!(
                    "not sent: {}, and asks for {} s without requests",
                    gate.reason,
                    left.as_secs() + 1
                );
                return Err(Error::of(ErrorKind::Throttled, call, cause)
                    .with_retry_after(Some(left))
                    .with_help([format!(
                        "It is longer than entrant waits; run again in {} s.",
                        left.as_secs() + 1
                    )]));
            }
            if call.overwrites() && left >= GIVEN_TIME {
                let cause = format!("not sent: {}, and what it overwrites may change meanwhile", gate.reason);
                return Err(Error::of(ErrorKind::Throttled, call, cause).with_retry_after(Some(left)));
            }
            self.tell_once(gate, left);
            if !self.sleep_until(gate.opens).await {
                return Err(Error::of(ErrorKind::Throttled, call, format!("not sent: {}", gate.reason))
                    .with_help(["The run was interrupted while it waited.".to_owned()]));
            }
        }
    }

    /// How long to wait before the request is sent again, the gate aside; `None` where it is not.
    ///
    /// Shuts the gate where Graph asks for it, whether or not this request is repeated.
    fn pause_after(
        &self,
        call: &Call,
        error: &Error,
        failures: Failures,
        deadline: Instant,
    ) -> Option<Duration> {
        if error.status().is_some() {
            self.has_answered.store(true, Ordering::Relaxed);
        }
        let asked = error.retry_after();
        let is_given = asked.is_some_and(|asked| asked >= GIVEN_TIME);
        let Some(reason) = reason(error) else {
            // The same request would be refused again, and still nobody may ask anything before.
            if let (Some(asked), Some(status)) = (asked, error.status()) {
                self.heed(status, asked);
            }
            return None;
        };
        let least = if reason == WaitReason::Throttled { self.settings.backoff / 2 } else { Duration::ZERO };
        let pause = match asked {
            Some(asked) if is_given => asked,
            Some(asked) => asked.max(self.backoff(failures)),
            None => least.max(self.backoff(failures)),
        };
        let is_for_all = asked.is_some() || reason == WaitReason::Throttled;
        if is_for_all {
            self.shut(Instant::now() + pause, reason, is_given);
        }
        let in_time = Instant::now() + pause <= deadline && !self.is_stopped.load(Ordering::Relaxed);
        if !in_time || !self.may_repeat(call, error) {
            return None;
        }
        let is_last = failures.all >= MAX_ATTEMPTS || failures.unreadable >= MAX_UNREADABLE;
        if !is_given && (is_last || !self.spend()) {
            return None;
        }
        if is_for_all {
            return Some(Duration::ZERO);
        }
        if let Some(observer) = &self.settings.observer {
            observer.waiting(&Waiting { reason, duration: pause, stops_all: false, is_given });
        }
        Some(pause)
    }

    /// Whether a repetition can do no harm: a read, or a create that Graph has not taken. An update or a delete is
    /// not repeated after a wait, in which others may have written: whoever asked for it looks again first.
    fn may_repeat(&self, call: &Call, error: &Error) -> bool {
        match error.kind() {
            _ if call.overwrites() => false,
            ErrorKind::Throttled => true,
            ErrorKind::Unreachable => self.is_patient || self.has_answered.load(Ordering::Relaxed),
            _ => !call.writes,
        }
    }

    /// Takes one retry from the budget, if it has one.
    fn spend(&self) -> bool {
        let allowed = BUDGET_FLOOR + self.requests.load(Ordering::Relaxed) / REQUESTS_FOR_A_RETRY;
        let spend = |spent| (spent < allowed).then_some(spent + 1);
        self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok()
    }

    /// A random time up to a limit that doubles with each failure ("full jitter").
    fn backoff(&self, failures: Failures) -> Duration {
        let doubled = self.settings.backoff.saturating_mul(1 << (failures.all.max(1) - 1).min(20));
        doubled.min(self.settings.longest_backoff).mul_f64(self.fraction())
    }

    /// The next number of a `SplitMix64` generator, between 0 and 1.
    fn fraction(&self) -> f64 {
        let state = self.random.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let top = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(u32::MAX);
        f64::from(top) / f64::from(u32::MAX)
    }

    fn shut(&self, until: Instant, reason: WaitReason, is_given: bool) {
        let mut gate = self.gate();
        if gate.is_none_or(|gate| gate.opens < until) {
            // The same wait, counted from when the answer was whole, was told already.
            let is_told = gate.is_some_and(|gate| gate.is_told && until - gate.opens < GIVEN_TIME);
            *gate = Some(Gate { opens: until, reason, is_given, is_told });
        }
    }

    fn tell_once(&self, gate: Gate, left: Duration) {
        let was_told = {
            let mut current = self.gate();
            let same = current.as_mut().filter(|current| current.opens == gate.opens);
            same.is_none_or(|current| std::mem::replace(&mut current.is_told, true))
        };
        if let (false, Some(observer)) = (was_told, &self.settings.observer) {
            let Gate { reason, is_given, .. } = gate;
            observer.waiting(&Waiting { reason, duration: left, stops_all: true, is_given });
        }
    }

    fn gate(&self) -> MutexGuard<'_, Option<Gate>> {
        locked(&self.gate)
    }
}

/// What a repetition would wait for; `None` where it would bring the same again.
fn reason(error: &Error) -> Option<WaitReason> {
    match (error.kind(), error.status()) {
        (ErrorKind::Throttled, _) => Some(WaitReason::Throttled),
        (ErrorKind::Server, Some(status @ (500 | 502 | 503 | 504 | 509))) => Some(WaitReason::Failed(status)),
        (ErrorKind::Unreachable | ErrorKind::Interrupted | ErrorKind::Timeout, _) => {
            Some(WaitReason::NoAnswer)
        }
        (ErrorKind::Malformed, _) if error.is_cut_short() => Some(WaitReason::NoAnswer),
        (ErrorKind::Malformed, _) => Some(WaitReason::Unreadable),
        // Whether something is there is for Graph alone to say, in whole.
        (ErrorKind::NotFound, Some(_)) if error.is_foreign() => Some(WaitReason::Unreadable),
        _ => None,
    }
}

/// An error where an update or a delete waited since `began` for so long that others may have written meanwhile:
/// whoever asked for it looks again, and then it leaves at once.
pub(super) fn in_time(call: &Call, began: Instant, what: &str) -> Result<(), Error> {
    let waited = began.elapsed();
    if !call.overwrites() || waited < GIVEN_TIME {
        return Ok(());
    }
    let cause =
        format!("not sent: {what} took {} s, and what it overwrites may have changed", waited.as_secs());
    Err(Error::of(ErrorKind::Unreachable, call, cause))
}

/// The error of the last attempt, with how many there were.
fn tried(error: Error, failures: Failures) -> Error {
    if failures.all < 2 { error } else { error.with_help([format!("It was tried {} times.", failures.all)]) }
}

#[cfg(test)]
mod tests;
