//! Whether the process is stale: its layer can't tell whether pushes are missing.
//!
//! It is one flag of the directory. After each rendering, a view compares it with what its page was
//! last told. So a view that joins later notices it by itself, a slow browser gets only the newest
//! state, and nothing is sent if nothing has changed. This module sets the flag, and wakes the
//! views that would otherwise sleep on.

use super::directory::Directory;
use super::messages::WakeAll;
use super::registry::GroupRegistry;
use super::shard_actor::ShardActor;
use crate::worker::Tell;
use actix::{Context, Handler};
use std::sync::atomic::{AtomicBool, Ordering};

/// The flag of a process that may be missing pushes.
#[derive(Debug, Default)]
pub(super) struct Staleness(AtomicBool);

impl Staleness {
    /// Sets the flag. Returns whether that changed it.
    fn set(&self, stale: bool) -> bool {
        self.0.swap(stale, Ordering::AcqRel) != stale
    }
}

impl Directory {
    /// Whether what pages show may be out of date.
    pub(crate) fn is_stale(&self) -> bool {
        self.staleness.0.load(Ordering::Acquire)
    }

    /// Tells every page, if this is new.
    pub(super) fn tell_stale(&self, stale: bool) {
        if !self.staleness.set(stale) {
            return;
        }
        metrics::gauge!("djust_stale").set(if stale { 1.0 } else { 0.0 });
        let views = self.live_views();
        if stale {
            tracing::warn!(views, "pushes may be missing: pages are told that they may be out of date");
        } else {
            tracing::info!(views, "pages are told that they are up to date again");
        }
        // A view without a group or shard has yet to mount, and checks the flag then.
        self.each_group(|registry, _| registry.tell(WakeAll));
    }
}

impl Handler<WakeAll> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: WakeAll, _: &mut Context<Self>) {
        self.to_shards(&message);
    }
}

impl Handler<WakeAll> for ShardActor {
    type Result = ();

    fn handle(&mut self, _: WakeAll, _: &mut Context<Self>) {
        self.each_member(|member| member.wake());
    }
}
