//! Ticks: views that update themselves.
//!
//! One actor, the [`TickSupervisor`], on the background arbiter. It keeps one timer for each (group,
//! interval) that has views, not one for each view: views of a type tick together. It tells whoever
//! subscribed, the group's registry, which passes the [`Tick`] on: shard on each thread, then view. A
//! view that is still busy with its last tick is left out, and the skip is counted.

mod messages;
mod supervisor;

pub(crate) use messages::{SubscribeToTicks, Tick, UnsubscribeFromTicks};
pub(crate) use supervisor::TickSupervisor;
