//! Takes the positions of groups that have none: newly opened ones, and those that lost their
//! position.

use crate::layer::redis::client::{Commands, Fault, Tasks};
use crate::layer::redis::cluster::{Lease, Renewals, Renewed};
use crate::layer::redis::progress::{Groups, Known, Losses, LostPosition};
use crate::layer::redis::stream::{ENDS, Keys, Newest, ends};
use crate::push::{GroupName, PushSink, ViewPath};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::oneshot;

/// The pause before Redis is asked again where to read from.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// How long a view waits for its group's position, unless it is known that Redis can't be reached.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

/// Takes positions, each in a task, and remounts the views if the position had been lost.
pub(crate) struct Positions {
    pub(crate) tasks: Tasks,
    pub(crate) commands: Arc<Commands>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) newest: Arc<Newest>,
    pub(crate) groups: Arc<Groups>,
    pub(crate) lease: Arc<Lease>,
    pub(crate) renewals: Arc<Renewals>,
    pub(crate) sink: Weak<dyn PushSink>,
}

impl Positions {
    /// Opens a group. Resolves when its position is taken, or when that takes too long.
    pub(crate) fn open(self: &Arc<Self>, path: &ViewPath) -> oneshot::Receiver<()> {
        let (opened, done) = oneshot::channel();
        let group = path.group();
        if self.groups.reopen(&group) {
            // The view may have stopped waiting.
            let _ = opened.send(());
            return done;
        }
        let generation = self.groups.insert(path);
        // The code that removes the entry tells the view to continue.
        let opened = Arc::new(Mutex::new(Some(opened)));
        let go_on = move || {
            let opened = opened.lock().unwrap_or_else(PoisonError::into_inner).take();
            // The view may have stopped waiting.
            opened.map(|opened| opened.send(())).is_some()
        };
        let (positions, name, in_time) = (Arc::clone(self), group.clone(), go_on.clone());
        self.tasks.supervise("position", move || {
            let (positions, group, in_time) = (Arc::clone(&positions), name.clone(), in_time.clone());
            async move {
                if positions.take(&group, generation).await && !in_time() {
                    positions.remount(&group, "opened_late");
                }
            }
        });
        let commands = Arc::clone(&self.commands);
        self.tasks.spawn(async move {
            tokio::select! {
                () = commands.down() => {}
                () = tokio::time::sleep(OPEN_TIMEOUT) => {}
            }
            if go_on() {
                tracing::warn!(
                    %group,
                    "Redis can't be reached: views mount without it, and are remounted once it can"
                );
            }
        });
        done
    }

    /// Takes a new position for each lost one, and then remounts the group's views.
    pub(crate) async fn heal(self: Arc<Self>, mut losses: Losses) {
        while let Some(LostPosition { group, generation, kind }) = losses.recv().await {
            let positions = Arc::clone(&self);
            self.tasks.supervise("position", move || {
                let (positions, group) = (Arc::clone(&positions), group.clone());
                async move {
                    if positions.take(&group, generation).await {
                        positions.remount(&group, kind);
                    }
                }
            });
        }
    }

    /// Takes the position of a group, however long that takes, and states that the group is
    /// watched. Returns `false` if the group is closed by then. If the group had been read before,
    /// reading continues there.
    async fn take(&self, group: &GroupName, generation: u64) -> bool {
        for attempt in 0_u64.. {
            if !self.groups.is_waiting(group, generation) || self.lease.has_ended() {
                return false;
            }
            match self.ask(group).await {
                Ok(Some(known)) => {
                    self.groups.position_taken(group, generation, known);
                    return true;
                }
                // This node has been given up meanwhile, or has heard of a newer epoch.
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

    /// The end of a group's stream. `None` if this node has no lease, or if the epoch may not be
    /// used.
    async fn ask(&self, group: &GroupName) -> Result<Option<Known>, Fault> {
        let (keys, mut ask) = (&self.keys, redis::pipe());
        ask.cmd("EVAL").arg(ENDS).arg(2).arg(keys.stream(group)).arg(keys.number(group)).arg("-");
        let Some(renewal) = self.renewals.write(&mut ask) else { return Ok(None) };
        let mut answers = self.commands.transact(ask).await?.into_iter();
        let (number, at, _) = answers.next().map(ends).unwrap_or_default();
        let renewed = answers.next().and_then(|answer| self.renewals.read(&renewal, answer));
        let renewed = renewed.filter(|renewed| renewed.is_held && self.newest.accept(&renewed.epoch));
        let known = |Renewed { epoch, .. }| Known { at, caught_up_at: at, epoch, number, counted: number };
        Ok(renewed.map(known))
    }

    /// Remounts a group's views.
    fn remount(&self, group: &GroupName, kind: &'static str) {
        metrics::counter!("djust_redis_losses_total", "kind" => kind).increment(1);
        tracing::warn!(%group, kind, "pushes have been lost on their way: the group's views are remounted");
        if let Some(sink) = self.sink.upgrade() {
            sink.remount(group);
        }
    }
}
