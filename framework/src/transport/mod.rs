//! The WebSocket: frames in, frames out.
//!
//! # Actors
//!
//! [`Socket`](socket) is a thin actor on actix-web-actors, one for each connection; its file is the only one
//! that knows that crate. It runs only while actix-web polls the response's body: with a client that does
//! not read it may never run again. So it owns no timer that matters and no queue: a connection's
//! [`Heartbeat`] is watched by the thread's watchdog, and what bounds it is the [`ClientSender`] of each
//! view. Both are shared by socket and view, on any thread: the socket applies an `ack` and hears a sign of
//! life when the frame arrives, whatever the view is busy with.
//!
//! # The way of a frame
//!
//! 1. `admission`: the handshake's origin (`origin`, `proxy`), its size, and its address (`connections`);
//! 2. `gate`: passes frame by frame, refuses what is too large at its header (`framing`), and reads no
//!    faster than the peer may send (`rate`);
//! 3. `socket`: decoded ([`crate::protocol`]);
//! 4. `dispatch`: counted against its rate, and left with the view that it names, at most 128 events at a
//!    time. Their arguments stay text until the handler's turn. A join brings a token (`join_tokens`,
//!    `token`).
//!
//! The way out begins in a [session](crate::session) and ends in `socket`.

mod admission;
mod connections;
mod dispatch;
mod endpoint;
mod framing;
mod gate;
mod join_tokens;
mod limits;
mod origin;
mod proxy;
mod rate;
mod socket;
mod token;

#[cfg(doc)]
use crate::session::{ClientSender, Heartbeat};
pub(crate) use endpoint::Endpoint;
pub(crate) use join_tokens::JoinTokens;
pub(crate) use limits::Limits;
pub(crate) use origin::{MalformedSetting, OriginPolicy};
pub(crate) use socket::open;
pub(crate) use token::Secret;
