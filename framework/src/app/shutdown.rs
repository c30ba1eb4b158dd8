//! The end of a server: first its views, then the queued pushes, then the layer.

use super::djust::Djust;
use std::time::Duration;

/// How long a shutdown waits for views to unmount, and then again for queued pushes.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

impl Djust {
    /// Ends every view of this process, accepts no new ones, and waits up to 10 s for their
    /// `unmount`. Then it waits up to 10 s more for queued pushes.
    ///
    /// [`http_server`](Djust::http_server) and [`run`](Djust::run) do this at SIGINT and SIGTERM.
    pub async fn shutdown(&self) {
        let host = self.host();
        host.groups.close_all();
        let gone = async {
            while self.live_views() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(SHUTDOWN_TIMEOUT, gone).await.is_err() {
            let views = self.live_views();
            tracing::warn!(views, "views have not ended after 10 s: their handlers hang");
        }
        let left = host.pusher.flush(SHUTDOWN_TIMEOUT).await;
        if left > 0 {
            tracing::error!(left, "pushes are still queued after 10 s, and are lost");
        }
        host.groups.leave_layer().await;
    }
}

/// Resolves at SIGINT or SIGTERM.
pub(super) async fn termination() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
