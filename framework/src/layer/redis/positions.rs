//! Taking the positions of [groups](super::groups), and finding out that one is lost.

use super::connection::Fault;
use super::entry;
use super::groups::{Found, Groups, Known, Position};
use super::lease::Renewed;
use super::running::{Shared, supervised};
use crate::push::{GroupName, ViewPath};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// The pause until Redis is asked again where to read from.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// How long a view waits for its group's position, unless it is known that Redis can't be reached.
const OPEN_WITHIN: Duration = Duration::from_secs(5);

impl Groups {
    /// Opens a group; done when its position is taken, or when that takes too long.
    pub(super) fn open(shared: &Arc<Shared>, path: &ViewPath) -> oneshot::Receiver<()> {
        let (opened, done) = oneshot::channel();
        let group = path.group();
        if shared.groups.reopen(&group) {
            // Nobody may wait any more.
            let _ = opened.send(());
            return done;
        }
        let generation = shared.groups.insert(path);
        // Whoever takes it out tells the view to go on.
        let opened = Arc::new(Mutex::new(Some(opened)));
        let go_on = move || {
            let opened = opened.lock().unwrap_or_else(PoisonError::into_inner).take();
            // Nobody may wait any more.
            opened.map(|opened| opened.send(())).is_some()
        };
        let (name, in_time) = (group.clone(), go_on.clone());
        supervised("position", shared, move |shared| {
            let (group, in_time) = (name.clone(), in_time.clone());
            async move {
                if shared.take_position(&group, generation).await && !in_time() {
                    shared.remount(&group, "opened_late");
                }
            }
        });
        let waiting = Arc::clone(shared);
        shared.runtime.spawn(async move {
            tokio::select! {
                () = waiting.commands.down() => {}
                () = tokio::time::sleep(OPEN_WITHIN) => {}
            }
            if go_on() {
                tracing::warn!(%group, "Redis is not reached: views mount without it, and again when it is");
            }
        });
        done
    }
}

impl Shared {
    /// Makes all processes see a new epoch: Redis has gone back to an older state. It is tried again by whoever finds the same.
    pub(super) async fn replace_epoch(self: &Arc<Self>, old: &str) {
        tracing::error!("Redis has gone back to an older state: all servers mount their views anew");
        let asked = self.groups.all_positions();
        if let Some(epoch) = self.epoch_after(old).await {
            self.epoch_is(&asked, &epoch);
        }
    }

    /// Redis says that its epoch is this one, after these positions had been asked for; true if any is of another.
    pub(super) fn epoch_is(self: &Arc<Self>, asked: &[Position], epoch: &str) -> bool {
        let others = self.groups.of_other_epochs(asked, epoch);
        others.iter().for_each(|position| self.lose(position, "epoch"));
        !others.is_empty()
    }

    /// Pushes after this position are lost: a new one is taken, then the views mount anew.
    pub(super) fn lose(self: &Arc<Self>, position: &Position, kind: &'static str) {
        if let Some(generation) = self.groups.lose(position) {
            self.heal(position.group.clone(), generation, kind);
        }
    }

    /// Takes the position of a group that has none, then its views mount anew.
    pub(super) fn heal(self: &Arc<Self>, group: GroupName, generation: u64, kind: &'static str) {
        supervised("position", self, move |shared| {
            let group = group.clone();
            async move {
                if shared.take_position(&group, generation).await {
                    shared.remount(&group, kind);
                }
            }
        });
    }

    /// Takes the position of a group, however long it takes, and says that it is watched; false if the group is closed by then.
    /// Where it had been read before, reading goes on there.
    async fn take_position(self: &Arc<Self>, group: &GroupName, generation: u64) -> bool {
        for attempt in 0_u64.. {
            if !self.groups.is_waiting(group, generation) || self.lease.has_ended() {
                return false;
            }
            match self.ask_position(group).await {
                Ok(Some(known)) => {
                    self.groups.is_taken(group, generation, known);
                    self.groups.changed.notify_one();
                    return true;
                }
                // This node has been given up, or has heard of a newer epoch meanwhile.
                Ok(None) => {}
                Err(fault) if attempt % 100 == 1 => {
                    tracing::warn!(%group, reason = fault.reason(), "where to read from is not known yet");
                }
                Err(_) => {}
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
        false
    }

    /// Where a group's stream ends; none if this node holds no lease, or the epoch is none that may be used.
    async fn ask_position(self: &Arc<Self>, group: &GroupName) -> Result<Option<Known>, Fault> {
        let keys = &self.config.keys;
        let mut ask = redis::pipe();
        ask.cmd("EVAL").arg(entry::ENDS).arg(2).arg(keys.stream(group)).arg(keys.number(group)).arg("-");
        let Some(renewal) = self.write_renewal(&mut ask) else { return Ok(None) };
        let mut answers = self.transact(ask).await?.into_iter();
        let (number, at, _) = answers.next().map(entry::ends).unwrap_or_default();
        let renewed = answers.next().and_then(|answer| self.read_renewal(&renewal, answer));
        let renewed = renewed.filter(|renewed| renewed.is_held && self.newest.is_fit(&renewed.epoch));
        Ok(renewed.map(|Renewed { epoch, .. }| Known {
            at,
            caught_up_at: at,
            epoch,
            number,
            counted: number,
        }))
    }

    /// Compares epoch and numbers with what has been read: what has been lost is found although no new entry comes.
    pub(super) async fn inspect(self: &Arc<Self>) {
        let positions = self.groups.all_positions();
        let Some(epoch) = self.epoch().await else { return };
        if self.epoch_is(&positions, &epoch) {
            return;
        }
        let keys = &self.config.keys;
        let mut ask = redis::pipe();
        // A key of another type is of no other group's concern.
        ask.ignore_errors();
        for Position { group, at, .. } in &positions {
            let after = format!("({at}");
            ask.cmd("EVAL")
                .arg(entry::ENDS)
                .arg(2)
                .arg(keys.stream(group))
                .arg(keys.number(group))
                .arg(after);
        }
        let Ok(answers) = self.transact(ask).await else { return };
        let mut answers = answers.into_iter();
        let found = positions.into_iter().map(|asked| {
            let (number, _, has_next) = answers.next().map(entry::ends).unwrap_or_default();
            Found { asked, number, has_next }
        });
        let wrong = self.groups.compare(&found.collect::<Vec<_>>());
        if wrong.has_gone_back {
            self.replace_epoch(&epoch).await;
        }
        for (position, kind) in wrong.lost {
            self.lose(&position, kind);
        }
    }

    /// The number of the last entry that was added to a group's stream, if Redis answers.
    pub(super) async fn last_number(&self, group: &GroupName) -> Option<u64> {
        let mut ask = redis::pipe();
        ask.cmd("GET").arg(self.config.keys.number(group));
        let answer = self.transact(ask).await.ok()?.into_iter().next()?;
        Some(entry::number(answer).unwrap_or(0))
    }

    /// Makes a group's views mount anew.
    fn remount(&self, group: &GroupName, kind: &'static str) {
        metrics::counter!("djust_redis_losses_total", "kind" => kind).increment(1);
        tracing::warn!(%group, kind, "pushes have been lost on their way: the group's views mount anew");
        if let Some(sink) = self.sink() {
            sink.remount(group);
        }
    }
}
