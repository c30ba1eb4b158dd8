//! Whether a view instance is still wanted: shared by the view, its socket and its part, on any thread.
//!
//! It works from outside: a view whose handler hangs reads no mailbox, but the handler's call waits for
//! [`Life::ended`] as well.

use std::future::Future;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

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
    /// When anything came from the browser, in milliseconds since [`epoch`].
    heard: AtomicU64,
}

impl Life {
    pub(crate) fn new() -> Self {
        let life = Life {
            reason: OnceLock::new(),
            notify: Notify::new(),
            waiting_events: AtomicU32::new(0),
            heard: AtomicU64::new(0),
        };
        life.heard();
        life
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

    /// Something came from the browser.
    pub(crate) fn heard(&self) {
        self.heard.store(since_epoch(Instant::now()), Ordering::Relaxed);
    }

    /// For how long nothing has come.
    pub(crate) fn silent_for(&self, now: Instant) -> Duration {
        Duration::from_millis(since_epoch(now).saturating_sub(self.heard.load(Ordering::Relaxed)))
    }
}

fn since_epoch(now: Instant) -> u64 {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    let epoch = *EPOCH.get_or_init(Instant::now);
    u64::try_from(now.saturating_duration_since(epoch).as_millis()).unwrap_or(u64::MAX)
}
