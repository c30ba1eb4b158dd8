//! Tells the pages of this process when they may be stale.

use super::lease::Lease;
use crate::layer::redis::progress::Groups;
use crate::push::PushSink;
use std::sync::{Arc, Weak};
use tokio::time::Instant;

/// The task that tells them: when the lease has expired or nothing has been read for as long, and
/// again when that is over, that is, reading continues and all positions are known.
pub(crate) struct StaleTeller {
    pub(crate) lease: Arc<Lease>,
    pub(crate) groups: Arc<Groups>,
    pub(crate) sink: Weak<dyn PushSink>,
}

impl StaleTeller {
    pub(crate) async fn run(&self) {
        let mut told = false;
        while !self.lease.has_ended() {
            let until = self.lease.fresh_until();
            let stale = until <= Instant::now() || (told && self.groups.any_unknown());
            if let Some(sink) = self.sink.upgrade().filter(|_| stale != told) {
                sink.set_stale(stale);
                told = stale;
            }
            if stale {
                self.lease.renewed().await;
            } else {
                tokio::time::sleep_until(until).await;
            }
        }
    }
}
