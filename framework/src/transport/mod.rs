//! The WebSocket: frames in, frames out.
//!
//! # Actors
//!
//! [`Socket`](socket) is a thin actor on actix-web-actors, one for each connection; only its file
//! uses that crate. The actor runs only while actix-web polls the response's body: if a client does
//! not read, it may never run again. So it owns no timer that matters, and no queue. The thread's
//! watchdog checks a connection's [`Heartbeat`], and the [`ClientSender`] of each view bounds what
//! is sent. Socket and view share both, on any thread: the socket applies an `ack` and notes a sign
//! of life as soon as the frame arrives, whatever the view is doing.
//!
//! # The way of a frame
//!
//! 1. `admission`: checks the handshake's origin (`origin`, `proxy`), its size, and its address
//!    (`connections`);
//! 2. `gate`: passes frame by frame, refuses one that is too large at its header (`framing`), and
//!    reads no faster than the peer may send (`rate`);
//! 3. `socket`: decodes it ([`crate::protocol`]);
//! 4. `dispatch`: counts it against its rate, and leaves it with the view that it names, for which
//!    at most 128 events wait. Arguments stay text until the handler's turn. A join brings a token
//!    (`join_tokens`, `token`).
//!
//! The way out begins in a [session](crate::session): it puts encoded frames into the connection's
//! [`FrameQueue`], and so does `socket`. The response's `body` writes them.

mod admission;
mod body;
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
mod views;

#[cfg(doc)]
use crate::session::{ClientSender, FrameQueue, Heartbeat};
pub(crate) use endpoint::Endpoint;
pub(crate) use join_tokens::JoinTokens;
pub(crate) use limits::Limits;
pub(crate) use origin::{MalformedSetting, OriginPolicy};
pub(crate) use socket::open;
pub(crate) use token::Secret;
