//! The embedded layer: senders and views live in one process.
//!
//! It owns nothing but the way to the process's inlet. Until a server attaches there are no views, so any
//! view is unknown.

use super::{Boxed, ChannelLayer, Inlet, Message, Sending};
use crate::peer_log::{Excerpt, LogLimit};
use crate::push::{GroupName, PushError, Receipt, ViewPath, Viewers};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

/// The in-process channel layer, the default.
#[derive(Default)]
pub struct LocalLayer {
    inlet: OnceLock<Weak<dyn Inlet>>,
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

    fn inlet(&self, path: &ViewPath) -> Result<Arc<dyn Inlet>, PushError> {
        self.inlet
            .get()
            .and_then(Weak::upgrade)
            .ok_or_else(|| PushError::UnknownView { path: path.to_string(), registered: Vec::new() })
    }
}

impl ChannelLayer for LocalLayer {
    fn send(&self, message: Message) -> Result<Receipt, PushError> {
        let path = message.path().clone();
        noted(&path, self.inlet(&path)?.deliver(message))
    }

    fn send_when_ready(&self, message: Message) -> Sending<'_> {
        match self.inlet(message.path()) {
            Ok(inlet) => Box::pin(async move {
                let path = message.path().clone();
                noted(&path, inlet.deliver_when_ready(message).await)
            }),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn send_many(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        messages.map(|message| self.send(message)).collect()
    }

    fn send_many_when_ready<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> Boxed<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(async move {
            let mut results = Vec::new();
            for message in messages {
                results.push(self.send_when_ready(message).await);
            }
            results
        })
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn attach(&self, inlet: Weak<dyn Inlet>) {
        if self.inlet.set(inlet).is_err() {
            tracing::error!("a local layer serves one `Djust`; the second one gets no pushes through it");
        }
    }

    /// Every push is handed over when it is sent.
    fn detach(&self) -> Boxed<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn open_group(&self, _: &ViewPath) -> Boxed<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn close_group(&self, _: &GroupName) {}

    fn viewers(&self, path: ViewPath, key: Option<String>) -> Boxed<'_, Result<Viewers, PushError>> {
        Box::pin(std::future::ready(self.viewers_blocking(path, key)))
    }

    fn viewers_blocking(&self, path: ViewPath, key: Option<String>) -> Result<Viewers, PushError> {
        let inlet = self.inlet(&path)?;
        let views = inlet.views();
        if !views.contains(&path) {
            let registered = views.iter().map(ViewPath::to_string).collect();
            return Err(PushError::UnknownView { path: path.to_string(), registered });
        }
        let views = inlet.count(&path.group(), key.as_deref());
        Ok(Viewers::new(views, usize::from(views > 0)))
    }

    /// Nothing is ever queued.
    fn flush(&self, _: Duration) -> Boxed<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

/// Logs a push that is not accepted.
fn noted(path: &ViewPath, result: Result<Receipt, PushError>) -> Result<Receipt, PushError> {
    static LIMIT: LogLimit = LogLimit::new();
    if let Err(error) = &result
        && let Some(suppressed) = LIMIT.admit()
    {
        // A sender over HTTP may have written both.
        let (view, error) = (Excerpt(path.as_str()), error.to_string());
        tracing::warn!(%view, error = %Excerpt(&error), suppressed, "push not accepted");
    }
    result
}
