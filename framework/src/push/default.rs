//! Functions that send through the process-wide layer.

use super::{ChannelLayer, IntoMessage, LayerError, Push, PushError, Pusher, QueryError, Receipt, Viewers};
use std::fmt::Display;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

static DEFAULT: RwLock<Option<Pusher>> = RwLock::new(None);

/// Sets the layer that [`push_to_view`] and [`apush_to_view`] use in this process.
///
/// A server need not call it: the first `Djust` built in the process sets its layer.
///
/// ```
/// use djust::layer::LocalLayer;
/// use djust::push::{Push, PushError, push_to_view, set_default_layer};
///
/// set_default_layer(std::sync::Arc::new(LocalLayer::new()));
/// let error = push_to_view("a.View", Push::render()).unwrap_err();
/// assert!(matches!(error, PushError::UnknownView(_)), "no server is attached to this layer");
/// ```
pub fn set_default_layer(layer: Arc<dyn ChannelLayer>) {
    *DEFAULT.write().unwrap_or_else(PoisonError::into_inner) = Some(Pusher::new(layer));
}

/// Sets the process-wide layer, unless one is set.
#[cfg(feature = "server")]
pub(crate) fn set_default_if_none(pusher: Pusher) {
    DEFAULT.write().unwrap_or_else(PoisonError::into_inner).get_or_insert(pusher);
}

/// While this exists, code on this thread that sends through the process-wide layer uses another
/// one. So tests that run at the same time don't get each other's pushes.
#[cfg(feature = "testing")]
pub(crate) struct ForThread(Option<Pusher>);

#[cfg(feature = "testing")]
thread_local! {
    static FOR_THREAD: std::cell::RefCell<Option<Pusher>> = const { std::cell::RefCell::new(None) };
}

#[cfg(feature = "testing")]
impl ForThread {
    pub(crate) fn set(pusher: Pusher) -> Self {
        ForThread(FOR_THREAD.with_borrow_mut(|current| current.replace(pusher)))
    }
}

#[cfg(feature = "testing")]
impl Drop for ForThread {
    fn drop(&mut self) {
        // The thread may be ending, and its storage may be gone.
        let _ = FOR_THREAD.try_with(|current| *current.borrow_mut() = self.0.take());
    }
}

pub(super) fn default_pusher() -> Result<Pusher, LayerError> {
    #[cfg(feature = "testing")]
    if let Some(pusher) = FOR_THREAD.with_borrow(Clone::clone) {
        return Ok(pusher);
    }
    DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(LayerError::NoLayer)
}

/// Pushes to every connected instance of a view, through the process-wide layer.
///
/// Call it anywhere. In async code and in actors it never blocks: over Redis it puts the push into
/// a writer's bounded queue, which drains before the process ends, and the receipt says
/// [`Queued`](super::PushStatus::Queued). On a plain thread without a runtime it returns when Redis
/// has stored the push. The pushes of one sender are applied in the order of its calls.
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
/// Returns a [`PushError`] if the push is not accepted. Nothing was applied then, except possibly
/// for [`LayerError::Unconfirmed`]. It is not an error if nobody has the view open.
pub fn push_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.push_to_view(view_path, push)
}

/// Async form of [`push_to_view`]: returns when the layer has stored or delivered the push. It
/// waits for room instead of failing with [`LayerError::QueueFull`].
///
/// Over Redis it tries for 5 s by default. Dropping the future does not take the push back.
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
/// Returns a [`PushError`] if the push is not accepted. Nothing was applied then, except possibly
/// for [`LayerError::Unconfirmed`].
pub async fn apush_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.apush_to_view(view_path, push).await
}

/// Sends many pushes in order, without waiting for the answer to one before sending the next. Over
/// Redis this is many times as fast as sending them singly. Each push has its own result, in the
/// same order.
///
/// ```no_run
/// # async fn job() -> Result<(), djust::push::PushError> {
/// use djust::push::{Push, push_many};
///
/// let pushes = (0..100_000).map(|n| ("jobs.views.Import", Push::handler("on_number").arg("number", n)));
/// for result in push_many(pushes).await {
///     result?;
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "each push has its result"]
pub async fn push_many<I>(pushes: I) -> Vec<Result<Receipt, PushError>>
where
    I: IntoIterator<Item: IntoMessage, IntoIter: Send>,
{
    match default_pusher() {
        Ok(pusher) => pusher.push_many(pushes).await,
        Err(error) => pushes.into_iter().map(|_| Err(error.clone().into())).collect(),
    }
}

