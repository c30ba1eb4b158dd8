//! What a sender is told when a push is not accepted.

use super::ArgumentError;
use super::arguments::{did_you_mean, nearest_of};

/// Why a push was not accepted. Nothing of it has been applied anywhere, unless the variant says so:
/// [`Unconfirmed`](PushError::Unconfirmed) and [`Unanswered`](PushError::Unanswered).
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
    #[error("no view `{path}` is registered{}", hint(.path, .registered))]
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
    /// A server process that shows the view could not use the push: learnt by [`Receipt::confirm`](super::Receipt::confirm).
    #[error("a server refused the push to `{path}`: {reason}")]
    Rejected {
        /// The view.
        path: String,
        /// What the server says.
        reason: String,
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
    /// A value has no JSON form, or one that is nested more than 100 deep.
    #[error("the value of `{name}` can't be written as JSON: {reason}")]
    NotJson {
        /// The field or argument.
        name: String,
        /// What serde says, or how deep is too deep.
        reason: String,
    },
    /// Too many pushes are waiting, for this group's views or for the layer's writer. Send later, or use the async form,
    /// which waits.
    #[error(
        "{waiting} pushes are waiting before this one for `{path}`: send more slowly, or await `apush_to_view`"
    )]
    QueueFull {
        /// The view.
        path: String,
        /// How many are waiting.
        waiting: usize,
    },
    /// The layer's store did not take the push, and never will: it was not sent, or it was refused.
    #[error("the push to `{path}` was not taken, and has no effect: {reason}")]
    NotTaken {
        /// The view.
        path: String,
        /// Why.
        reason: String,
    },
    /// The push was sent, and no answer came in time. It may still be applied: then once, and by all views. Sending it
    /// again makes it another push.
    #[error("it is not known whether the push to `{path}` was taken; it is applied once at most: {reason}")]
    Unconfirmed {
        /// The view.
        path: String,
        /// Why.
        reason: String,
    },
    /// The layer's store can't be reached, so nothing is known.
    #[error("Redis can't be asked: {reason}")]
    Unreachable {
        /// Why.
        reason: String,
    },
    /// Not all server processes that show the view, or may show it, have answered. So there are at least as many views.
    #[error(
        "at least {views} views: {answered} of {asked} servers that may show `{path}` have answered{}",
        others(.missing, *.is_complete)
    )]
    Unanswered {
        /// The view.
        path: String,
        /// How many answered.
        answered: usize,
        /// How many there are, as far as is known; those with a lease that is over cannot be asked.
        asked: usize,
        /// How many views those who answered have.
        views: usize,
        /// The names of those who have not answered.
        missing: Vec<String>,
        /// Whether it is known who they are. It is not for two seconds after Redis was emptied; nor for a push from before that.
        is_complete: bool,
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
    /// Not now: no layer, no room, or no answer in time (503). [`PushError::Unconfirmed`] is one of these.
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
            PushError::Unfit { .. } | PushError::Rejected { .. } => PushErrorKind::Unfit,
            PushError::NoLayer
            | PushError::QueueFull { .. }
            | PushError::NotTaken { .. }
            | PushError::Unconfirmed { .. }
            | PushError::Unreachable { .. }
            | PushError::Unanswered { .. } => PushErrorKind::Unavailable,
        }
    }
}

fn hint(path: &str, registered: &[String]) -> String {
    if registered.is_empty() {
        return "; there is none at all in this process".to_owned();
    }
    let nearest = did_you_mean(nearest_of(path, registered.iter().map(String::as_str)));
    format!("{nearest}; there are: {}", registered.join(", "))
}

/// Who is missing, for a sentence that says how many have answered.
fn others(missing: &[String], is_complete: bool) -> String {
    let missing = match missing {
        [] => String::new(),
        names => format!("; missing: {}", names.join(", ")),
    };
    match is_complete {
        true => missing,
        false => {
            format!("{missing}; there may be others: Redis has been emptied, or has gone back, a moment ago")
        }
    }
}
