//! What the macros tell the framework about a view.
//!
//! `#[live_view]` implements [`ViewDefinition`], and `#[handlers]` implements [`OneHandlersBlock`].
//! The first finds the second through [`HandlersOf`], which also covers views without a block. A
//! user writes none of these names.

use super::{ArgumentError, Arguments, Call};
use crate::push::{HandlerSchema, ViewSchema};
use crate::render::{Fields, Recorder, Template};
use serde_json::Value;
use std::fmt::Display;
use std::marker::PhantomData;

/// The generated half of a live view: its template, its schema, and how it reads events and pushes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a live view",
    label = "has no `#[live_view(...)]`",
    note = "write `#[live_view(template = \"name.html\")]` above the struct"
)]
pub trait ViewDefinition: Sized + 'static {
    /// The view path: `ident(.ident)+`, by default the module path and the type's name.
    const PATH: &'static str;
    /// Milliseconds between two ticks, or `None` for no ticks.
    const TICK_INTERVAL: Option<u64>;
    /// The split template.
    const TEMPLATE: &'static Template;
    /// What a push may set and call.
    const SCHEMA: &'static ViewSchema;
    /// How instances in equal state share one, or `None` if they don't.
    const SHARED: Option<SharedView<Self>> = None;

    /// Renders the dynamic parts of the template, as far as [`Recorder::due`] asks for them.
    ///
    /// # Errors
    /// Returns the error of an expression or a filter of the template.
    fn record(&self, recorder: &Recorder) -> Result<(), askama::Error>;

    /// The key under which a push can address this instance.
    fn key(&self) -> Option<String>;

    /// Sets a field marked `#[push]`, and returns which one that is.
    ///
    /// # Errors
    /// Returns an error if there is no such field, or if the value has the wrong type; the view is
    /// unchanged.
    fn set_field(&mut self, name: &str, value: &Value) -> Result<Fields, ArgumentError>;

    /// Sets a field marked `#[model]` from a browser's value.
    ///
    /// # Errors
    /// Returns an error if there is no such field, or if the value can't be read as its type; the
    /// view is unchanged.
    fn set_model(&mut self, name: &str, value: &Value) -> Result<(), ArgumentError>;

    /// Copies the fields marked `#[model]` from the instance that this one replaces on the same
    /// page: they hold what the person has typed there.
    fn keep_models(&mut self, before: &mut Self);

    /// Reads a browser's event into a call.
    ///
    /// # Errors
    /// Returns an error if there is no such `#[event]` handler, or if the arguments don't fit.
    fn decode_event(name: &str, arguments: &Arguments) -> Result<Call<Self>, ArgumentError>;

    /// Reads a push's handler and payload into a call.
    ///
    /// # Errors
    /// Returns an error if there is no such `#[push]` handler, or if the arguments don't fit.
    fn decode_push(name: &str, payload: &Arguments) -> Result<Call<Self>, ArgumentError>;
}

/// A view that `#[live_view(default)]` can mount: it implements `Default`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `Default`, which `#[live_view(default)]` needs to mount it",
    label = "has no `Default`",
    note = "write `#[derive(Default)]` above the struct, or leave out `default` and write `impl LiveView` with a `mount`"
)]
pub trait DefaultView: Sized {
    /// Returns the view as it is mounted.
    fn default_view() -> Self;
}

#[diagnostic::do_not_recommend]
impl<V: Default> DefaultView for V {
    fn default_view() -> Self {
        V::default()
    }
}

/// How instances of a view in equal state share one.
pub struct SharedView<V> {
    pub(crate) clone: fn(&V) -> V,
    pub(crate) equal: fn(&V, &V) -> bool,
}

/// A view that `#[live_view(shared)]` accepts: it implements `Clone` and `PartialEq`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be shared: `#[live_view(shared)]` needs its `Clone` and `PartialEq`",
    label = "lacks `Clone` or `PartialEq`",
    note = "write `#[derive(Clone, PartialEq)]` above the struct, or leave out `shared`"
)]
pub trait Shareable: Sized {
    /// What `Clone` and `PartialEq` say.
    const SHARED: SharedView<Self>;
}

#[diagnostic::do_not_recommend]
impl<V: Clone + PartialEq> Shareable for V {
    const SHARED: SharedView<V> = SharedView { clone: V::clone, equal: V::eq };
}

/// A type that `#[live_view(key = …)]` accepts: it has a `Display`.
#[diagnostic::on_unimplemented(
    message = "a view's key must be a text, but `{Self}` has no `Display`",
    label = "has no `Display`",
    note = "a struct under `#[djust::push_key(...)]` has one"
)]
pub trait KeyText {
    /// Returns the text that a push addresses.
    fn key_text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<K: Display + ?Sized> KeyText for K {
    fn key_text(&self) -> String {
        self.to_string()
    }
}

/// What `#[handlers]` says about a view. A view has one block.
///
/// If a view has two such blocks, rustc's error names this trait.
pub trait OneHandlersBlock: Sized {
    /// The `#[event]` handlers.
    const EVENTS: &'static [EventSchema];
    /// The `#[push]` handlers.
    const PUSH_HANDLERS: &'static [HandlerSchema] = &[];

    /// Reads a browser's event into a call.
    ///
    /// # Errors
    /// Returns an error if there is no such handler, or if the arguments don't fit.
    fn decode_event(name: &str, _arguments: &Arguments) -> Result<Call<Self>, ArgumentError> {
        Err(ArgumentError::unknown_event(name))
    }

    /// Reads a push's handler and payload into a call.
    ///
    /// # Errors
    /// Returns an error if there is no such handler, or if the arguments don't fit.
    fn decode_push(name: &str, _payload: &Arguments) -> Result<Call<Self>, ArgumentError> {
        Err(ArgumentError::unknown_handler(name))
    }
}

/// An `#[event]` handler, as far as a template must match it.
#[derive(Debug)]
pub struct EventSchema {
    /// Its name in the template.
    pub name: &'static str,
    /// Its arguments by name.
    pub arguments: &'static [&'static str],
    /// Whether a parameter receives all arguments, as a `Form` does.
    pub takes_all: bool,
}

/// Finds a view's block of handlers, if it has one.
///
/// If `V` has a block, `HandlersOf::<V>::BLOCK` is the constant below, because inherent constants
/// win. Otherwise it is that of [`NoHandlers`].
pub struct HandlersOf<V>(PhantomData<V>);

/// What the framework uses of a block of handlers.
pub struct HandlersBlock<V> {
    /// Whether the view has a block.
    pub is_there: bool,
    /// The `#[event]` handlers.
    pub events: &'static [EventSchema],
    /// The `#[push]` handlers.
    pub push_handlers: &'static [HandlerSchema],
    /// Reads a browser's event into a call.
    pub decode_event: Decode<V>,
    /// Reads a push's handler and payload into a call.
    pub decode_push: Decode<V>,
}

/// Reads a name and JSON into a call.
pub type Decode<V> = fn(&str, &Arguments) -> Result<Call<V>, ArgumentError>;

impl<V: OneHandlersBlock> HandlersOf<V> {
    /// The block that `#[handlers]` generated.
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
    /// An empty block.
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
    /// Whether there is an `#[event]` handler with this name. `const`, so that the compiler checks
    /// templates.
    pub const fn has_event(&self, name: &str) -> bool {
        find(self.events, name).is_some()
    }

    /// Whether the handler takes this argument. Also true if there is no such handler.
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
