//! The clock of a worker thread. It stops while the thread is blocked.
//!
//! So no peer is blamed for what the worker was late to read: because a handler blocked the thread,
//! or the process was stopped for a while.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How often a clock must be ticked.
pub(crate) const TICK: Duration = Duration::from_millis(250);
/// A tick may be this late without counting as a pause of the worker.
const ALLOWANCE: Duration = Duration::from_millis(250);

/// A worker thread's time, which stops while the thread is blocked. Any thread may read it.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    /// When it last ticked, in milliseconds after the start.
    ticked: AtomicU64,
    /// How long it has stopped in total, in milliseconds.
    lag: AtomicU64,
    /// The last tick came late.
    late: AtomicBool,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let (ticked, lag) = (AtomicU64::new(0), AtomicU64::new(0));
        Clock { start: Instant::now(), ticked, lag, late: AtomicBool::new(false) }
    }

    /// The time, less the pauses of the worker.
    pub(crate) fn now(&self) -> Instant {
        let now = Instant::now();
        let lag = self.lag.load(Ordering::Relaxed) + self.lateness(now);
        now.checked_sub(Duration::from_millis(lag)).unwrap_or(now)
    }

    /// Whether the worker keeps up. While it does not, and until what has arrived meanwhile could
    /// be read, nobody is judged.
    pub(crate) fn is_steady(&self) -> bool {
        !self.late.load(Ordering::Relaxed) && self.lateness(Instant::now()) == 0
    }

    /// Called four times a second by the thread that owns the clock.
    pub(crate) fn tick(&self) {
        let now = Instant::now();
        let lateness = self.lateness(now);
        self.lag.fetch_add(lateness, Ordering::Relaxed);
        self.ticked.store(self.millis(now), Ordering::Relaxed);
        self.late.store(lateness > 0, Ordering::Relaxed);
    }

    fn lateness(&self, now: Instant) -> u64 {
        let since = self.millis(now).saturating_sub(self.ticked.load(Ordering::Relaxed));
        since.saturating_sub(as_millis(TICK + ALLOWANCE))
    }

    /// A time, in milliseconds since the clock started.
    pub(crate) fn millis(&self, time: Instant) -> u64 {
        as_millis(time.saturating_duration_since(self.start))
    }
}

fn as_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
