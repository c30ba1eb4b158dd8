//! What a sender gets back: where the push is now, and who took it.

use super::pusher::check_may_block;
use super::{BoxFuture, QueryError};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::sync::Arc;
use std::time::Duration;

/// A push was accepted.
///
/// In one process it has been handed to the views when `push_to_view` returns, and
/// [`views`](Receipt::views) counts them. Over Redis it is [`Stored`](PushStatus::Stored) or
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
    /// Where the push is.
    pub status: PushStatus,
    /// How many connected views have been handed it; 0 unless `status` is
    /// [`PushStatus::Delivered`].
    pub views: usize,
    /// In how many server processes those are; 0 unless `status` is [`PushStatus::Delivered`].
    pub nodes: usize,
    handle: Option<Arc<dyn ConfirmHandle>>,
}

/// How far a push has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PushStatus {
    /// It waits in this process's bounded queue for its layer's writer. Should the writer fail,
    /// that is logged, counted and given to the layer's error hook.
    Queued,
    /// The layer's store has it: every server with such views reads it from there.
    Stored,
    /// It has been handed to the connected views.
    Delivered,
}

/// For layers: finds out what became of a push that is on its way.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't confirm a push",
    note = "implement `ConfirmHandle` for what the layer needs to ask after the push"
)]
pub trait ConfirmHandle: std::fmt::Debug + Send + Sync + 'static {
    /// Asks the servers, as [`Receipt::confirm`] says.
    ///
    /// # Errors
    /// Those of [`Receipt::confirm`].
    fn confirm(&self, timeout: Duration) -> BoxFuture<'_, Result<Receipt, QueryError>>;

    /// [`confirm`](ConfirmHandle::confirm), on a thread that may block.
    ///
    /// # Errors
    /// Those of [`Receipt::confirm`].
    fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, QueryError>;
}

impl Receipt {
    /// The push has been handed to so many views in so many processes.
    pub fn delivered(views: usize, nodes: usize) -> Self {
        Receipt { status: PushStatus::Delivered, views, nodes, handle: None }
    }

    /// For layers: the push is on its way, and can be asked after.
    pub fn on_its_way(status: PushStatus, handle: Arc<dyn ConfirmHandle>) -> Self {
        Receipt { status, views: 0, nodes: 0, handle: Some(handle) }
    }

    /// Finds out how many views took the push: at once in one process; over Redis the servers that
    /// show the view are asked, for as long as `timeout`. The number is exact. Just after Redis was
    /// emptied it takes about two seconds to know which servers there are.
    ///
    /// # Errors
    /// [`QueryError::Unanswered`] when a server that may have applied the push has not answered: in
    /// time, since it has died or was cut off, or since a thousand pushes of the view have come
    /// meanwhile. It says how many views there are at least, and which servers are missing.
    /// [`QueryError::Unreachable`] when they could not be asked, which says nothing of the push;
    /// [`QueryError::Rejected`] when a server could not use it; for a push that was only queued,
    /// [`QueryError::Push`] with whatever kept it from being stored.
    pub async fn confirm(&self, timeout: Duration) -> Result<Receipt, QueryError> {
        match &self.handle {
            Some(handle) => handle.confirm(timeout).await,
            None => Ok(self.clone()),
        }
    }

    /// [`confirm`](Receipt::confirm) for threads without a runtime: it blocks.
    ///
    /// # Errors
    /// Those of [`confirm`](Receipt::confirm);
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

/// `{"status": "delivered", "views": 3, "nodes": 1}`; what is not known is `null`.
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

/// Who is watching a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Viewers {
    /// How many connected views there are.
    pub views: usize,
    /// In how many server processes.
    pub nodes: usize,
}

impl Viewers {
    /// So many views in so many processes.
    pub fn new(views: usize, nodes: usize) -> Self {
        Viewers { views, nodes }
    }
}
