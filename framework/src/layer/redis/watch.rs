//! Watching the pushes of a view as they pass, without being a server.

use super::connection::{Pause, connect};
use super::entry::{self, Content, EntryId};
use super::fetch::{self, Batch};
use super::portion::Portion;
use super::repeats::Deduplicator;
use super::running::Shared;
use crate::push::{Push, ViewPath};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How many pushes may wait to be looked at; Redis keeps the rest.
const WAITING: usize = 256;
const BLOCK: Duration = Duration::from_secs(5);

/// The pushes of a view as they pass: see [`RedisLayer::watch`](super::RedisLayer::watch).
#[derive(Debug)]
pub struct Watch {
    started: Option<oneshot::Receiver<()>>,
    pushes: mpsc::Receiver<Watched>,
}

/// A push that has passed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Watched {
    /// Its id: the sender's name, a dot and a number. A push that had to be sent again has the same one.
    pub id: String,
    /// What was pushed.
    pub push: Push,
    /// Pushes before this one are missing: the stream was trimmed, or Redis emptied.
    pub after_loss: bool,
}

impl Watch {
    /// Waits until Redis is reached: every push that is taken from then on is seen.
    pub async fn started(&mut self) {
        if let Some(started) = self.started.take() {
            // An error means that the layer has ended, which `next` says, too.
            let _ = started.await;
        }
    }

    /// The same for threads without a runtime.
    pub fn started_blocking(&mut self) {
        if let Some(started) = self.started.take() {
            let _ = started.blocking_recv();
        }
    }

    /// The next push; none once the layer has ended.
    pub async fn next(&mut self) -> Option<Watched> {
        self.pushes.recv().await
    }

    /// The same for threads without a runtime.
    pub fn next_blocking(&mut self) -> Option<Watched> {
        self.pushes.blocking_recv()
    }
}

/// Begins to watch.
pub(super) fn watch(shared: &Arc<Shared>, path: ViewPath) -> Watch {
    let (sender, pushes) = mpsc::channel(WAITING);
    let (starts, started) = oneshot::channel();
    let watcher = Watcher {
        shared: Arc::clone(shared),
        path,
        starts: Some(starts),
        sender,
        position: None,
        last: None,
        since_loss: false,
        repeats: Deduplicator::default(),
    };
    shared.runtime.spawn(watcher.run());
    Watch { started: Some(started), pushes }
}

struct Watcher {
    shared: Arc<Shared>,
    path: ViewPath,
    starts: Option<oneshot::Sender<()>>,
    sender: mpsc::Sender<Watched>,
    position: Option<EntryId>,
    /// Epoch and number of the last entry.
    last: Option<(String, u64)>,
    since_loss: bool,
    repeats: Deduplicator,
}

impl Watcher {
    async fn run(mut self) {
        let (mut pause, mut portion) = (Pause::new(), Portion::new());
        while !self.sender.is_closed() {
            match connect(&self.shared.config, &self.shared.newest).await {
                Ok(connection) => {
                    pause.over();
                    pause = Pause::new();
                    if let Err(error) = self.read(connection, &mut portion).await {
                        tracing::warn!(%error, "watching is interrupted: it goes on where it was");
                    }
                }
                Err(refusal) => pause.note(&refusal.reason),
            }
            pause.wait().await;
        }
    }

    async fn read(
        &mut self,
        mut connection: redis::aio::MultiplexedConnection,
        portion: &mut Portion,
    ) -> redis::RedisResult<()> {
        let stream = self.shared.config.keys.stream(&self.path.group());
        while !self.sender.is_closed() {
            let Some(position) = self.position else {
                let mut ask = redis::cmd("XREVRANGE");
                ask.arg(&stream).arg("+").arg("-").arg("COUNT").arg(1);
                let last = entry::entries(ask.query_async(&mut connection).await?);
                self.position = Some(last.first().map_or(EntryId::default(), |(at, _)| *at));
                self.starts.take().map(|starts| starts.send(()));
                continue;
            };
            let places = [(stream.clone(), position)];
            let batches = fetch::wait(&mut connection, portion, &places, BLOCK).await?;
            let has_more = batches.iter().any(|batch| batch.has_more);
            self.see_all(batches).await;
            if has_more {
                let places = [(stream.clone(), self.position.unwrap_or(position))];
                let batches = fetch::more(&mut connection, portion, &places).await?;
                self.see_all(batches).await;
            }
        }
        Ok(())
    }

    async fn see_all(&mut self, batches: Vec<Batch>) {
        for (at, found) in batches.into_iter().flat_map(|batch| batch.found) {
            self.position = Some(at);
            if let Ok(found) = found {
                self.see(found).await;
            }
        }
    }

    async fn see(&mut self, found: entry::Entry) {
        let last = self.last.replace((found.epoch.clone(), found.number));
        let follows =
            |(epoch, number): (String, u64)| epoch == found.epoch && found.number <= number.saturating_add(1);
        self.since_loss |= !last.is_none_or(follows);
        if self.repeats.knows(&found.id) {
            return;
        }
        self.repeats.note(&found.id, Ok(0));
        if let Ok(Content::Push(message)) = found.content {
            let after_loss = std::mem::take(&mut self.since_loss);
            let watched = Watched { id: found.id.to_string(), push: message.into_push(), after_loss };
            // Nobody looks any more: the loops end.
            let _ = self.sender.send(watched).await;
        }
    }
}
