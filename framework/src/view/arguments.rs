//! From JSON to typed arguments and fields: strictly for pushes, as HTML forms do for browsers.

use super::coerce::{Coerce, read_form};
pub use crate::push::{ArgumentError, Arguments};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// All arguments of an event as one struct: a form's fields by their names.
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

/// One argument of an event. Missing is `None` for an `Option` and `false` for a `bool`, as an unchecked box is
/// not sent at all.
pub fn argument<T: DeserializeOwned>(
    arguments: &Arguments,
    handler: &str,
    name: &str,
) -> Result<T, ArgumentError> {
    match arguments.get(name) {
        Some(value) => T::deserialize(Coerce::value(value))
            .map_err(|error| ArgumentError::argument_type(handler, name, error)),
        None => T::deserialize(Coerce::missing()).map_err(|_| ArgumentError::missing(handler, name)),
    }
}

/// All arguments of an event as one struct.
pub fn form<T: DeserializeOwned>(arguments: &Arguments, handler: &str) -> Result<Form<T>, ArgumentError> {
    read_form(arguments).map(Form).map_err(|error| ArgumentError::argument_type(handler, "form", error))
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
