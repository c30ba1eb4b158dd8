//! The layer's thread, and its end.

use super::client::Tasks;
use super::producer::Outbox;
use super::server::Server;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// How long the end of a layer waits for Redis to forget its node.
pub(super) const END_TIMEOUT: Duration = Duration::from_millis(500);

/// The layer's thread. It ends with the last handle: the layer's, or a receipt's.
pub(super) struct LayerThread {
    pub(super) tasks: Tasks,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What ends before the thread does.
pub(super) struct Ending {
    pub(super) outbox: Arc<Outbox>,
    /// How long queued pushes are tried.
    pub(super) queue_timeout: Duration,
    pub(super) server: Arc<OnceLock<Server>>,
}

impl LayerThread {
    /// Starts the thread.
    pub(super) fn start(ending: Ending) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let tasks = Tasks::new(runtime.handle().clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("djust-redis".into()).spawn(move || {
            runtime.block_on(async {
                // An error means that the handle has been dropped, so the thread ends too.
                let _ = stopped.await;
                ending.end().await;
            });
            ending.outbox.close();
        })?;
        Ok(LayerThread { tasks, stop: Some(stop), thread: Some(thread) })
    }
}

impl Ending {
    async fn end(&self) {
        let left = self.outbox.flush(self.queue_timeout).await;
        if left > 0 {
            tracing::error!(left, "pushes were still queued at the end, and are lost");
        }
        if let Some(server) = self.server.get().filter(|server| !server.has_ended()) {
            // If this fails, the lease expires.
            let _ = tokio::time::timeout(END_TIMEOUT, server.end()).await;
        }
    }
}

impl Drop for LayerThread {
    fn drop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        // Queued pushes are sent before the thread ends. On the thread itself nobody can wait for
        // them.
        let other = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id());
        if other.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the layer's thread has panicked");
        }
    }
}
