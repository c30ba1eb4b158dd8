//! The layer on Redis Streams: any number of senders and servers, on any number of machines.
//!
//! One stream per group. A sender adds to it; each server reads the streams of its live groups from where it was. So a connection
//! that breaks, or a Redis that restarts, loses nothing.
//!
//! # Tasks
//!
//! All run on one thread of the layer's own, so that no sender needs a runtime, and no actor waits for Redis.
//!
//! | task | file | connection |
//! |---|---|---|
//! | keeps the shared connection | `connection` | the shared one |
//! | the writer | `writer` | the shared one |
//! | the reader, in a server | `reader` | one of its own, blocked in `XREAD` |
//! | the lease, in a server | `nodes` | the shared one |
//! | what wakes the reader, in a server | `nodes` | the shared one |
//!
//! # The way of a push
//!
//! 1. `send` checks it as far as this process knows the view, and takes a place in the `outbox`, with a number;
//! 2. the `writer` adds it to the group's stream by a script, and again with the same id until it knows that Redis has it;
//! 3. the `reader` of each server that shows the view finds it there, after its group's position (`groups`), and not among the
//!    `repeats`;
//! 4. the process's inlet takes it, or has no room, and then it stays in the stream.

mod ask;
mod config;
mod connection;
mod entry;
mod groups;
mod nodes;
mod outbox;
mod reader;
mod repeats;
mod watch;
mod writer;

pub use config::{RedisConfigError, RedisLayerBuilder};
pub use nodes::{GroupInfo, NodeInfo};
pub use watch::{Watch, Watched};

use super::{Boxed, ChannelLayer, Inlet, Message, Sending};
use crate::push::{GroupName, PushError, PushStatus, Receipt, ViewPath, Viewers};
use ask::{Progress, Pursuit, Sent};
use config::Config;
use connection::Commands;
use entry::PushId;
use groups::Groups;
use outbox::{Draft, Outbox, Outcome};
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, OnceLock, Weak, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Mutex, oneshot};
use tokio::time::Instant;

/// How long the end of a layer waits for Redis to forget its node.
const END_WITHIN: Duration = Duration::from_millis(500);
/// How many of many pushes are on their way at once.
const AT_ONCE: usize = 8_192;

/// The channel layer that joins processes, through Redis 6.2 or newer, or Valkey.
///
/// A server gives it to [`DjustBuilder::layer`](crate::DjustBuilder::layer); a program that only sends makes it its default:
///
/// ```no_run
/// use djust::layer::RedisLayer;
/// use djust::push::{Push, push_to_view, set_default_layer};
/// use std::sync::Arc;
///
/// set_default_layer(Arc::new(RedisLayer::new("redis://127.0.0.1/")?));
/// push_to_view("dashboard.views.MetricsView", Push::state("pending_orders", 42))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It connects in the background and goes on trying for ever; what that means for a push is in the book's chapter Delivery. When the
/// last handle is dropped, what is queued is sent first.
pub struct RedisLayer {
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: ThreadId,
}

/// A push that failed when nobody waited for its result any more.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failure {
    /// The view that it was for.
    pub view_path: String,
    /// Why it failed.
    pub error: PushError,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// What the tasks share.
struct Shared {
    config: Config,
    /// This process, as a sender and as a node.
    node: String,
    runtime: Handle,
    commands: Arc<Commands>,
    outbox: Outbox,
    groups: Groups,
    inlet: OnceLock<Weak<dyn Inlet>>,
}

impl RedisLayer {
    /// A layer with the default settings, at an address like `redis://user:password@host:6379/0`; `rediss://` is with TLS.
    ///
    /// # Errors
    /// See [`RedisConfigError`]. Whether Redis answers is not known yet.
    pub fn new(address: impl Into<String>) -> Result<Self, RedisConfigError> {
        Self::builder(address).build()
    }

    /// A layer with other settings.
    pub fn builder(address: impl Into<String>) -> RedisLayerBuilder {
        RedisLayerBuilder::new(address.into())
    }

