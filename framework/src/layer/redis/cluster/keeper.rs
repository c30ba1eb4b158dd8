//! Keeps the lease, and cleans up after dead nodes.

use super::lease::Lease;
use super::members::Members;
use super::renewal::Renewals;
use crate::layer::redis::client::Commands;
use crate::layer::redis::progress::Groups;
use crate::layer::redis::stream::Keys;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The longest pause between two renewals.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The task that renews the lease five times in its duration, and the idle streams once.
pub(crate) struct LeaseKeeper {
    pub(crate) renewals: Arc<Renewals>,
    pub(crate) lease: Arc<Lease>,
    pub(crate) groups: Arc<Groups>,
    pub(crate) members: Arc<Members>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) keys: Arc<Keys>,
    /// How long Redis keeps the stream of a view that nobody pushes to or has open.
    pub(crate) idle_streams: Duration,
}

impl LeaseKeeper {
    pub(crate) async fn run(&self) {
        let (duration, mut cleaned, mut silent) = (self.lease.duration(), Instant::now(), Vec::new());
        while !self.lease.has_ended() {
            self.renewals.renew().await;
            self.groups.forget_closed(duration);
            if cleaned.elapsed() >= duration {
                self.renew_streams().await;
                silent = self.members.forget_the_dead(&silent).await;
                cleaned = Instant::now();
            }
            tokio::time::sleep((duration / 5).min(LONGEST_PAUSE)).await;
        }
    }

    /// Renews the streams of the views that are open here. If Redis is away, a later time will do.
    async fn renew_streams(&self) {
        let (keys, seconds) = (&self.keys, self.idle_streams.as_secs());
        let mut renewal = redis::pipe();
        for path in self.groups.paths() {
            let group = path.group();
            renewal.cmd("EXPIRE").arg(keys.stream(&group)).arg(seconds).ignore();
            renewal.cmd("EXPIRE").arg(keys.number(&group)).arg(seconds).ignore();
        }
        if let Err(fault) = self.commands.transact(renewal).await {
            tracing::debug!(reason = fault.reason(), "idle streams could not be renewed: trying again later");
        }
    }
}
