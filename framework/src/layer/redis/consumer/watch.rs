//! Watching the pushes of a view as they pass, without being a server.

use crate::layer::redis::client::{Connector, Tasks};
use crate::layer::redis::progress::Deduplicator;
use crate::layer::redis::stream::{self, Batch, Content, Entry, EntryId, Keys, Portion, entries};
use crate::push::{Push, ViewPath};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How many pushes may wait to be read; Redis keeps the rest.
const WAITING: usize = 256;
const BLOCK: Duration = Duration::from_secs(5);
/// The pause before a broken connection is made again.
const RECONNECT_PAUSE: Duration = Duration::from_millis(50);

/// The pushes of a view as they pass. [`RedisLayer::watch`](super::super::RedisLayer::watch) makes
/// it.
#[derive(Debug)]
pub struct Watch {
    started: Option<oneshot::Receiver<()>>,
    pushes: mpsc::Receiver<Watched>,
}

/// A push that has passed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Watched {
    /// Its id: the sender's name, a dot and a number. A push that is sent again keeps its id.
    pub id: String,
    /// What was pushed.
    pub push: Push,
    /// Whether pushes before this one are missing, because the stream was trimmed or Redis was
    /// flushed.
    pub after_loss: bool,
}

impl Watch {
    /// Waits until Redis is reached. The watch sees every push that is accepted from then on.
    pub async fn started(&mut self) {
        if let Some(started) = self.started.take() {
            // An error means that the layer has ended; `next` reports that too.
            let _ = started.await;
        }
    }

    /// Blocking form of [`started`](Watch::started), for threads without a runtime.
    pub fn started_blocking(&mut self) {
        if let Some(started) = self.started.take() {
            let _ = started.blocking_recv();
        }
    }

    /// Returns the next push, or `None` once the layer has ended.
    pub async fn next(&mut self) -> Option<Watched> {
        self.pushes.recv().await
    }

    /// Blocking form of [`next`](Watch::next), for threads without a runtime.
    pub fn next_blocking(&mut self) -> Option<Watched> {
        self.pushes.blocking_recv()
    }
}

/// Begins to watch.
pub(crate) fn watch(tasks: &Tasks, connector: Connector, keys: &Keys, path: &ViewPath) -> Watch {
    let (sender, pushes) = mpsc::channel(WAITING);
    let (starts, started) = oneshot::channel();
    let watcher = Watcher {
        connector,
        stream: keys.stream(&path.group()),
        starts: Some(starts),
        sender,
        position: None,
        last: None,
        since_loss: false,
        seen: Deduplicator::default(),
    };
    tasks.spawn(watcher.run());
    Watch { started: Some(started), pushes }
}

struct Watcher {
    connector: Connector,
    /// The stream's key.
    stream: String,
    starts: Option<oneshot::Sender<()>>,
    sender: mpsc::Sender<Watched>,
    position: Option<EntryId>,
    /// Epoch and number of the last entry.
    last: Option<(String, u64)>,
    since_loss: bool,
    seen: Deduplicator,
}

impl Watcher {
    async fn run(mut self) {
        let (mut portion, connector, sender) = (Portion::new(), self.connector.clone(), self.sender.clone());
        let is_over = || sender.is_closed();
        while let Some(connection) = connector.establish(is_over, |_| ()).await {
            if let Err(error) = self.read(connection, &mut portion).await {
                tracing::warn!(%error, "watching was interrupted and continues where it was");
            }
            tokio::time::sleep(RECONNECT_PAUSE).await;
        }
    }

    async fn read(
        &mut self,
        mut connection: redis::aio::MultiplexedConnection,
        portion: &mut Portion,
    ) -> redis::RedisResult<()> {
        let key = self.stream.clone();
        while !self.sender.is_closed() {
            let Some(position) = self.position else {
                let mut ask = redis::cmd("XREVRANGE");
                ask.arg(&key).arg("+").arg("-").arg("COUNT").arg(1);
                let last = entries(ask.query_async(&mut connection).await?);
                self.position = Some(last.first().map_or(EntryId::default(), |(at, _)| *at));
                self.starts.take().map(|starts| starts.send(()));
                continue;
            };
            let places = [(key.clone(), position)];
            let batches = stream::wait(&mut connection, portion, &places, BLOCK).await?;
            let has_more = batches.iter().any(|batch| batch.has_more);
            self.see_all(batches).await;
            if has_more {
                let places = [(key.clone(), self.position.unwrap_or(position))];
                let batches = stream::more(&mut connection, portion, &places).await?;
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

    async fn see(&mut self, found: Entry) {
        let last = self.last.replace((found.epoch.clone(), found.number));
        let follows =
            |(epoch, number): (String, u64)| epoch == found.epoch && found.number <= number.saturating_add(1);
        self.since_loss |= !last.is_none_or(follows);
        if self.seen.contains(&found.id) {
            return;
        }
        self.seen.record(&found.id, Ok(0));
        if let Ok(Content::Push(message)) = found.content {
            let after_loss = std::mem::take(&mut self.since_loss);
            let watched = Watched { id: found.id.to_string(), push: message.into_push(), after_loss };
            // Nobody reads any more: the loops end.
            let _ = self.sender.send(watched).await;
        }
    }
}
