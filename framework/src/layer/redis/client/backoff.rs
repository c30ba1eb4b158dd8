//! The pauses between attempts to connect.

use std::time::Duration;
use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The pauses between attempts, and the log lines about them.
pub(crate) struct Backoff {
    next: Duration,
    since: Option<Instant>,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Backoff { next: FIRST_PAUSE, since: None }
    }

    /// Says why an attempt has failed, the first time.
    pub(crate) fn fail(&mut self, reason: &str) {
        if self.since.is_none() {
            tracing::warn!(reason, "Redis can't be reached: trying again");
            self.since = Some(Instant::now());
        }
    }

    /// Waits, longer each time, and not equally long in all processes.
    pub(crate) async fn wait(&mut self) {
        let share = f64::from(getrandom::u32().unwrap_or(u32::MAX)) / f64::from(u32::MAX);
        tokio::time::sleep(self.next.mul_f64(0.5 + share / 2.0)).await;
        self.next = (self.next * 2).min(LONGEST_PAUSE);
    }

    /// An attempt has succeeded.
    pub(crate) fn over(&self) {
        if let Some(since) = self.since {
            tracing::warn!(after = ?since.elapsed(), "Redis is reached again");
        }
    }
}
