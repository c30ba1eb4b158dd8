//! Asks which epoch Redis is in.

use crate::layer::redis::client::{ANSWER_TIMEOUT, Commands, after};
use crate::layer::redis::stream::{Keys, Newest, check_epoch, text};
use redis::Value;
use std::sync::Arc;

/// Asks over the shared connection.
#[derive(Clone)]
pub(crate) struct Epochs {
    pub(crate) commands: Arc<Commands>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) newest: Arc<Newest>,
}

impl Epochs {
    /// Returns Redis's epoch, if it answers.
    pub(super) async fn current(&self) -> Option<String> {
        self.other_than("").await
    }

    /// Returns Redis's epoch, if it answers. Redis makes a new one if it has gone back to before
    /// the newest known one, or if its epoch is `wanting`.
    pub(super) async fn other_than(&self, wanting: &str) -> Option<String> {
        let call = check_epoch(&self.keys, &self.newest, wanting);
        let deadline = after(2 * ANSWER_TIMEOUT);
        let run = |mut connection| async move { call.invoke_async::<Value>(&mut connection).await };
        let epoch = self.commands.run(deadline, run).await.ok().and_then(text)?;
        self.newest.hear(&epoch);
        Some(epoch)
    }
}
