//! Draining the outbox when a thread ends that has queued pushes.

use super::outbox::Outbox;
use std::cell::RefCell;
use std::sync::{Arc, Weak};
use std::time::Duration;

thread_local! {
    /// The outboxes that this thread has queued pushes in: it does not end before they are settled.
    /// The main thread's end is the program's, so a short-lived program does not leave its pushes
    /// behind.
    static QUEUED_IN: RefCell<Vec<DrainAtEnd>> = const { RefCell::new(Vec::new()) };
}

struct DrainAtEnd {
    outbox: Weak<Outbox>,
    timeout: Duration,
}

impl Drop for DrainAtEnd {
    fn drop(&mut self) {
        let Some(outbox) = self.outbox.upgrade() else { return };
        let left = outbox.flush_blocking(self.timeout);
        if left > 0 {
            tracing::error!(left, "pushes were still queued when their thread ended, and may be lost");
        }
    }
}

/// Makes the end of this thread wait, for so long at most, until what it has queued is settled.
pub(crate) fn drain_when_this_thread_ends(outbox: &Arc<Outbox>, timeout: Duration) {
    // At the thread's end its table may be gone already; then whoever owns the layer drains it.
    let _ = QUEUED_IN.try_with(|drains| {
        let mut drains = drains.borrow_mut();
        if drains.iter().all(|drain| drain.outbox.as_ptr() != Arc::as_ptr(outbox)) {
            drains.retain(|drain| drain.outbox.strong_count() > 0);
            drains.push(DrainAtEnd { outbox: Arc::downgrade(outbox), timeout });
        }
    });
}
