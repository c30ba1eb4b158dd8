//! Whether a view instance is still wanted: shared by the view, its socket and its part, on any thread.
//!
//! It works from outside: a view whose handler hangs reads no mailbox, but the handler's call waits for
//! [`Life::ended`] as well.

use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;

/// How many events of a browser may be waiting for a view or for their reply. Further ones are answered `busy`.
pub(crate) const MAX_WAITING_EVENTS: u32 = 128;

/// Why a view instance ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// The browser left, or sent `leave`.
    Left,
    /// `mount` refused.
    Refused,
    /// User code panicked.
    Panic,
    /// A handler took longer than its limit.
    TimeLimit,
    /// It fell too far behind its pushes.
    Lagged,
    /// The browser acknowledged nothing in time.
    Stalled,
    /// The server goes down.
    Shutdown,
    /// The application has ended the views of its key.
    Revoked,
}

impl EndReason {
    /// The metrics' label, which never changes.
    pub(crate) fn label(self) -> &'static str {
        match self {
            EndReason::Left => "left",
            EndReason::Refused => "refused",
            EndReason::Panic => "panic",
            EndReason::TimeLimit => "time_limit",
            EndReason::Lagged => "lagged",
            EndReason::Stalled => "stalled",
            EndReason::Shutdown => "shutdown",
            EndReason::Revoked => "revoked",
        }
    }

    /// What the `ended` frame says, for the reasons that have one.
    pub(crate) fn frame_reason(self) -> Option<&'static str> {
        match self {
            EndReason::Left | EndReason::Refused | EndReason::Stalled => None,
            EndReason::Panic => Some("panic"),
            EndReason::TimeLimit => Some("time_limit"),
            EndReason::Lagged => Some("lagged"),
            EndReason::Shutdown => Some("shutdown"),
            EndReason::Revoked => Some("revoked"),
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Life {
    reason: OnceLock<EndReason>,
    notify: Notify,
    waiting_events: AtomicU32,
}

impl Life {
    pub(crate) fn new() -> Self {
        Life { reason: OnceLock::new(), notify: Notify::new(), waiting_events: AtomicU32::new(0) }
    }

    /// Ends the life, unless it has ended; true if this call did.
    pub(crate) fn end(&self, reason: EndReason) -> bool {
        let first = self.reason.set(reason).is_ok();
        self.notify.notify_waiters();
        first
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.reason.get().is_some()
    }

    /// Why it has ended.
    pub(crate) fn reason(&self) -> Option<EndReason> {
        self.reason.get().copied()
    }

    /// Done when it has ended.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + '_ {
        let notified = self.notify.notified();
        async move {
            if !self.has_ended() {
                notified.await;
            }
        }
    }

    /// Counts an event; false if too many are waiting.
    pub(crate) fn event_arrives(&self) -> bool {
        let room = |waiting| (waiting < MAX_WAITING_EVENTS).then_some(waiting + 1);
        self.waiting_events.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_ok()
    }

    /// An event has been answered.
    pub(crate) fn event_is_answered(&self) {
        self.waiting_events.fetch_sub(1, Ordering::Relaxed);
    }
}
