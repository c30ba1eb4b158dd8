//! Compares Redis's counters with what has been read, to find a loss even if no new entry comes.

use super::epochs::Epochs;
use crate::layer::redis::client::Commands;
use crate::layer::redis::cluster::Lease;
use crate::layer::redis::progress::{Groups, Position, StreamEnd};
use crate::layer::redis::stream::{ENDS, Keys, ends, number};
use crate::push::GroupName;
use std::sync::Arc;
use std::time::Duration;

/// How often epoch and numbers are compared.
const HEALTH_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// The task that compares. The reader also makes it compare before it continues reading.
pub(crate) struct Inspector {
    pub(crate) commands: Arc<Commands>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) epochs: Epochs,
    pub(crate) groups: Arc<Groups>,
    pub(crate) lease: Arc<Lease>,
}

impl Inspector {
    pub(crate) async fn run(&self) {
        while !self.lease.has_ended() {
            tokio::time::sleep(HEALTH_CHECK_INTERVAL).await;
            self.inspect().await;
        }
    }

    /// Compares epoch and numbers with what has been read.
    pub(super) async fn inspect(&self) {
        let positions = self.groups.all_positions();
        let Some(epoch) = self.epochs.current().await else { return };
        if self.groups.epoch_is(&positions, &epoch) {
            return;
        }
        let mut ask = redis::pipe();
        // A key of the wrong type concerns no other group.
        ask.ignore_errors();
        for Position { group, at, .. } in &positions {
            ask.cmd("EVAL").arg(ENDS).arg(2);
            ask.arg(self.keys.stream(group)).arg(self.keys.number(group)).arg(format!("({at}"));
        }
        let Ok(answers) = self.commands.transact(ask).await else { return };
        let mut answers = answers.into_iter();
        let found = positions.into_iter().map(|asked| {
            let (number, _, has_next) = answers.next().map(ends).unwrap_or_default();
            StreamEnd { asked, number, has_next }
        });
        let wrong = self.groups.compare(&found.collect::<Vec<_>>());
        if wrong.has_gone_back {
            self.replace_epoch(&epoch).await;
        }
        for (position, kind) in wrong.lost {
            self.groups.lose(&position, kind);
        }
    }

    /// Makes all processes see a new epoch, because Redis has gone back to an older state. If this
    /// fails, the next process that notices tries it.
    pub(super) async fn replace_epoch(&self, old: &str) {
        tracing::error!("Redis has gone back to an older state: all servers remount their views");
        let asked = self.groups.all_positions();
        if let Some(epoch) = self.epochs.other_than(old).await {
            self.groups.epoch_is(&asked, &epoch);
        }
    }

    /// Finds out why an entry is of another epoch than its group's position. Returns `false` if
    /// Redis could not be asked.
    pub(super) async fn check_epoch_of(&self, entry_epoch: &str) -> bool {
        let asked = self.groups.all_positions();
        let Some(epoch) = self.epochs.current().await else { return false };
        if !self.groups.epoch_is(&asked, &epoch) && epoch != entry_epoch {
            self.groups.mark_foreign(entry_epoch);
        }
        true
    }

    /// The number of the last entry added to a group's stream, if Redis answers.
    pub(super) async fn last_number(&self, group: &GroupName) -> Option<u64> {
        let mut ask = redis::pipe();
        ask.cmd("GET").arg(self.keys.number(group));
        let answer = self.commands.transact(ask).await.ok()?.into_iter().next()?;
        Some(number(answer).unwrap_or(0))
    }
}
