//! The ways to send through the process-wide layer.

use super::{ChannelLayer, IntoMessage, LayerError, Push, PushError, Pusher, QueryError, Receipt, Viewers};
use std::fmt::Display;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

static DEFAULT: RwLock<Option<Pusher>> = RwLock::new(None);

/// Sets the layer that [`push_to_view`] and [`apush_to_view`] use in this process.
///
/// A server need not call it: the first `Djust` that is built does.
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

/// Sets the process-wide layer, unless there is one.
#[cfg(feature = "server")]
pub(crate) fn set_default_if_none(pusher: Pusher) {
    DEFAULT.write().unwrap_or_else(PoisonError::into_inner).get_or_insert(pusher);
}

/// For as long as it is there, what code on this thread sends through the process-wide layer takes another
/// one: tests that run at the same time don't get each other's pushes. Of several the newest counts.
#[cfg(feature = "testing")]
pub(crate) struct ForThread(u64);

#[cfg(feature = "testing")]
thread_local! {
    static FOR_THREAD: std::cell::RefCell<Vec<(u64, Pusher)>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[cfg(feature = "testing")]
impl ForThread {
    pub(crate) fn set(pusher: Pusher) -> Self {
        FOR_THREAD.with_borrow_mut(|pushers| {
            let number = pushers.last().map_or(0, |(number, _)| number + 1);
            pushers.push((number, pusher));
            ForThread(number)
        })
    }
}

#[cfg(feature = "testing")]
impl Drop for ForThread {
    fn drop(&mut self) {
        // At the thread's end they may be gone already.
        let _ = FOR_THREAD.try_with(|pushers| pushers.borrow_mut().retain(|(number, _)| *number != self.0));
    }
}

pub(super) fn default_pusher() -> Result<Pusher, LayerError> {
    #[cfg(feature = "testing")]
    if let Some(pusher) = FOR_THREAD.with_borrow(|pushers| pushers.last().map(|(_, pusher)| pusher.clone())) {
        return Ok(pusher);
    }
    DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(LayerError::NoLayer)
}

/// Pushes to every connected instance of a view, through the process-wide layer.
///
/// Usable anywhere. In async code and in actors it never blocks: over Redis the push is then put
/// into the bounded queue of a writer (the receipt says [`Queued`](super::PushStatus::Queued)),
/// which drains before the process ends. On a plain thread, without a runtime, it returns when
/// Redis has the push. Each sender's pushes are applied in the order of its calls.
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
/// See [`PushError`]; but for [`LayerError::Unconfirmed`] nothing has been applied then. A
/// registered view that nobody looks at is not an error.
pub fn push_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.push_to_view(view_path, push)
}

/// The async twin of [`push_to_view`]: returns when the layer has the push, and waits for room
/// instead of failing with [`LayerError::QueueFull`].
///
/// Over Redis it tries for 5 s, unless its layer is configured otherwise. To drop the future does
/// not take the push back.
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
/// See [`PushError`]; but for [`LayerError::Unconfirmed`] nothing has been applied then.
pub async fn apush_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.apush_to_view(view_path, push).await
}

/// Sends many pushes in order, without waiting for each answer before the next is sent: over Redis
/// many times as fast as single pushes. Each has its result, in the same order.
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

/// [`push_many`] for threads without a runtime: it blocks.
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

/// How many connected views there are: so that a job can skip work that nobody would see.
///
/// Over Redis the servers with a lease are asked; one that has died, or is cut off, is not counted
/// when its lease is over. The number is exact for those. A zero count returns at once when
/// certain; just after Redis was emptied or unreachable it takes up to 2 s.
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
/// The path is malformed, there is no layer, no server in this process has such a view, or over
/// Redis [`QueryError::Unreachable`] and [`QueryError::Unanswered`].
pub async fn viewers(view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers(view_path).await
}

/// [`viewers`] for threads without a runtime: over Redis it blocks.
///
/// # Errors
/// Those of [`viewers`].
pub fn viewers_blocking(view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers_blocking(view_path)
}

/// [`viewers`], but only of the views that have a key.
///
/// ```no_run
/// # async fn job(room: u32) -> Result<(), djust::push::QueryError> {
/// let guests = djust::push::viewers_with_key("chat.views.Room", format!("room:{room}")).await?.views;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Those of [`viewers`].
pub async fn viewers_with_key(view_path: impl AsRef<str>, key: impl Display) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers_with_key(view_path, key).await
}

/// [`viewers_with_key`] for threads without a runtime: over Redis it blocks.
///
/// # Errors
/// Those of [`viewers`].
pub fn viewers_with_key_blocking(
    view_path: impl AsRef<str>,
    key: impl Display,
) -> Result<Viewers, QueryError> {
    default_pusher()?.viewers_with_key_blocking(view_path, key)
}

/// Waits until no push of this process is [`Queued`](super::PushStatus::Queued) any more, and
/// answers how many are after that time.
///
/// [`Djust::shutdown`](crate::Djust::shutdown) does it, and so does a thread that has queued a push
/// when it ends, the main thread included. `std::process::exit` on another thread, an abort or a
/// signal don't: whoever ends a process like that flushes first.
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

/// [`flush`] for threads without a runtime: it blocks.
///
/// ```no_run
/// let left = djust::push::flush_blocking(std::time::Duration::from_secs(5))?;
/// std::process::exit(i32::from(left > 0));
/// # Ok::<(), djust::push::LayerError>(())
/// ```
///
/// # Errors
/// [`LayerError::WouldBlock`] on a thread of an async runtime.
pub fn flush_blocking(timeout: Duration) -> Result<usize, LayerError> {
    default_pusher().map_or(Ok(0), |pusher| pusher.flush_blocking(timeout))
}
