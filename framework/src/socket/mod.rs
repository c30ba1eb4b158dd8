//! The WebSocket: frames in, frames out.
//!
//! # Actors
//!
//! [`Socket`] is a thin actor on actix-web-actors, one for each connection; its file is the only one that knows that
//! crate. It runs only while actix-web polls the response's body: with a client that does not read it may never
//! run again. So it owns no timer that matters and no queue: a connection's [`Heartbeat`] is watched by the thread's
//! watchdog, and what bounds it is the [`Link`] of each view. Both are shared by socket and view, on any thread: the
//! socket applies an `ack` and hears a sign of life when the frame arrives, whatever the view is busy with.
//!
//! # The way of a frame
//!
//! In: the `gate` passes frame by frame, refuses what is too large at its header, and reads no faster than the peer may send.
//! [`Socket`] decodes it ([`crate::protocol`]); `dispatch` counts it against its rate and posts it to the view it names, at most
//! 128 events at a time. Their arguments stay text until the handler's turn.
//! Out: the view gives it to its [`Link`], which counts it against the window ([`Flow`]) and posts it to the
//! socket.

mod actor;
mod binding;
mod connections;
mod dispatch;
mod flow;
mod framing;
mod gate;
mod handshake;
mod heartbeat;
mod link;
mod messages;
mod origin;
mod proxy;
mod rate;
mod token;
mod visit;

pub(crate) use actor::open;
pub(crate) use connections::Connections;
#[cfg(doc)]
use flow::Flow;
pub(crate) use flow::Window;
pub(crate) use heartbeat::Heartbeat;
pub(crate) use link::Link;
pub(crate) use messages::FromSocket;
pub(crate) use origin::OriginPolicy;
pub(crate) use token::{Location, Secret};
pub(crate) use visit::{LentRequest, Sample, Visit};
