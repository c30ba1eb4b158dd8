//! What the typed builders are made of.
//!
//! `#[live_view]` and `#[push_contract]` generate a builder with a method for each field and handler. It keeps a
//! [`TypedPush`], which knows the view's path and how to send; what the methods do is here.

use super::{Push, PushError, Receipt, ViewId, apush_to_view, push_to_view};
use serde::Serialize;

/// A typed push that is complete: its handler has been called, it can only be sent.
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
}

impl TypedPush {
    /// Sends it through the process-wide layer: [`push_to_view`].
    ///
    /// # Errors
    /// As [`push_to_view`].
    pub fn send(self) -> Result<Receipt, PushError> {
        push_to_view(self.path, self.push)
    }

    /// Sends it, waiting for room where there is none.
    ///
    /// # Errors
    /// As [`apush_to_view`].
    pub async fn asend(self) -> Result<Receipt, PushError> {
        apush_to_view(self.path, self.push).await
    }

    /// Leaves one view out.
    pub fn except(self, view: ViewId) -> Self {
        TypedPush { push: self.push.except(view), ..self }
    }

    /// Only for views that have this key.
    pub fn key(self, key: impl Into<String>) -> Self {
        TypedPush { push: self.push.key(key), ..self }
    }

    /// The untyped push inside.
    pub fn into_push(self) -> Push {
        self.push
    }
}

/// For generated builders: begins a push.
pub fn push_to(path: &'static str) -> TypedPush {
    TypedPush { path, push: Push::default() }
}

/// For generated builders: sets a field.
pub fn push_set(push: &mut TypedPush, field: &str, value: &impl Serialize) {
    push.push = std::mem::take(&mut push.push).set(field, value);
}

/// For generated builders: gives an argument.
pub fn push_arg(push: &mut TypedPush, name: &str, value: &impl Serialize) {
    push.push = std::mem::take(&mut push.push).arg(name, value);
}

/// For generated builders: names the handler, `arguments` gives its arguments.
pub fn push_call(push: TypedPush, handler: &str, arguments: impl FnOnce(&mut TypedPush)) -> TypedPush {
    let mut push = TypedPush { path: push.path, push: push.push.call(handler) };
    arguments(&mut push);
    push
}
