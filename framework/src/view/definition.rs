//! What the macros tell the framework about a view.
//!
//! `#[live_view]` implements [`ViewDefinition`], `#[handlers]` implements [`OneHandlersBlock`]. The first asks for the second
//! by [`HandlersOf`], which also serves views without a block. A user names none of them.

use super::{ArgumentError, Arguments, Call};
use crate::push::{HandlerSchema, ViewSchema};
use crate::render::{Recorder, Template};
use serde_json::Value;
use std::fmt::Display;
use std::marker::PhantomData;

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

/// A view that `#[live_view(default)]` can mount.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `Default`, by which `#[live_view(default)]` mounts it",
    label = "has no `Default`",
    note = "write `#[derive(Default)]` above the struct, or leave out `default` and write `impl LiveView` with a `mount`"
)]
pub trait DefaultView: Sized {
    /// The view as it is mounted.
    fn default_view() -> Self;
}

#[diagnostic::do_not_recommend]
impl<V: Default> DefaultView for V {
    fn default_view() -> Self {
        V::default()
    }
}

/// What `#[live_view(key = …)]` can be.
#[diagnostic::on_unimplemented(
    message = "a view's key is a text, and `{Self}` has no `Display`",
    label = "has no `Display`",
    note = "a struct under `#[djust::push_key(...)]` has one"
)]
pub trait KeyText {
    /// The text that a push addresses.
    fn key_text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<K: Display + ?Sized> KeyText for K {
    fn key_text(&self) -> String {
        self.to_string()
    }
}

/// What `#[handlers]` tells about a view, once.
///
/// rustc names this trait where a view has two such blocks.
pub trait OneHandlersBlock: Sized {
    /// The `#[event]` handlers.
    const EVENTS: &'static [EventSchema];
    /// The `#[push]` handlers.
    const PUSH_HANDLERS: &'static [HandlerSchema] = &[];

    /// See [`ViewDefinition::decode_event`].
    ///
    /// # Errors
    /// As there.
    fn decode_event(name: &str, _arguments: &Arguments) -> Result<Call<Self>, ArgumentError> {
        Err(ArgumentError::unknown_event(name))
    }

    /// See [`ViewDefinition::decode_push`].
    ///
    /// # Errors
    /// As there.
    fn decode_push(name: &str, _payload: &Arguments) -> Result<Call<Self>, ArgumentError> {
        Err(ArgumentError::unknown_handler(name))
    }
}

/// An `#[event]` handler, as far as a template has to fit it.
#[derive(Debug)]
pub struct EventSchema {
    /// What the template calls it.
    pub name: &'static str,
    /// Its arguments by name.
    pub arguments: &'static [&'static str],
    /// Whether one of its parameters is all arguments, as a `Form` is.
    pub takes_all: bool,
}

/// A view's block of handlers, if it has one.
///
/// `HandlersOf::<V>::BLOCK` is the constant below where `V` has a block, since inherent ones win, and that of [`NoHandlers`]
/// where it has none.
pub struct HandlersOf<V>(PhantomData<V>);

/// The ways into a block of handlers.
pub struct HandlersBlock<V> {
    /// Whether there is one.
    pub is_there: bool,
    /// See [`OneHandlersBlock::EVENTS`].
    pub events: &'static [EventSchema],
    /// See [`OneHandlersBlock::PUSH_HANDLERS`].
    pub push_handlers: &'static [HandlerSchema],
    /// See [`ViewDefinition::decode_event`].
    pub decode_event: Decode<V>,
    /// See [`ViewDefinition::decode_push`].
    pub decode_push: Decode<V>,
}

/// From a name and JSON to a call.
pub type Decode<V> = fn(&str, &Arguments) -> Result<Call<V>, ArgumentError>;

impl<V: OneHandlersBlock> HandlersOf<V> {
    /// What `#[handlers]` wrote.
    pub const BLOCK: HandlersBlock<V> = HandlersBlock {
        is_there: true,
        events: V::EVENTS,
        push_handlers: V::PUSH_HANDLERS,
        decode_event: V::decode_event,
        decode_push: V::decode_push,
    };
}

/// A view without a block of handlers.
pub trait NoHandlers<V> {
    /// It has none.
    const BLOCK: HandlersBlock<V> = HandlersBlock {
        is_there: false,
        events: &[],
        push_handlers: &[],
        decode_event: |name, _| Err(ArgumentError::unknown_event(name)),
        decode_push: |name, _| Err(ArgumentError::unknown_handler(name)),
    };
}

impl<V> NoHandlers<V> for HandlersOf<V> {}

impl<V> HandlersBlock<V> {
    /// Whether there is such an `#[event]` handler; `const`, so that templates are checked by the compiler.
    pub const fn has_event(&self, name: &str) -> bool {
        find(self.events, name).is_some()
    }

    /// Whether the handler takes this argument, or there is no such handler.
    pub const fn takes(&self, event: &str, argument: &str) -> bool {
        match find(self.events, event) {
            Some(event) => event.takes_all || contains(event.arguments, argument),
            None => true,
        }
    }
}

const fn find(events: &'static [EventSchema], name: &str) -> Option<&'static EventSchema> {
    let mut i = 0;
    while i < events.len() {
        if equal(events[i].name.as_bytes(), name.as_bytes()) {
            return Some(&events[i]);
        }
        i += 1;
    }
    None
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if equal(names[i].as_bytes(), name.as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
