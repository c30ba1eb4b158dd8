//! Ending views from anywhere: after a logout, a ban, or a change of rights.
//!
//! An end travels as a push does, with the same guarantees and receipts. Its path belongs to djust,
//! and every server process listens to it, so a sender need not know which views exist. The
//! [sink](super::PushSink) of each process ends each view that has the key, whatever its path.

use super::default::default_pusher;
use super::{Push, PushError, Pusher, Receipt};
use std::fmt::Display;

/// The path that every server listens to.
pub(crate) const END_VIEWS: &str = "djust.control.Views";
/// The handler that such a push calls.
const HANDLER: &str = "end";

/// The push that ends the views with a key, and its path.
fn end(key: impl Display) -> (&'static str, Push) {
    (END_VIEWS, Push::handler(HANDLER).key(key))
}

/// The key whose views a push to [`END_VIEWS`] ends, or `None` for any other push.
#[cfg(feature = "server")]
pub(crate) fn ended_key(push: &Push) -> Option<&str> {
    let is_end =
        push.handler_name() == Some(HANDLER) && push.fields().is_empty() && push.payload().is_empty();
    push.target_key().filter(|_| is_end && push.excepted().is_none())
}

impl Pusher {
    /// Ends views as [`end_views`] does, through this layer.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the end is not accepted.
    pub async fn end_views(&self, key: impl Display) -> Result<Receipt, PushError> {
        self.send(end(key)).await
    }

    /// Blocking form of [`end_views`](Pusher::end_views), for threads without a runtime.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the end is not accepted, and
    /// [`LayerError::WouldBlock`](super::LayerError::WouldBlock) on a thread of an async runtime.
    pub fn end_views_blocking(&self, key: impl Display) -> Result<Receipt, PushError> {
        self.send_blocking(end(key))
    }
}

/// Ends every connected view that has this key, whatever its path, on all servers of the site, and
/// closes their sockets. Each of these pages loads again, so its guard and its `mount` decide
/// again.
///
/// A view gets keys from `#[live_view(key = "…")]` and
/// [`MountContext::join`](crate::MountContext::join). A view that is mounting ends as soon as it
/// joins the key. An end does not wait for earlier pushes: it cuts off a running handler.
///
/// ```no_run
/// use djust::push::{PushError, end_views};
///
/// // First the session is forgotten, then its views end: `mount` must not find it any more.
/// async fn logout(session: &str) -> Result<(), PushError> {
///     end_views(format!("session:{session}")).await?;
///     Ok(())
/// }
/// ```
///
/// # Errors
/// Returns a [`PushError`] if the end is not accepted. Nothing was ended then, except possibly for
/// [`LayerError::Unconfirmed`](super::LayerError::Unconfirmed). It is not an error if no view has
/// the key.
pub async fn end_views(key: impl Display) -> Result<Receipt, PushError> {
    default_pusher()?.end_views(key).await
}

/// Blocking form of [`end_views`], for threads without a runtime.
///
/// ```no_run
/// # fn ban(user: u64) -> Result<(), djust::push::QueryError> {
/// use std::time::Duration;
///
/// let receipt = djust::push::end_views_blocking(format!("user:{user}"))?;
/// println!("{} views ended", receipt.confirm_blocking(Duration::from_secs(2))?.views);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Returns the errors of [`end_views`].
pub fn end_views_blocking(key: impl Display) -> Result<Receipt, PushError> {
    default_pusher()?.end_views_blocking(key)
}
