//! From JSON to typed arguments and fields: strictly for pushes, as HTML forms do for browsers.

use super::FieldErrors;
use super::coerce::{Coerce, Error};
use super::form::{read_fields, read_form};
pub use crate::push::{ArgumentError, Arguments};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;

/// All arguments of an event as one struct: a form's fields by their names.
///
/// If a value can't be read, the handler is not called, and the browser is told. A handler that takes
/// `Result<Form<T>, FieldErrors>` is called all the same, with a message for each such field: see [`FieldErrors`].
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
    /// What was filled in.
    pub T,
);

/// Reads a handler's parameter of type `T`, for the generated code. For a whole form its own `read` is found, for any other
/// type that of [`ReadArgument`]: by the type, so that an alias is read as what it stands for.
pub struct ArgumentOf<T>(PhantomData<T>);

impl<T> ArgumentOf<Form<T>> {
    /// Whether it is all arguments: templates may give it any.
    pub const TAKES_ALL: bool = true;

    /// All arguments of an event as one struct.
    pub fn read(arguments: &Arguments, handler: &str, name: &str) -> Result<Form<T>, ArgumentError>
    where
        T: DeserializeOwned,
    {
        read_form(arguments).map(Form).map_err(|error| ArgumentError::argument_type(handler, name, error))
    }
}

impl<T> ArgumentOf<Result<Form<T>, FieldErrors>> {
    /// Whether it is all arguments: templates may give it any.
    pub const TAKES_ALL: bool = true;

    /// All arguments of an event as one struct, or a message for each that can't be read.
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

/// See [`ArgumentOf`].
pub trait ReadArgument<T> {
    /// Whether it is all arguments.
    const TAKES_ALL: bool = false;

    /// One argument of an event. Missing is `None` for an `Option` and `false` for a `bool`, as an unchecked box is
    /// not sent at all.
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

/// Sets a field from what a person has typed.
pub fn set_model<T: DeserializeOwned>(field: &mut T, name: &str, value: &Value) -> Result<(), ArgumentError> {
    *field = T::deserialize(Coerce::value(value)).map_err(|error| ArgumentError::field_type(name, error))?;
    Ok(())
}
