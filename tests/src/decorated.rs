//! A layer around another, as an application writes it: it forwards everything, and counts. It knows the server that it carries
//! pushes to, so that a test can say what a layer says.

use djust::layer::{Boxed, ChannelLayer, Inlet, Message, Sending};
use djust::push::{GroupName, PushError, Receipt, ViewPath, Viewers};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

/// Counts the pushes that go through it.
pub struct Decorated<L> {
    inner: L,
    pushes: AtomicUsize,
    inlet: OnceLock<Weak<dyn Inlet>>,
}

impl<L> Decorated<L> {
    /// Around this layer.
    pub fn new(inner: L) -> Self {
        Decorated { inner, pushes: AtomicUsize::new(0), inlet: OnceLock::new() }
    }

    /// How many pushes there have been.
    pub fn pushes(&self) -> usize {
        self.pushes.load(Ordering::SeqCst)
    }

    /// The server's.
    pub fn inlet(&self) -> Arc<dyn Inlet> {
        self.inlet.get().and_then(Weak::upgrade).expect("a server runs")
    }

    fn count(&self) {
        self.pushes.fetch_add(1, Ordering::SeqCst);
    }
}

impl<L: ChannelLayer> ChannelLayer for Decorated<L> {
    fn send(&self, message: Message) -> Result<Receipt, PushError> {
        self.count();
        self.inner.send(message)
    }

    fn send_when_ready(&self, message: Message) -> Sending<'_> {
        self.count();
        self.inner.send_when_ready(message)
    }

    fn send_many(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        self.inner.send_many(&mut messages.inspect(|_| self.count()))
    }

    fn send_many_when_ready<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> Boxed<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(
            async move { self.inner.send_many_when_ready(&mut messages.inspect(|_| self.count())).await },
        )
    }

    fn is_shared(&self) -> bool {
        self.inner.is_shared()
    }

    fn attach(&self, inlet: Weak<dyn Inlet>) {
        let _ = self.inlet.set(Weak::clone(&inlet));
        self.inner.attach(inlet);
    }

    fn detach(&self) -> Boxed<'_, ()> {
        self.inner.detach()
    }

    fn open_group(&self, path: &ViewPath) -> Boxed<'static, ()> {
        self.inner.open_group(path)
    }

    fn close_group(&self, group: &GroupName) {
        self.inner.close_group(group);
    }

    fn viewers(&self, path: ViewPath, key: Option<String>) -> Boxed<'_, Result<Viewers, PushError>> {
        self.inner.viewers(path, key)
    }

    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, PushError> {
        self.inner.viewers_blocking(path, key)
    }

    fn flush(&self, within: Duration) -> Boxed<'_, usize> {
        self.inner.flush(within)
    }
}
