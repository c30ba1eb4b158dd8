//! Channel layers: what carries a push from its sender to the server processes that show the view.
//!
//! A layer is given [`Message`]s by senders and hands each to the [`Inlet`] of every server process it
//! knows.
//!
//! - [`LocalLayer`], the default, knows one: its own. It keeps nothing: a push is checked and in the group's hands when
//!   `send` returns.
//! - `RedisLayer` (feature `redis`) joins any number of processes on any number of machines.

mod local;
#[cfg(feature = "redis")]
mod redis;

#[cfg(feature = "redis")]
pub use self::redis::{
    Failure, GroupInfo, NodeInfo, RedisConfigError, RedisLayer, RedisLayerBuilder, Watch, Watched,
};
pub use local::LocalLayer;

use crate::push::{GroupName, Push, PushError, Receipt, ViewPath, Viewers};
use std::future::Future;
use std::pin::Pin;
use std::sync::Weak;
use std::time::Duration;

/// A push on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The view it is for.
    pub path: ViewPath,
    /// What to do there.
    pub push: Push,
}

/// A future of a layer; boxed, as layers are.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What [`ChannelLayer::send_when_ready`] returns.
pub type Sending<'a> = Boxed<'a, Result<Receipt, PushError>>;

/// Carries pushes to server processes.
///
/// A layer that writes down what it carries, and leaves the rest to another:
///
/// ```
/// use djust::layer::{Boxed, ChannelLayer, Inlet, LocalLayer, Message, Sending};
/// use djust::push::{PushError, Receipt, ViewPath, Viewers};
/// use std::sync::{Arc, Weak};
///
/// #[derive(Default)]
/// struct Logged(LocalLayer);
///
/// impl ChannelLayer for Logged {
///     fn send(&self, message: Message) -> Result<Receipt, PushError> {
///         println!("{} {:?}", message.path, message.push.handler_name());
///         self.0.send(message)
///     }
///
///     fn send_when_ready(&self, message: Message) -> Sending<'_> {
///         self.0.send_when_ready(message)
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
///     fn viewers(&self, path: ViewPath, key: Option<String>) -> Boxed<'_, Result<Viewers, PushError>> {
///         self.0.viewers(path, key)
///     }
///
///     fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, PushError> {
///         self.0.viewers_blocking(path, key)
///     }
/// }
///
/// let djust = djust::Djust::builder().layer(Arc::new(Logged::default())).build()?;
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

    /// Takes many, in order. A layer that has to wait for answers overrides it.
    ///
    /// The default sends one after the other.
    fn send_many(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        messages.map(|message| self.send(message)).collect()
    }

    /// The same, waiting for room where there is none.
    fn send_many_when_ready<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> Boxed<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(async move {
            let mut results = Vec::new();
            for message in messages {
                results.push(self.send_when_ready(message).await);
            }
            results
        })
    }

    /// Whether it joins several server processes: then they need one secret, or a page of one could not be joined on another. A
    /// layer around another one answers as that one does.
    fn is_shared(&self) -> bool;

    /// A server process offers to show views: from now on it gets their pushes, as long as it lives.
    fn attach(&self, inlet: Weak<dyn Inlet>);

    /// The first view of a group joins in this process. Done when each push that is accepted from then on will be handed to the
    /// inlet; a layer that can't say so in reasonable time lets the view go on and calls [`Inlet::remount`] later.
    ///
    /// The default is for layers that hand over every push: it is done at once.
    fn open_group(&self, path: &ViewPath) -> Boxed<'static, ()> {
        let _ = path;
        Box::pin(std::future::ready(()))
    }

    /// The last view of a group has left in this process.
    fn close_group(&self, group: &GroupName) {
        let _ = group;
    }

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
    fn flush(&self, within: Duration) -> Boxed<'_, usize> {
        let _ = within;
        Box::pin(std::future::ready(0))
    }
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
}