/// Blocking form of [`push_many`], for threads without a runtime.
///
/// ```no_run
/// use djust::push::{Push, push_many_blocking};
///
/// let lines = ["one", "two", "three"];
/// let pushes = lines.map(|line| ("jobs.views.Import", Push::handler("on_line").arg("line", line)));
/// let failed = push_many_blocking(pushes).into_iter().filter(Result::is_err).count();
/// assert_eq!(failed, 0);
/// ```
#[must_use = "each push has its result"]
pub fn push_many_blocking(pushes: impl IntoIterator<Item: IntoMessage>) -> Vec<Result<Receipt, PushError>> {
    match default_pusher() {
        Ok(pusher) => pusher.push_many_blocking(pushes),
        Err(error) => pushes.into_iter().map(|_| Err(error.clone().into())).collect(),
    }
}

/// Counts the connected views of a path, so that a job can skip work that nobody would see.
///
/// Over Redis it asks the servers that have a lease. A server that has died or is cut off no longer
/// counts once its lease has expired; for all others the number is exact. A zero count returns at
/// once when certain; just after Redis was flushed or unreachable it takes up to 2 s.
///
/// ```no_run
/// # async fn report() {}
/// # async fn job() -> Result<(), djust::push::QueryError> {
/// if djust::push::viewers("ops.views.Report").await?.views > 0 {
///     report().await;
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Returns an error if the path is malformed, if there is no layer, or if no server in this process
/// has the view. Over Redis it can also return [`QueryError::Unreachable`] and
/// [`QueryError::Unanswered`].
pub async fn viewers(view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers(view_path).await
}

/// Blocking form of [`viewers`], for threads without a runtime.
///
/// # Errors
/// Returns the errors of [`viewers`].
pub fn viewers_blocking(view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers_blocking(view_path)
}

/// Counts the connected views of a path that have a key.
///
/// ```no_run
/// # async fn job(room: u32) -> Result<(), djust::push::QueryError> {
/// let guests = djust::push::viewers_with_key("chat.views.Room", format!("room:{room}")).await?.views;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Returns the errors of [`viewers`].
pub async fn viewers_with_key(view_path: impl AsRef<str>, key: impl Display) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers_with_key(view_path, key).await
}

/// Blocking form of [`viewers_with_key`], for threads without a runtime.
///
/// # Errors
/// Returns the errors of [`viewers`].
pub fn viewers_with_key_blocking(
    view_path: impl AsRef<str>,
    key: impl Display,
) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers_with_key_blocking(view_path, key)
}

/// Waits until no push of this process is [`Queued`](super::PushStatus::Queued), at most for this
/// time. Returns how many still are.
///
/// [`Djust::shutdown`](crate::Djust::shutdown) flushes. So does the end of a thread that has queued
/// a push, the main thread included. `std::process::exit` on another thread, an abort or a signal
/// do not flush: call this before you end a process in such a way.
///
/// ```no_run
/// # async fn stop() {
/// let left = djust::push::flush(std::time::Duration::from_secs(5)).await;
/// std::process::exit(i32::from(left > 0));
/// # }
/// ```
pub async fn flush(timeout: Duration) -> usize {
    match default_pusher() {
        Ok(pusher) => pusher.flush(timeout).await,
        Err(_) => 0,
    }
}

/// Blocking form of [`flush`], for threads without a runtime.
///
/// ```no_run
/// let left = djust::push::flush_blocking(std::time::Duration::from_secs(5))?;
/// std::process::exit(i32::from(left > 0));
/// # Ok::<(), djust::push::LayerError>(())
/// ```
///
/// # Errors
/// Returns [`LayerError::WouldBlock`] on a thread of an async runtime.
pub fn flush_blocking(timeout: Duration) -> Result<usize, LayerError> {
    default_pusher().map_or(Ok(0), |pusher| pusher.flush_blocking(timeout))
}
