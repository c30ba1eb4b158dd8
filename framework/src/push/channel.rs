//! The two sides of a channel layer: senders give it pushes, and it delivers them to sinks.

use super::{GroupName, Message, PushError, QueryError, Receipt, ViewPath, ViewSchema, Viewers};
use std::future::Future;
use std::pin::Pin;
use std::sync::Weak;
use std::time::Duration;

/// A boxed future: [`ChannelLayer`] is used as a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries pushes to server processes.
///
/// Plain methods are async, methods that end in `_blocking` block, and
/// [`queue`](ChannelLayer::queue) does neither. No method has a default, so the compiler tells a
/// layer that wraps another one which method it does not forward. This layer records what it
/// carries and leaves the rest to the layer inside:
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
    /// Accepts a push without waiting. A layer with a store puts it into a bounded queue.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted.
    fn queue(&self, message: Message) -> Result<Receipt, PushError>;

    /// Accepts a push, and waits for room if there is none. Resolves once the layer has stored or
    /// delivered it.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted.
    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>>;

    /// Accepts a push on a thread that may block. Returns once the layer has stored or delivered
    /// it.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted.
    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError>;

    /// Accepts all pushes of the iterator in order, with one result for each, and waits for room if
    /// there is none. A layer that waits for answers sends further pushes meanwhile.
    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>>;

    /// Blocking form of [`send_many`](ChannelLayer::send_many).
    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>>;

    /// Counts the connected views: all of them, or those with a key.
    ///
    /// # Errors
    /// Returns a [`QueryError`] if the number can't be found out, as [`viewers`](super::viewers)
    /// does.
    fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>>;

    /// Blocking form of [`viewers`](ChannelLayer::viewers).
    ///
    /// # Errors
    /// Returns a [`QueryError`] if the number can't be found out.
    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError>;

    /// Waits until nothing is queued, at most for this time. Returns how many pushes are still
    /// queued. A layer without a queue returns at once.
    fn flush(&self, timeout: Duration) -> BoxFuture<'_, usize>;

    /// Blocking form of [`flush`](ChannelLayer::flush).
    fn flush_blocking(&self, timeout: Duration) -> usize;

    /// Whether the `_blocking` methods may have to wait. If so, a [`Pusher`](super::Pusher) does
    /// not call them on a thread of an async runtime.
    fn may_block(&self) -> bool;

    /// Whether the layer joins several server processes. They then need a common secret, so that a
    /// page from one can be joined on another. A layer around another one returns what that one
    /// returns.
    fn is_shared(&self) -> bool;

    /// Registers a server process that shows views. From now on it gets their pushes, for as long
    /// as the sink exists.
    fn attach(&self, sink: Weak<dyn PushSink>);

    /// The server process ends: its views are gone, and it gets no more pushes.
    fn detach(&self) -> BoxFuture<'_, ()>;

    /// The first view of a group joins in this process. Resolves once every later push will reach
    /// the sink. If that takes too long, resolve anyway and call [`PushSink::remount`] later. A
    /// layer that delivers every push resolves at once.
    fn open_group(&self, path: &ViewPath) -> BoxFuture<'static, ()>;

    /// The last view of a group has left in this process.
    fn close_group(&self, group: &GroupName);
}

/// A server process, to which a layer delivers pushes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no pushes from a channel layer",
    note = "a `Djust` is the sink of its layer; implement `PushSink` for a process without a `Djust`"
)]
pub trait PushSink: Send + Sync + 'static {
    /// Checks a push against the view's schema and delivers it to the view's group, without
    /// blocking.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push was not accepted; it had no effect then.
    fn deliver(&self, message: Message) -> Result<Receipt, PushError>;

    /// Like [`deliver`](PushSink::deliver), but waits for room if there is none.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push was not accepted; it had no effect then.
    fn deliver_when_ready(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>>;

    /// Checks a push against the view's schema.
    ///
    /// # Errors
    /// Returns [`PushError::UnknownView`] or [`PushError::Invalid`].
    fn check(&self, message: &Message) -> Result<(), PushError>;

    /// Remounts each view of this group, because pushes may have been lost. Pushes delivered after
    /// this call are applied to the new instances.
    fn remount(&self, group: &GroupName);

    /// Counts the views of a group that are connected to this process: all of them, or those with a
    /// key.
    fn count(&self, group: &GroupName, key: Option<&str>) -> usize;

    /// Returns the paths of the views that this process can show.
    fn views(&self) -> Vec<ViewPath>;

    /// Returns what a push may do to these views. A layer publishes it for senders in other
    /// processes.
    fn schemas(&self) -> Vec<&'static ViewSchema> {
        Vec::new()
    }

    /// Sets whether the layer can't tell if pushes are missing, so that pages may be out of date.
    /// djust tells every page when this changes; a view with a running handler tells its page
    /// afterwards. Call it at any time, from any thread, as often as you like; it does not block.
    /// Only [`ChannelLayer::open_group`] and [`ChannelLayer::close_group`] must not call it, or any
    /// other method of the sink, before they return. The default does nothing.
    fn set_stale(&self, stale: bool) {
        let _ = stale;
    }
}