    fn start(config: Config) -> Result<Self, RedisConfigError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let node = node_name();
        let shared = Arc::new(Shared {
            outbox: Outbox::new(node.clone()),
            config,
            node,
            runtime: runtime.handle().clone(),
            commands: Arc::new(Commands::new()),
            groups: Groups::default(),
            inlet: OnceLock::new(),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let running = Arc::clone(&shared);
        let thread = thread::Builder::new().name("djust-redis".into()).spawn(move || {
            runtime.block_on(async {
                let keeper = Arc::clone(&running);
                tokio::spawn(async move { keeper.commands.keep(&keeper.config).await });
                tokio::spawn(writer::run(Arc::clone(&running)));
                // An error means that the handle has been dropped, as well.
                let _ = stopped.await;
                if running.inlet.get().is_some() {
                    let _ = tokio::time::timeout(END_WITHIN, running.end_lease()).await;
                }
            });
            running.outbox.close();
        })?;
        Ok(RedisLayer { shared, stop: Some(stop), thread: thread.thread().id() })
    }

    /// Watches the pushes of a view as they pass; it need not be watched by anybody else.
    ///
    /// # Errors
    /// The path is malformed.
    pub fn watch(&self, view_path: impl AsRef<str>) -> Result<Watch, PushError> {
        Ok(watch::watch(&self.shared, view_path.as_ref().parse()?))
    }

    /// The server processes that live.
    ///
    /// # Errors
    /// [`PushError::Unreachable`].
    pub async fn nodes(&self) -> Result<Vec<NodeInfo>, PushError> {
        let shared = Arc::clone(&self.shared);
        let asking = self.shared.on_its_thread(async move { shared.live_nodes().await });
        match asking.await {
            Ok(nodes) => nodes.map_err(|fault| PushError::Unreachable { reason: fault.reason().into() }),
            Err(_) => Err(PushError::Unreachable { reason: "the layer has ended".into() }),
        }
    }

    /// The groups that are watched on live servers, by path.
    ///
    /// # Errors
    /// [`PushError::Unreachable`].
    pub async fn groups(&self) -> Result<Vec<GroupInfo>, PushError> {
        Ok(nodes::groups_of(&self.nodes().await?))
    }

    /// What is to be sent, checked as far as this process knows the view.
    fn draft(&self, message: &Message) -> Result<Draft, PushError> {
        message.push.check_form()?;
        if let Some(inlet) = self.shared.inlet() {
            match inlet.check(message) {
                // Another server may have it.
                Ok(()) | Err(PushError::UnknownView { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Draft { path: message.path.clone(), kind: "push", body: entry::push_body(message) })
    }

    /// The next of many.
    fn next_drafts(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Option<Vec<Result<Draft, PushError>>> {
        let drafts: Vec<_> = messages.take(AT_ONCE).map(|message| self.draft(&message)).collect();
        (!drafts.is_empty()).then_some(drafts)
    }

    /// Queues a push in a runtime, where it must not block.
    fn queue(&self, message: &Message) -> Result<Receipt, PushError> {
        let draft = self.draft(message)?;
        let room = self.shared.outbox.try_room(&draft)?;
        drain_when_this_thread_ends(&self.shared);
        let deadline = Instant::now() + self.shared.config.queue_timeout;
        let path = draft.path.clone();
        let (id, outcome) = self.shared.outbox.put(draft, room, deadline, true);
        Ok(self.shared.receipt(PushStatus::Queued, path, id, Progress::Queued(outcome)))
    }
}

impl Shared {
    /// Queues a push and waits until Redis has it.
    async fn send(&self, draft: Draft, deadline: Instant) -> Result<(PushId, Outcome), PushError> {
        let path = draft.path.clone();
        let room = self.outbox.room(&draft, deadline).await?;
        let (id, outcome) = self.outbox.put(draft, room, deadline, false);
        let outcome = outcome.await.unwrap_or_else(|_| Err(self.ended(&path)));
        Ok((id, outcome))
    }

    /// Sends many, none waiting for the one before it to be taken.
    async fn send_many(
        self: Arc<Self>,
        drafts: Vec<Result<Draft, PushError>>,
    ) -> Vec<Result<Receipt, PushError>> {
        let mut sent = Vec::with_capacity(drafts.len());
        for draft in drafts {
            sent.push(match draft {
                Err(error) => Err(error),
                Ok(draft) => {
                    // Each has its time from when its turn has come.
                    let deadline = Instant::now() + self.config.timeout;
                    let path = draft.path.clone();
                    let room = self.outbox.room(&draft, deadline).await;
                    room.map(|room| {
                        (path, self.outbox.put(draft, room, Instant::now() + self.config.timeout, false))
                    })
                }
            });
        }
        let mut receipts = Vec::with_capacity(sent.len());
        for sent in sent {
            receipts.push(match sent {
                Err(error) => Err(error),
                Ok((path, (id, outcome))) => match outcome.await {
                    Ok(Ok(())) => Ok(self.taken(path, id)),
                    Ok(Err(error)) => Err(error),
                    Err(_) => Err(self.ended(&path)),
                },
            });
        }
        receipts
    }

    fn taken(self: &Arc<Self>, path: ViewPath, id: PushId) -> Receipt {
        self.receipt(PushStatus::Taken, path, id, Progress::Settled(Ok(())))
    }

    fn receipt(
        self: &Arc<Self>,
        status: PushStatus,
        path: ViewPath,
        id: PushId,
        progress: Progress,
    ) -> Receipt {
        let sent = Sent { shared: Arc::clone(self), path, id, outcome: Mutex::new(progress) };
        Receipt::on_its_way(status, Arc::new(Pursuit(Arc::new(sent))))
    }

    /// Runs something on the layer's thread; an error means that it has ended.
    fn on_its_thread<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        self.runtime.spawn(async move {
            // Nobody may wait any more.
            let _ = sender.send(work.await);
        });
        receiver
    }

    /// The same, for a thread that may block.
    fn blocking<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            let _ = sender.send(work.await);
        });
        receiver.recv().ok()
    }

    fn inlet(&self) -> Option<Arc<dyn Inlet>> {
        self.inlet.get()?.upgrade()
    }

    fn ended(&self, path: &ViewPath) -> PushError {
        let reason = "the layer has ended".to_owned();
        PushError::Unconfirmed { path: path.to_string(), reason }
    }
}

impl ChannelLayer for RedisLayer {
    fn send(&self, message: Message) -> Result<Receipt, PushError> {
        if Handle::try_current().is_ok() {
            return self.queue(&message);
        }
        let (shared, draft) = (Arc::clone(&self.shared), self.draft(&message)?);
        let deadline = Instant::now() + shared.config.timeout;
        let sending = self.shared.blocking(async move { shared.send(draft, deadline).await });
        let (id, outcome) = sending.unwrap_or_else(|| Err(self.shared.ended(&message.path)))?;
        outcome.map(|()| self.shared.taken(message.path, id))
    }

