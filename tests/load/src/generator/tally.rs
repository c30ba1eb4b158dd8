//! What all clients have received.

use crate::statistics::quantile;
use std::time::{Duration, Instant};

/// Counts over all clients since they were made.
#[derive(Debug, Default)]
pub struct Tally {
    /// Clients that have joined.
    pub joined: usize,
    /// Updates that were received.
    pub updates: u64,
    /// The bytes of those, without the WebSocket's headers.
    pub bytes: u64,
    /// Pushes that a client didn't receive by themselves: a newer one came in their place.
    pub skipped: u64,
    /// The text of the newest update, if it is kept.
    pub(super) last_update: Option<Vec<u8>>,
    awaited: Awaited,
}

/// The push that the generator waits for.
#[derive(Debug, Default)]
struct Awaited {
    n: u32,
    missing: usize,
    begun: Option<Instant>,
    times: Vec<Duration>,
}

/// When a push arrived, counted from just before it was requested.
#[derive(Debug, Clone, Copy)]
pub struct Arrivals {
    /// At the first client.
    pub first: Duration,
    /// At half of them.
    pub median: Duration,
    /// At 99% of them.
    pub p99: Duration,
    /// At the last client.
    pub last: Duration,
}

impl Tally {
    /// A push is requested now.
    pub(super) fn begin(&mut self) {
        self.awaited.begun = Some(Instant::now());
    }

    /// So many clients don't have push `n` yet.
    pub(super) fn wait_for(&mut self, n: u32, missing: usize) {
        self.awaited.n = n;
        self.awaited.missing = missing;
        self.awaited.times.clear();
    }

    /// How many clients still don't have it.
    pub(super) fn missing(&self) -> usize {
        self.awaited.missing
    }

    /// A client whose newest push was `before` has received an update.
    pub(super) fn update(&mut self, before: u32, now: Option<u32>, text: &[u8]) {
        self.updates += 1;
        self.bytes += text.len() as u64;
        if let Some(last) = &mut self.last_update {
            last.clear();
            last.extend(text);
        }
        let Some(now) = now else { return };
        self.skipped += u64::from(now.saturating_sub(before + 1));
        let awaited = &mut self.awaited;
        if before < awaited.n && now >= awaited.n && awaited.missing > 0 {
            awaited.missing -= 1;
            awaited.times.extend(awaited.begun.map(|begun| begun.elapsed()));
        }
    }

    /// When the awaited push arrived.
    pub(super) fn arrivals(&mut self) -> Arrivals {
        let times = &mut self.awaited.times;
        times.sort_unstable();
        let at = |share| quantile(times, share).unwrap_or_default();
        Arrivals { first: at(0.0), median: at(0.5), p99: at(0.99), last: at(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_push_stands_for_those_before() {
        let mut tally = Tally::default();
        tally.begin();
        tally.wait_for(1, 2);
        tally.update(0, Some(1), &[b'x'; 10]);
        assert_eq!((tally.missing(), tally.skipped), (1, 0));
        tally.update(0, Some(3), &[b'x'; 10]);
        assert_eq!((tally.missing(), tally.skipped), (0, 2));
        tally.update(1, Some(2), &[b'x'; 10]);
        assert_eq!((tally.updates, tally.bytes, tally.skipped), (3, 30, 2));
        let arrivals = tally.arrivals();
        assert!(arrivals.first <= arrivals.median && arrivals.p99 <= arrivals.last);
    }

    #[test]
    fn ticks_are_counted_and_awaited_by_nobody() {
        let mut tally = Tally::default();
        tally.wait_for(1, 1);
        tally.update(0, None, &[b'x'; 20]);
        assert_eq!((tally.updates, tally.bytes, tally.missing()), (1, 20, 1));
    }
}
