//! The wire protocol: typed frames, and nothing else.
//!
//! The book's chapter *Wire protocol* is normative. `tests/fixtures/protocol` holds each frame, as
//! both this side and the TypeScript side must write and read it.

mod encoded;
mod incoming;
mod outgoing;
mod unread;

pub(crate) use encoded::EncodedFrame;
pub use incoming::{ClientFrame, MalformedFrame};
pub(crate) use outgoing::escape;
pub use outgoing::{Joined, ReplyError, Reset, ServerFrame, close_code, patch_frame};
pub use unread::Unread;
