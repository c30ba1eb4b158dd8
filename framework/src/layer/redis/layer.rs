//! The layer as senders and servers see it.

use super::ask::Progress;
use super::config::{RedisConfigError, RedisLayerBuilder};
use super::connection::after;
use super::entry;
use super::groups::Groups;
use super::lease;
use super::members::{self, GroupInfo, NodeInfo};
use super::outbox::{Draft, Outcome};
use super::reader;
use super::running::{END_WITHIN, Running, SentOne, drain_when_this_thread_ends, supervised};
use super::watch::{self, Watch};
use crate::push::{
    BoxFuture, ChannelLayer, END_VIEWS, GroupName, Message, PathError, PushError, PushSink, PushStatus,
    QueryError, Receipt, ViewPath, Viewers,
};
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

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
    pub(super) running: Arc<Running>,
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

    /// Watches the pushes of a view as they pass; it need not be watched by anybody else.
    ///
    /// # Errors
    /// The path is malformed.
    pub fn watch(&self, view_path: impl AsRef<str>) -> Result<Watch, PathError> {
        Ok(watch::watch(&self.running.shared, view_path.as_ref().parse()?))
    }

    /// The server processes that live. For two seconds after Redis was emptied some may be missing.
    ///
    /// # Errors
    /// [`QueryError::Unreachable`].
    pub async fn nodes(&self) -> Result<Vec<NodeInfo>, QueryError> {
        let shared = Arc::clone(&self.running.shared);
        let asking = self.running.shared.on_its_thread(async move { shared.roll().await });
        let roll = asking.await.map_err(|_| ended())?;
        roll.map(|roll| roll.live).map_err(|fault| QueryError::Unreachable { reason: fault.reason().into() })
    }

    /// The groups that are watched on live servers, by path.
    ///
    /// # Errors
    /// [`QueryError::Unreachable`].
    pub async fn groups(&self) -> Result<Vec<GroupInfo>, QueryError> {
        Ok(members::groups_of(&self.nodes().await?))
    }

    /// What is to be sent, checked as far as this process knows the view.
    fn draft(&self, message: &Message) -> Result<Draft, PushError> {
        let shared = &self.running.shared;
        let mut is_checked = message.path().as_str() == END_VIEWS;
        if let Some(sink) = shared.sink() {
            match sink.check(message) {
                Ok(()) => is_checked = true,
                // Another server may have it.
                Err(PushError::UnknownView(_)) => {}
                Err(error) => return Err(error),
            }
        }
        is_checked |= shared.schemas.admit(message.path(), message.push(), shared.config.lease);
        Ok(Draft {
            path: message.path().clone(),
            kind: "push",
            body: entry::push_body(message),
            unchecked: !is_checked,
        })
    }

    /// The next of many.
    fn next_drafts(&self, messages: &mut (dyn Iterator<Item = Message> + '_)) -> Option<Drafts> {
        let drafts: Vec<_> = messages.take(AT_ONCE).map(|message| self.draft(&message)).collect();
        let path = |draft: &Result<Draft, PushError>| match draft {
            Ok(draft) => Ok(draft.path.clone()),
            Err(error) => Err(error.clone()),
        };
        let paths = drafts.iter().map(path).collect();
        (!drafts.is_empty()).then_some(Drafts { drafts, paths })
    }

    fn receipts(
        &self,
        sent: Option<Vec<SentOne>>,
        paths: Vec<Result<ViewPath, PushError>>,
    ) -> Vec<Result<Receipt, PushError>> {
        let Some(sent) = sent else {
            return paths.into_iter().map(|path| Err(self.running.shared.ended(&path?))).collect();
        };
        let stored = |(path, id, told)| self.running.stored(path, id, told);
        sent.into_iter().map(|sent| sent.map(stored)).collect()
    }

    fn receipt_of(
        &self,
        path: &ViewPath,
        sent: Option<Result<(entry::PushId, Outcome), PushError>>,
    ) -> Result<Receipt, PushError> {
        let (id, outcome) = sent.unwrap_or_else(|| Err(self.running.shared.ended(path)))?;
        outcome.map(|told| self.running.stored(path.clone(), id, told))
    }
}

/// Some of many pushes.
struct Drafts {
    drafts: Vec<Result<Draft, PushError>>,
    /// Of each, should the layer end while they are on their way.
    paths: Vec<Result<ViewPath, PushError>>,
}

