//! The items that wait for the writer: a bounded queue, in the order of sending.
//!
//! It has room for 65,536 pushes of 512 bytes; a larger push counts as several. A sender that can't
//! wait gets `QueueFull`; the others wait for room, each until its deadline. A push gets its place
//! in the queue and its number together, so the numbers in a stream grow.

use super::lost_push::{Hook, LostPush};
use crate::layer::redis::client::count_panic;
use crate::layer::redis::stream::{NewEntry, Placement, PushId};
use crate::push::{GroupName, LayerError, PERMITS, PushError, ViewPath, permits_for};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

/// What has become of a push: Redis has it, and where, or not.
pub(crate) type Outcome = Result<Placement, PushError>;

/// The error of a push that was on its way when the layer ended.
pub(crate) fn ended(path: &ViewPath) -> PushError {
    let reason = "the layer has ended".to_owned();
    LayerError::Unconfirmed { path: path.to_string(), reason }.into()
}

/// A push or a question that waits. If it is dropped unsettled it counts as failed, so it never
/// just disappears.
pub(crate) struct Item {
    pub(crate) path: ViewPath,
    pub(crate) group: GroupName,
    pub(crate) id: PushId,
    /// `push` or `ask`.
    pub(crate) kind: &'static str,
    pub(crate) body: String,
    /// Whether it must be checked against what servers state about the view.
    pub(crate) unchecked: bool,
    pub(crate) deadline: Instant,
    /// It has been sent, but not answered.
    pub(crate) attempted: bool,
    /// Nobody waits for the outcome.
    queued: bool,
    /// Taken when the outcome is known.
    answer: Option<oneshot::Sender<Outcome>>,
    line: Arc<Waiting>,
    _permit: OwnedSemaphorePermit,
}

/// Something to send.
pub(crate) struct NewItem {
    pub(crate) path: ViewPath,
    pub(crate) kind: &'static str,
    pub(crate) body: String,
    /// Whether nobody in this process can tell if it fits the view.
    pub(crate) unchecked: bool,
}

/// The queue of one sender.
pub(crate) struct Outbox {
    sender: String,
    permits: Arc<Semaphore>,
    waiting: Arc<Waiting>,
    arrived: Notify,
}

/// The items that wait, and the tasks that wait for them.
struct Waiting {
    line: Mutex<Line>,
    settled: Notify,
    all_settled: Condvar,
    on_failure: Option<Hook>,
}

#[derive(Default)]
struct Line {
    items: VecDeque<Item>,
    /// The number of the last push.
    number: u64,
    /// How many are in the queue or with the writer.
    unsettled: usize,
    /// The layer has ended.
    closed: bool,
}

impl Outbox {
    pub(crate) fn new(sender: String, on_failure: Option<Hook>) -> Self {
        let (line, settled, all_settled) = (Mutex::default(), Notify::new(), Condvar::new());
        Outbox {
            sender,
            permits: Arc::new(Semaphore::new(PERMITS)),
            waiting: Arc::new(Waiting { line, settled, all_settled, on_failure }),
            arrived: Notify::new(),
        }
    }

    /// Takes room for a push, if there is some now.
    pub(crate) fn try_room(&self, item: &NewItem) -> Result<OwnedSemaphorePermit, PushError> {
        Arc::clone(&self.permits).try_acquire_many_owned(permits_for(item.body.len())).map_err(|_| {
            let waiting = PERMITS.saturating_sub(self.permits.available_permits());
            LayerError::QueueFull { path: item.path.to_string(), waiting }.into()
        })
    }

