//! The floor that a framework's fan-out is compared with: what somebody would write by hand on
//! actix-web-actors to send the same bytes to the same number of sockets.
//!
//! ```text
//! GET /push ── Push ──> Broadcaster ── Frame, one for each socket ──> Socket ──> the client
//! ```
//!
//! Ticks come from the broadcaster as well: one frame for all, or, to viewers with a number, a message
//! on which each counts and formats its own.
//!
//! There is one worker thread, and the broadcaster runs on it: no message crosses threads. It formats
//! a frame once and sends each socket a reference to it. There is no state of views, no comparison,
//! no flow control and no signature, and the allocator is the system's. Its pages have the size of
//! those of `examples/fanout`, so that clients load one before they connect, too.

mod broadcaster;
mod frames;
mod server;
mod socket;

pub use frames::{Page, frame};
pub use server::{Options, run};
