//! Pushes whose failure their sender does not hear of.

use crate::push::PushError;
use std::fmt;
use std::sync::Arc;

/// A push that failed when nobody waited for its result any more.
///
/// [`RedisLayerBuilder::on_failure`](super::super::RedisLayerBuilder::on_failure) gives it to the
/// application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LostPush {
    /// The view that it was for.
    pub view_path: String,
    /// Why it failed.
    pub error: PushError,
}

impl fmt::Display for LostPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// What the application does with one.
pub(crate) type Hook = Arc<dyn Fn(&LostPush) + Send + Sync>;
