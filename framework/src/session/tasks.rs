//! Tasks that a view has spawned: their results come back into the view, and they end with it.
//!
//! A task runs beside the view, even while a handler waits. Its result waits in a queue until the
//! view's turn, and is applied like a handler's call. A remount in place ends the tasks of the old
//! instance, because the new one has not spawned them.

use super::guard::{Interrupted, catch_panic, run_until_cancelled};
use super::{CancellationToken, EndReason};
use crate::view::{Call, Task};
use actix::Message;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many tasks an instance may have. One that spawns more is remounted; djust counts and logs
/// that.
pub(super) const MAX_TASKS: usize = 1_024;

/// Tells a view that a task has ended. Each task sends it once.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct TaskEnded;

/// What has come of a task: the call that applies its result.
type Outcome<V> = Result<Call<V>, Interrupted>;

/// The tasks of one instance; they end when it is dropped.
pub(super) struct TaskSet<V> {
    token: Rc<CancellationToken>,
    ended: Rc<RefCell<VecDeque<Outcome<V>>>>,
    unfinished: usize,
}

impl<V: 'static> TaskSet<V> {
    pub(super) fn new() -> Self {
        TaskSet { token: Rc::new(CancellationToken::new()), ended: Rc::default(), unfinished: 0 }
    }

    /// How many results have not been taken.
    pub(super) fn len(&self) -> usize {
        self.unfinished
    }

    /// Starts a task. When it ends, it calls `notify`.
    pub(super) fn start(&mut self, task: Task<V>, notify: impl FnOnce() + 'static) {
        self.unfinished += 1;
        let (token, ended) = (Rc::clone(&self.token), Rc::clone(&self.ended));
        actix_rt::spawn(async move {
            let result = run_until_cancelled(task.0, &token).await;
            if !token.is_cancelled() {
                ended.borrow_mut().push_back(result);
                notify();
            }
        });
    }

    /// The next result.
    pub(super) fn take(&mut self) -> Option<Outcome<V>> {
        let result = self.ended.borrow_mut().pop_front();
        self.unfinished -= usize::from(result.is_some());
        result
    }
}

impl<V> Drop for TaskSet<V> {
    fn drop(&mut self) {
        self.token.cancel(EndReason::Left);
        let ended = self.ended.take();
        // The panic hook has reported a panic here, and nobody waits for these results.
        let _ = catch_panic(|| drop(ended));
    }
}
