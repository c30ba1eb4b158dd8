//! The layer, as senders and servers see it.

use super::client::{Commands, Connector, after};
use super::cluster::{GroupInfo, Members, NodeInfo, Schemas, groups_of};
use super::consumer::{Watch, watch};
use super::producer::{
    Hook, NewItem, Outbox, Outcome, Sender, SentOne, Writer, drain_when_this_thread_ends, ended,
};
use super::query::Querier;
use super::receipt::{Confirmation, PendingPush, Progress};
use super::server::{Server, ServerParts};
use super::stream::{Keys, Newest, Placement, PushId, Retention, node_name, push_body};
use super::thread::{END_TIMEOUT, Ending, LayerThread};
use crate::push::{
    BoxFuture, ChannelLayer, END_VIEWS, GroupName, Message, PathError, PushError, PushSink, PushStatus,
    QueryError, Receipt, ViewPath, Viewers,
};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;
use tokio::sync::Mutex;

/// How many of many pushes are on their way at once.
const AT_ONCE: usize = 8_192;

/// The channel layer that joins processes, through Redis 6.2 or newer, or Valkey.
///
/// A server gives it to [`DjustBuilder::layer`](crate::DjustBuilder::layer). A program that only
/// sends makes it its default:
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
/// The layer connects in the background and never stops trying. The book's chapter Delivery says
/// what an outage means for a push. When the last handle is dropped, the layer first sends what is
/// queued.
pub struct RedisLayer {
    thread: Arc<LayerThread>,
    outbox: Arc<Outbox>,
    queue_timeout: Duration,
    sender: Sender,
    querier: Querier,
    schemas: Arc<Schemas>,
    parts: ServerParts,
    server: Arc<OnceLock<Server>>,
}

/// The settings that a layer starts with.
pub(super) struct Settings {
    pub(super) client: redis::Client,
    pub(super) prefix: String,
    pub(super) stream_length: usize,
    pub(super) idle_streams: Duration,
    pub(super) timeout: Duration,
    pub(super) queue_timeout: Duration,
    pub(super) lease: Duration,
    pub(super) on_failure: Option<Hook>,
}

impl RedisLayer {
    /// Starts the thread and the tasks that every sender needs.
    pub(super) fn start(settings: Settings) -> std::io::Result<Self> {
        let Settings {
            client,
            prefix,
            stream_length,
            idle_streams,
            timeout,
            queue_timeout,
            lease,
            on_failure,
        } = settings;
        let node: Arc<str> = node_name().into();
        let (keys, newest) = (Arc::new(Keys::new(prefix)), Arc::new(Newest::default()));
        let commands = Arc::new(Commands::new());
        let connector = Connector::new(client, Arc::clone(&keys), Arc::clone(&newest));
        let outbox = Arc::new(Outbox::new(node.to_string(), on_failure));
        let schemas = Arc::new(Schemas::new(Arc::clone(&keys), Arc::clone(&commands), lease));
        let members = Arc::new(Members {
            keys: Arc::clone(&keys),
            newest: Arc::clone(&newest),
            commands: Arc::clone(&commands),
            lease,
            timeout,
        });
        let writer = Writer {
            outbox: Arc::clone(&outbox),
            commands: Arc::clone(&commands),
            keys: Arc::clone(&keys),
            newest: Arc::clone(&newest),
            schemas: Arc::clone(&schemas),
            retention: Retention { stream_length, idle_streams, retries: queue_timeout.max(timeout) },
            sender: Arc::clone(&node),
        };
        let sender = Sender::new(Arc::clone(&outbox), timeout);
        let querier = Querier {
            members: Arc::clone(&members),
            commands: Arc::clone(&commands),
            keys: Arc::clone(&keys),
            sender: sender.clone(),
            timeout: timeout.saturating_add(lease),
        };
        let server = Arc::new(OnceLock::new());
        let ending = Ending { outbox: Arc::clone(&outbox), queue_timeout, server: Arc::clone(&server) };
        let thread = Arc::new(LayerThread::start(ending)?);
        let parts = ServerParts { node, keys, newest, commands, connector, members, lease, idle_streams };
        let layer = RedisLayer { thread, outbox, queue_timeout, sender, querier, schemas, parts, server };
        layer.start_sending(writer);
        Ok(layer)
    }

