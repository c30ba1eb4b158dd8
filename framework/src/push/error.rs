//! What can go wrong for a sender, one type for each boundary.
//!
//! - [`MalformedPush`] and [`PathError`]: the push can't be sent to any view;
//! - [`PushError`]: the view's schema or the layer did not accept the push;
//! - [`LayerError`]: what the layer could not do;
//! - [`QueryError`]: a question about a push or its viewers was not answered.

use super::arguments::{did_you_mean, nearest_of};
use super::{ArgumentError, ViewPath};

/// Why a push was not accepted. The push had no effect, except possibly for
/// [`LayerError::Unconfirmed`].
///
/// The sender handles it. The variants are those that a translation into another protocol needs,
/// such as HTTP statuses:
///
/// ```
/// use djust::push::PushError;
///
/// fn status(error: &PushError) -> u16 {
///     match error {
///         PushError::Malformed(_) => 400,
///         PushError::UnknownView(_) => 404,
///         PushError::Invalid { .. } => 422,
///         _ => 503,
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// The push or the path is malformed: no view could use it.
    #[error(transparent)]
    Malformed(#[from] MalformedPush),
    /// No view with this path is registered.
    #[error(transparent)]
    UnknownView(#[from] UnknownView),
    /// A field, handler or argument does not fit the view.
    #[error("push to `{path}`: {source}")]
    Invalid {
        /// The view.
        path: String,
        /// What does not fit.
        source: ArgumentError,
    },
    /// The layer can't accept the push now.
    #[error(transparent)]
    Unavailable(#[from] LayerError),
}

#[cfg(any(feature = "server", feature = "redis"))]
impl PushError {
    /// A push that does not fit the view.
    pub(crate) fn invalid(path: &ViewPath, source: ArgumentError) -> Self {
        PushError::Invalid { path: path.to_string(), source }
    }

    /// Whether there was no room for the push. It may be sent again.
    pub(crate) fn is_queue_full(&self) -> bool {
        matches!(self, PushError::Unavailable(LayerError::QueueFull { .. }))
    }
}

impl From<PathError> for PushError {
    fn from(error: PathError) -> Self {
        PushError::Malformed(error.into())
    }
}

/// What is wrong with a push, whatever its view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedPush {
    /// The path is not a view path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// There are arguments, but no handler.
    #[error("the push has a payload but names no handler: add `.call(\"handler\")`")]
    PayloadWithoutHandler,
    /// State or payload is not a JSON object, or is not JSON at all.
    #[error("{what} must be a JSON object: {reason}")]
    NotAnObject {
        /// "state" or "payload".
        what: &'static str,
        /// What it is instead.
        reason: String,
    },
    /// A value has no JSON form, or is nested more than 100 deep.
    #[error("the value of `{name}` can't be written as JSON: {reason}")]
    NotJson {
        /// The field or argument.
        name: String,
        /// serde's message, or the limit.
        reason: String,
    },
}

/// A text is not a [`ViewPath`].
///
/// ```
/// use djust::push::ViewPath;
///
/// let error = "Metrics".parse::<ViewPath>().unwrap_err();
/// assert_eq!(error.reason, "it has no dot");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a view path: {reason}; write `module.View`, ASCII names joined by dots")]
#[non_exhaustive]
pub struct PathError {
    /// The text that was given.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// No view with this path is registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no view `{path}` is registered{}", hint(.path, .registered))]
#[non_exhaustive]
pub struct UnknownView {
    /// The path that was given.
    pub path: String,
    /// The registered paths, sorted.
    pub registered: Vec<String>,
}

impl UnknownView {
    /// For layers and sinks: an error that lists the registered paths.
    ///
    /// ```
    /// use djust::push::{UnknownView, ViewPath};
    ///
    /// let path: ViewPath = "shop.views.Crat".parse()?;
    /// let error = UnknownView::new(&path, ["shop.views.Cart"]);
    /// assert!(error.to_string().contains("did you mean `shop.views.Cart`?"));
    /// # Ok::<(), djust::push::PathError>(())
    /// ```
    pub fn new(path: &ViewPath, registered: impl IntoIterator<Item = impl ToString>) -> Self {
        let mut registered: Vec<_> = registered.into_iter().map(|path| path.to_string()).collect();
        registered.sort_unstable();
        UnknownView { path: path.to_string(), registered }
    }
}

/// What a channel layer could not do with a push.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    /// There is no layer to send through.
    ///
    /// ```
    /// use djust::push::{LayerError, Push, PushError, push_to_view};
    ///
    /// let error = push_to_view("dashboard.views.MetricsView", Push::render()).unwrap_err();
    /// assert_eq!(error, PushError::Unavailable(LayerError::NoLayer));
    /// assert!(error.to_string().contains("set_default_layer"));
    /// ```
    #[error(
        "no channel layer is configured in this process: build a `Djust` (it sets the in-process layer), \
         or call `djust::push::set_default_layer`"
    )]
    NoLayer,
    /// Too many pushes are waiting for this group's views or for the layer's writer. Send it later,
    /// or use the async form, which waits.
    #[error(
        "{waiting} pushes are waiting before this one for `{path}`: send more slowly, or await `apush_to_view`"
    )]
    QueueFull {
        /// The view.
        path: String,
        /// How many pushes are waiting.
        waiting: usize,
    },
    /// The layer's store does not have the push and never will: it was not sent, or it was refused.
    #[error("the push to `{path}` was not stored, and has no effect: {reason}")]
    NotStored {
        /// The view.
        path: String,
        /// The reason.
        reason: String,
    },
    /// The push was sent, but no answer came in time. It may still be applied, by all views, and at
    /// most once. If you send it again, that is another push.
    #[error("it is not known whether the push to `{path}` was stored; it is applied at most once: {reason}")]
    Unconfirmed {
        /// The view.
        path: String,
        /// The reason.
        reason: String,
    },
    /// A blocking call on a thread of an async runtime would stall the thread. Nothing was done.
    #[error(
        "this call would block a thread of an async runtime: await the async form instead; \
         in `spawn_blocking`, give that to `Handle::current().block_on`"
    )]
    WouldBlock,
}

