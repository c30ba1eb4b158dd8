//! What the sockets of one `Djust` share.

use super::connections::Connections;
use super::join_tokens::JoinTokens;
use super::limits::Limits;
use super::origin::OriginPolicy;
use crate::push::ViewPath;
use crate::session::{Host, ViewFactory};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

/// Which views may be joined, by whom, and within which limits.
pub(crate) struct Endpoint {
    pub(crate) host: Arc<Host>,
    pub(crate) views: HashMap<ViewPath, ViewFactory>,
    pub(crate) origins: OriginPolicy,
    pub(crate) tokens: JoinTokens,
    pub(crate) limits: Limits,
    pub(crate) idle_timeout: Duration,
    /// Open sockets by address.
    pub(crate) connections: Arc<Connections>,
    /// A server ends the views before it stops.
    pub(crate) served: AtomicBool,
}

impl Endpoint {
    /// Marks that the server around it ends the views before it stops.
    pub(crate) fn set_served(&self) {
        self.served.store(true, Ordering::Relaxed);
    }

    /// Warns, once, if nothing ends the views when the server stops.
    pub(super) fn check_served(&self) {
        static WARNED: Once = Once::new();
        if !self.served.load(Ordering::Relaxed) {
            WARNED.call_once(|| {
                tracing::warn!(
                    "nothing ends the views when this server stops, so `unmount` will not run: run the server with \
                     djust.run(server), or start it with djust.http_server(…)"
                );
            });
        }
    }
}
