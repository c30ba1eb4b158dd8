//! How much may wait for a group, and which members hold it back.

use super::queued::weight;
use crate::push::{PERMITS, Push, ViewId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// From here on permits run short: the members that hold them back are looked for, before senders are
/// refused.
const SHORT_FROM: usize = PERMITS / 4 * 3;

/// A group's permits: so many pushes may be waiting for its members, one of more than 512 bytes
/// counting as several. Beyond that `push_to_view` says `QueueFull` and `apush_to_view` waits.
pub(crate) struct Backpressure {
    permits: Arc<Semaphore>,
    /// For each shard, how much waits for the member that is furthest ahead; kept while permits are
    /// short.
    ahead: Mutex<HashMap<ViewId, u64>>,
}

impl Backpressure {
    pub(crate) fn new() -> Self {
        Backpressure { permits: Arc::new(Semaphore::new(PERMITS)), ahead: Mutex::default() }
    }

    /// Takes permits for a push, if there are enough now.
    pub(crate) fn try_permit(&self, push: &Push) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).try_acquire_many_owned(weight(push)).ok()
    }

    pub(crate) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.permits)
    }

    /// How many permits are taken.
    pub(crate) fn waiting(&self) -> usize {
        PERMITS.saturating_sub(self.permits.available_permits())
    }

    pub(crate) fn is_short(&self) -> bool {
        self.waiting() >= SHORT_FROM
    }

    /// Notes how much waits for the member of this shard that is furthest ahead. Returns how much
    /// waits for the one of all other shards.
    pub(super) fn least_elsewhere(&self, shard: ViewId, least: u64) -> u64 {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        ahead.insert(shard, least);
        ahead.iter().filter(|(id, _)| **id != shard).map(|(_, least)| *least).min().unwrap_or(u64::MAX)
    }

    /// Forgets a shard that has ended.
    pub(super) fn forget_shard(&self, shard: ViewId) {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).remove(&shard);
    }
}
