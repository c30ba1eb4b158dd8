//! Ticks: views that update themselves.
//!
//! One actor, the [`TickSupervisor`], on the hub. It keeps one timer for each (group, interval) that has views,
//! not one for each view: views of a type tick together. A tick goes supervisor → registry → part on each
//! thread → view; a view still busy with its last tick is left out and the skip counted.

mod supervisor;

pub(crate) use supervisor::{SubscribeTicks, TickSupervisor, UnsubscribeTicks};
