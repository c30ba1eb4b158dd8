//! A handle on one channel layer, with every way to send.

use super::many::Checked;
use super::{ChannelLayer, IntoMessage, LayerError, Push, PushError, QueryError, Receipt, Viewers};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// Sends pushes through one channel layer. Cheap to clone, usable from any thread.
///
/// The plain methods are async, those that end in `_blocking` block. On a thread of an async
/// runtime a blocking method fails with [`LayerError::WouldBlock`], unless the layer never blocks,
/// as the one in one process. [`queue`](Pusher::queue) works everywhere and never waits.
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

    /// [`push_to_view`](super::push_to_view) through this layer.
    ///
    /// # Errors
    /// See [`PushError`].
    pub fn push_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        if is_in_runtime() { self.queue((view_path, push)) } else { self.send_blocking((view_path, push)) }
    }

    /// [`apush_to_view`](super::apush_to_view) through this layer.
    ///
    /// # Errors
    /// See [`PushError`].
    pub async fn apush_to_view(&self, view_path: impl AsRef<str>, push: Push) -> Result<Receipt, PushError> {
        self.layer.send((view_path, push).into_message()?).await
    }

    /// Sends a push, waiting for room where there is none. Done when the layer has it.
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
    /// See [`PushError`].
    pub async fn send(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        self.layer.send(push.into_message()?).await
    }

    /// [`send`](Pusher::send) for threads without a runtime: it blocks until the layer has the
    /// push.
    ///
    /// In one process it never blocks, and does not wait for room.
    ///
    /// # Errors
    /// See [`PushError`]; [`LayerError::WouldBlock`] on a thread of an async runtime.
    pub fn send_blocking(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        let message = push.into_message()?;
        self.check_blocking()?;
        self.layer.send_blocking(message)
    }

    /// Takes a push without waiting, for synchronous code on a thread of an async runtime: a
    /// handler of a view or of an actor.
    ///
    /// In one process the push has been handed to the views when this returns. Over Redis it is put
    /// into the bounded queue of a writer, and the receipt says
    /// [`Queued`](super::PushStatus::Queued). [`push_to_view`](Pusher::push_to_view) does the same
    /// there.
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
    /// See [`PushError`].
    pub fn queue(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        self.layer.queue(push.into_message()?)
    }

    /// [`push_many`](super::push_many) through this layer.
    #[must_use = "each push has its result"]
    pub async fn push_many<I>(&self, pushes: I) -> Vec<Result<Receipt, PushError>>
    where
        I: IntoIterator<Item: IntoMessage, IntoIter: Send>,
    {
        let mut checked = Checked::new(pushes);
        let results = self.layer.send_many(&mut checked).await;
        checked.with_refused(results)
    }

    /// [`push_many_blocking`](super::push_many_blocking) through this layer.
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

    /// [`viewers`](super::viewers) of this layer.
    ///
    /// # Errors
    /// See [`viewers`](super::viewers).
    pub async fn viewers(&self, view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
        self.layer.viewers(view_path.as_ref().parse()?, None).await
    }

    /// [`viewers_blocking`](super::viewers_blocking) of this layer.
    ///
    /// # Errors
    /// See [`viewers`](super::viewers).
    pub fn viewers_blocking(&self, view_path: impl AsRef<str>) -> Result<Viewers, QueryError> {
        self.check_blocking()?;
        self.layer.viewers_blocking(view_path.as_ref().parse()?, None)
    }

    /// [`viewers_with_key`](super::viewers_with_key) of this layer.
    ///
    /// # Errors
    /// See [`viewers`](super::viewers).
    pub async fn viewers_with_key(
        &self,
        view_path: impl AsRef<str>,
        key: impl Display,
    ) -> Result<Viewers, QueryError> {
        self.layer.viewers(view_path.as_ref().parse()?, Some(key.to_string())).await
    }

    /// [`viewers_with_key_blocking`](super::viewers_with_key_blocking) of this layer.
    ///
    /// # Errors
    /// See [`viewers`](super::viewers).
    pub fn viewers_with_key_blocking(
        &self,
        view_path: impl AsRef<str>,
        key: impl Display,
    ) -> Result<Viewers, QueryError> {
        self.check_blocking()?;
        self.layer.viewers_blocking(view_path.as_ref().parse()?, Some(key.to_string()))
    }

    /// [`flush`](super::flush) of this layer.
    pub async fn flush(&self, timeout: Duration) -> usize {
        self.layer.flush(timeout).await
    }

    /// [`flush_blocking`](super::flush_blocking) of this layer.
    ///
    /// # Errors
    /// [`LayerError::WouldBlock`] on a thread of an async runtime.
    pub fn flush_blocking(&self, timeout: Duration) -> Result<usize, LayerError> {
        self.check_blocking()?;
        Ok(self.layer.flush_blocking(timeout))
    }

    /// Fails where a blocking call would stall a runtime.
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
