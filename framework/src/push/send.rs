//! The ways to send: two functions for the process-wide default layer, and a handle for any other.

use super::{Push, PushError, Receipt, ViewPath};
use crate::layer::{ChannelLayer, Message};
use std::sync::{Arc, PoisonError, RwLock};

static DEFAULT: RwLock<Option<Pusher>> = RwLock::new(None);

/// Sends pushes through one channel layer. Cheap to clone, usable from any thread.
///
/// ```no_run
/// use djust::{Djust, push::Push};
///
/// let djust = Djust::builder().build()?;
/// let pusher = djust.pusher();
/// std::thread::spawn(move || {
///     pusher.push_to_view("dashboard.views.MetricsView", Push::state("visitors", 42))
/// });
/// # Ok::<(), djust::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Pusher {
    layer: Arc<dyn ChannelLayer>,
}

impl Pusher {
    /// A handle on a layer.
    pub fn new(layer: Arc<dyn ChannelLayer>) -> Self {
        Pusher { layer }
    }

    /// Pushes to every connected instance of a view. Never blocks: usable in handlers, in actors and in plain
    /// threads alike.
    ///
    /// # Errors
    /// See [`PushError`]; nothing has been applied then.
    pub fn push_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        self.layer.send(message(view_path.as_ref(), push)?)
    }

    /// Like [`push_to_view`](Pusher::push_to_view), but waits for room instead of failing with
    /// [`PushError::QueueFull`].
    ///
    /// # Errors
    /// See [`PushError`]; nothing has been applied then.
    pub async fn apush_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        self.layer.send_when_ready(message(view_path.as_ref(), push)?).await
    }
}

impl std::fmt::Debug for Pusher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pusher").finish_non_exhaustive()
    }
}

fn message(view_path: &str, push: Push) -> Result<Message, PushError> {
    let path: ViewPath = view_path.parse()?;
    push.check_form()?;
    Ok(Message { path, push })
}

/// Sets the layer that [`push_to_view`] and [`apush_to_view`] use in this process.
///
/// A server need not call it: the first `Djust` that is built does.
///
/// ```
/// use djust::layer::LocalLayer;
/// use djust::push::{Push, PushErrorKind, push_to_view, set_default_layer};
///
/// set_default_layer(std::sync::Arc::new(LocalLayer::new()));
/// let error = push_to_view("a.View", Push::render()).unwrap_err();
/// assert_eq!(error.kind(), PushErrorKind::UnknownView, "no server is attached to this layer");
/// ```
pub fn set_default_layer(layer: Arc<dyn ChannelLayer>) {
    *DEFAULT.write().unwrap_or_else(PoisonError::into_inner) = Some(Pusher::new(layer));
}

/// The same, unless there is one.
#[cfg(feature = "server")]
pub(crate) fn set_default_if_none(pusher: Pusher) {
    DEFAULT.write().unwrap_or_else(PoisonError::into_inner).get_or_insert(pusher);
}

fn default_pusher() -> Result<Pusher, PushError> {
    DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(PushError::NoLayer)
}

/// Pushes to every connected instance of a view, through the process-wide layer.
///
/// Never blocks and never deadlocks: call it from handlers, actors, plain threads. Each sender's pushes are
/// applied in the order of its calls.
///
/// ```no_run
/// use djust::push::{Push, push_to_view};
///
/// let receipt = push_to_view("dashboard.views.MetricsView", Push::state("pending_orders", 42))?;
/// println!("{} pages updated", receipt.views);
/// push_to_view("myapp.views.ChatView", Push::handler("on_new_message").arg("text", "Hello"))?;
/// # Ok::<(), djust::push::PushError>(())
/// ```
///
/// # Errors
/// See [`PushError`]; nothing has been applied then. A registered view that nobody looks at is not
/// an error: the receipt says 0.
pub fn push_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.push_to_view(view_path, push)
}

/// The async twin of [`push_to_view`]: waits for room instead of failing with [`PushError::QueueFull`].
///
/// ```no_run
/// # async fn job() -> Result<(), djust::push::PushError> {
/// use djust::push::{Push, apush_to_view};
///
/// apush_to_view("dashboard.views.MetricsView", Push::state("pending_orders", 42)).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// See [`PushError`]; nothing has been applied then.
pub async fn apush_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.apush_to_view(view_path, push).await
}
