//! Growing pauses until a limit. They end at times that all steps share, so that steps which wait for much the
//! same end their waits together and look in one request.

use crate::Settings;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The pauses of one wait.
pub struct Pause {
    began: Instant,
    until: Instant,
    next: Duration,
    factor: u32,
    longest: Duration,
}

impl Pause {
    /// Pauses that double: for what is expected to show soon.
    ///
    /// `began` is when the run began.
    pub fn doubling(settings: &Settings, began: Instant) -> Self {
        let poll = settings.poll;
        let until = began + up(began.elapsed() + settings.read_back, poll * 16);
        Self { began, until, next: poll, factor: 2, longest: poll * 64 }
    }

    /// Pauses that grow faster: for what may well never show.
    pub fn rare(settings: &Settings, began: Instant) -> Self {
        Self { factor: 4, longest: settings.poll * 256, ..Self::doubling(settings, began) }
    }

    /// Whether the limit has passed.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Waits; `false` once the limit has passed.
    pub async fn wait(&mut self) -> bool {
        if self.is_over() {
            return false;
        }
        // At least half of the pause and at most half more than it.
        let end = self.began + up(self.began.elapsed() + self.next / 2, self.next);
        sleep_until(end.min(self.until)).await;
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
            let mut pause = Pause::rare(&Settings::default(), began);
            let mut ends = Vec::new();
            while pause.wait().await {
                ends.push(began.elapsed().as_millis());
            }
            ends
        };
        let (one, other) = tokio::join!(ends(0), ends(600));
        assert_eq!(one, [250, 1000, 4000, 16_000, 60_000]);
        assert_eq!(other, [750, 2000, 4000, 16_000, 64_000]);
    }
}