    fn start_sending(&self, writer: Writer) {
        let (commands, connector) = (Arc::clone(&self.parts.commands), self.parts.connector.clone());
        self.thread.tasks.supervise("connection", move || {
            let (commands, connector) = (Arc::clone(&commands), connector.clone());
            async move { commands.keep(&connector).await }
        });
        let writer = Arc::new(writer);
        self.thread.tasks.supervise("writer", move || {
            let writer = Arc::clone(&writer);
            async move { writer.run().await }
        });
    }

    /// Watches the pushes of a view as they pass. The view need not be open anywhere.
    ///
    /// # Errors
    /// Returns an error if the path is malformed.
    pub fn watch(&self, view_path: impl AsRef<str>) -> Result<Watch, PathError> {
        let path = view_path.as_ref().parse()?;
        Ok(watch(&self.thread.tasks, self.parts.connector.clone(), &self.parts.keys, &path))
    }

    /// Returns the live server processes. For two seconds after Redis was flushed, some may be
    /// missing.
    ///
    /// # Errors
    /// Returns [`QueryError::Unreachable`] if Redis can't be asked.
    pub async fn nodes(&self) -> Result<Vec<NodeInfo>, QueryError> {
        let asking = self.thread.tasks.call(self.querier.clone().nodes());
        asking.await.unwrap_or_else(|_| Err(not_asked()))
    }

    /// Returns the groups that are watched on live servers, by path.
    ///
    /// # Errors
    /// Returns [`QueryError::Unreachable`] if Redis can't be asked.
    pub async fn groups(&self) -> Result<Vec<GroupInfo>, QueryError> {
        Ok(groups_of(&self.nodes().await?))
    }

    /// Makes the item to send, checked as far as this process knows the view.
    fn item(&self, message: &Message) -> Result<NewItem, PushError> {
        let mut is_checked = message.path().as_str() == END_VIEWS;
        if let Some(sink) = self.server.get().and_then(Server::sink) {
            match sink.check(message) {
                Ok(()) => is_checked = true,
                // Another server may have the view.
                Err(PushError::UnknownView(_)) => {}
                Err(error) => return Err(error),
            }
        }
        is_checked |= self.schemas.admit(message.path(), message.push());
        Ok(NewItem {
            path: message.path().clone(),
            kind: "push",
            body: push_body(message),
            unchecked: !is_checked,
        })
    }

