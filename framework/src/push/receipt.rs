//! What a sender gets back: where the push is now, and who took it.

use super::PushError;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A push was accepted.
///
/// In one process it has been handed to the views when `push_to_view` returns, and [`views`](Receipt::views) counts them. Over Redis it is
/// [`Taken`](PushStatus::Taken) or [`Queued`](PushStatus::Queued) first, and [`confirm`](Receipt::confirm) asks the
/// servers how many of their views took it.
///
/// ```no_run
/// # async fn job() -> Result<(), djust::push::PushError> {
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
    /// How many connected views have been handed it; 0 unless `status` is [`PushStatus::Delivered`].
    pub views: usize,
    /// In how many server processes those are; 0 unless `status` is [`PushStatus::Delivered`].
    pub nodes: usize,
    follow_up: Option<Arc<dyn FollowUp>>,
}

/// How far a push has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PushStatus {
    /// It waits in this process's bounded queue for its layer's writer. Should the writer fail, that is logged, counted and
    /// given to the layer's error hook.
    Queued,
    /// The layer's store has it: every server with such views reads it from there.
    Taken,
    /// It has been handed to the connected views.
    Delivered,
}

/// What a receipt promises; boxed, as layers are.
pub type Confirming<'a> = Pin<Box<dyn Future<Output = Result<Receipt, PushError>> + Send + 'a>>;

/// For layers: finds out what became of a push that was taken.
pub trait FollowUp: std::fmt::Debug + Send + Sync + 'static {
    /// See [`Receipt::confirm`].
    fn confirm(&self, timeout: Duration) -> Confirming<'_>;

    /// The same, on a thread that may block.
    ///
    /// # Errors
    /// Those of [`Receipt::confirm`].
    fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, PushError>;
}

impl Receipt {
    /// The push has been handed to so many views in so many processes.
    pub fn delivered(views: usize, nodes: usize) -> Self {
        Receipt { status: PushStatus::Delivered, views, nodes, follow_up: None }
    }

    /// For layers: the push is on its way, and can be asked after.
    pub fn on_its_way(status: PushStatus, follow_up: Arc<dyn FollowUp>) -> Self {
        Receipt { status, views: 0, nodes: 0, follow_up: Some(follow_up) }
    }

    /// Finds out how many views took the push: at once in one process; over Redis the servers that show the view are asked, for
    /// as long as `timeout`. The number is exact. Just after Redis was emptied it takes about two seconds to know which servers
    /// there are.
    ///
    /// # Errors
    /// [`PushError::Unanswered`] when a server that may have applied the push has not answered: in time, since it has died or was
    /// cut off, or since a thousand pushes of the view have come meanwhile. It says how many views there are at least, and which
    /// servers are missing. [`PushError::Unreachable`] when they could not be asked, which says nothing of the push;
    /// [`PushError::Rejected`] when a server could not use it; for a push that was only queued, whatever kept it from being taken.
    pub async fn confirm(&self, timeout: Duration) -> Result<Receipt, PushError> {
        match &self.follow_up {
            Some(follow_up) => follow_up.confirm(timeout).await,
            None => Ok(self.clone()),
        }
    }

    /// [`confirm`](Receipt::confirm) for threads without a runtime: it blocks.
    ///
    /// # Errors
    /// Those of [`confirm`](Receipt::confirm).
    pub fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, PushError> {
        match &self.follow_up {
            Some(follow_up) => follow_up.confirm_blocking(timeout),
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
