//! A handle on one channel layer, with every way to send.

use super::many::Checked;
use super::{ChannelLayer, IntoMessage, LayerError, Push, PushError, QueryError, Receipt, Viewers};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// Sends pushes through one channel layer. Cheap to clone, usable from any thread.
///
/// Plain methods are async, and methods that end in `_blocking` block. On a thread of an async
/// runtime a blocking method fails with [`LayerError::WouldBlock`], unless the layer never blocks,
/// like the in-process one. [`queue`](Pusher::queue) works everywhere and never waits.
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
    /// Makes a handle on a layer.
    pub fn new(layer: Arc<dyn ChannelLayer>) -> Self {
        Pusher { layer }
    }

    /// Pushes to a view as [`push_to_view`](super::push_to_view) does, through this layer.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted.
    pub fn push_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        if is_in_runtime() { self.queue((view_path, push)) } else { self.send_blocking((view_path, push)) }
    }

    /// Pushes to a view as [`apush_to_view`](super::apush_to_view) does, through this layer.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted.
    pub async fn apush_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        self.layer.send((view_path, push).into_message()?).await
    }

    /// Sends a push, and waits for room if there is none. Resolves once the layer has stored or
    /// delivered it.
    ///
    /// ```no_run
    /// # async fn job(pusher: djust::Pusher) -> Result<(), djust::PushError> {
    /// use djust::push::Push;
    ///
    /// pusher.send(("ops.views.Load", Push::state("load", 0.5))).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted.
    pub async fn send(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        self.layer.send(push.into_message()?).await
    }

    /// Blocking form of [`send`](Pusher::send), for threads without a runtime.
    ///
    /// In one process it never blocks, and does not wait for room.
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted, and [`LayerError::WouldBlock`] on a
    /// thread of an async runtime.
    pub fn send_blocking(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        let message = push.into_message()?;
        self.check_blocking()?;
        self.layer.send_blocking(message)
    }

    /// Sends a push without waiting, for synchronous code on a thread of an async runtime: in a
    /// handler of a view or of an actor.
    ///
    /// In one process the views have the push when this returns. Over Redis the push is then in a
    /// writer's bounded queue, and the receipt says [`Queued`](super::PushStatus::Queued).
    /// [`push_to_view`](Pusher::push_to_view) does the same there.
    ///
    /// ```
    /// use djust::layer::LocalLayer;
    /// use djust::push::{Push, PushError, Pusher};
    ///
    /// let pusher = Pusher::new(std::sync::Arc::new(LocalLayer::new()));
    /// let error = pusher.queue(("a.View", Push::render())).unwrap_err();
    /// assert!(matches!(error, PushError::UnknownView(_)), "no server is attached to this layer");
    /// ```
    ///
    /// # Errors
    /// Returns a [`PushError`] if the push is not accepted.
    pub fn queue(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        self.layer.queue(push.into_message()?)
    }

    /// Sends many pushes as [`push_many`](super::push_many) does, through this layer.
    #[must_use = "each push has its result"]
    pub async fn push_many<I>(&self, pushes: I) -> Vec<Result<Receipt, PushError>>
    where
        I: IntoIterator<Item: IntoMessage, IntoIter: Send>,
    {
        let mut checked = Checked::new(pushes);
        let results = self.layer.send_many(&mut checked).await;
        checked.with_refused(results)
    }

    /// Blocking form of [`push_many`](Pusher::push_many), for threads without a runtime.
    #[must_use = "each push has its result"]
    pub fn push_many_blocking(
        &self,
        pushes: impl IntoIterator<Item: IntoMessage>,
    ) -> Vec<Result<Receipt, PushError>> {
        if let Err(error) = self.check_blocking() {
            return pushes.into_iter().map(|_| Err(error.clone().into())).collect();
        }
        let mut checked = Checked::new(pushes);
        let results = self.layer.send_many_blocking(&mut checked);
        checked.with_refused(results)
    }

    /// Counts the connected views as [`viewers`](super::viewers) does, through this layer.
    ///
    /// # Errors
    /// Returns the errors of [`viewers`](super::viewers).
    pub async fn viewers(&self, view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
        self.layer.viewers(view_path.as_ref().parse()?, None).await
    }

    /// Blocking form of [`viewers`](Pusher::viewers), for threads without a runtime.
    ///
    /// # Errors
    /// Returns the errors of [`viewers`](super::viewers).
    pub fn viewers_blocking(&self, view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
        self.check_blocking()?;
        self.layer.viewers_blocking(view_path.as_ref().parse()?, None)
    }

    /// Counts the connected views with a key as [`viewers_with_key`](super::viewers_with_key) does,
    /// through this layer.
    ///
    /// # Errors
    /// Returns the errors of [`viewers`](super::viewers).
    pub async fn viewers_with_key(
        &self,
        view_path: impl AsRef<str>,
        key: impl Display,
    ) -> Result<Viewers, QueryError> {
        self.layer.viewers(view_path.as_ref().parse()?, Some(key.to_string())).await
    }

    /// Blocking form of [`viewers_with_key`](Pusher::viewers_with_key), for threads without a
    /// runtime.
    ///
    /// # Errors
    /// Returns the errors of [`viewers`](super::viewers).
    pub fn viewers_with_key_blocking(
        &self,
        view_path: impl AsRef<str>,
        key: impl Display,
    ) -> Result<Viewers, QueryError> {
        self.check_blocking()?;
        self.layer.viewers_blocking(view_path.as_ref().parse()?, Some(key.to_string()))
    }

    /// Waits until this layer has no queued pushes, as [`flush`](super::flush) does. Returns how
    /// many are still queued.
    pub async fn flush(&self, timeout: Duration) -> usize {
        self.layer.flush(timeout).await
    }

    /// Blocking form of [`flush`](Pusher::flush), for threads without a runtime.
    ///
    /// # Errors
    /// Returns [`LayerError::WouldBlock`] on a thread of an async runtime.
    pub fn flush_blocking(&self, timeout: Duration) -> Result<usize, LayerError> {
        self.check_blocking()?;
        Ok(self.layer.flush_blocking(timeout))
    }

    /// Fails if a blocking call would stall a runtime.
    fn check_blocking(&self) -> Result<(), LayerError> {
        if self.layer.may_block() { check_may_block() } else { Ok(()) }
    }
}

impl std::fmt::Debug for Pusher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pusher").finish_non_exhaustive()
    }
}

fn is_in_runtime() -> bool {
    Handle::try_current().is_ok()
}

/// Fails on a thread of an async runtime.
pub(super) fn check_may_block() -> Result<(), LayerError> {
    if is_in_runtime() { Err(LayerError::WouldBlock) } else { Ok(()) }
}
