//! Watching the pushes of a view as they pass, without being a server.

use super::appetite::Appetite;
use super::connection::{Pause, connect};
use super::entry::{self, Content, EntryId};
use super::repeats::Repeats;
use super::running::Shared;
use crate::push::{Push, ViewPath};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

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
        repeats: Repeats::default(),
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
    repeats: Repeats,
}

impl Watcher {
    async fn run(mut self) {
        let (mut pause, mut appetite) = (Pause::new(), Appetite::new());
        while !self.sender.is_closed() {
            match connect(&self.shared.config).await {
                Ok(connection) => {
                    pause.over();
                    pause = Pause::new();
                    if let Err(error) = self.read(connection, &mut appetite).await {
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
        appetite: &mut Appetite,
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
            let mut ask = redis::cmd("XREAD");
            ask.arg("COUNT").arg(appetite.count()).arg("BLOCK").arg(BLOCK.as_secs() * 1000);
            ask.arg("STREAMS").arg(&stream).arg(position.to_string());
            let asked_at = Instant::now();
            let asking = ask.query_async::<redis::Value>(&mut connection);
            let Ok(answer) = tokio::time::timeout(BLOCK + appetite.patience(), asking).await else {
                appetite.had_nothing();
                return Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
            };
            let answer = answer?;
            let (bytes, time) = (entry::bytes(&answer), asked_at.elapsed());
            for (_, entries) in entry::streams(answer) {
                let entries = entry::entries(entries);
                appetite.had(entries.len(), bytes, time);
                for (at, found) in entries {
                    self.position = Some(at);
                    if let Ok(found) = found {
                        self.see(found).await;
                    }
                }
            }
        }
        Ok(())
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
