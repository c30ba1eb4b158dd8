//! Wakes the reader, which waits in Redis for new entries.

use crate::layer::redis::client::Commands;
use crate::layer::redis::cluster::{Lease, Renewals};
use crate::layer::redis::progress::Groups;
use crate::layer::redis::stream::Keys;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The pause before a failed wake is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// The task that adds to this node's control stream whenever groups or positions change, and tells
/// the other nodes.
pub(crate) struct Waker {
    groups: Arc<Groups>,
    lease: Arc<Lease>,
    renewals: Arc<Renewals>,
    commands: Arc<Commands>,
    /// This node's control stream.
    control: String,
    /// How often the reader has been woken. The control stream's ids are this count, so they grow
    /// even if Redis loses the stream.
    wakes: AtomicU64,
}

impl Waker {
    pub(crate) fn new(
        (node, keys): (&str, &Keys),
        groups: Arc<Groups>,
        lease: Arc<Lease>,
        renewals: Arc<Renewals>,
        commands: Arc<Commands>,
    ) -> Self {
        Waker { groups, lease, renewals, commands, control: keys.control(node), wakes: AtomicU64::new(0) }
    }

    pub(crate) async fn run(&self) {
        loop {
            self.groups.changed().await;
            let count = self.wakes.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            while !self.lease.has_ended() {
                let (mut wake, control) = (redis::pipe(), &self.control);
                wake.cmd("DEL").arg(control).ignore();
                wake.cmd("XADD").arg(control).arg(format!("{count}-0")).arg("wake").arg("1").ignore();
                match self.commands.transact(wake).await {
                    Ok(_) => break,
                    Err(_) => tokio::time::sleep(TRY_AGAIN).await,
                }
            }
            self.renewals.renew().await;
        }
    }
}
