//! Failed pushes that their sender does not hear about.

use crate::push::PushError;
use std::fmt;
use std::sync::Arc;

/// A push that failed when nobody waited for its result any more.
///
/// [`RedisLayerBuilder::on_failure`](super::super::RedisLayerBuilder::on_failure) reports it to the
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

/// The application's hook for lost pushes.
pub(crate) type Hook = Arc<dyn Fn(&LostPush) + Send + Sync>;
