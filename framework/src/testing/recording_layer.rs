//! The channel layer of a test: the embedded one, which writes down what is pushed.

use crate::layer::LocalLayer;
use crate::push::{
    BoxFuture, ChannelLayer, GroupName, Message, Push, PushError, PushSink, QueryError, Receipt, ViewPath,
    Viewers,
};
use std::sync::{Mutex, PoisonError, Weak};
use std::time::Duration;

/// Keeps the pushes that have been sent, accepted or not.
#[derive(Default)]
pub(super) struct RecordingLayer {
    inner: LocalLayer,
    sent: Mutex<Vec<(ViewPath, Push)>>,
}

impl RecordingLayer {
    /// What has been sent since the last call.
    pub(super) fn take(&self) -> Vec<(ViewPath, Push)> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, message: &Message) {
        let sent = (message.path().clone(), message.push().clone());
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
    }
}

impl ChannelLayer for RecordingLayer {
    fn queue(&self, message: Message) -> Result<Receipt, PushError> {
        self.record(&message);
        self.inner.queue(message)
    }

    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        self.record(&message);
        self.inner.send(message)
    }

    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError> {
        self.record(&message);
        self.inner.send_blocking(message)
    }

    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(
            async move { self.inner.send_many(&mut messages.inspect(|message| self.record(message))).await },
        )
    }

    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        self.inner.send_many_blocking(&mut messages.inspect(|message| self.record(message)))
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

    fn is_shared(&self) -> bool {
        self.inner.is_shared()
    }

    fn attach(&self, sink: Weak<dyn PushSink>) {
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
}
