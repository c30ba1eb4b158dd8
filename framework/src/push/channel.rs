//! The two ports of a channel layer: what senders give pushes to, and where the layer hands them
//! over.

use super::{GroupName, Message, PushError, QueryError, Receipt, ViewPath, ViewSchema, Viewers};
use std::future::Future;
use std::pin::Pin;
use std::sync::Weak;
use std::time::Duration;

/// A boxed future: a channel layer is used as a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries pushes to server processes.
///
/// The plain methods are async, those that end in `_blocking` block, and
/// [`queue`](ChannelLayer::queue) does neither. No method has a default, so the compiler tells a
/// layer that wraps another which one it does not forward. This one writes down what it carries,
/// and leaves the rest to the layer inside:
///
/// ```
/// use djust::layer::{BoxFuture, ChannelLayer, LocalLayer, Message, PushSink};
/// use djust::push::{GroupName, PushError, QueryError, Receipt, ViewPath, Viewers};
/// use std::sync::{Arc, Weak};
/// use std::time::Duration;
///
/// struct Logged<L>(L);
///
/// fn log(message: &Message) {
///     println!("{} {:?}", message.path(), message.push().handler_name());
/// }
///
/// impl<L: ChannelLayer> ChannelLayer for Logged<L> {
///     fn queue(&self, message: Message) -> Result<Receipt, PushError> {
///         log(&message);
///         self.0.queue(message)
///     }
///
///     fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
///         log(&message);
///         self.0.send(message)
///     }
///
///     fn send_blocking(&self, message: Message) -> Result<Receipt, PushError> {
///         log(&message);
///         self.0.send_blocking(message)
///     }
///
///     fn send_many<'a>(
///         &'a self,
///         messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
///     ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>> {
///         Box::pin(async move { self.0.send_many(&mut messages.inspect(log)).await })
///     }
///
///     fn send_many_blocking(
///         &self,
///         messages: &mut (dyn Iterator<Item = Message> + '_),
///     ) -> Vec<Result<Receipt, PushError>> {
///         self.0.send_many_blocking(&mut messages.inspect(log))
///     }
///
///     fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>> {
///         self.0.viewers(path, key)
///     }
///
///     fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError> {
///         self.0.viewers_blocking(path, key)
///     }
///
///     fn flush(&self, timeout: Duration) -> BoxFuture<'_, usize> {
///         self.0.flush(timeout)
///     }
///
///     fn flush_blocking(&self, timeout: Duration) -> usize {
///         self.0.flush_blocking(timeout)
///     }
///
///     fn may_block(&self) -> bool {
///         self.0.may_block()
///     }
///
///     fn is_shared(&self) -> bool {
///         self.0.is_shared()
///     }
///
///     fn attach(&self, sink: Weak<dyn PushSink>) {
///         self.0.attach(sink);
///     }
///
///     fn detach(&self) -> BoxFuture<'_, ()> {
///         self.0.detach()
///     }
///
///     fn open_group(&self, path: &ViewPath) -> BoxFuture<'static, ()> {
///         self.0.open_group(path)
///     }
///
///     fn close_group(&self, group: &GroupName) {
///         self.0.close_group(group);
///     }
/// }
///
/// let djust = djust::Djust::builder().layer(Arc::new(Logged(LocalLayer::new()))).build()?;
/// # Ok::<(), djust::BuildError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a channel layer",
    note = "use `djust::layer::LocalLayer`, or implement `ChannelLayer`"
)]
pub trait ChannelLayer: Send + Sync + 'static {
    /// Takes a push without waiting for anything: a layer with a store puts it into a bounded
    /// queue.
    ///
    /// # Errors
    /// See [`PushError`].
    fn queue(&self, message: Message) -> Result<Receipt, PushError>;

    /// Takes a push, waiting for room where there is none. Done when the layer has it.
    ///
    /// # Errors
    /// See [`PushError`].
    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>>;

    /// Takes a push on a thread that may block; returns when the layer has it.
    ///
    /// # Errors
    /// See [`PushError`].
    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError>;

    /// Takes all that the iterator has, in order, with one result for each, waiting for room where
    /// there is none. A layer that has to wait for answers sends on meanwhile.
    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>>;

    /// [`send_many`](ChannelLayer::send_many) on a thread that may block.
    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>>;

    /// How many connected views there are, of all or of those with a key.
    ///
    /// # Errors
    /// See [`viewers`](super::viewers).
    fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>>;

    /// [`viewers`](ChannelLayer::viewers) on a thread that may block.
    ///
    /// # Errors
    /// See [`viewers`](super::viewers).
    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError>;

    /// Waits until nothing is queued; answers how much is after that time. A layer without a queue
    /// is done at once.
    fn flush(&self, timeout: Duration) -> BoxFuture<'_, usize>;

    /// [`flush`](ChannelLayer::flush) on a thread that may block.
    fn flush_blocking(&self, timeout: Duration) -> usize;

    /// Whether the `_blocking` methods may have to wait. A [`Pusher`](super::Pusher) does not call
    /// them on a thread of an async runtime then.
    fn may_block(&self) -> bool;

    /// Whether it joins several server processes: then they need one secret, or a page of one could
    /// not be joined on another. A layer around another one answers as that one does.
    fn is_shared(&self) -> bool;

    /// A server process offers to show views: from now on it gets their pushes, as long as it
    /// lives.
    fn attach(&self, sink: Weak<dyn PushSink>);

    /// The server process ends: its views are gone, and it gets no pushes any more.
    fn detach(&self) -> BoxFuture<'_, ()>;

    /// The first view of a group joins in this process. Resolves once every later push will reach
    /// the sink. If that takes too long, resolve anyway and call [`PushSink::remount`] later. A
    /// layer that hands over every push is done at once.
    fn open_group(&self, path: &ViewPath) -> BoxFuture<'static, ()>;

    /// The last view of a group has left in this process.
    fn close_group(&self, group: &GroupName);
}

