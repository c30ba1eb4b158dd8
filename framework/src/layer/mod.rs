//! Channel layers: what carries a push from its sender to the server processes that show the view.
//!
//! A layer is given [`Message`]s by senders and hands each to the [`Inlet`] of every server process it
//! knows. The embedded [`LocalLayer`] knows one: its own. It keeps nothing: a push is checked and in
//! the group's hands when `send` returns.

mod local;

pub use local::LocalLayer;

use crate::push::{Push, PushError, Receipt, ViewPath};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A push on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The view it is for.
    pub path: ViewPath,
    /// What to do there.
    pub push: Push,
}

/// What [`ChannelLayer::send_when_ready`] returns.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Receipt, PushError>> + Send + 'a>>;

/// Carries pushes to server processes.
///
/// A layer that writes down what it carries, and leaves the rest to another:
///
/// ```
/// use djust::layer::{ChannelLayer, Inlet, LocalLayer, Message, Sending};
/// use djust::push::{PushError, Receipt};
/// use std::sync::Arc;
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
///     fn attach(&self, inlet: Arc<dyn Inlet>) {
///         self.0.attach(inlet);
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
    /// Takes a push without blocking.
    ///
    /// # Errors
    /// See [`PushError`]; the push has had no effect then.
    fn send(&self, message: Message) -> Result<Receipt, PushError>;

    /// Takes a push, waiting for room where there is none.
    ///
    /// # Errors
    /// See [`PushError`]; the push has had no effect then.
    fn send_when_ready(&self, message: Message) -> Sending<'_>;

    /// A server process offers to show views: from now on it gets their pushes.
    fn attach(&self, inlet: Arc<dyn Inlet>);
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
}
