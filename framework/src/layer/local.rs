//! The embedded layer: senders and views live in one process.
//!
//! It owns nothing but the way to the process's inlet. Until a server attaches there are no views, so any
//! view is unknown.

use super::{ChannelLayer, Inlet, Message, Sending};
use crate::push::{PushError, Receipt};
use std::sync::{Arc, OnceLock};

/// The in-process channel layer, the default.
#[derive(Default)]
pub struct LocalLayer {
    inlet: OnceLock<Arc<dyn Inlet>>,
}

impl LocalLayer {
    /// A layer that no server is attached to yet.
    ///
    /// ```
    /// use djust::layer::LocalLayer;
    /// use djust::push::{Push, PushErrorKind, Pusher};
    ///
    /// let pusher = Pusher::new(std::sync::Arc::new(LocalLayer::new()));
    /// let error = pusher.push_to_view("a.View", Push::render()).unwrap_err();
    /// assert_eq!(error.kind(), PushErrorKind::UnknownView);
    /// ```
    pub fn new() -> Self {
        LocalLayer::default()
    }

    fn inlet(&self, message: &Message) -> Result<&Arc<dyn Inlet>, PushError> {
        self.inlet
            .get()
            .ok_or_else(|| PushError::UnknownView { path: message.path.to_string(), registered: Vec::new() })
    }
}

impl ChannelLayer for LocalLayer {
    fn send(&self, message: Message) -> Result<Receipt, PushError> {
        self.inlet(&message)?.deliver(message)
    }

    fn send_when_ready(&self, message: Message) -> Sending<'_> {
        match self.inlet(&message) {
            Ok(inlet) => inlet.deliver_when_ready(message),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn attach(&self, inlet: Arc<dyn Inlet>) {
        if self.inlet.set(inlet).is_err() {
            tracing::error!("a local layer serves one `Djust`; the second one gets no pushes through it");
        }
    }
}
