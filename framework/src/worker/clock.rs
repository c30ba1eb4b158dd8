//! The clock of a worker thread: time as the thread has attended to it.
//!
//! It stands still while the thread does, so that no peer is blamed for what the worker was late to
//! read: a handler that blocks the thread, or a process that was stopped for a while.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How often a clock has to be ticked.
pub(crate) const TICK: Duration = Duration::from_millis(250);
/// A tick that comes this much late is no pause of the worker yet.
const ALLOWANCE: Duration = Duration::from_millis(250);

/// Time as a worker thread has attended to it: it stands still while the thread does. It may be read from any thread.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    /// When it last ticked, in milliseconds after the start.
    ticked: AtomicU64,
    /// How long it has stood still in all, in milliseconds.
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

    /// Whether the worker keeps up. While it does not, and until what has arrived meanwhile could be read, nobody is
    /// judged.
    pub(crate) fn is_steady(&self) -> bool {
        !self.late.load(Ordering::Relaxed) && self.lateness(Instant::now()) == 0
    }

    /// Called four times a second by the thread that it belongs to.
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

    /// A time in milliseconds after the clock began.
    pub(crate) fn millis(&self, time: Instant) -> u64 {
        as_millis(time.saturating_duration_since(self.start))
    }
}

fn as_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
