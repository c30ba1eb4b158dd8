//! The in-process layer: senders and views live in one process.
//!
//! It only knows the process's sink, so it never blocks, and queueing is the same as sending. Until
//! a server attaches there are no views, so any view is unknown.

use crate::peer_log::{Excerpt, LogLimit};
use crate::push::{
    BoxFuture, ChannelLayer, GroupName, Message, PushError, PushSink, QueryError, Receipt, UnknownView,
    ViewPath, Viewers,
};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

/// The in-process channel layer, the default.
#[derive(Default)]
pub struct LocalLayer {
    sink: OnceLock<Weak<dyn PushSink>>,
}

impl LocalLayer {
    /// Makes a layer without a server.
    ///
    /// ```
    /// use djust::layer::LocalLayer;
    /// use djust::push::{Push, PushError, Pusher};
    ///
    /// let pusher = Pusher::new(std::sync::Arc::new(LocalLayer::new()));
    /// let error = pusher.push_to_view("a.View", Push::render()).unwrap_err();
    /// assert!(matches!(error, PushError::UnknownView(_)));
    /// ```
    pub fn new() -> Self {
        LocalLayer::default()
    }

    fn sink(&self, path: &ViewPath) -> Result<Arc<dyn PushSink>, UnknownView> {
        let no_views: [&str; 0] = [];
        self.sink.get().and_then(Weak::upgrade).ok_or_else(|| UnknownView::new(path, no_views))
    }
}

impl ChannelLayer for LocalLayer {
    fn queue(&self, message: Message) -> Result<Receipt, PushError> {
        let path = message.path().clone();
        logged(&path, self.sink(&path)?.deliver(message))
    }

    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        match self.sink(message.path()) {
            Ok(sink) => Box::pin(async move {
                let path = message.path().clone();
                logged(&path, sink.deliver_when_ready(message).await)
            }),
            Err(error) => Box::pin(std::future::ready(Err(error.into()))),
        }
    }

    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError> {
        self.queue(message)
    }

    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(async move {
            let mut results = Vec::new();
            for message in messages {
                results.push(self.send(message).await);
            }
            results
        })
    }

    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        messages.map(|message| self.queue(message)).collect()
    }

    fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>> {
        Box::pin(std::future::ready(self.viewers_blocking(path, key)))
    }

    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError> {
        let sink = self.sink(&path)?;
        let views = sink.views();
        if !views.contains(&path) {
            return Err(UnknownView::new(&path, views).into());
        }
        let views = sink.count(&path.group(), key.as_deref());
        Ok(Viewers::new(views, usize::from(views > 0)))
    }

    /// Nothing is ever queued.
    fn flush(&self, _: Duration) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }

    /// Nothing is ever queued.
    fn flush_blocking(&self, _: Duration) -> usize {
        0
    }

    fn may_block(&self) -> bool {
        false
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn attach(&self, sink: Weak<dyn PushSink>) {
        if self.sink.set(sink).is_err() {
            tracing::error!("a local layer serves one `Djust`; the second one gets no pushes through it");
        }
    }

    /// Every push was delivered when it was sent.
    fn detach(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn open_group(&self, _: &ViewPath) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn close_group(&self, _: &GroupName) {}
}

/// Logs a push that was not accepted.
fn logged(path: &ViewPath, result: Result<Receipt, PushError>) -> Result<Receipt, PushError> {
    static LIMIT: LogLimit = LogLimit::new();
    if let Err(error) = &result
        && let Some(suppressed) = LIMIT.admit()
    {
        // A sender over HTTP may have written both texts.
        let (view, error) = (Excerpt(path.as_str()), error.to_string());
        tracing::warn!(%view, error = %Excerpt(&error), suppressed, "push not accepted");
    }
    result
}