/// Why a question was not answered: how many views took a push
/// ([`Receipt::confirm`](super::Receipt::confirm)), or how many are watching
/// ([`viewers`](super::viewers)).
///
/// If the question is about a push, that push has been sent, except for [`Push`](QueryError::Push).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The question was not asked: its push was not accepted, its path is not that of a view, or
    /// there is no layer.
    #[error(transparent)]
    Push(#[from] PushError),
    /// A server process that shows the view could not use the push.
    #[error("a server refused the push to `{path}`: {reason}")]
    Rejected {
        /// The view.
        path: String,
        /// The server's message.
        reason: String,
    },
    /// Some server processes that show the view, or may show it, have not answered. So the real
    /// number may be higher.
    #[error(
        "at least {views} views: {answered} of {asked} servers that may show `{path}` have answered{}",
        others(.missing, *.is_complete)
    )]
    Unanswered {
        /// The view.
        path: String,
        /// How many servers answered.
        answered: usize,
        /// How many servers there are, as far as is known. Servers with an expired lease can't be
        /// asked.
        asked: usize,
        /// How many views the answers report.
        views: usize,
        /// The names of the servers that did not answer.
        missing: Vec<String>,
        /// Whether all servers are known. They are not for two seconds after the layer's store was
        /// emptied, and for a push from before that.
        is_complete: bool,
    },
    /// The layer's store can't be reached, so nothing is known.
    #[error("the channel layer's store can't be asked: {reason}")]
    Unreachable {
        /// The reason.
        reason: String,
    },
}

impl From<LayerError> for QueryError {
    fn from(error: LayerError) -> Self {
        QueryError::Push(error.into())
    }
}

impl From<MalformedPush> for QueryError {
    fn from(error: MalformedPush) -> Self {
        QueryError::Push(error.into())
    }
}

impl From<UnknownView> for QueryError {
    fn from(error: UnknownView) -> Self {
        QueryError::Push(error.into())
    }
}

impl From<PathError> for QueryError {
    fn from(error: PathError) -> Self {
        QueryError::Push(error.into())
    }
}

fn hint(path: &str, registered: &[String]) -> String {
    if registered.is_empty() {
        return "; none is registered in this process".to_owned();
    }
    let nearest = did_you_mean(nearest_of(path, registered.iter().map(String::as_str)));
    format!("{nearest}; there are: {}", registered.join(", "))
}

/// The end of the sentence: which servers are missing.
fn others(missing: &[String], is_complete: bool) -> String {
    let missing = match missing {
        [] => String::new(),
        names => format!("; missing: {}", names.join(", ")),
    };
    match is_complete {
        true => missing,
        false => {
            format!("{missing}; there may be others: the layer's store was emptied or went back a moment ago")
        }
    }
}
