//! A push together with its view, and what can be made into one.

use super::{MalformedPush, Push, ViewPath};

/// A push with its view. Its form has been checked: there is no other way to make one.
///
/// ```
/// use djust::push::{Message, Push};
///
/// let message = Message::new("chat.Chat".parse()?, Push::handler("on_message").arg("text", "Hello"))?;
/// assert_eq!(message.path().as_str(), "chat.Chat");
/// assert_eq!(message.push().handler_name(), Some("on_message"));
/// # Ok::<(), djust::push::PushError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    path: ViewPath,
    push: Push,
}

impl Message {
    /// Checks everything that can be checked without the view.
    ///
    /// # Errors
    /// Returns the errors of [`Push::check_form`].
    pub fn new(path: ViewPath, push: Push) -> Result<Self, MalformedPush> {
        push.check_form()?;
        Ok(Message { path, push })
    }

    /// Returns the path of the view.
    pub fn path(&self) -> &ViewPath {
        &self.path
    }

    /// Returns the push.
    pub fn push(&self) -> &Push {
        &self.push
    }

    /// Returns the push, without its path.
    #[cfg(feature = "redis")]
    pub(crate) fn into_push(self) -> Push {
        self.push
    }

    /// Takes the push out and leaves an empty one.
    #[cfg(feature = "server")]
    pub(crate) fn take_push(&mut self) -> Push {
        std::mem::take(&mut self.push)
    }
}

/// Anything that can be sent: a typed push, or a pair of a view path and a [`Push`].
///
/// [`Pusher`](super::Pusher) and [`push_many`](super::push_many) accept it.
///
/// ```
/// use djust::push::{IntoMessage, Push, PushContract};
///
/// #[djust::push_contract(path = "shop.views.Cart")]
/// pub struct CartContract {
///     pub items: u32,
/// }
///
/// let typed = CartContract::push().items(3).into_message()?;
/// let pair = ("shop.views.Cart", Push::state("items", 3)).into_message()?;
/// assert_eq!(typed, pair);
/// assert_eq!(pair.path().as_str(), CartContract::PATH);
/// # Ok::<(), djust::push::MalformedPush>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a push with the view it is for",
    label = "not a typed push, nor a pair of a view path and a `Push`",
    note = "write `Counter::push().count(1)`, or `(\"module.View\", Push::state(\"count\", 1))`"
)]
pub trait IntoMessage {
    /// Returns the push and its view, after checking everything that can be checked without the
    /// view.
    ///
    /// # Errors
    /// Returns an error if the path or the push is malformed.
    fn into_message(self) -> Result<Message, MalformedPush>;
}

impl IntoMessage for Message {
    fn into_message(self) -> Result<Message, MalformedPush> {
        Ok(self)
    }
}

impl<P: AsRef<str>> IntoMessage for (P, Push) {
    fn into_message(self) -> Result<Message, MalformedPush> {
        let (path, push) = self;
        Message::new(path.as_ref().parse()?, push)
    }
}