    /// Takes room for a push, if there is some before the deadline.
    pub(crate) async fn room(
        &self,
        item: &NewItem,
        deadline: Instant,
    ) -> Result<OwnedSemaphorePermit, PushError> {
        let permits = Arc::clone(&self.permits).acquire_many_owned(permits_for(item.body.len()));
        match tokio::time::timeout_at(deadline, permits).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => self.try_room(item),
        }
    }

    /// Queues a push. Its outcome comes later.
    pub(crate) fn put(
        &self,
        item: NewItem,
        permit: OwnedSemaphorePermit,
        deadline: Instant,
        queued: bool,
    ) -> (PushId, oneshot::Receiver<Outcome>) {
        let (answer, outcome) = oneshot::channel();
        let mut line = self.line();
        line.number += 1;
        let id = PushId { sender: self.sender.clone(), number: line.number };
        let NewItem { path, kind, body, unchecked } = item;
        let group = path.group();
        let item = Item {
            path,
            group,
            id: id.clone(),
            kind,
            body,
            unchecked,
            deadline,
            attempted: false,
            queued,
            answer: Some(answer),
            line: Arc::clone(&self.waiting),
            _permit: permit,
        };
        line.unsettled += 1;
        line.items.push_back(item);
        drop(line);
        self.arrived.notify_one();
        (id, outcome)
    }

    /// Takes the next items, and waits for the first one. It takes at most this many, with this
    /// many bytes.
    pub(crate) async fn take(&self, most: usize, bytes: usize) -> Vec<Item> {
        loop {
            let batch = self.take_now(most, bytes);
            if !batch.is_empty() {
                return batch;
            }
            self.arrived.notified().await;
        }
    }

    fn take_now(&self, most: usize, bytes: usize) -> Vec<Item> {
        let (mut line, mut batch, mut size) = (self.line(), Vec::new(), 0);
        while batch.len() < most && size < bytes {
            let Some(item) = line.items.pop_front() else { break };
            size += item.body.len();
            batch.push(item);
        }
        batch
    }

    /// Removes the items whose deadline has passed.
    pub(crate) fn take_expired(&self, now: Instant) -> Vec<Item> {
        let mut line = self.line();
        if line.items.iter().all(|item| item.deadline > now) {
            return Vec::new();
        }
        let (expired, left): (Vec<_>, Vec<_>) = line.items.drain(..).partition(|item| item.deadline <= now);
        line.items = left.into();
        expired
    }

    /// Waits until everything is settled, at most for this time. Returns how many items are not.
    pub(crate) async fn flush(&self, within: Duration) -> usize {
        let settled = async {
            loop {
                let settled = self.waiting.settled.notified();
                if self.line().unsettled == 0 {
                    return;
                }
                settled.await;
            }
        };
        let _ = tokio::time::timeout(within, settled).await;
        self.line().unsettled
    }

    /// Blocking form of [`flush`](Outbox::flush), for threads without a runtime. It also ends with
    /// the layer.
    pub(crate) fn flush_blocking(&self, within: Duration) -> usize {
        let unsettled = |line: &mut Line| line.unsettled > 0 && !line.closed;
        let waited = self.waiting.all_settled.wait_timeout_while(self.line(), within, unsettled);
        waited.unwrap_or_else(PoisonError::into_inner).0.unsettled
    }

    /// Fails everything that waits; nothing more will be sent.
    pub(crate) fn close(&self) {
        let mut line = self.line();
        line.closed = true;
        let left = std::mem::take(&mut line.items);
        // Dropping each of them locks the line.
        drop(line);
        drop(left);
        self.waiting.all_settled.notify_all();
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.waiting.line()
    }
}

impl Waiting {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A push has failed, and its sender does not hear of it.
    fn fail(&self, path: &ViewPath, id: &PushId, error: PushError) {
        metrics::counter!("djust_pushes_lost_total").increment(1);
        tracing::error!(view = %path, id = %id, %error, "a push that was queued has failed");
        if let Some(hook) = &self.on_failure {
            let lost = LostPush { view_path: path.to_string(), error };
            // The application's hook may panic, and the pushes after this one must still be sent.
            if catch_unwind(AssertUnwindSafe(|| hook(&lost))).is_err() {
                count_panic("on_failure");
            }
        }
    }

    fn one_is_settled(&self) {
        let mut line = self.line();
        line.unsettled -= 1;
        if line.unsettled == 0 {
            drop(line);
            self.all_settled.notify_all();
            self.settled.notify_waiters();
        }
    }
}

impl Item {
    /// The entry that is added to the stream.
    pub(super) fn entry(&self) -> NewEntry<'_> {
        NewEntry { id: &self.id, kind: self.kind, body: &self.body }
    }

    /// Tells the outcome to whoever waits for it.
    pub(crate) fn settle(mut self, outcome: Outcome) {
        self.end(outcome);
    }

    fn end(&mut self, outcome: Outcome) {
        let Some(answer) = self.answer.take() else { return };
        let failed = outcome.as_ref().err().cloned();
        let heard = answer.send(outcome).is_ok();
        if let Some(error) = failed.filter(|_| self.queued || !heard) {
            self.line.fail(&self.path, &self.id, error);
        }
        self.line.one_is_settled();
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        let reason = "the task that sends it has ended".to_owned();
        self.end(Err(LayerError::Unconfirmed { path: self.path.to_string(), reason }.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn put(outbox: &Outbox, queued: bool) -> oneshot::Receiver<Outcome> {
        let path: ViewPath = "a.View".parse().expect("well-formed");
        let item = NewItem { path, kind: "push", body: "{}".to_owned(), unchecked: false };
        let room = outbox.try_room(&item).expect("room");
        outbox.put(item, room, Instant::now() + Duration::from_secs(60), queued).1
    }

    #[test]
    fn what_nobody_settles_has_failed_is_told_and_is_waited_for_no_longer() {
        let failures = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&failures);
        let hook: Hook = Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let outbox = Outbox::new("a-sender".to_owned(), Some(hook));
        let mut awaited = put(&outbox, false);
        drop(put(&outbox, true));
        // The writer takes both, and panics.
        drop(outbox.take_now(2, 1_024));
        assert!(matches!(
            awaited.try_recv(),
            Ok(Err(PushError::Unavailable(LayerError::Unconfirmed { .. })))
        ));
        assert_eq!(failures.load(Ordering::SeqCst), 1, "of the queued one nobody else hears");
        // The layer ends with an item that is still in the line.
        drop(put(&outbox, true));
        outbox.close();
        assert_eq!(failures.load(Ordering::SeqCst), 2);
        assert_eq!(outbox.flush_blocking(Duration::from_secs(60)), 0);
        assert_eq!(outbox.permits.available_permits(), PERMITS);
    }
}
