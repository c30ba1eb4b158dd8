//! A push together with the view it is for.

use crate::push::{Push, PushError, ViewPath};

/// A push on its way. Its form has been checked: there is no other way to make one.
///
/// ```
/// use djust::layer::Message;
/// use djust::push::Push;
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
    /// Checks what can be checked without knowing the view.
    ///
    /// # Errors
    /// Those of [`Push::check_form`].
    pub fn new(path: ViewPath, push: Push) -> Result<Self, PushError> {
        push.check_form()?;
        Ok(Message { path, push })
    }

    /// The view it is for.
    pub fn path(&self) -> &ViewPath {
        &self.path
    }

    /// What to do there.
    pub fn push(&self) -> &Push {
        &self.push
    }

    /// What to do there, for whoever needs no more.
    #[cfg(feature = "redis")]
    pub(crate) fn into_push(self) -> Push {
        self.push
    }

    /// Leaves an empty push behind.
    #[cfg(feature = "server")]
    pub(crate) fn take_push(&mut self) -> Push {
        std::mem::take(&mut self.push)
    }
}
