//! Sending, and waiting until Redis has the push.

use super::outbox::{NewItem, Outbox, Outcome, ended};
use crate::layer::redis::client::after;
use crate::layer::redis::stream::{Placement, PushId};
use crate::push::{PushError, ViewPath};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The outcome of one push of many.
pub(crate) type SentOne = Result<(ViewPath, PushId, Placement), PushError>;

/// Puts pushes into the outbox and waits for their outcome. It runs on the layer's thread.
#[derive(Clone)]
pub(crate) struct Sender {
    outbox: Arc<Outbox>,
    timeout: Duration,
}

impl Sender {
    pub(crate) fn new(outbox: Arc<Outbox>, timeout: Duration) -> Self {
        Sender { outbox, timeout }
    }

    /// Sends a push, and tries for the layer's timeout.
    pub(crate) async fn send(self, item: NewItem) -> Result<(PushId, Outcome), PushError> {
        let deadline = after(self.timeout);
        self.send_until(item, deadline).await
    }

    /// Sends a push or a question, and tries until this deadline.
    pub(crate) async fn send_until(
        &self,
        item: NewItem,
        deadline: Instant,
    ) -> Result<(PushId, Outcome), PushError> {
        let path = item.path.clone();
        let room = self.outbox.room(&item, deadline).await?;
        let (id, outcome) = self.outbox.put(item, room, deadline, false);
        let outcome = outcome.await.unwrap_or_else(|_| Err(ended(&path)));
        Ok((id, outcome))
    }

    /// Sends many pushes; none waits until the one before it is stored.
    pub(crate) async fn send_many(self, items: Vec<Result<NewItem, PushError>>) -> Vec<SentOne> {
        let mut sent = Vec::with_capacity(items.len());
        for item in items {
            sent.push(match item {
                Err(error) => Err(error),
                Ok(item) => {
                    // Each push has its full time, from when its turn comes.
                    let path = item.path.clone();
                    let room = self.outbox.room(&item, after(self.timeout)).await;
                    room.map(|room| (path, self.outbox.put(item, room, after(self.timeout), false)))
                }
            });
        }
        let mut results = Vec::with_capacity(sent.len());
        for sent in sent {
            results.push(match sent {
                Err(error) => Err(error),
                Ok((path, (id, outcome))) => match outcome.await {
                    Ok(outcome) => outcome.map(|placement| (path, id, placement)),
                    Err(_) => Err(ended(&path)),
                },
            });
        }
        results
    }
}