    /// The next items of many.
    fn next_items(&self, messages: &mut (dyn Iterator<Item = Message> + '_)) -> Option<Items> {
        let items: Vec<_> = messages.take(AT_ONCE).map(|message| self.item(&message)).collect();
        let path = |item: &Result<NewItem, PushError>| match item {
            Ok(item) => Ok(item.path.clone()),
            Err(error) => Err(error.clone()),
        };
        let paths = items.iter().map(path).collect();
        (!items.is_empty()).then_some(Items { items, paths })
    }

    /// The receipts of many pushes. If the layer has ended meanwhile, nothing was sent.
    fn receipts(
        &self,
        sent: Option<Vec<SentOne>>,
        paths: Vec<Result<ViewPath, PushError>>,
    ) -> Vec<Result<Receipt, PushError>> {
        let Some(sent) = sent else {
            return paths.into_iter().map(|path| Err(ended(&path?))).collect();
        };
        let stored = |(path, id, placement)| self.stored(path, id, placement);
        sent.into_iter().map(|sent| sent.map(stored)).collect()
    }

    fn receipt_of(
        &self,
        path: &ViewPath,
        sent: Option<Result<(PushId, Outcome), PushError>>,
    ) -> Result<Receipt, PushError> {
        let (id, outcome) = sent.unwrap_or_else(|| Err(ended(path)))?;
        outcome.map(|placement| self.stored(path.clone(), id, placement))
    }

    /// The receipt of a push that Redis has stored.
    fn stored(&self, path: ViewPath, id: PushId, placement: Placement) -> Receipt {
        self.receipt(PushStatus::Stored, path, id, Progress::Settled(Ok(placement)))
    }

    fn receipt(&self, status: PushStatus, path: ViewPath, id: PushId, progress: Progress) -> Receipt {
        let push = PendingPush {
            thread: Arc::clone(&self.thread),
            querier: self.querier.clone(),
            path,
            id,
            progress: Mutex::new(progress),
        };
        Receipt::on_its_way(status, Arc::new(Confirmation(Arc::new(push))))
    }
}

/// Some of many pushes.
struct Items {
    items: Vec<Result<NewItem, PushError>>,
    /// The path of each push, for the case that the layer ends while they are on their way.
    paths: Vec<Result<ViewPath, PushError>>,
}

fn not_asked() -> QueryError {
    QueryError::Unreachable { reason: "the layer has ended".into() }
}

impl ChannelLayer for RedisLayer {
    fn queue(&self, message: Message) -> Result<Receipt, PushError> {
        let item = self.item(&message)?;
        let room = self.outbox.try_room(&item)?;
        drain_when_this_thread_ends(&self.outbox, self.queue_timeout);
        let path = item.path.clone();
        let (id, outcome) = self.outbox.put(item, room, after(self.queue_timeout), true);
        Ok(self.receipt(PushStatus::Queued, path, id, Progress::Queued(outcome)))
    }

    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        Box::pin(async move {
            let sending = self.sender.clone().send(self.item(&message)?);
            let sent = self.thread.tasks.call(sending).await.ok();
            self.receipt_of(message.path(), sent)
        })
    }

    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError> {
        let sending = self.sender.clone().send(self.item(&message)?);
        self.receipt_of(message.path(), self.thread.tasks.call_blocking(sending))
    }

    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(async move {
            let mut receipts = Vec::new();
            while let Some(Items { items, paths }) = self.next_items(messages) {
                let sending = self.sender.clone().send_many(items);
                receipts.extend(self.receipts(self.thread.tasks.call(sending).await.ok(), paths));
            }
            receipts
        })
    }

    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        let mut receipts = Vec::new();
        while let Some(Items { items, paths }) = self.next_items(messages) {
            let sending = self.sender.clone().send_many(items);
            receipts.extend(self.receipts(self.thread.tasks.call_blocking(sending), paths));
        }
        receipts
    }

    fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>> {
        let asking = self.thread.tasks.call(self.querier.clone().viewers(path, key));
        Box::pin(async move { asking.await.unwrap_or_else(|_| Err(not_asked())) })
    }

    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError> {
        let asking = self.querier.clone().viewers(path, key);
        self.thread.tasks.call_blocking(asking).unwrap_or_else(|| Err(not_asked()))
    }

    fn flush(&self, timeout: Duration) -> BoxFuture<'_, usize> {
        let outbox = Arc::clone(&self.outbox);
        let flushing = self.thread.tasks.call(async move { outbox.flush(timeout).await });
        Box::pin(async move { flushing.await.unwrap_or(0) })
    }

    fn flush_blocking(&self, timeout: Duration) -> usize {
        self.outbox.flush_blocking(timeout)
    }

    fn may_block(&self) -> bool {
        true
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn attach(&self, sink: Weak<dyn PushSink>) {
        let tasks = &self.thread.tasks;
        let (server, losses) = self.parts.begin(tasks, sink);
        if self.server.set(server).is_err() {
            tracing::error!(
                "a Redis layer serves one `Djust`; the second gets no pushes through it: give it another layer"
            );
        } else if let Some(server) = self.server.get() {
            self.parts.start(tasks, server, losses);
        }
    }

    fn detach(&self) -> BoxFuture<'_, ()> {
        let Some(server) = self.server.get() else { return Box::pin(std::future::ready(())) };
        let end = server.end();
        // If this fails, the lease expires.
        let ending = self.thread.tasks.call(async move { tokio::time::timeout(END_TIMEOUT, end).await });
        Box::pin(async move {
            // An error means that the layer has ended.
            let _ = ending.await;
        })
    }

    fn open_group(&self, path: &ViewPath) -> BoxFuture<'static, ()> {
        let opened = self.server.get().map(|server| server.open(path));
        Box::pin(async move {
            if let Some(opened) = opened {
                // An error means that the layer has ended, so no push will come.
                let _ = opened.await;
            }
        })
    }

    fn close_group(&self, group: &GroupName) {
        if let Some(server) = self.server.get() {
            server.close(group);
        }
    }
}
