//! Drains the outbox when a thread that has queued pushes ends.

use super::outbox::Outbox;
use std::cell::RefCell;
use std::sync::{Arc, Weak};
use std::time::Duration;

thread_local! {
    /// The outboxes in which this thread has queued pushes. The thread does not end before they are
    /// settled. The main thread's end is that of the program, so a short-lived program does not
    /// lose its pushes.
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

/// Makes the end of this thread wait until what it has queued is settled, at most for this time.
pub(crate) fn drain_when_this_thread_ends(outbox: &Arc<Outbox>, timeout: Duration) {
    // The thread may be ending, and its storage may be gone. Then the owner of the layer drains it.
    let _ = QUEUED_IN.try_with(|drains| {
        let mut drains = drains.borrow_mut();
        if drains.iter().all(|drain| drain.outbox.as_ptr() != Arc::as_ptr(outbox)) {
            drains.retain(|drain| drain.outbox.strong_count() > 0);
            drains.push(DrainAtEnd { outbox: Arc::downgrade(outbox), timeout });
        }
    });
}
