//! What a socket and its views say to each other. All of it is `Send`.

use crate::protocol::Unread;
use actix::Message;
use bytestring::ByteString;
use tokio::sync::OwnedSemaphorePermit;

/// From a view to its socket. Bounded by the window, as every frame is counted by the link; the others are one of
/// a kind.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub(crate) enum ToSocket {
    /// A frame for the browser.
    Text(ByteString),
    /// A WebSocket ping, answered by every client on its own.
    Ping,
    /// The view with this number has ended; its last frame was sent before.
    Ended(u32),
    /// The connection should end, with this close code and reason.
    Close(u16, &'static str),
}

/// From a socket to the view that a frame names. At most [`MAX_WAITING_EVENTS`](super::event_limit::MAX_WAITING_EVENTS)
/// events and models are waiting, of all views of a socket as many bytes as
/// [`waiting_limit`](crate::DjustBuilder::waiting_limit) says; `Room` comes once for each time that the view waits; `Leave`
/// comes once.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub(crate) enum FromSocket {
    /// Call an `#[event]` handler.
    Event {
        /// For the reply.
        reference: u64,
        name: String,
        arguments: Unread,
        /// Its bytes among those that wait, given back with the message.
        waiting: OwnedSemaphorePermit,
    },
    /// Set a `#[model]` field.
    Model {
        /// For the reply.
        reference: u64,
        field: String,
        value: Unread,
        /// As for an event.
        waiting: OwnedSemaphorePermit,
    },
    /// The browser has acknowledged something, and the view waits for room to render.
    Room,
    /// The browser is gone, or wants no more of this view.
    Leave,
}
