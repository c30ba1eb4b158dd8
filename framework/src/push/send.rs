//! The ways to send: two functions for the process-wide default layer, and a handle for any other.

use super::many::Checked;
use super::{Push, PushError, Receipt, ViewPath, Viewers};
use crate::layer::{ChannelLayer, Message};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

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

    /// [`push_to_view`] through this layer.
    ///
    /// # Errors
    /// See [`PushError`].
    pub fn push_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        self.layer.send(message(view_path.as_ref(), push)?)
    }

    /// [`apush_to_view`] through this layer.
    ///
    /// # Errors
    /// See [`PushError`].
    pub async fn apush_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        self.layer.send_when_ready(message(view_path.as_ref(), push)?).await
    }

    /// [`push_many`] through this layer.
    ///
    /// # Errors
    /// The path is malformed.
    pub fn push_many(
        &self,
        view_path: impl AsRef<str>,
        pushes: impl IntoIterator<Item = Push>,
    ) -> Result<Vec<Result<Receipt, PushError>>, PushError> {
        let path: ViewPath = view_path.as_ref().parse()?;
        let mut checked = Checked::new(path, pushes);
        let results = self.layer.send_many(&mut checked);
        Ok(checked.with_refused(results))
    }

    /// [`apush_many`] through this layer.
    ///
    /// # Errors
    /// The path is malformed.
    pub async fn apush_many<I>(
        &self,
        view_path: impl AsRef<str>,
        pushes: I,
    ) -> Result<Vec<Result<Receipt, PushError>>, PushError>
    where
        I: IntoIterator<Item = Push>,
        I::IntoIter: Send,
    {
        let path: ViewPath = view_path.as_ref().parse()?;
        let mut checked = Checked::new(path, pushes);
        let results = self.layer.send_many_when_ready(&mut checked).await;
        Ok(checked.with_refused(results))
    }

    /// [`viewers`] of this layer.
    ///
    /// # Errors
    /// See [`viewers`].
    pub async fn viewers(&self, view_path: impl AsRef<str>, key: Option<&str>) -> Result<Viewers, PushError> {
        self.layer.viewers(view_path.as_ref().parse()?, key.map(str::to_owned)).await
    }

    /// [`viewers_blocking`] of this layer.
    ///
    /// # Errors
    /// See [`viewers`].
    pub fn viewers_blocking(
        &self,
        view_path: impl AsRef<str>,
        key: Option<&str>,
    ) -> Result<Viewers, PushError> {
        self.layer.viewers_blocking(view_path.as_ref().parse()?, key.map(str::to_owned))
    }

    /// [`flush`] of this layer.
    pub async fn flush(&self, within: Duration) -> usize {
        self.layer.flush(within).await
    }
}

impl std::fmt::Debug for Pusher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pusher").finish_non_exhaustive()
    }
}

fn message(view_path: &str, push: Push) -> Result<Message, PushError> {
    Message::new(view_path.parse()?, push)
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

pub(super) fn default_pusher() -> Result<Pusher, PushError> {
    DEFAULT.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(PushError::NoLayer)
}

/// Pushes to every connected instance of a view, through the process-wide layer.
///
/// Usable anywhere. In async code and in actors it never blocks: over Redis the push is then put into the bounded queue of a writer
/// (the receipt says [`Queued`](super::PushStatus::Queued)), which drains before the process ends. On a plain thread, without a
/// runtime, it returns when Redis has the push. Each sender's pushes are applied in the order of its calls.
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
/// See [`PushError`]; but for [`PushError::Unconfirmed`] nothing has been applied then. A registered view that nobody looks at is not
/// an error.
pub fn push_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.push_to_view(view_path, push)
}

