//! A handler's result, and what the browser learns of it.
//!
//! | a handler returns | fields of its form | the browser gets | the log says |
//! |---|---|---|---|
//! | `()`, `Ok(())` | the server's again | a reply | nothing |
//! | [`Refused`] | stay the person's | a reply with `refused` | nothing |
//! | [`UserError`] | stay the person's | its text, as `dj:error` | nothing |
//! | any other error | stay the person's | a fixed sentence, as `dj:error` | a warning with its text |
//!
//! A handler may return any error with a `Display`. [`Refused`] and [`UserError`] are recognised by
//! their type, also inside a `Box<dyn Error>` and among the sources of the error in it.

use super::refused::in_chain;
use super::{Refused, UserError};
use std::any::Any;
use std::error::Error;
use std::fmt::{self, Debug, Display, Formatter};

/// The browser's message for an error whose text is for the log.
pub(crate) const FAILED: &str = "The server could not handle this.";

/// Why a handler did not accept an event: the error type for handlers with several kinds of errors.
///
/// `?` makes one from any error that has a `Display`. A [`Refused`] stays a refusal, and a
/// [`UserError`] keeps its text for the person. Any other error becomes a line in the log, and the
/// browser gets a fixed sentence. Like `anyhow::Error`, it is not an `Error` itself.
///
/// ```
/// use djust::{Refused, UserError};
/// use djust::view::HandlerError;
///
/// fn save(quantity: &str) -> Result<(), HandlerError> {
///     match quantity.parse::<u32>()? {
///         0 => Err(Refused)?,
///         100.. => Err(UserError::new("We have only 99 of these."))?,
///         _ => Ok(()),
///     }
/// }
///
/// assert!(matches!(save("0"), Err(HandlerError::Refused)));
/// assert!(matches!(save("100"), Err(HandlerError::Message(text)) if text.starts_with("We have")));
/// assert!(matches!(save("many"), Err(HandlerError::Failed(text)) if text.contains("invalid digit")));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandlerError {
    /// The handler refused the event; typed text stays.
    Refused,
    /// The handler failed, with this text for the person.
    Message(String),
    /// The handler failed, with this text for the log.
    Failed(String),
}

/// The part of a handler's result that djust keeps.
pub type HandlerOutcome = Result<(), HandlerError>;

impl Debug for HandlerError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            HandlerError::Refused => f.write_str("refused"),
            HandlerError::Message(text) | HandlerError::Failed(text) => f.write_str(text),
        }
    }
}

impl<E: Display + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        known(&error).unwrap_or_else(|| HandlerError::Failed(error.to_string()))
    }
}

/// A refusal or a message for people, alone or in a box.
fn known(error: &dyn Any) -> Option<HandlerError> {
    if let Some(boxed) = error.downcast_ref::<Box<dyn Error>>() {
        return in_chain(&**boxed);
    }
    if let Some(boxed) = error.downcast_ref::<Box<dyn Error + Send + Sync>>() {
        return in_chain(&**boxed);
    }
    let refused = error.downcast_ref::<Refused>().map(|error| in_chain(error));
    refused.or_else(|| error.downcast_ref::<UserError>().map(|error| in_chain(error)))?
}

/// Looks into a handler's result, for the generated code.
///
/// Generated code calls a method on it. The number of references that the call must remove chooses
/// one of the three traits below: for an error that leads to a `dyn Error` (as `anyhow::Error`
/// does), for an `Error`, and for anything else.
pub struct Peek<'r, T>(pub &'r T);

/// For an error that leads to a `dyn Error`.
pub trait PeekInside {
    /// Finds a refusal or a message for people in it.
    fn known(&self) -> Option<HandlerError>;
}

/// For an `Error`.
pub trait PeekError {
    /// Finds a refusal or a message for people in it.
    fn known(&self) -> Option<HandlerError>;
}

/// For anything else.
pub trait PeekNothing {
    /// Finds nothing.
    fn known(&self) -> Option<HandlerError>;
}

impl<E: AsRef<dyn Error>> PeekInside for &&Peek<'_, Result<(), E>> {
    fn known(&self) -> Option<HandlerError> {
        self.0.as_ref().err().and_then(|error| in_chain(error.as_ref()))
    }
}

impl<E: Error + 'static> PeekError for &Peek<'_, Result<(), E>> {
    fn known(&self) -> Option<HandlerError> {
        self.0.as_ref().err().and_then(|error| in_chain(error))
    }
}

impl<T> PeekNothing for Peek<'_, T> {
    fn known(&self) -> Option<HandlerError> {
        None
    }
}

