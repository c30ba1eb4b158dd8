//! A layer around another, as an application writes it: it forwards everything, and counts. It knows the server that it carries
//! pushes to, so that a test can say what a layer says.

use djust::layer::{BoxFuture, ChannelLayer, Message, PushSink};
use djust::push::{GroupName, PushError, QueryError, Receipt, ViewPath, Viewers};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

/// Counts the pushes that go through it.
pub struct Decorated<L> {
    inner: L,
    pushes: AtomicUsize,
    sink: OnceLock<Weak<dyn PushSink>>,
}

impl<L> Decorated<L> {
    /// Around this layer.
    pub fn new(inner: L) -> Self {
        Decorated { inner, pushes: AtomicUsize::new(0), sink: OnceLock::new() }
    }

    /// How many pushes there have been.
    pub fn pushes(&self) -> usize {
        self.pushes.load(Ordering::SeqCst)
    }

    /// The server's.
    pub fn sink(&self) -> Arc<dyn PushSink> {
        self.sink.get().and_then(Weak::upgrade).expect("a server runs")
    }

    fn count(&self) {
        self.pushes.fetch_add(1, Ordering::SeqCst);
    }
}

impl<L: ChannelLayer> ChannelLayer for Decorated<L> {
    fn queue(&self, message: Message) -> Result<Receipt, PushError> {
        self.count();
        self.inner.queue(message)
    }

    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        self.count();
        self.inner.send(message)
    }

    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError> {
        self.count();
        self.inner.send_blocking(message)
    }

    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(async move { self.inner.send_many(&mut messages.inspect(|_| self.count())).await })
    }

    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        self.inner.send_many_blocking(&mut messages.inspect(|_| self.count()))
    }

    fn is_shared(&self) -> bool {
        self.inner.is_shared()
    }

    fn attach(&self, sink: Weak<dyn PushSink>) {
        let _ = self.sink.set(Weak::clone(&sink));
        self.inner.attach(sink);
    }

    fn detach(&self) -> BoxFuture<'_, ()> {
        self.inner.detach()
    }

    fn open_group(&self, path: &ViewPath) -> BoxFuture<'static, ()> {
        self.inner.open_group(path)
    }

    fn close_group(&self, group: &GroupName) {
        self.inner.close_group(group);
    }

    fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>> {
        self.inner.viewers(path, key)
    }

    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError> {
        self.inner.viewers_blocking(path, key)
    }

    fn flush(&self, within: Duration) -> BoxFuture<'_, usize> {
        self.inner.flush(within)
    }

    fn flush_blocking(&self, within: Duration) -> usize {
        self.inner.flush_blocking(within)
    }

    fn may_block(&self) -> bool {
        self.inner.may_block()
    }
}
