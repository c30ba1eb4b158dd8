//! What a sender gets back: how far the push has come, and how many views took it.

use super::pusher::check_may_block;
use super::{BoxFuture, QueryError};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::sync::Arc;
use std::time::Duration;

/// Returned for a push that was accepted.
///
/// In one process the views have the push when `push_to_view` returns, and
/// [`views`](Receipt::views) counts them. Over Redis the push is [`Stored`](PushStatus::Stored) or
/// [`Queued`](PushStatus::Queued) first, and [`confirm`](Receipt::confirm) asks the servers how
/// many of their views took it.
///
/// ```no_run
/// # async fn job() -> Result<(), djust::push::QueryError> {
/// use djust::push::{Push, apush_to_view};
/// use std::time::Duration;
///
/// let receipt = apush_to_view("ops.views.Load", Push::state("load", 0.5)).await?;
/// let receipt = receipt.confirm(Duration::from_secs(1)).await?;
/// println!("{} views on {} servers show it", receipt.views, receipt.nodes);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Receipt {
    /// How far the push has come.
    pub status: PushStatus,
    /// How many connected views got it; 0 unless `status` is [`PushStatus::Delivered`].
    pub views: usize,
    /// How many server processes these views are in; 0 unless `status` is
    /// [`PushStatus::Delivered`].
    pub nodes: usize,
    handle: Option<Arc<dyn ConfirmHandle>>,
}

/// How far a push has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PushStatus {
    /// The push waits in this process's bounded queue for the layer's writer. If the writer fails,
    /// the failure is logged, counted and reported to the layer's error hook.
    Queued,
    /// The layer's store has it. Every server with such views reads it from there.
    Stored,
    /// The connected views have it.
    Delivered,
}

/// For layers: finds out what happened to a push that is on its way.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't confirm a push",
    note = "implement `ConfirmHandle` for what the layer needs to ask after the push"
)]
pub trait ConfirmHandle: std::fmt::Debug + Send + Sync + 'static {
    /// Asks the servers, as [`Receipt::confirm`] describes.
    ///
    /// # Errors
    /// Returns the errors of [`Receipt::confirm`].
    fn confirm(&self, timeout: Duration) -> BoxFuture<'_, Result<Receipt, QueryError>>;

    /// Blocking form of [`confirm`](ConfirmHandle::confirm).
    ///
    /// # Errors
    /// Returns the errors of [`Receipt::confirm`].
    fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, QueryError>;
}

impl Receipt {
    /// Makes a receipt for a push that this many views in this many processes have.
    pub fn delivered(views: usize, nodes: usize) -> Self {
        Receipt { status: PushStatus::Delivered, views, nodes, handle: None }
    }

    /// For layers: makes a receipt for a push that is on its way and can be confirmed.
    pub fn on_its_way(status: PushStatus, handle: Arc<dyn ConfirmHandle>) -> Self {
        Receipt { status, views: 0, nodes: 0, handle: Some(handle) }
    }

    /// Finds out how many views took the push. In one process it returns at once. Over Redis it
    /// asks the servers that show the view, and waits up to `timeout`. The number is exact. Just
    /// after Redis was flushed, it takes about two seconds to learn which servers there are.
    ///
    /// # Errors
    /// Returns [`QueryError::Unanswered`] if a server that may have applied the push has not
    /// answered in time, has died or was cut off, or if a thousand pushes of the view have come
    /// meanwhile. The error says how many views there are at least, and which servers are missing.
    /// Returns [`QueryError::Unreachable`] if the servers could not be asked, which says nothing
    /// about the push; [`QueryError::Rejected`] if a server could not use the push; and, for a push
    /// that was only queued, [`QueryError::Push`] with the reason why it was not stored.
    pub async fn confirm(&self, timeout: Duration) -> Result<Receipt, QueryError> {
        match &self.handle {
            Some(handle) => handle.confirm(timeout).await,
            None => Ok(self.clone()),
        }
    }

    /// Blocking form of [`confirm`](Receipt::confirm), for threads without a runtime.
    ///
    /// # Errors
    /// Returns the errors of [`confirm`](Receipt::confirm), and
    /// [`LayerError::WouldBlock`](super::LayerError::WouldBlock) on a thread of an async runtime.
    pub fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, QueryError> {
        match &self.handle {
            Some(handle) => {
                check_may_block()?;
                handle.confirm_blocking(timeout)
            }
            None => Ok(self.clone()),
        }
    }
}

/// Writes `{"status": "delivered", "views": 3, "nodes": 1}`, with `null` for what is not known.
impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = self.status == PushStatus::Delivered;
        let mut receipt = serializer.serialize_struct("Receipt", 3)?;
        receipt.serialize_field("status", &self.status)?;
        receipt.serialize_field("views", &known.then_some(self.views))?;
        receipt.serialize_field("nodes", &known.then_some(self.nodes))?;
        receipt.end()
    }
}

/// How many connected views a path has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Viewers {
    /// How many connected views there are.
    pub views: usize,
    /// How many server processes they are in.
    pub nodes: usize,
}

impl Viewers {
    /// Makes a count of this many views in this many processes.
    pub fn new(views: usize, nodes: usize) -> Self {
        Viewers { views, nodes }
    }
}
