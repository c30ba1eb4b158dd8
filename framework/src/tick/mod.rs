//! Ticks: views that update themselves.
//!
//! One actor, the [`TickSupervisor`], runs on the background arbiter. It keeps one timer for each
//! (group, interval) with views, not one for each view, so views of a type tick together. The
//! [`Tick`] goes to the group's registry, from there to the shard on each thread, and then to the
//! views. A view that is still busy with its last tick is left out, and the skipped tick is
//! counted.

mod messages;
mod supervisor;

pub(crate) use messages::{SubscribeToTicks, Tick, UnsubscribeFromTicks};
pub(crate) use supervisor::TickSupervisor;
