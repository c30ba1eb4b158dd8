//! Reads typed arguments and fields from JSON: strictly for pushes, as HTML forms do for browsers.

use super::FieldErrors;
use super::coerce::{Coerce, Error};
use super::form::{read_fields, read_form};
pub use crate::push::{ArgumentError, Arguments};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;

/// All arguments of an event as one struct: a form's fields by name.
///
/// If a value can't be read, the handler is not called, and the browser is told. A handler with
/// `Result<Form<T>, FieldErrors>` is called anyway, with a message for each such field: see
/// [`FieldErrors`].
///
/// ```
/// use djust::{Form, LiveView, MountContext, MountResult, handlers, live_view};
///
/// #[derive(serde::Deserialize)]
/// struct SignUp {
///     name: String,
///     age: Option<u8>,
///     newsletter: bool,
/// }
///
/// #[live_view(source = r#"<form dj-submit="save"><input name="name"><button>Save</button></form>"#)]
/// struct Account {
///     name: String,
/// }
///
/// #[handlers]
/// impl Account {
///     #[event]
///     fn save(&mut self, form: Form<SignUp>) {
///         self.name = form.0.name;
///     }
/// }
/// # impl LiveView for Account {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Account { name: String::new() }) }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Form<T>(
    /// The values that the person entered.
    pub T,
);

/// Reads a handler's parameter of type `T`, for the generated code.
///
/// For a whole form, its own `read` is found; for any other type, that of [`ReadArgument`]. The
/// type decides, so an alias is read like the type it stands for.
pub struct ArgumentOf<T>(PhantomData<T>);

impl<T> ArgumentOf<Form<T>> {
    /// Whether it takes all arguments. Then templates may give it any.
    pub const TAKES_ALL: bool = true;

    /// Reads all arguments of an event as one struct.
    pub fn read(arguments: &Arguments, handler: &str, name: &str) -> Result<Form<T>, ArgumentError>
    where
        T: DeserializeOwned,
    {
        read_form(arguments).map(Form).map_err(|error| ArgumentError::argument_type(handler, name, error))
    }
}

impl<T> ArgumentOf<Result<Form<T>, FieldErrors>> {
    /// Whether it takes all arguments. Then templates may give it any.
    pub const TAKES_ALL: bool = true;

    /// Reads all arguments of an event as one struct, or returns a message for each that can't be
    /// read.
    pub fn read(
        arguments: &Arguments,
        handler: &str,
        name: &str,
    ) -> Result<Result<Form<T>, FieldErrors>, ArgumentError>
    where
        T: DeserializeOwned,
    {
        let read = read_fields(arguments);
        read.map(|form| form.map(Form)).map_err(|error| ArgumentError::argument_type(handler, name, error))
    }
}

/// Reads one argument of a type that is not a whole form: the fallback of [`ArgumentOf`].
pub trait ReadArgument<T> {
    /// Whether it takes all arguments.
    const TAKES_ALL: bool = false;

    /// Reads one argument of an event. A missing argument is `None` for an `Option` and `false` for
    /// a `bool`, because an unchecked box is not sent at all.
    fn read(arguments: &Arguments, handler: &str, name: &str) -> Result<T, ArgumentError>
    where
        T: DeserializeOwned;
}

impl<T> ReadArgument<T> for ArgumentOf<T> {
    fn read(arguments: &Arguments, handler: &str, name: &str) -> Result<T, ArgumentError>
    where
        T: DeserializeOwned,
    {
        let value = arguments.get(name).map_or_else(Coerce::missing, Coerce::value);
        T::deserialize(value).map_err(|error| match error {
            Error::Missing(_) => ArgumentError::missing(handler, name),
            error => ArgumentError::argument_type(handler, name, error),
        })
    }
}

/// Sets a field from a push.
pub fn set_field<T: DeserializeOwned>(field: &mut T, name: &str, value: &Value) -> Result<(), ArgumentError> {
    *field = T::deserialize(value).map_err(|error| ArgumentError::field_type(name, error))?;
    Ok(())
}

/// Sets a field from a person's input.
pub fn set_model<T: DeserializeOwned>(field: &mut T, name: &str, value: &Value) -> Result<(), ArgumentError> {
    *field = T::deserialize(Coerce::value(value)).map_err(|error| ArgumentError::field_type(name, error))?;
    Ok(())
}
