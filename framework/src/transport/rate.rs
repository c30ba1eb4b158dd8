//! How often something may happen: the generic cell rate algorithm, a token bucket that stores only
//! one time.
//!
//! Each event moves the due time of the next one by an interval. It may be ten seconds ahead of the
//! clock.

use std::time::Duration;
use tokio::time::Instant;

/// How far a peer may be ahead of its rate: what it saves while it is idle.
const SLACK: Duration = Duration::from_secs(10);

/// Limits how often something happens.
pub(super) struct RateLimit {
    interval: Duration,
    due: Option<Instant>,
}

impl RateLimit {
    /// Allows this many a second; 0 for no limit.
    pub(super) fn per_second(rate: u32) -> Self {
        RateLimit { interval: Duration::from_secs(1).checked_div(rate).unwrap_or_default(), due: None }
    }

    /// Counts one event. Returns until when no other may happen, if the rate is exceeded.
    pub(super) fn count(&mut self, now: Instant) -> Option<Instant> {
        let due = self.due.map_or(now, |due| due.max(now)) + self.interval;
        self.due = Some(due);
        (due > now + SLACK).then(|| due - SLACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn ten_seconds_worth_may_come_at_once_and_then_one_an_interval() {
        let (mut rate, now) = (RateLimit::per_second(5), Instant::now());
        assert!((0..50).all(|_| rate.count(now).is_none()));
        assert_eq!(rate.count(now), Some(now + SECOND / 5));
        assert_eq!(rate.count(now + SECOND / 5), Some(now + 2 * SECOND / 5));
        assert_eq!(rate.count(now + 2 * SECOND), None, "it has been idle");
    }

    #[test]
    fn a_rate_of_zero_is_no_limit() {
        let (mut rate, now) = (RateLimit::per_second(0), Instant::now());
        assert!((0..10_000).all(|_| rate.count(now).is_none()));
    }
}
