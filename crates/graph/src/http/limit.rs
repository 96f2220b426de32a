//! How many requests of a client are under way at once: fewer when Graph throttles, slowly more while it does
//! not. Waits on nothing but its own slots.

use super::locked;
use std::sync::{Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio::time::Instant;

const AT_FIRST: usize = 8;
const AT_MOST: usize = 16;
/// Answers in a row for one more slot.
const ANSWERS_FOR_A_SLOT: usize = 10;

/// The slots of a client.
pub(super) struct Limit {
    state: Mutex<State>,
    freed: Notify,
}

struct State {
    limit: usize,
    under_way: usize,
    answers: usize,
    halved: Option<Instant>,
}

/// A request's right to be under way; dropped, it is another's.
pub(super) struct Slot<'a> {
    of: &'a Limit,
    since: Instant,
}

impl Limit {
    pub fn new() -> Self {
        let state = State { limit: AT_FIRST, under_way: 0, answers: 0, halved: None };
        Self { state: Mutex::new(state), freed: Notify::new() }
    }

    /// Waits for a slot.
    pub async fn enter(&self) -> Slot<'_> {
        while !self.try_enter() {
            self.freed.notified().await;
        }
        Slot { of: self, since: Instant::now() }
    }

    /// Graph throttled a request that began at `since`. The limit halves, once for all requests that were under
    /// way together.
    pub fn throttled(&self, since: Instant) {
        let mut state = self.state();
        state.answers = 0;
        if state.halved.is_none_or(|halved| halved < since) {
            state.limit = (state.limit / 2).max(1);
            state.halved = Some(Instant::now());
        }
    }

    fn try_enter(&self) -> bool {
        let mut state = self.state();
        let is_free = state.under_way < state.limit;
        state.under_way += usize::from(is_free);
        is_free
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

impl Slot<'_> {
    /// The request was answered: after some of these there is one slot more.
    pub fn answered(&self) {
        let mut state = self.of.state();
        state.answers += 1;
        if state.answers >= ANSWERS_FOR_A_SLOT && state.limit < AT_MOST {
            state.limit += 1;
            state.answers = 0;
            self.of.freed.notify_one();
        }
    }

    /// Graph throttled the request.
    pub fn throttled(&self) {
        self.of.throttled(self.since);
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.of.state().under_way -= 1;
        self.of.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::{advance, timeout};

    async fn all(limit: &Limit) -> Vec<Slot<'_>> {
        let mut slots = Vec::new();
        while let Ok(slot) = timeout(Duration::from_millis(1), limit.enter()).await {
            slots.push(slot);
        }
        slots
    }

    #[tokio::test(start_paused = true)]
    async fn it_starts_at_eight_creeps_to_sixteen_and_halves_down_to_one() {
        let limit = Limit::new();
        assert_eq!(all(&limit).await.len(), AT_FIRST);
        for answers in 0..200 {
            assert_eq!(limit.state().limit, (AT_FIRST + answers / ANSWERS_FOR_A_SLOT).min(AT_MOST));
            limit.enter().await.answered();
        }
        assert_eq!(all(&limit).await.len(), AT_MOST);
        for expected in [8, 4, 2, 1, 1] {
            advance(Duration::from_secs(1)).await;
            limit.enter().await.throttled();
            assert_eq!(all(&limit).await.len(), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_are_throttled_together_halve_it_once() {
        let limit = Limit::new();
        for slot in all(&limit).await {
            slot.throttled();
        }
        assert_eq!(limit.state().limit, AT_FIRST / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_gets_the_slot_that_comes_free() {
        let limit = Limit::new();
        let mut slots = all(&limit).await;
        slots[0].throttled();
        // Four more than allowed are under way, so the first four that end make no room.
        slots.truncate(AT_FIRST / 2);
        assert!(timeout(Duration::from_secs(1), limit.enter()).await.is_err());
        let (slot, ()) = tokio::join!(timeout(Duration::from_secs(1), limit.enter()), async {
            advance(Duration::from_millis(10)).await;
            slots.truncate(1);
        });
        drop(slot.expect("a slot"));
        assert_eq!(limit.state().under_way, 1);
    }
}
