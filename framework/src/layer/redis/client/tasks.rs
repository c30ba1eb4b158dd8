//! Tasks on the layer's thread: no sender needs a runtime, and no actor waits for Redis.

use crate::peer_log::LogLimit;
use std::future::Future;
use std::sync::mpsc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// The first and the longest pause after a panic of a task.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Starts tasks on the layer's thread.
#[derive(Clone)]
pub(crate) struct Tasks(Handle);

impl Tasks {
    pub(crate) fn new(runtime: Handle) -> Self {
        Tasks(runtime)
    }

    /// Runs a task until it returns or the layer's thread ends, and restarts it after a panic.
    pub(crate) fn supervise<F>(&self, task: &'static str, run: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.spawn(again_after_panics(task, run));
    }

    /// Runs a task once.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(work);
    }

    /// Runs a future and returns its result. An error means that the thread has ended, or that the
    /// future panicked.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        self.0.spawn(async move {
            // The caller may have stopped waiting.
            let _ = sender.send(work.await);
        });
        receiver
    }

    /// Blocking form of [`call`](Tasks::call).
    pub(crate) fn call_blocking<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.0.spawn(async move {
            // The caller waits below.
            let _ = sender.send(work.await);
        });
        receiver.recv().ok()
    }
}

async fn again_after_panics<F>(task: &'static str, run: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut pause = FIRST_PAUSE;
    // A cancelled task means that the thread ends.
    while tokio::spawn(run()).await.is_err_and(|end| end.is_panic()) {
        count_panic(task);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Counts and logs a panic. The panic hook has printed its message.
pub(crate) fn count_panic(task: &'static str) {
    static LIMIT: LogLimit = LogLimit::new();
    metrics::counter!("djust_redis_task_panics_total", "task" => task).increment(1);
    if let Some(suppressed) = LIMIT.admit() {
        tracing::error!(
            task,
            suppressed,
            "a task of the Redis layer has panicked and is restarted: please report it"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::runtime::Builder;

    #[test]
    fn a_task_that_panics_goes_on_until_it_ends_by_itself() {
        let runtime =
            Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        runtime.block_on(again_after_panics("test", move || {
            let run = counted.fetch_add(1, Ordering::Relaxed);
            async move { assert!(run >= 20, "run {run} panics, as it should") }
        }));
        assert_eq!(runs.load(Ordering::Relaxed), 21);
    }
}
