//! Growing pauses until a limit, or until the run shall stop. They end at times that all steps share, so that steps which wait for much the
//! same end their waits together and look in one request.

use crate::Settings;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How often a pause looks whether the run shall stop.
const ALERT: Duration = Duration::from_millis(100);

/// The pauses of one wait.
pub struct Pause<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    began: Instant,
    until: Instant,
    next: Duration,
    factor: u32,
    longest: Duration,
}

impl<'a> Pause<'a> {
    /// Pauses that double: for what is expected to show soon.
    ///
    /// `began` is when the run began; `stop` says whether it shall stop.
    pub fn doubling(settings: &Settings, began: Instant, stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let poll = settings.poll;
        let until = began + up(began.elapsed() + settings.read_back, poll * 16);
        Self { stop, began, until, next: poll, factor: 2, longest: poll * 64 }
    }

    /// A few that double: for what would show by now, if it was there.
    pub fn brief(settings: &Settings, began: Instant, stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let poll = settings.poll;
        let until = began + up(began.elapsed() + settings.read_back.min(poll * 4), poll);
        Self { until, ..Self::doubling(settings, began, stop) }
    }

    /// Ones that double for five times as long: for what Graph does behind its answer, as putting a resource into a
    /// catalog.
    pub fn patient(settings: &Settings, began: Instant, stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let poll = settings.poll;
        let until = began + up(began.elapsed() + settings.read_back * 5, poll * 16);
        Self { until, ..Self::doubling(settings, began, stop) }
    }

    /// Longer ones that grow faster: for what may well never show.
    pub fn rare(settings: &Settings, began: Instant, stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        let poll = settings.poll;
        let until = began + up(began.elapsed() + settings.read_back, poll * 32);
        Self {
            until,
            next: poll * 32,
            factor: 8,
            longest: poll * 256,
            ..Self::doubling(settings, began, stop)
        }
    }

    /// Whether the limit has passed.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Waits; `false` once the limit has passed, or the run shall stop.
    pub async fn wait(&mut self) -> bool {
        if self.is_over() {
            return false;
        }
        // At least half of the pause and at most half more than it.
        let end = self.began + up(self.began.elapsed() + self.next / 2, self.next);
        let end = end.min(self.until);
        while Instant::now() < end {
            if (self.stop)() {
                return false;
            }
            sleep_until(end.min(Instant::now() + ALERT)).await;
        }
        self.next = (self.next * self.factor).min(self.longest);
        true
    }
}

/// The first multiple of `step` that is not before `time`.
fn up(time: Duration, step: Duration) -> Duration {
    let step = step.max(Duration::from_millis(1));
    let steps = time.as_nanos().div_ceil(step.as_nanos());
    step.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_that_began_apart_end_together() {
        let began = Instant::now();
        let ends = async |later: u64| {
            tokio::time::sleep(Duration::from_millis(later)).await;
            let mut pause = Pause::rare(&Settings::default(), began, &|| false);
            let mut ends = Vec::new();
            while pause.wait().await {
                ends.push(began.elapsed().as_millis());
            }
            ends
        };
        let (one, other) = tokio::join!(ends(0), ends(3000));
        assert_eq!(one, [8000, 64_000]);
        assert_eq!(other, one);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_soon_after_the_run_shall_stop() {
        let began = Instant::now();
        let stop = || began.elapsed() >= Duration::from_secs(20);
        let mut pause = Pause::rare(&Settings::default(), began, &stop);
        while pause.wait().await {}
        assert!(began.elapsed() <= Duration::from_millis(20_100), "{:?}", began.elapsed());
    }
}
