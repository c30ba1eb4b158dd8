//! The chat's messages, shared by every page. An application would keep them in its database.
//!
//! Each gallery process keeps its own history. If several processes serve one site, each keeps the
//! messages that it sends and those that are pushed to its pages.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One message.
#[derive(Clone)]
pub struct Message {
    pub id: u64,
    pub author: Option<String>,
    pub text: String,
}

impl Message {
    /// Returns the author's name, for the template.
    pub fn author(&self) -> &str {
        self.author.as_deref().filter(|name| !name.is_empty()).unwrap_or("Somebody")
    }
}

/// The newest messages; older ones are forgotten. A clone is another handle on the same history.
#[derive(Clone, Default)]
pub struct History(Arc<Mutex<VecDeque<Message>>>);

impl History {
    /// How many messages are kept, here and on each page.
    pub const LIMIT: usize = 200;

    /// Makes an id that no other message has, even in another gallery.
    pub fn new_id() -> u64 {
        fastrand::u64(..)
    }

    /// Adds a new message, with an id.
    pub fn add(&self, text: String, author: Option<String>) -> Message {
        let message = Message { id: Self::new_id(), author, text };
        self.keep(message.clone());
        message
    }

    /// Keeps a message, unless it is already there.
    pub fn keep(&self, message: Message) {
        let mut messages = self.lock();
        if messages.iter().any(|kept| kept.id == message.id) {
            return;
        }
        messages.push_back(message);
        if messages.len() > Self::LIMIT {
            messages.pop_front();
        }
    }

    /// Returns all messages, the oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.lock().iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Message>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
