//! What the supervisor is told, and what it tells.

use crate::push::GroupName;
use actix::{Message, Recipient};

/// Makes the views with this interval tick. Sent by the supervisor to a group's registry, and by it
/// to each shard: one per interval, and a view that has not come round to the last one is left out.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct Tick {
    /// In milliseconds.
    pub(crate) interval: u64,
}

/// A view wants to tick. Sent by its shard when it has mounted, once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SubscribeToTicks {
    pub(crate) group: GroupName,
    /// In milliseconds.
    pub(crate) interval: u64,
    /// The group's registry.
    pub(crate) registry: Recipient<Tick>,
}

/// Such a view has ended. Sent by its shard, once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct UnsubscribeFromTicks {
    pub(crate) group: GroupName,
    /// In milliseconds.
    pub(crate) interval: u64,
}
