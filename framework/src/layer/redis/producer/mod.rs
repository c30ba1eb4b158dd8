//! Sending: from a checked push to an entry in its group's stream.
//!
//! [`Sender`] puts a push, with a number, into the [`Outbox`]. The [`Writer`] takes it from there,
//! adds it to the stream and settles it. A sender that waits for a push waits until it is settled.

mod drain;
mod lost_push;
mod outbox;
mod sender;
mod writer;

pub(crate) use drain::drain_when_this_thread_ends;
pub(crate) use lost_push::Hook;
pub use lost_push::LostPush;
pub(crate) use outbox::{NewItem, Outbox, Outcome, ended};
pub(crate) use sender::{Sender, SentOne};
pub(crate) use writer::Writer;
