//! The layer's thread, what its tasks share, and its end.

use super::ask::{Progress, Pursuit, Sent};
use super::config::{Config, RedisConfigError};
use super::connection::{Commands, after};
use super::entry::{self, PushId, Told};
use super::epoch::Newest;
use super::groups::Groups;
use super::lease::Lease;
use super::outbox::{Draft, Outbox, Outcome};
use super::schemas::Schemas;
use super::writer;
use crate::peer_log::LogLimit;
use crate::push::{LayerError, PushError, PushSink, PushStatus, Receipt, ViewPath};
use std::cell::RefCell;
use std::future::Future;
use std::sync::{Arc, OnceLock, Weak, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Mutex, oneshot};
use tokio::time::Instant;

/// How much of the host's name is in that of a node.
const LONGEST_HOST: usize = 64;
/// The pauses after a panic of a task, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long the end of a layer waits for Redis to forget its node.
pub(super) const END_WITHIN: Duration = Duration::from_millis(500);

/// What became of one push of many.
pub(super) type SentOne = Result<(ViewPath, PushId, Told), PushError>;

/// The layer's thread, ended with the last handle: the layer's own, or a receipt's.
pub(super) struct Running {
    pub(super) shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the tasks share.
pub(super) struct Shared {
    pub(super) config: Config,
    /// This process, as a sender and as a node.
    pub(super) node: String,
    pub(super) runtime: Handle,
    pub(super) commands: Arc<Commands>,
    pub(super) outbox: Outbox,
    pub(super) groups: Groups,
    pub(super) newest: Newest,
    pub(super) lease: Lease,
    pub(super) schemas: Schemas,
    pub(super) sink: OnceLock<Weak<dyn PushSink>>,
}

impl Running {
    /// Starts the thread and its tasks.
    pub(super) fn start(config: Config) -> Result<Self, RedisConfigError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (node, lease) = (node_name(), Lease::new());
        let shared = Arc::new(Shared {
            outbox: Outbox::new(node.clone(), config.on_failure.clone()),
            config,
            node,
            runtime: runtime.handle().clone(),
            commands: Arc::new(Commands::new()),
            groups: Groups::default(),
            newest: Newest::default(),
            lease,
            schemas: Schemas::default(),
            sink: OnceLock::new(),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let running = Arc::clone(&shared);
        let thread = thread::Builder::new().name("djust-redis".into()).spawn(move || {
            runtime.block_on(async {
                supervised("connection", &running, |shared| async move {
                    shared.commands.keep(&shared.config, &shared.newest).await;
                });
                supervised("writer", &running, writer::run);
                // An error means that the handle has been dropped, as well.
                let _ = stopped.await;
                let left = running.outbox.flush(running.config.queue_timeout).await;
                if left > 0 {
                    tracing::error!(left, "pushes were still queued at the end, and are lost");
                }
                if running.sink.get().is_some() && !running.lease.has_ended() {
                    let _ = tokio::time::timeout(END_WITHIN, running.end_lease()).await;
                }
            });
            running.outbox.close();
        })?;
        Ok(Running { shared, stop: Some(stop), thread: Some(thread) })
    }

    /// The receipt of a push that Redis has.
    pub(super) fn stored(self: &Arc<Self>, path: ViewPath, id: PushId, told: Told) -> Receipt {
        self.receipt(PushStatus::Stored, path, id, Progress::Settled(Ok(told)))
    }

    /// The receipt of a push.
    pub(super) fn receipt(
        self: &Arc<Self>,
        status: PushStatus,
        path: ViewPath,
        id: PushId,
        progress: Progress,
    ) -> Receipt {
        let sent = Sent { running: Arc::clone(self), path, id, outcome: Mutex::new(progress) };
        Receipt::on_its_way(status, Arc::new(Pursuit(Arc::new(sent))))
    }
}

impl Shared {
    /// Queues a push and waits until Redis has it.
    pub(super) async fn send(&self, draft: Draft, deadline: Instant) -> Result<(PushId, Outcome), PushError> {
        let path = draft.path.clone();
        let room = self.outbox.room(&draft, deadline).await?;
        let (id, outcome) = self.outbox.put(draft, room, deadline, false);
        let outcome = outcome.await.unwrap_or_else(|_| Err(self.ended(&path)));
        Ok((id, outcome))
    }

