//! The receipt of a push that is on its way. It can find out what happened to the push.

use super::client::after;
use super::producer::{Outcome, ended};
use super::query::Querier;
use super::stream::PushId;
use super::thread::LayerThread;
use crate::push::{BoxFuture, ConfirmHandle, LayerError, QueryError, Receipt, ViewPath};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, oneshot};
use tokio::time::Instant;

/// A push that is on its way.
pub(super) struct PendingPush {
    /// The thread ends with the last receipt.
    pub(super) thread: Arc<LayerThread>,
    pub(super) querier: Querier,
    pub(super) path: ViewPath,
    pub(super) id: PushId,
    pub(super) progress: Mutex<Progress>,
}

/// How far the push has come.
pub(super) enum Progress {
    Queued(oneshot::Receiver<Outcome>),
    Settled(Outcome),
}

impl PendingPush {
    async fn ask_after(&self, timeout: Duration) -> Result<Receipt, QueryError> {
        let deadline = after(timeout);
        let placement = self.stored(deadline).await?;
        self.querier.confirm(&self.path, &self.id, placement, deadline).await
    }

    async fn stored(&self, deadline: Instant) -> Outcome {
        tokio::time::timeout_at(deadline, self.settled()).await.unwrap_or_else(|_| {
            let reason = "it is still queued".to_owned();
            Err(LayerError::Unconfirmed { path: self.path.to_string(), reason }.into())
        })
    }

    /// Waits for the outcome. One receipt waits for the writer and the others wait for that one; if
    /// it stops waiting, the next takes its place.
    async fn settled(&self) -> Outcome {
        let mut progress = self.progress.lock().await;
        let outcome = match &mut *progress {
            Progress::Settled(outcome) => return outcome.clone(),
            Progress::Queued(outcome) => outcome.await.unwrap_or_else(|_| Err(ended(&self.path))),
        };
        *progress = Progress::Settled(outcome.clone());
        outcome
    }
}

impl fmt::Debug for PendingPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "push {} to {}", self.id, self.path)
    }
}

/// Confirms a push for its receipts.
#[derive(Debug)]
pub(super) struct Confirmation(pub(super) Arc<PendingPush>);

impl ConfirmHandle for Confirmation {
    fn confirm(&self, timeout: Duration) -> BoxFuture<'_, Result<Receipt, QueryError>> {
        let push = Arc::clone(&self.0);
        let asking = self.0.thread.tasks.call(async move { push.ask_after(timeout).await });
        Box::pin(async move { asking.await.unwrap_or_else(|_| Err(ended(&self.0.path).into())) })
    }

    fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, QueryError> {
        let push = Arc::clone(&self.0);
        let answer = self.0.thread.tasks.call_blocking(async move { push.ask_after(timeout).await });
        answer.unwrap_or_else(|| Err(ended(&self.0.path).into()))
    }
}
