//! Channel layers: what carries a push from its sender to the server processes that show the view.
//!
//! A layer is given [`Message`]s by senders and hands each to the [`Inlet`] of every server process it
//! knows.
//!
//! - [`LocalLayer`], the default, knows one: its own. It keeps nothing: a push is checked and in the group's hands when
//!   `send` returns.
//! - `RedisLayer` (feature `redis`) joins any number of processes on any number of machines.

mod local;
mod message;
#[cfg(feature = "redis")]
mod redis;

#[cfg(feature = "redis")]
pub use self::redis::{
    Failure, GroupInfo, NodeInfo, RedisConfigError, RedisLayer, RedisLayerBuilder, Watch, Watched,
};
pub use local::LocalLayer;
pub use message::Message;

use crate::push::{GroupName, PushError, Receipt, ViewPath, ViewSchema, Viewers};
use std::future::Future;
use std::pin::Pin;
use std::sync::Weak;
use std::time::Duration;

/// A future of a layer; boxed, as layers are.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What [`ChannelLayer::send_when_ready`] returns.
pub type Sending<'a> = Boxed<'a, Result<Receipt, PushError>>;

/// Carries pushes to server processes.
///
/// No method has a default, so the compiler tells a layer that wraps another which one it does not forward. This one writes
/// down what it carries, and leaves the rest to the layer inside:
///
/// ```
/// use djust::layer::{Boxed, ChannelLayer, Inlet, LocalLayer, Message, Sending};
/// use djust::push::{GroupName, PushError, Receipt, ViewPath, Viewers};
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
///     fn send(&self, message: Message) -> Result<Receipt, PushError> {
///         log(&message);
///         self.0.send(message)
///     }
///
///     fn send_when_ready(&self, message: Message) -> Sending<'_> {
///         log(&message);
///         self.0.send_when_ready(message)
///     }
///
///     fn send_many(
///         &self,
///         messages: &mut (dyn Iterator<Item = Message> + '_),
///     ) -> Vec<Result<Receipt, PushError>> {
///         self.0.send_many(&mut messages.inspect(log))
///     }
///
///     fn send_many_when_ready<'a>(
///         &'a self,
///         messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
///     ) -> Boxed<'a, Vec<Result<Receipt, PushError>>> {
///         Box::pin(async move { self.0.send_many_when_ready(&mut messages.inspect(log)).await })
///     }
///
///     fn is_shared(&self) -> bool {
///         self.0.is_shared()
///     }
///
///     fn attach(&self, inlet: Weak<dyn Inlet>) {
///         self.0.attach(inlet);
///     }
///
///     fn detach(&self) -> Boxed<'_, ()> {
///         self.0.detach()
///     }
///
///     fn open_group(&self, path: &ViewPath) -> Boxed<'static, ()> {
///         self.0.open_group(path)
///     }
///
///     fn close_group(&self, group: &GroupName) {
///         self.0.close_group(group);
///     }
///
///     fn flush(&self, within: Duration) -> Boxed<'_, usize> {
///         self.0.flush(within)
///     }
///
///     fn viewers(&self, path: ViewPath, key: Option<String>) -> Boxed<'_, Result<Viewers, PushError>> {
///         self.0.viewers(path, key)
///     }
///
///     fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, PushError> {
///         self.0.viewers_blocking(path, key)
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
    /// Takes a push. In a runtime it must not block.
    ///
    /// # Errors
    /// See [`PushError`].
    fn send(&self, message: Message) -> Result<Receipt, PushError>;

    /// Takes a push, waiting for room where there is none.
    ///
    /// # Errors
    /// See [`PushError`].
    fn send_when_ready(&self, message: Message) -> Sending<'_>;

    /// Takes many, in order: all that the iterator has, with one result for each. A layer that has to wait for answers
    /// sends on meanwhile.
    fn send_many(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>>;

    /// Takes many as [`send_many`](ChannelLayer::send_many) does, waiting for room where there is none.
    fn send_many_when_ready<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> Boxed<'a, Vec<Result<Receipt, PushError>>>;

    /// Whether it joins several server processes: then they need one secret, or a page of one could not be joined on another. A
    /// layer around another one answers as that one does.
    fn is_shared(&self) -> bool;

    /// A server process offers to show views: from now on it gets their pushes, as long as it lives.
    fn attach(&self, inlet: Weak<dyn Inlet>);

    /// The server process ends: its views are gone, and it gets no pushes any more.
    fn detach(&self) -> Boxed<'_, ()>;

    /// The first view of a group joins in this process. Done when each push that is accepted from then on will be handed to the
    /// inlet; a layer that can't say so in reasonable time lets the view go on and calls [`Inlet::remount`] later. A layer that hands
    /// over every push is done at once.
    fn open_group(&self, path: &ViewPath) -> Boxed<'static, ()>;

    /// The last view of a group has left in this process.
    fn close_group(&self, group: &GroupName);

    /// How many connected views there are, of all or of those with a key.
    ///
    /// # Errors
    /// See [`viewers`](crate::push::viewers).
    fn viewers(&self, path: ViewPath, key: Option<String>) -> Boxed<'_, Result<Viewers, PushError>>;

    /// The same, on a thread that may block.
    ///
    /// # Errors
    /// See [`viewers`](crate::push::viewers).
    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, PushError>;

    /// Waits until nothing is queued; answers how much is after that time. A layer without a queue is done at once.
    fn flush(&self, within: Duration) -> Boxed<'_, usize>;
}

/// Where a layer hands over what it carried: a server process.
pub trait Inlet: Send + Sync + 'static {
    /// Checks a push against the view's schema and hands it to the view's group, without blocking.
    ///
    /// # Errors
    /// See [`PushError`]; the push has had no effect then.
    fn deliver(&self, message: Message) -> Result<Receipt, PushError>;

    /// The same, waiting for room where there is none.
    ///
    /// # Errors
    /// See [`PushError`]; the push has had no effect then.
    fn deliver_when_ready(&self, message: Message) -> Sending<'_>;

    /// Checks a push against the view's schema.
    ///
    /// # Errors
    /// [`PushError::UnknownView`], [`PushError::Unfit`].
    fn check(&self, message: &Message) -> Result<(), PushError>;

    /// Pushes of this group may have been lost: each of its views is mounted anew, before it is given what is delivered after this.
    fn remount(&self, group: &GroupName);

    /// How many views of a group are connected to this process, of all or of those with a key.
    fn count(&self, group: &GroupName, key: Option<&str>) -> usize;

    /// The paths of the views that this process can show.
    fn views(&self) -> Vec<ViewPath>;

    /// What a push may do to them, for layers that tell senders elsewhere.
    fn schemas(&self) -> Vec<&'static ViewSchema> {
        Vec::new()
    }

    /// Whether the layer can't say if pushes are missing, so that pages show what may be out of date. Every page is told when that
    /// changes; a view whose handler runs tells its page after it. It may be said at any time, from any thread, and again; it does not
    /// block. Only [`ChannelLayer::open_group`] and [`ChannelLayer::close_group`] must not say it, nor anything else, to the
    /// inlet before they return. The default tells nobody.
    fn set_stale(&self, stale: bool) {
        let _ = stale;
    }
}
