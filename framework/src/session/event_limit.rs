//! How many events of a browser wait for one view.

use std::sync::atomic::{AtomicU32, Ordering};

/// How many events may wait for a view or for their reply. Further ones are answered `busy`.
pub(crate) const MAX_WAITING_EVENTS: u32 = 128;

/// Counts the events of an instance from arrival to reply. The socket counts up, the view counts
/// down.
#[derive(Debug, Default)]
pub(crate) struct EventLimiter(AtomicU32);

impl EventLimiter {
    /// Counts an event. Returns `false` if too many are waiting.
    pub(crate) fn admit(&self) -> bool {
        let room = |waiting| (waiting < MAX_WAITING_EVENTS).then_some(waiting + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_ok()
    }

    /// An event has been answered.
    pub(crate) fn answered(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
