//! Ending views from anywhere: for a logout, a ban, a right that is taken away.
//!
//! It travels as a push does, with the same guarantees and receipts, but to a path of djust's own
//! that every server process listens to: who ends views need not know which there are. The
//! [sink](super::PushSink) of each process ends each view that has the key, whatever its path.

use super::default::default_pusher;
use super::{Push, PushError, Pusher, Receipt};
use std::fmt::Display;

/// The path that every server listens to.
pub(crate) const END_VIEWS: &str = "djust.control.Views";
/// The handler that is called there.
const HANDLER: &str = "end";

/// What goes there.
fn end(key: impl Display) -> (&'static str, Push) {
    (END_VIEWS, Push::handler(HANDLER).key(key))
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
    pub async fn end_views(&self, key: impl Display) -> Result<Receipt, PushError> {
        self.send(end(key)).await
    }

    /// [`end_views_blocking`] through this layer.
    ///
    /// # Errors
    /// See [`PushError`].
    pub fn end_views_blocking(&self, key: impl Display) -> Result<Receipt, PushError> {
        self.send_blocking(end(key))
    }
}

/// Ends every connected view that has this key, of all views of the site and on all its servers,
/// and closes their sockets. Each of those pages is loaded again, so that its guard and its `mount`
/// decide again.
///
/// A view takes keys by `#[live_view(key = "…")]` and by
/// [`MountContext::join`](crate::MountContext::join); one that is mounting ends as soon as it takes
/// the key. An end does not wait for the pushes before it: a handler that runs is cut off.
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
/// See [`PushError`]; but for [`LayerError::Unconfirmed`](super::LayerError::Unconfirmed) nothing
/// has been ended then. That nobody has the key is none.
pub async fn end_views(key: impl Display) -> Result<Receipt, PushError> {
    default_pusher()?.end_views(key).await
}

/// [`end_views`] for threads without a runtime: over Redis it blocks.
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
/// As [`end_views`].
pub fn end_views_blocking(key: impl Display) -> Result<Receipt, PushError> {
    default_pusher()?.end_views_blocking(key)
}
