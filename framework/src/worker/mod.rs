//! What belongs to a thread rather than to one actor.
//!
//! - [`Tell`] puts messages into mailboxes;
//! - [`background`] is djust's thread, on which registries and the tick supervisor run;
//! - [`Clock`] is a worker thread's time, and [`turn`] divides the thread among its views.

mod arbiter;
mod clock;
mod mailbox;
pub(crate) mod turn;

pub(crate) use arbiter::background;
pub(crate) use clock::{Clock, TICK as CLOCK_TICK};
pub(crate) use mailbox::Tell;