/// The types a handler may return: `()` and `Result<(), E>`.
///
/// `E` is [`HandlerError`], or any type with a `Display` that borrows nothing. Your own enum can be
/// a handler's return type too:
///
/// ```
/// use djust::view::{HandlerError, HandlerOutcome, IntoOutcome};
///
/// enum Saved {
///     Yes,
///     Stale,
/// }
///
/// impl IntoOutcome for Saved {
///     fn into_outcome(self) -> HandlerOutcome {
///         match self {
///             Saved::Yes => Ok(()),
///             Saved::Stale => Err(HandlerError::Message("Somebody else has changed this meanwhile.".into())),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler can't return `{Self}`",
    note = "a handler returns nothing, or `Result<(), E>` where `E` implements `Display`; \
            to keep `FieldErrors`, write `return Err(self.errors.refuse(errors))` in a handler that returns `Result<(), Refused>`"
)]
pub trait IntoOutcome {
    /// The part of a handler's result that djust keeps.
    ///
    /// # Errors
    /// Converts the handler's result.
    fn into_outcome(self) -> HandlerOutcome;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> HandlerOutcome {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<HandlerError>> IntoOutcome for Result<(), E> {
    fn into_outcome(self) -> HandlerOutcome {
        self.map_err(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls what the generated code calls.
    macro_rules! outcome {
        ($returned:expr) => {{
            let returned = $returned;
            let known = (&&&Peek(&returned)).known();
            known.map_or_else(|| returned.into_outcome(), Err)
        }};
    }

    #[derive(Debug, thiserror::Error)]
    enum Own {
        #[error(transparent)]
        Refused(#[from] Refused),
        #[error("not now")]
        Told(#[from] UserError),
        #[error("secret")]
        Secret,
    }

    /// Like `anyhow::Error`: it has a `Display` and leads to an error, but is none.
    struct Wrapped(Box<dyn Error>);

    impl Display for Wrapped {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            Display::fmt(&self.0, f)
        }
    }

    impl AsRef<dyn Error> for Wrapped {
        fn as_ref(&self) -> &(dyn Error + 'static) {
            &*self.0
        }
    }

    fn failed(text: &str) -> HandlerOutcome {
        Err(HandlerError::Failed(text.to_owned()))
    }

    #[test]
    fn only_a_message_for_people_and_a_refusal_are_more_than_a_line_in_the_log() {
        assert_eq!(outcome!(()), Ok(()));
        assert_eq!(outcome!(Ok::<(), String>(())), Ok(()));
        assert_eq!(outcome!(Err(Refused)), Err(HandlerError::Refused));
        let message = HandlerError::Message("hello".into());
        assert_eq!(outcome!(Err(UserError::new("hello"))), Err(message.clone()));
        assert_eq!(outcome!(Err(message.clone())), Err(message));
        for secret in ["a password", "refused", "the event was refused"] {
            assert_eq!(outcome!(Err(secret)), failed(secret));
            assert_eq!(outcome!(Err(secret.to_owned())), failed(secret));
        }
        assert_eq!(outcome!(Err(fmt::Error)), failed(&fmt::Error.to_string()));
    }

    #[test]
    fn a_refusal_and_a_message_are_found_in_what_wraps_them() {
        let refused = Err(HandlerError::Refused);
        let told = Err(HandlerError::Message("full".into()));
        assert_eq!(outcome!(Err(Box::<dyn Error>::from(Refused))), refused);
        assert_eq!(outcome!(Err(Box::<dyn Error + Send + Sync>::from(Refused))), refused);
        assert_eq!(outcome!(Err(Own::from(Refused))), refused);
        assert_eq!(outcome!(Err(Own::from(UserError::new("full")))), told);
        assert_eq!(outcome!(Err(Own::Secret)), failed("secret"));
        assert_eq!(outcome!(Err(Wrapped(Own::from(Refused).into()))), refused);
        assert_eq!(outcome!(Err(Wrapped(UserError::new("full").into()))), told);
        assert_eq!(outcome!(Err(Wrapped("secret".into()))), failed("secret"));
        assert_eq!(outcome!(Err(Box::<dyn Error>::from("secret"))), failed("secret"));
    }

    #[test]
    fn the_question_mark_keeps_a_refusal_and_a_message() {
        let refuse = || -> Result<(), HandlerError> { Err(Refused)? };
        assert_eq!(refuse(), Err(HandlerError::Refused));
        let refuse = || -> Result<(), HandlerError> { Err(Box::<dyn Error>::from(UserError::new("full")))? };
        assert_eq!(refuse(), Err(HandlerError::Message("full".into())));
        let fail = || -> Result<u8, HandlerError> { Ok("x".parse()?) };
        assert!(matches!(fail(), Err(HandlerError::Failed(_))));
    }
}
