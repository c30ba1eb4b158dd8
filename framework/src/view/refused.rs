//! Two handler errors that are not failures: [`Refused`] and [`UserError`].
//!
//! Both are ordinary errors, so `?` carries them into a `Box<dyn Error>`, an `anyhow::Error`, an
//! enum of the application or a [`HandlerError`]. djust finds them in there again ([`in_chain`]),
//! and logs no warning for either. Each has a source of a private type with the same meaning.
//! Through it djust also finds an error that an enum passes on as its own (thiserror's
//! `transparent`).

use super::HandlerError;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// Refuses the event: the fields stay as the person left them, and no error is reported.
///
/// The view holds the mistakes, usually as [`FieldErrors`](crate::FieldErrors), and the template
/// shows them.
///
/// ```
/// use djust::{FieldErrors, LiveView, MountContext, MountResult, Refused, handlers, live_view};
///
/// #[live_view(source = r#"
///     <form id="rename" dj-submit="rename">
///       <input name="title" aria-invalid="{{ errors.has("title") }}" aria-describedby="title-error">
///       <p id="title-error">{% if let Some(message) = errors.get("title") %}{{ message }}{% endif %}</p>
///     </form>
///     <h1>{{ title }}</h1>
/// "#)]
/// struct Document {
///     title: String,
///     errors: FieldErrors,
/// }
///
/// #[handlers]
/// impl Document {
///     #[event]
///     fn rename(&mut self, title: String) -> Result<(), Refused> {
///         if title.trim().is_empty() {
///             return Err(self.errors.refuse(FieldErrors::new().with("title", "A document needs a title.")));
///         }
///         self.errors.clear();
///         self.title = title;
///         Ok(())
///     }
/// }
/// # impl LiveView for Document {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> {
/// #         Ok(Document { title: String::new(), errors: FieldErrors::new() })
/// #     }
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refused;

impl Display for Refused {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the event was refused")
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Refusing)
    }
}

/// Marks an error as a [`Refused`].
#[derive(Debug, thiserror::Error)]
#[error("refused")]
struct Refusing;

/// An error with a text for the person at the browser: it becomes the `detail.message` of
/// `dj:error`.
///
/// The text of every other error goes only to the log.
///
/// ```
/// use djust::{LiveView, MountContext, MountResult, UserError, handlers, live_view};
/// use djust::view::HandlerError;
///
/// #[live_view(source = r#"<button dj-click="close">Close</button> {{ day }}"#)]
/// struct Till {
///     day: u32,
///     is_open: bool,
/// }
///
/// #[handlers]
/// impl Till {
///     #[event]
///     fn close(&mut self) -> Result<(), HandlerError> {
///         if !self.is_open {
///             return Err(UserError::new("The till is closed already.").into());
///         }
///         let day: u32 = std::fs::read_to_string("day.txt")?.trim().parse()?; // for the log, if it fails
///         (self.day, self.is_open) = (day, false);
///         Ok(())
///     }
/// }
/// # impl LiveView for Till {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Till { day: 0, is_open: true }) }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError(Message);

/// Marks an error as a [`UserError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
struct Message(Cow<'static, str>);

impl UserError {
    /// Creates an error with this text.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        UserError(Message(message.into()))
    }
}

impl Display for UserError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for UserError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// Finds the first refusal or message for people in an error and its sources.
pub(super) fn in_chain(error: &(dyn Error + 'static)) -> Option<HandlerError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<Refusing>() {
            return Some(HandlerError::Refused);
        }
        if let Some(message) = error.downcast_ref::<Message>() {
            return Some(HandlerError::Message(message.to_string()));
        }
        next = error.source();
    }
    None
}
