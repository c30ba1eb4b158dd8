//! The sink of a channel layer: it checks what the layer delivers, counts it, and gives it to its
//! group.
//!
//! It first checks a whole push against its view's schema, so that nothing of a push that does not
//! fit is applied anywhere. Then it takes a permit of the group; if there is none, the sender waits
//! or is refused.

use super::directory::Directory;
use super::ends;
use super::messages::{Deliver, Remount};
use super::queued::{QueuedPush, weight};
use crate::push::{
    BoxFuture, END_VIEWS, GroupName, LayerError, Message, Push, PushError, PushSink, Receipt, UnknownView,
    ViewPath, ViewSchema, ended_key,
};
use crate::worker::Tell;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

impl Directory {
    /// Gives a checked push to its group, with a permit if the caller has waited for one.
    fn hand_over(
        &self,
        message: &mut Message,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Receipt, PushError> {
        if let Some(key) = ended_key(message.push()).filter(|_| message.path().as_str() == END_VIEWS) {
            return Ok(self.end_views(key));
        }
        let groups = self.read();
        let Some(group) = groups.get(&message.path().group()) else { return Ok(Receipt::delivered(0, 0)) };
        let Some(views) = group.presence.audience(message.push()) else {
            return Ok(Receipt::delivered(0, 0));
        };
        let Some(permit) = permit.or_else(|| group.backpressure.try_permit(message.push())) else {
            let (path, waiting) = (message.path().to_string(), group.backpressure.waiting());
            return Err(LayerError::QueueFull { path, waiting }.into());
        };
        let push = message.take_push();
        group.registry.tell(Deliver(Arc::new(QueuedPush::new(push, Some(permit)))));
        Ok(Receipt::delivered(views, usize::from(views > 0)))
    }

    async fn wait_for_room(&self, path: &ViewPath, push: &Push) -> Option<OwnedSemaphorePermit> {
        let permits = self.read().get(&path.group()).map(|group| group.backpressure.permits())?;
        permits.acquire_many_owned(weight(push)).await.ok()
    }
}

impl PushSink for Directory {
    fn deliver(&self, mut message: Message) -> Result<Receipt, PushError> {
        let result = self.check(&message).and_then(|()| self.hand_over(&mut message, None));
        note(&result);
        result
    }

    fn deliver_when_ready(&self, mut message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        Box::pin(async move {
            let mut result = self.check(&message).and_then(|()| self.hand_over(&mut message, None));
            while result.as_ref().is_err_and(PushError::is_queue_full) {
                let permit = self.wait_for_room(message.path(), message.push()).await;
                result = self.hand_over(&mut message, permit);
            }
            note(&result);
            result
        })
    }

    /// Checks a whole push: nothing of a push that does not fit is applied anywhere.
    fn check(&self, message: &Message) -> Result<(), PushError> {
        if message.path().as_str() == END_VIEWS {
            return ends::check(message);
        }
        let path = message.path();
        let schema = self.schemas.get(path).ok_or_else(|| UnknownView::new(path, self.schemas.keys()))?;
        schema.check(message.push()).map_err(|source| PushError::invalid(path, source))
    }

    fn remount(&self, group: &GroupName) {
        if ends::is_for_ends(group) {
            // An end may have been lost: after a remount, any view's `mount` finds out whether it
            // is still allowed.
            return self.each_group(|registry, _| registry.tell(Remount));
        }
        if let Some(group) = self.read().get(group) {
            group.registry.tell(Remount);
        }
    }

    fn count(&self, group: &GroupName, key: Option<&str>) -> usize {
        self.read().get(group).map_or(0, |group| group.presence.count(key))
    }

    fn views(&self) -> Vec<ViewPath> {
        self.schemas.keys().cloned().collect()
    }

    fn schemas(&self) -> Vec<&'static ViewSchema> {
        self.schemas.values().copied().collect()
    }

    fn set_stale(&self, stale: bool) {
        self.tell_stale(stale);
    }
}

/// Counts a push. The layer logs who sent a push that is not accepted.
fn note(result: &Result<Receipt, PushError>) {
    match result {
        Ok(_) => metrics::counter!("djust_pushes_total").increment(1),
        Err(error) if error.is_queue_full() => {
            metrics::counter!("djust_pushes_without_room_total").increment(1);
        }
        Err(_) => metrics::counter!("djust_pushes_rejected_total").increment(1),
    }
}
