//! What a sender is told when a push is not accepted.

use super::ArgumentError;

/// Why a push was not accepted. Nothing of it has been applied anywhere.
///
/// The sender handles it; [`kind`](PushError::kind) sorts the variants for those who translate
/// them, an HTTP endpoint for example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// There is nothing to send through.
    ///
    /// ```
    /// use djust::push::{Push, PushError, push_to_view};
    ///
    /// let error = push_to_view("dashboard.views.MetricsView", Push::render()).unwrap_err();
    /// assert_eq!(error, PushError::NoLayer);
    /// assert!(error.to_string().contains("set_default_layer"));
    /// ```
    #[error(
        "no channel layer is configured in this process: build a `Djust` (it sets the in-process layer), \
         or call `djust::push::set_default_layer`"
    )]
    NoLayer,
    /// Not a view path.
    #[error("`{path}` is not a view path: {reason}; write `module.View`, ASCII names joined by dots")]
    MalformedPath {
        /// What was given.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No view of this path is registered.
    #[error("no view `{path}` is registered{}", hint(.registered))]
    UnknownView {
        /// What was given.
        path: String,
        /// The paths there are.
        registered: Vec<String>,
    },
    /// A field, handler or argument does not fit the view.
    #[error("push to `{path}`: {source}")]
    Unfit {
        /// The view.
        path: String,
        /// What does not fit.
        source: ArgumentError,
    },
    /// Arguments for no handler.
    #[error("the push has a payload but names no handler: add `.call(\"handler\")`")]
    PayloadWithoutHandler,
    /// State or payload is not a JSON object, or not JSON at all.
    #[error("{what} must be a JSON object: {reason}")]
    NotAnObject {
        /// "state" or "payload".
        what: &'static str,
        /// What it is instead.
        reason: String,
    },
    /// A value has no JSON form.
    #[error("the value of `{name}` can't be written as JSON: {reason}")]
    NotJson {
        /// The field or argument.
        name: String,
        /// What serde says.
        reason: String,
    },
    /// Too many pushes are waiting for this group's views. Send later, or use the async form, which waits.
    #[error("{waiting} pushes are waiting for `{path}` already: send more slowly, or await `apush_to_view`")]
    QueueFull {
        /// The view.
        path: String,
        /// How many are waiting.
        waiting: usize,
    },
}

/// The kinds of [`PushError`], for translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushErrorKind {
    /// The push itself is malformed (HTTP 400).
    Malformed,
    /// No such view (404).
    UnknownView,
    /// A field, handler, argument or type does not fit the view (422).
    Unfit,
    /// Not now: no layer, or no room (503).
    Unavailable,
}

impl PushError {
    /// Sorts the error.
    ///
    /// ```
    /// use djust::push::{Push, PushErrorKind, ViewPath};
    ///
    /// let error = "no dots".parse::<ViewPath>().unwrap_err();
    /// assert_eq!(error.kind(), PushErrorKind::Malformed);
    /// ```
    pub fn kind(&self) -> PushErrorKind {
        match self {
            PushError::MalformedPath { .. }
            | PushError::PayloadWithoutHandler
            | PushError::NotAnObject { .. }
            | PushError::NotJson { .. } => PushErrorKind::Malformed,
            PushError::UnknownView { .. } => PushErrorKind::UnknownView,
            PushError::Unfit { .. } => PushErrorKind::Unfit,
            PushError::NoLayer | PushError::QueueFull { .. } => PushErrorKind::Unavailable,
        }
    }
}

fn hint(registered: &[String]) -> String {
    match registered {
        [] => "; there is none at all in this process".to_owned(),
        paths => format!("; there are: {}", paths.join(", ")),
    }
}
