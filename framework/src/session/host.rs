//! What all instances of one `Djust` share.

use super::Window;
use crate::group::Directory;
use crate::push::Pusher;
use std::sync::Arc;
use std::time::Duration;

/// The groups, the pusher, and the settings of instances.
pub(crate) struct Host {
    pub(crate) groups: Arc<Directory>,
    pub(crate) pusher: Pusher,
    pub(crate) handler_timeout: Duration,
    pub(crate) window: Window,
    pub(crate) stall_timeout: Duration,
}
