//! The messages to and from the tick supervisor.

use crate::push::GroupName;
use actix::{Message, Recipient};

/// Makes the views with this interval tick. The supervisor sends it to a group's registry, and the
/// registry to each shard: one per interval. A view that has not handled the last one is left out.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct Tick {
    /// In milliseconds.
    pub(crate) interval: u64,
}

/// A view wants to tick. Its shard sends it once, when the view has mounted.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SubscribeToTicks {
    pub(crate) group: GroupName,
    /// In milliseconds.
    pub(crate) interval: u64,
    /// The group's registry.
    pub(crate) registry: Recipient<Tick>,
}

/// Such a view has ended. Its shard sends it once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct UnsubscribeFromTicks {
    pub(crate) group: GroupName,
    /// In milliseconds.
    pub(crate) interval: u64,
}
