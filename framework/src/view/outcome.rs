//! What a handler returns: nothing, or a `Result` whose error is shown to nobody but the log and the
//! browser's `reply`.

use std::fmt::Display;

/// Why a handler failed, as text: the error's `Display`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HandlerError(pub(crate) String);

/// What is kept of a handler's result.
pub type HandlerOutcome = Result<(), HandlerError>;

/// The types a handler may return: `()` and `Result<(), E>` with `E: Display`.
#[diagnostic::on_unimplemented(
    message = "a handler can't return `{Self}`",
    note = "a handler returns nothing, or `Result<(), E>` where `E` implements `Display`"
)]
pub trait IntoOutcome {
    /// Turns the error into text.
    ///
    /// # Errors
    /// The handler's own.
    fn into_outcome(self) -> HandlerOutcome;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> HandlerOutcome {
        Ok(())
    }
}

impl<E: Display> IntoOutcome for Result<(), E> {
    fn into_outcome(self) -> HandlerOutcome {
        self.map_err(|error| HandlerError(error.to_string()))
    }
}
