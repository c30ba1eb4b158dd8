//! The parts of the typed builders.
//!
//! `#[live_view]` and `#[push_contract]` generate a builder with a method for each field and
//! handler. It holds a [`TypedPush`], which knows the view's path and how to send. The work of its
//! methods is done here.

use super::default::default_pusher;
use super::{IntoMessage, LayerError, MalformedPush, Message, Push, PushError, Pusher, Receipt, ViewId};
use serde::Serialize;
use std::fmt::Display;

/// A complete typed push: it can only be sent.
///
/// It uses the process-wide layer, or the [`Pusher`] given to [`via`](TypedPush::via).
///
/// ```
/// use djust::push::Push;
/// use djust::{LiveView, MountContext, MountResult, handlers, live_view};
///
/// #[live_view(source = "<p>{{ last }}</p>")]
/// struct Chat {
///     last: String,
/// }
///
/// #[handlers]
/// impl Chat {
///     #[push]
///     fn on_message(&mut self, text: String) {
///         self.last = text;
///     }
/// }
/// # impl LiveView for Chat {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Chat { last: String::new() }) }
/// # }
///
/// let push = Chat::push().on_message("Hello".to_owned()).key("room:7");
/// assert_eq!(push.into_push(), Push::handler("on_message").arg("text", "Hello").key("room:7"));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a push does nothing until it is sent"]
pub struct TypedPush {
    path: &'static str,
    push: Push,
    pusher: Option<Pusher>,
}

impl TypedPush {
    /// Sends the push, and waits for room if there is none, like [`Pusher::send`].
    ///
    /// # Errors
    /// Returns the errors of [`Pusher::send`].
    pub async fn send(mut self) -> Result<Receipt, PushError> {
        self.take_pusher()?.send(self).await
    }

    /// Sends the push on a thread without a runtime, and blocks until the layer has it, like
    /// [`Pusher::send_blocking`].
    ///
    /// # Errors
    /// Returns the errors of [`Pusher::send_blocking`].
    pub fn send_blocking(mut self) -> Result<Receipt, PushError> {
        self.take_pusher()?.send_blocking(self)
    }

    /// Sends the push without waiting, for synchronous code on a thread of an async runtime, like
    /// [`Pusher::queue`].
    ///
    /// # Errors
    /// Returns the errors of [`Pusher::queue`].
    pub fn queue(mut self) -> Result<Receipt, PushError> {
        self.take_pusher()?.queue(self)
    }

    /// Uses this layer instead of the process-wide one.
    pub fn via(self, pusher: &Pusher) -> Self {
        TypedPush { pusher: Some(pusher.clone()), ..self }
    }

    /// Leaves one view out.
    pub fn except(self, view: ViewId) -> Self {
        TypedPush { push: self.push.except(view), ..self }
    }

    /// Sends the push only to views that have this key.
    pub fn key(self, key: impl Display) -> Self {
        TypedPush { push: self.push.key(key), ..self }
    }

    /// Returns the untyped push inside.
    pub fn into_push(self) -> Push {
        self.push
    }

    fn take_pusher(&mut self) -> Result<Pusher, LayerError> {
        self.pusher.take().map_or_else(default_pusher, Ok)
    }
}

/// A message has no layer: its sender chooses one.
impl IntoMessage for TypedPush {
    fn into_message(self) -> Result<Message, MalformedPush> {
        (self.path, self.push).into_message()
    }
}

/// For generated builders: begins a push.
pub fn push_to(path: &'static str) -> TypedPush {
    TypedPush { path, push: Push::default(), pusher: None }
}

/// For generated builders: sets a field.
pub fn push_set(push: &mut TypedPush, field: &str, value: &impl Serialize) {
    push.push = std::mem::take(&mut push.push).set(field, value);
}

/// For generated builders: gives an argument.
pub fn push_arg(push: &mut TypedPush, name: &str, value: &impl Serialize) {
    push.push = std::mem::take(&mut push.push).arg(name, value);
}

/// For generated builders: names the handler. `arguments` adds its arguments.
pub fn push_call(push: TypedPush, handler: &str, arguments: impl FnOnce(&mut TypedPush)) -> TypedPush {
    let mut push = TypedPush { push: push.push.call(handler), ..push };
    arguments(&mut push);
    push
}