/// Where a layer hands over what it carried: a server process.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no pushes from a channel layer",
    note = "a `Djust` is the sink of its layer; implement `PushSink` for a process that is no `Djust`"
)]
pub trait PushSink: Send + Sync + 'static {
    /// Checks a push against the view's schema and hands it to the view's group, without blocking.
    ///
    /// # Errors
    /// See [`PushError`]; the push has had no effect then.
    fn deliver(&self, message: Message) -> Result<Receipt, PushError>;

    /// [`deliver`](PushSink::deliver), waiting for room where there is none.
    ///
    /// # Errors
    /// See [`PushError`]; the push has had no effect then.
    fn deliver_when_ready(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>>;

    /// Checks a push against the view's schema.
    ///
    /// # Errors
    /// [`PushError::UnknownView`], [`PushError::Invalid`].
    fn check(&self, message: &Message) -> Result<(), PushError>;

    /// Pushes of this group may have been lost: each of its views is mounted again, before it is
    /// given what is delivered after this.
    fn remount(&self, group: &GroupName);

    /// How many views of a group are connected to this process, of all or of those with a key.
    fn count(&self, group: &GroupName, key: Option<&str>) -> usize;

    /// The paths of the views that this process can show.
    fn views(&self) -> Vec<ViewPath>;

    /// What a push may do to them, for layers that tell senders elsewhere.
    fn schemas(&self) -> Vec<&'static ViewSchema> {
        Vec::new()
    }

    /// Whether the layer can't say if pushes are missing, so that pages show what may be out of
    /// date. Every page is told when that changes; a view whose handler runs tells its page after
    /// it. It may be said at any time, from any thread, and again; it does not block. Only
    /// [`ChannelLayer::open_group`] and [`ChannelLayer::close_group`] must not say it, nor anything
    /// else, to the sink before they return. The default tells nobody.
    fn set_stale(&self, stale: bool) {
        let _ = stale;
    }
}