    /// Sends many, none waiting for the one before it to be taken.
    pub(super) async fn send_many(self: Arc<Self>, drafts: Vec<Result<Draft, PushError>>) -> Vec<SentOne> {
        let mut sent = Vec::with_capacity(drafts.len());
        for draft in drafts {
            sent.push(match draft {
                Err(error) => Err(error),
                Ok(draft) => {
                    // Each has its time from when its turn has come.
                    let deadline = after(self.config.timeout);
                    let path = draft.path.clone();
                    let room = self.outbox.room(&draft, deadline).await;
                    room.map(|room| (path, self.outbox.put(draft, room, after(self.config.timeout), false)))
                }
            });
        }
        let mut results = Vec::with_capacity(sent.len());
        for sent in sent {
            results.push(match sent {
                Err(error) => Err(error),
                Ok((path, (id, outcome))) => match outcome.await {
                    Ok(outcome) => outcome.map(|told| (path, id, told)),
                    Err(_) => Err(self.ended(&path)),
                },
            });
        }
        results
    }

    /// Runs something on the layer's thread; an error means that it has ended.
    pub(super) fn on_its_thread<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        self.runtime.spawn(async move {
            // Nobody may wait any more.
            let _ = sender.send(work.await);
        });
        receiver
    }

    /// The same, for a thread that may block.
    pub(super) fn blocking<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            let _ = sender.send(work.await);
        });
        receiver.recv().ok()
    }

    pub(super) fn sink(&self) -> Option<Arc<dyn PushSink>> {
        self.sink.get()?.upgrade()
    }

    pub(super) fn ended(&self, path: &ViewPath) -> PushError {
        let reason = "the layer has ended".to_owned();
        LayerError::Unconfirmed { path: path.to_string(), reason }.into()
    }
}

/// Runs a task for as long as the layer's thread: after a panic it begins again, where the groups' positions are.
pub(super) fn supervised<F>(
    task: &'static str,
    shared: &Arc<Shared>,
    run: impl Fn(Arc<Shared>) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let (runtime, shared) = (shared.runtime.clone(), Arc::clone(shared));
    runtime.spawn(again_after_panics(task, move || run(Arc::clone(&shared))));
}

async fn again_after_panics<F>(task: &'static str, run: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut pause = FIRST_PAUSE;
    // It is cancelled when the thread ends.
    while tokio::spawn(run()).await.is_err_and(|end| end.is_panic()) {
        note_panic(task);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Counts and logs a panic; what panicked has been printed by the panic's hook.
pub(super) fn note_panic(task: &'static str) {
    static LIMIT: LogLimit = LogLimit::new();
    metrics::counter!("djust_redis_task_panics_total", "task" => task).increment(1);
    if let Some(suppressed) = LIMIT.admit() {
        tracing::error!(
            task,
            suppressed,
            "a task of the Redis layer has panicked, and goes on: please report it"
        );
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        // What is queued is sent before the thread ends. On that thread there is nobody to wait for.
        let other = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id());
        if other.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the layer's thread has panicked");
        }
    }
}

thread_local! {
    /// The layers that this thread has queued pushes for: it does not end before they are taken. The main thread's end is the
    /// program's, so a short-lived program does not leave its pushes behind.
    static QUEUED_FOR: RefCell<Vec<DrainAtEnd>> = const { RefCell::new(Vec::new()) };
}

struct DrainAtEnd(Weak<Shared>);

impl Drop for DrainAtEnd {
    fn drop(&mut self) {
        let Some(shared) = self.0.upgrade() else { return };
        let left = shared.outbox.flush_blocking(shared.config.queue_timeout);
        if left > 0 {
            tracing::error!(left, "pushes were still queued when their thread ended, and may be lost");
        }
    }
}

/// See [`QUEUED_FOR`].
pub(super) fn drain_when_this_thread_ends(shared: &Arc<Shared>) {
    // At the thread's end its table may be gone already; then whoever owns the layer drains it.
    let _ = QUEUED_FOR.try_with(|layers| {
        let mut layers = layers.borrow_mut();
        if layers.iter().all(|layer| layer.0.as_ptr() != Arc::as_ptr(shared)) {
            layers.retain(|layer| layer.0.strong_count() > 0);
            layers.push(DrainAtEnd(Arc::downgrade(shared)));
        }
    });
}

/// Host, process number, and something random.
fn node_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let host = if host.is_empty() { "host" } else { &host };
    // Longer ones are not taken by readers.
    let host = host.get(..LONGEST_HOST).unwrap_or(host);
    format!("{host}-{}-{}", std::process::id(), &entry::random_name()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    #[test]
    fn the_name_of_a_node_is_one_that_readers_take() {
        assert!(node_name().len() <= entry::LONGEST_NAME / 2);
    }
}
