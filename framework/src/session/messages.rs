//! The messages between a socket and its views. All of them are `Send`.

use crate::protocol::Unread;
use actix::Message;
use tokio::sync::OwnedSemaphorePermit;

/// From a view or the watchdog to a socket. Each view sends at most one `Ended` and two `Close`,
/// and the watchdog one `Close`. Frames for the browser go through the
/// [`FrameQueue`](super::FrameQueue) instead.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub(crate) enum ToSocket {
    /// The view with this number has ended. Its last frame was sent before.
    Ended(u32),
    /// The connection should end, with this close code and reason.
    Close(u16, &'static str),
}

/// From a socket to the view that a frame names. At most
/// [`MAX_WAITING_EVENTS`](super::event_limit::MAX_WAITING_EVENTS) events and models wait for a
/// view, and [`waiting_limit`](crate::DjustBuilder::waiting_limit) bounds the bytes for all views
/// of a socket. `Room` comes once each time the view waits; `Leave` comes once.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub(crate) enum FromSocket {
    /// Call an `#[event]` handler.
    Event {
        /// The reference for the reply.
        reference: u64,
        name: String,
        arguments: Unread,
        /// Its share of the waiting bytes, returned with the message.
        waiting: OwnedSemaphorePermit,
    },
    /// Set a `#[model]` field.
    Model {
        /// The reference for the reply.
        reference: u64,
        field: String,
        value: Unread,
        /// Its share of the waiting bytes, returned with the message.
        waiting: OwnedSemaphorePermit,
    },
    /// The browser has acknowledged something, and the view was waiting for room to render.
    Room,
    /// The browser is gone, or no longer wants this view.
    Leave,
}
