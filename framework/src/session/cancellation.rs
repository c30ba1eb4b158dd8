//! A cancellation token: whether an instance should go on.
//!
//! The view, its socket and its group share it, on any thread. It works from outside: a view with a
//! hanging handler reads no mailbox, but the handler's call also waits for
//! [`CancellationToken::cancelled`].

use super::EndReason;
use std::future::Future;
use std::sync::OnceLock;
use tokio::sync::Notify;

/// Cancelled once, for one reason.
#[derive(Debug)]
pub(crate) struct CancellationToken {
    reason: OnceLock<EndReason>,
    notify: Notify,
}

impl CancellationToken {
    pub(crate) fn new() -> Self {
        CancellationToken { reason: OnceLock::new(), notify: Notify::new() }
    }

    /// Cancels. Returns whether this call did it, rather than an earlier one.
    pub(crate) fn cancel(&self, reason: EndReason) -> bool {
        let first = self.reason.set(reason).is_ok();
        self.notify.notify_waiters();
        first
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.reason.get().is_some()
    }

    /// Why it was cancelled.
    pub(crate) fn reason(&self) -> Option<EndReason> {
        self.reason.get().copied()
    }

    /// Resolves when it is cancelled.
    pub(crate) fn cancelled(&self) -> impl Future<Output = ()> + '_ {
        let notified = self.notify.notified();
        async move {
            if !self.is_cancelled() {
                notified.await;
            }
        }
    }
}
