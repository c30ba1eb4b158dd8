//! What belongs to threads and not to any one actor.
//!
//! - [`Tell`] puts messages into mailboxes;
//! - [`background`] is the thread of djust that registries and the tick supervisor run on;
//! - [`Clock`] is a worker thread's time, and [`turn`] divides the thread among its views.

mod arbiter;
mod clock;
mod mailbox;
pub(crate) mod turn;

pub(crate) use arbiter::background;
pub(crate) use clock::{Clock, TICK as CLOCK_TICK};
pub(crate) use mailbox::Tell;