    fn send_when_ready(&self, message: Message) -> Sending<'_> {
        Box::pin(async move {
            let (shared, draft) = (Arc::clone(&self.shared), self.draft(&message)?);
            let deadline = Instant::now() + shared.config.timeout;
            let sending = self.shared.on_its_thread(async move { shared.send(draft, deadline).await });
            let (id, outcome) = sending.await.unwrap_or_else(|_| Err(self.shared.ended(&message.path)))?;
            outcome.map(|()| self.shared.taken(message.path, id))
        })
    }

    fn send_many(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        if Handle::try_current().is_ok() {
            return messages.map(|message| self.queue(&message)).collect();
        }
        let mut receipts = Vec::new();
        while let Some(drafts) = self.next_drafts(messages) {
            let sending = self.shared.blocking(Arc::clone(&self.shared).send_many(drafts));
            receipts.extend(sending.unwrap_or_default());
        }
        receipts
    }

    fn send_many_when_ready<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> Boxed<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(async move {
            let mut receipts = Vec::new();
            while let Some(drafts) = self.next_drafts(messages) {
                let sending = self.shared.on_its_thread(Arc::clone(&self.shared).send_many(drafts));
                receipts.extend(sending.await.unwrap_or_default());
            }
            receipts
        })
    }

    fn attach(&self, inlet: Weak<dyn Inlet>) {
        if self.shared.inlet.set(inlet).is_err() {
            tracing::error!("a Redis layer serves one `Djust`; the second one gets no pushes through it");
            return;
        }
        let shared = &self.shared;
        shared.runtime.spawn(reader::run(Arc::clone(shared)));
        shared.runtime.spawn(nodes::keep_lease(Arc::clone(shared)));
        shared.runtime.spawn(nodes::wake_reader(Arc::clone(shared)));
    }

    fn open_group(&self, path: &ViewPath) -> Boxed<'static, ()> {
        let opened = Groups::open(&self.shared, path);
        Box::pin(async move {
            // An error means that the layer has ended: nothing will come.
            let _ = opened.await;
        })
    }

    fn close_group(&self, group: &GroupName) {
        self.shared.groups.close(group);
    }

    fn viewers(&self, path: ViewPath, key: Option<String>) -> Boxed<'_, Result<Viewers, PushError>> {
        let asking = self.shared.on_its_thread(Arc::clone(&self.shared).viewers(path, key));
        Box::pin(async move {
            asking
                .await
                .unwrap_or_else(|_| Err(PushError::Unreachable { reason: "the layer has ended".into() }))
        })
    }

    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, PushError> {
        let asking = self.shared.blocking(Arc::clone(&self.shared).viewers(path, key));
        asking.unwrap_or_else(|| Err(PushError::Unreachable { reason: "the layer has ended".into() }))
    }

    fn flush(&self, within: Duration) -> Boxed<'_, usize> {
        let shared = Arc::clone(&self.shared);
        let flushing = self.shared.on_its_thread(async move { shared.outbox.flush(within).await });
        Box::pin(async move { flushing.await.unwrap_or(0) })
    }
}

