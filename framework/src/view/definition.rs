//! What the macros tell the framework about a view.
//!
//! `#[live_view]` implements [`ViewDefinition`]; `#[handlers]` adds inherent items of the names in
//! [`NoHandlers`], which win over that trait's: so a view without a `#[handlers]` block has none, and
//! each macro can refer to what the other generates. A user names neither trait.

use super::{ArgumentError, Arguments, Call};
use crate::push::{HandlerSchema, ViewSchema};
use crate::render::{Recorder, Template};
use serde_json::Value;

/// The generated half of a live view: its template, its schema and the ways in.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a live view",
    label = "has no `#[live_view(...)]`",
    note = "write `#[live_view(template = \"name.html\")]` above the struct"
)]
pub trait ViewDefinition: Sized + 'static {
    /// The view path: `ident(.ident)+`, by default the module path and the type's name.
    const PATH: &'static str;
    /// Milliseconds between two ticks.
    const TICK_INTERVAL: Option<u64>;
    /// The split template.
    const TEMPLATE: &'static Template;
    /// What a push may set and call.
    const SCHEMA: &'static ViewSchema;

    /// Renders the dynamic parts of the template.
    ///
    /// # Errors
    /// What an expression or a filter of the template returned.
    fn record(&self, recorder: &Recorder) -> Result<(), askama::Error>;

    /// The key under which a push can address this instance.
    fn key(&self) -> Option<String>;

    /// Sets a field marked `#[push]`.
    ///
    /// # Errors
    /// No such field, or a value of the wrong type; the view is unchanged.
    fn set_field(&mut self, name: &str, value: &Value) -> Result<(), ArgumentError>;

    /// Sets a field marked `#[model]` from a browser's value.
    ///
    /// # Errors
    /// No such field, or a value that can't be read as its type; the view is unchanged.
    fn set_model(&mut self, name: &str, value: &Value) -> Result<(), ArgumentError>;

    /// Takes over the fields marked `#[model]` from the instance that this one replaces on the same page: they say what the
    /// person has typed there.
    fn keep_models(&mut self, before: &mut Self);

    /// Reads a browser's event into a call.
    ///
    /// # Errors
    /// No such `#[event]` handler, or arguments that don't fit.
    fn decode_event(name: &str, arguments: &Arguments) -> Result<Call<Self>, ArgumentError>;

    /// Reads a push's handler and payload into a call.
    ///
    /// # Errors
    /// No such `#[push]` handler, or arguments that don't fit.
    fn decode_push(name: &str, payload: &Arguments) -> Result<Call<Self>, ArgumentError>;
}

/// The handlers of a view that has no `#[handlers]` block.
pub trait NoHandlers: Sized {
    /// Names of the `#[event]` handlers.
    const __DJUST_EVENTS: &'static [&'static str] = &[];
    /// The `#[push]` handlers.
    const __DJUST_PUSH_HANDLERS: &'static [HandlerSchema] = &[];

    /// See [`ViewDefinition::decode_event`].
    #[doc(hidden)]
    fn __djust_decode_event(name: &str, _arguments: &Arguments) -> Result<Call<Self>, ArgumentError> {
        Err(ArgumentError::unknown_event(name))
    }

    /// See [`ViewDefinition::decode_push`].
    #[doc(hidden)]
    fn __djust_decode_push(name: &str, _payload: &Arguments) -> Result<Call<Self>, ArgumentError> {
        Err(ArgumentError::unknown_handler(name))
    }
}

impl<T> NoHandlers for T {}