fn ended() -> QueryError {
    QueryError::Unreachable { reason: "the layer has ended".into() }
}

impl ChannelLayer for RedisLayer {
    fn queue(&self, message: Message) -> Result<Receipt, PushError> {
        let draft = self.draft(&message)?;
        let room = self.running.shared.outbox.try_room(&draft)?;
        drain_when_this_thread_ends(&self.running.shared);
        let deadline = after(self.running.shared.config.queue_timeout);
        let path = draft.path.clone();
        let (id, outcome) = self.running.shared.outbox.put(draft, room, deadline, true);
        Ok(self.running.receipt(PushStatus::Queued, path, id, Progress::Queued(outcome)))
    }

    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        Box::pin(async move {
            let (shared, draft) = (Arc::clone(&self.running.shared), self.draft(&message)?);
            let deadline = after(shared.config.timeout);
            let sending =
                self.running.shared.on_its_thread(async move { shared.send(draft, deadline).await });
            self.receipt_of(message.path(), sending.await.ok())
        })
    }

    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError> {
        let (shared, draft) = (Arc::clone(&self.running.shared), self.draft(&message)?);
        let deadline = after(shared.config.timeout);
        let sent = self.running.shared.blocking(async move { shared.send(draft, deadline).await });
        self.receipt_of(message.path(), sent)
    }

    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(async move {
            let mut receipts = Vec::new();
            while let Some(Drafts { drafts, paths }) = self.next_drafts(messages) {
                let shared = &self.running.shared;
                let sending = shared.on_its_thread(Arc::clone(shared).send_many(drafts));
                receipts.extend(self.receipts(sending.await.ok(), paths));
            }
            receipts
        })
    }

    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        let mut receipts = Vec::new();
        while let Some(Drafts { drafts, paths }) = self.next_drafts(messages) {
            let shared = &self.running.shared;
            let sent = shared.blocking(Arc::clone(shared).send_many(drafts));
            receipts.extend(self.receipts(sent, paths));
        }
        receipts
    }

    fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>> {
        let shared = &self.running.shared;
        let asking = shared.on_its_thread(Arc::clone(shared).viewers(path, key));
        Box::pin(async move { asking.await.unwrap_or_else(|_| Err(ended())) })
    }

    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError> {
        let shared = &self.running.shared;
        shared.blocking(Arc::clone(shared).viewers(path, key)).unwrap_or_else(|| Err(ended()))
    }

    fn flush(&self, timeout: Duration) -> BoxFuture<'_, usize> {
        let shared = Arc::clone(&self.running.shared);
        let flushing = self.running.shared.on_its_thread(async move { shared.outbox.flush(timeout).await });
        Box::pin(async move { flushing.await.unwrap_or(0) })
    }

    fn flush_blocking(&self, timeout: Duration) -> usize {
        self.running.shared.outbox.flush_blocking(timeout)
    }

    fn may_block(&self) -> bool {
        true
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn attach(&self, sink: Weak<dyn PushSink>) {
        if self.running.shared.sink.set(sink).is_err() {
            tracing::error!("a Redis layer serves one `Djust`; the second one gets no pushes through it");
            return;
        }
        let shared = &self.running.shared;
        shared.lease.begin(shared.config.lease);
        supervised("reader", shared, reader::run);
        supervised("lease", shared, lease::keep);
        supervised("stale", shared, lease::tell_stale);
        supervised("wake", shared, lease::wake_reader);
    }

    fn detach(&self) -> BoxFuture<'_, ()> {
        let shared = Arc::clone(&self.running.shared);
        let ending = self.running.shared.on_its_thread(async move {
            // Without it the lease ends by itself.
            let _ = tokio::time::timeout(END_WITHIN, shared.end_lease()).await;
        });
        Box::pin(async move {
            // An error means that the layer has ended.
            let _ = ending.await;
        })
    }

    fn open_group(&self, path: &ViewPath) -> BoxFuture<'static, ()> {
        let opened = Groups::open(&self.running.shared, path);
        Box::pin(async move {
            // An error means that the layer has ended: nothing will come.
            let _ = opened.await;
        })
    }

    fn close_group(&self, group: &GroupName) {
        self.running.shared.groups.close(group);
    }
}
