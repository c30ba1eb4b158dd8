//! The messages between the actors of a group.

use super::queued::QueuedPush;
use super::shard_actor::ShardActor;
use actix::{Addr, Message};
use std::sync::Arc;

/// Gives a push to a registry, which gives it to each shard. The directory sends it; the group's
/// permits bound it.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct Deliver(pub(crate) Arc<QueuedPush>);

/// Makes each view of the group remount, in order with the pushes. The directory sends it to the
/// registry, and the registry to each shard, once for each loss that a layer has found.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct Remount;

/// Makes a registry serve a shard. The shard's thread sends it once. The reply means that each push
/// accepted from now on reaches the shard.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct AttachShard(pub(crate) Addr<ShardActor>);

/// Undoes [`AttachShard`]. It is a shard's last message to its registry.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct DetachShard {
    pub(crate) shard: Addr<ShardActor>,
    /// Whether no shard is left, so that the registry ends.
    pub(crate) last: bool,
}

/// Ends every view of the group. The directory sends it once, at shutdown.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct EndAll;

/// Ends each view that has this key. The directory sends it to each registry, and the registry to
/// each shard. It needs no bound: the application itself sends it, and it is handled in
/// microseconds, before anything that a view does.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct EndKey(pub(crate) Arc<str>);

/// Wakes each view of the group, so that it checks whether its page must be told something. The
/// directory sends it to each registry, and the registry to each shard, when the process becomes
/// stale or no longer is. It needs no bound: a layer reports this rarely, and a view that is awake
/// is not woken again.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct WakeAll;

/// Ends a shard. The last member that leaves it sends it, once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct StopShard;

/// Tells a view that something waits for it. Its shard sends it; at most one of each kind waits.
#[derive(Message, Clone, Copy, Debug, PartialEq, Eq)]
#[rtype(result = "()")]
pub(crate) enum Wake {
    /// There may be pushes in the log.
    Pushes,
    /// A tick is due.
    Tick,
    /// Its token has been cancelled from outside, so it should clean up.
    End,
}