impl Drop for RedisLayer {
    fn drop(&mut self) {
        // On its own thread there is nobody to wait for.
        if thread::current().id() != self.thread {
            drain(&self.shared);
        }
        self.stop.take().map(|stop| stop.send(()));
    }
}

/// Waits until all that is queued is sent or has failed.
fn drain(shared: &Shared) {
    let left = shared.outbox.flush_blocking(shared.config.queue_timeout);
    if left > 0 {
        tracing::error!(left, "pushes were still queued at the end, and are lost");
    }
}

thread_local! {
    /// The layers that this thread has queued pushes for: it does not end before they are taken. The main thread's end is the
    /// program's, so a short-lived program does not leave its pushes behind.
    static QUEUED_FOR: RefCell<Vec<DrainAtEnd>> = const { RefCell::new(Vec::new()) };
}

struct DrainAtEnd(Weak<Shared>);

impl Drop for DrainAtEnd {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            drain(&shared);
        }
    }
}

fn drain_when_this_thread_ends(shared: &Arc<Shared>) {
    // At the thread's end its table may be gone already; then whoever owns the layer drains it.
    let _ = QUEUED_FOR.try_with(|layers| {
        let mut layers = layers.borrow_mut();
        if layers.iter().all(|layer| layer.0.as_ptr() != Arc::as_ptr(shared)) {
            layers.retain(|layer| layer.0.strong_count() > 0);
            layers.push(DrainAtEnd(Arc::downgrade(shared)));
        }
    });
}

/// Host, process number, and something random.
fn node_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let host = if host.is_empty() { "host" } else { &host };
    format!("{host}-{}-{}", std::process::id(), &entry::random_name()[..8])
}
