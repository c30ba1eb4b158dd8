//! Ending views from anywhere: for a logout, a ban, a right that is taken away.
//!
//! It travels as a push does, with the same guarantees and receipts, but to a path of djust's own that every server process
//! listens to: who ends views need not know which there are. The [directory](crate::layer::Inlet) ends each view that has the
//! key, whatever its path.

use super::send::default_pusher;
use super::{Push, PushError, Pusher, Receipt};

/// The path that every server listens to.
pub(crate) const END_VIEWS: &str = "djust.control.Views";
/// The handler that is called there.
const HANDLER: &str = "end";

/// What goes there.
fn end(key: impl Into<String>) -> Push {
    Push::handler(HANDLER).key(key)
}

/// The key whose views a push to [`END_VIEWS`] ends; none if it is no such push.
#[cfg(feature = "server")]
pub(crate) fn ended_key(push: &Push) -> Option<&str> {
    let is_end =
        push.handler_name() == Some(HANDLER) && push.fields().is_empty() && push.payload().is_empty();
    push.target_key().filter(|_| is_end && push.excepted().is_none())
}

impl Pusher {
    /// [`end_views`] through this layer.
    ///
    /// # Errors
    /// See [`PushError`].
    pub fn end_views(&self, key: impl Into<String>) -> Result<Receipt, PushError> {
        self.push_to_view(END_VIEWS, end(key))
    }

    /// [`aend_views`] through this layer.
    ///
    /// # Errors
    /// See [`PushError`].
    pub async fn aend_views(&self, key: impl Into<String>) -> Result<Receipt, PushError> {
        self.apush_to_view(END_VIEWS, end(key)).await
    }
}

/// Ends every connected view that has this key, of all views of the site and on all its servers, and closes their sockets.
/// Each of those pages is loaded again, so that its guard and its `mount` decide anew.
///
/// A view takes keys by `#[live_view(key = "…")]` and by [`MountContext::join`](crate::MountContext::join); one that is
/// mounting ends as soon as it takes the key. An end does not wait for the pushes before it: a handler that runs is
/// cut off.
///
/// ```no_run
/// use djust::push::{PushError, end_views};
///
/// // First the session is forgotten, then its views end: `mount` must not find it any more.
/// fn logout(session: &str) -> Result<(), PushError> {
///     end_views(format!("session:{session}"))?;
///     Ok(())
/// }
/// ```
///
/// # Errors
/// See [`PushError`]; but for [`PushError::Unconfirmed`] nothing has been ended then. That nobody has the key is none.
pub fn end_views(key: impl Into<String>) -> Result<Receipt, PushError> {
    default_pusher()?.end_views(key)
}

/// The async twin of [`end_views`], as [`apush_to_view`](super::apush_to_view) is of `push_to_view`.
///
/// ```no_run
/// # async fn ban() -> Result<(), djust::push::PushError> {
/// use std::time::Duration;
///
/// let receipt = djust::push::aend_views("user:7").await?.confirm(Duration::from_secs(2)).await?;
/// println!("{} views ended", receipt.views);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`end_views`].
pub async fn aend_views(key: impl Into<String>) -> Result<Receipt, PushError> {
    default_pusher()?.aend_views(key).await
}
