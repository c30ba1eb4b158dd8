//! What a push may set and call on a view, with the types. The macros generate it, and layers read
//! it.
//!
//! A schema needs neither the view nor a server: it checks JSON against Rust types. It also
//! publishes names, and the JSON that each type may read, for programs without the types.

use super::shape::{Expected, expected_by};
use super::{ArgumentError, Arguments, Push};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a push may do to a view.
#[derive(Debug)]
pub struct ViewSchema {
    /// The view path.
    pub path: &'static str,
    /// The fields marked `#[push]`.
    pub fields: &'static [FieldSchema],
    /// The handlers marked `#[push]`.
    pub handlers: &'static [HandlerSchema],
}

/// A field that a push may set.
#[derive(Debug)]
pub struct FieldSchema {
    name: &'static str,
    check: fn(&Value) -> Result<(), String>,
    #[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "the Redis layer publishes it"))]
    expected: fn() -> Expected,
}

/// A handler that a push may call.
#[derive(Debug)]
pub struct HandlerSchema {
    name: &'static str,
    check: fn(&Arguments) -> Result<(), ArgumentError>,
    #[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "the Redis layer publishes it"))]
    arguments: &'static [ArgumentSchema],
}

/// An argument of a handler.
#[derive(Debug)]
#[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "the Redis layer publishes it"))]
pub struct ArgumentSchema {
    name: &'static str,
    expected: fn() -> Expected,
}

/// A field of type `T`.
pub const fn field_schema<T: DeserializeOwned>(name: &'static str) -> FieldSchema {
    FieldSchema { name, check: check_type::<T>, expected: expected_by::<T> }
}

/// A handler. `check` reads its arguments.
pub const fn handler_schema(
    name: &'static str,
    arguments: &'static [ArgumentSchema],
    check: fn(&Arguments) -> Result<(), ArgumentError>,
) -> HandlerSchema {
    HandlerSchema { name, check, arguments }
}

/// An argument of type `T`.
pub const fn argument_schema<T: DeserializeOwned>(name: &'static str) -> ArgumentSchema {
    ArgumentSchema { name, expected: expected_by::<T> }
}

fn check_type<T: DeserializeOwned>(value: &Value) -> Result<(), String> {
    T::deserialize(value).map(drop).map_err(|error| error.to_string())
}

impl ViewSchema {
    /// Checks the whole push: every field, the handler, every argument.
    ///
    /// # Errors
    /// Returns the first part that does not fit.
    pub fn check(&self, push: &Push) -> Result<(), ArgumentError> {
        // The types are the application's and may panic; a thread that carries pushes must not end
        // for that.
        catch_unwind(AssertUnwindSafe(|| self.check_types(push))).unwrap_or_else(|_| {
            let reason =
                "`Deserialize` of one of its types has panicked, which is a mistake in that type".into();
            Err(ArgumentError::Type { place: "the push".into(), reason })
        })
    }

    fn check_types(&self, push: &Push) -> Result<(), ArgumentError> {
        for (name, value) in push.fields() {
            let names = || self.fields.iter().map(|field| field.name);
            let field = self
                .fields
                .iter()
                .find(|field| field.name == name)
                .ok_or_else(|| ArgumentError::unknown_field(name).among(names()))?;
            (field.check)(value).map_err(|reason| ArgumentError::field_type(name, reason))?;
        }
        let Some(name) = push.handler_name() else { return Ok(()) };
        let names = || self.handlers.iter().map(|handler| handler.name);
        let handler = self
            .handlers
            .iter()
            .find(|handler| handler.name == name)
            .ok_or_else(|| ArgumentError::unknown_handler(name).among(names()))?;
        (handler.check)(push.payload())
    }

    /// Makes the schema that other programs may read.
    #[cfg(feature = "redis")]
    pub(crate) fn publish(&self) -> super::published::PublishedSchema {
        let arguments = |handler: &HandlerSchema| {
            handler
                .arguments
                .iter()
                .map(|argument| (argument.name.to_owned(), (argument.expected)()))
                .collect()
        };
        super::published::PublishedSchema {
            fields: self.fields.iter().map(|field| (field.name.to_owned(), (field.expected)())).collect(),
            handlers: self
                .handlers
                .iter()
                .map(|handler| (handler.name.to_owned(), arguments(handler)))
                .collect(),
        }
    }
}
