//! How many creates are under way at once: four policies, beside as many other objects and elements of their parts as
//! there is room for, until Graph proves that it does not bear it.
//!
//! ```text
//! many ──409 beside another create──▶ one, while it is looked up ──nothing of the name──▶ one, for the run
//!   ▲                                          │
//!   └────────────── it was there ──────────────┘
//! ```
//!
//! Some tenants answer a create beside another with 409, although nothing of the name exists and nothing was
//! made; some still do so right after another has ended. So where a create was alone and its 409 was false all
//! the same, the pause between two creates grows.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Policies under way at once.
const POLICIES: usize = 4;
/// A create that begins so soon after another counts as beside it.
const CLOSE: Duration = Duration::from_secs(1);
/// The first pause between two creates; it doubles, to less than what counts as close.
const FIRST_GAP: Duration = Duration::from_millis(50);

/// The creates of one run.
#[derive(Default)]
pub struct Creates {
    state: Mutex<State>,
    changed: Notify,
}

/// What is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Policy,
    /// An object that is no policy, or an element of one of its parts.
    Other,
}

#[derive(Default)]
struct State {
    under_way: usize,
    /// Those of them that are policies.
    policies: usize,
    begun: u64,
    /// Creates that are to be sent again. They go before new ones.
    waiting: usize,
    ended: Option<Instant>,
    is_alone: bool,
    gap: Duration,
    /// Conflicts that are being looked up, each with the pause that it asks for if it is false.
    doubts: BTreeMap<u64, Duration>,
}

/// A create's right to be under way.
pub struct Turn<'a> {
    of: &'a Creates,
    sort: Sort,
    number: u64,
    gap: Duration,
    /// Whether others were under way as it began.
    had_company: bool,
    is_close: bool,
}

/// A conflict that may be false.
pub struct Doubt<'a> {
    of: &'a Creates,
    number: u64,
}

impl Creates {
    /// Waits until a new policy may begin.
    pub async fn free(&self) {
        self.wait(Sort::Policy, |state| state.waiting == 0).await;
    }

    /// The turn of a new policy, if it may begin now.
    pub fn begin(&self) -> Option<Turn<'_>> {
        let mut state = self.state();
        let may = state.waiting == 0 && state.may_begin(Sort::Policy);
        may.then(|| self.turn(Sort::Policy, &mut state))
    }

    /// Waits for the turn of a policy that is sent again.
    pub async fn again(&self) -> Turn<'_> {
        self.next(Sort::Policy).await
    }

    /// Waits for the turn of another object, or of an element of a part.
    pub async fn other(&self) -> Turn<'_> {
        self.next(Sort::Other).await
    }

    async fn next(&self, sort: Sort) -> Turn<'_> {
        self.state().waiting += 1;
        loop {
            self.wait(sort, |_| true).await;
            let mut state = self.state();
            if state.may_begin(sort) {
                state.waiting -= 1;
                let turn = self.turn(sort, &mut state);
                drop(state);
                self.changed.notify_waiters();
                return turn;
            }
        }
    }

    fn turn(&self, sort: Sort, state: &mut State) -> Turn<'_> {
        state.under_way += 1;
        state.policies += usize::from(sort == Sort::Policy);
        state.begun += 1;
        let had_company = state.under_way > 1;
        let is_close = state.ended.is_some_and(|ended| ended.elapsed() < CLOSE);
        Turn { of: self, sort, number: state.begun, gap: state.gap(), had_company, is_close }
    }

    /// Waits for room. What is waited for may be gone again when this returns.
    async fn wait(&self, sort: Sort, may: impl Fn(&State) -> bool) {
        loop {
            let changed = self.changed.notified();
            let opens = {
                let state = self.state();
                state.opens(sort).filter(|_| may(&state))
            };
            match opens {
                Some(opens) if opens <= Instant::now() => return,
                Some(opens) => tokio::select! {
                    () = sleep_until(opens) => {}
                    () = changed => {}
                },
                None => changed.await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// From when on one more may begin; `None` as long as all places are taken.
    fn opens(&self, sort: Sort) -> Option<Instant> {
        let has_room = match sort {
            _ if self.is_alone || !self.doubts.is_empty() => self.under_way == 0,
            Sort::Policy => self.policies < POLICIES,
            Sort::Other => true,
        };
        let now = Instant::now();
        has_room.then(|| self.ended.map_or(now, |ended| ended + self.gap()))
    }

    fn may_begin(&self, sort: Sort) -> bool {
        self.opens(sort).is_some_and(|opens| opens <= Instant::now())
    }

    fn gap(&self) -> Duration {
        self.doubts.values().copied().max().unwrap_or_default().max(self.gap)
    }
}

impl<'a> Turn<'a> {
    /// The create has its answer, which is a conflict: what is to be doubted of it, if our own creates explain
    /// it. One that they do not explain is believed.
    pub fn conflict(self) -> Option<Doubt<'a>> {
        let of = self.of;
        let mut state = of.state();
        let had_company = self.had_company || state.begun > self.number;
        let gap = if had_company { self.gap } else { FIRST_GAP.max(self.gap * 2) };
        let number = self.number;
        let is_explained = (had_company || self.is_close) && gap < CLOSE;
        if is_explained {
            state.doubts.insert(number, gap);
        }
        drop(state);
        is_explained.then_some(Doubt { of, number })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.of.state();
        state.under_way -= 1;
        state.policies -= usize::from(self.sort == Sort::Policy);
        state.ended = Some(Instant::now());
        drop(state);
        self.of.changed.notify_waiters();
    }
}

impl Doubt<'_> {
    /// Nothing of the name is there: from now on creates go one at a time, with the pause that this takes.
    pub fn prove_false(self) {
        let mut state = self.of.state();
        let gap = state.doubts.get(&self.number).copied().unwrap_or_default();
        state.gap = state.gap.max(gap);
        state.is_alone = true;
    }
}

impl Drop for Doubt<'_> {
    fn drop(&mut self) {
        self.of.state().doubts.remove(&self.number);
        self.of.changed.notify_waiters();
    }
}