/// The async twin of [`push_to_view`]: returns when the layer has the push, and waits for room instead of failing with
/// [`PushError::QueueFull`].
///
/// Over Redis it tries for 5 s, unless its layer is configured otherwise. To drop the future does not take the push back.
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
/// See [`PushError`]; but for [`PushError::Unconfirmed`] nothing has been applied then.
pub async fn apush_to_view(view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
    default_pusher()?.apush_to_view(view_path, push).await
}

/// Pushes many times to one view, in order, without waiting for each answer before the next is sent: over Redis many times as fast
/// as single pushes. Each has a result of its own.
///
/// ```no_run
/// use djust::push::{Push, push_many};
///
/// let lines = ["one", "two", "three"];
/// let pushes = lines.map(|line| Push::handler("on_line").arg("line", line));
/// let failed = push_many("jobs.views.Import", pushes)?.into_iter().filter(Result::is_err).count();
/// assert_eq!(failed, 0);
/// # Ok::<(), djust::push::PushError>(())
/// ```
///
/// # Errors
/// The path is malformed, or there is no layer. What becomes of each push is in the list.
pub fn push_many(
    view_path: impl AsRef<str>,
    pushes: impl IntoIterator<Item = Push>,
) -> Result<Vec<Result<Receipt, PushError>>, PushError> {
    default_pusher()?.push_many(view_path, pushes)
}

/// The async twin of [`push_many`].
///
/// ```no_run
/// # async fn job() -> Result<(), djust::push::PushError> {
/// use djust::push::{Push, apush_many};
///
/// let pushes = (0..100_000).map(|number| Push::handler("on_number").arg("number", number));
/// for result in apush_many("jobs.views.Import", pushes).await? {
///     result?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`push_many`].
pub async fn apush_many<I>(
    view_path: impl AsRef<str>,
    pushes: I,
) -> Result<Vec<Result<Receipt, PushError>>, PushError>
where
    I: IntoIterator<Item = Push>,
    I::IntoIter: Send,
{
    default_pusher()?.apush_many(view_path, pushes).await
}

/// How many connected views there are, of all instances or of those with a key: so that a job can skip work that nobody would see.
///
/// Over Redis the servers with a lease are asked; one that has died, or is cut off, is not counted when its lease is over. The number is
/// exact for those.
///
/// ```no_run
/// # async fn report() {}
/// # async fn job() -> Result<(), djust::push::PushError> {
/// if djust::push::viewers("ops.views.Room", Some("room:7")).await?.views > 0 {
///     report().await;
/// }
/// # Ok(())
/// # }
/// ```
///
/// A count over Redis returns at once when it is certain. Just after Redis was emptied or away it takes up to about two seconds.
///
/// # Errors
/// The path is malformed, there is no layer, no server in this process has such a view, or over Redis
/// [`PushError::Unreachable`] and [`PushError::Unanswered`].
pub async fn viewers(view_path: impl AsRef<str>, key: Option<&str>) -> Result<Viewers, PushError> {
    default_pusher()?.viewers(view_path, key).await
}

/// [`viewers`] for threads without a runtime: over Redis it blocks.
///
/// # Errors
/// Those of [`viewers`].
pub fn viewers_blocking(view_path: impl AsRef<str>, key: Option<&str>) -> Result<Viewers, PushError> {
    default_pusher()?.viewers_blocking(view_path, key)
}

/// Waits until no push of this process is [`Queued`](super::PushStatus::Queued) any more, and answers how many are after that time.
///
/// [`Djust::shutdown`](crate::Djust::shutdown) does it, and so does a thread that has queued a push when it ends, the main thread
/// included. `std::process::exit` on another thread, an abort or a signal don't: whoever ends a process like that flushes first.
///
/// ```no_run
/// # async fn stop() {
/// let left = djust::push::flush(std::time::Duration::from_secs(5)).await;
/// std::process::exit(i32::from(left > 0));
/// # }
/// ```
pub async fn flush(within: Duration) -> usize {
    match default_pusher() {
        Ok(pusher) => pusher.flush(within).await,
        Err(_) => 0,
    }
}
