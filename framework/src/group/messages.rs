//! What the actors of a group say to each other.

use super::queued::QueuedPush;
use super::shard_actor::ShardActor;
use actix::{Addr, Message};
use std::sync::Arc;

/// Hands a push to a registry, and by it to each shard. Sent by the directory; bounded by the group's permits.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct Deliver(pub(crate) Arc<QueuedPush>);

/// Makes each view of the group mount anew, in its place among the pushes. Sent by the directory to the registry, and by it
/// to each shard; once for each loss that a layer has found.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct Remount;

/// Makes a registry serve a shard. Sent by the shard's thread, once; the reply means that each push accepted from now
/// on reaches the shard.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct AttachShard(pub(crate) Addr<ShardActor>);

/// The opposite of [`AttachShard`], and the last message of a shard to its registry.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct DetachShard {
    pub(crate) shard: Addr<ShardActor>,
    /// No shard is left: the registry ends.
    pub(crate) last: bool,
}

/// Ends every view of the group. Sent by the directory at shutdown, once.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct EndAll;

/// Ends each view that has this key. Sent by the directory to each registry, and by it to each shard. No bound is needed: the
/// senders are the application's own, and it is handled in microseconds, ahead of what any view does.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct EndKey(pub(crate) Arc<str>);

/// Wakes each view of the group, which looks whether its page has to be told of something new. Sent by the directory to each registry,
/// and by it to each shard, when the process has become stale or no longer is. No bound is needed: a layer says so at most now and then,
/// and a view that is awake is not woken again.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct WakeAll;

/// Ends a shard. Sent by the last member that leaves it, once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct StopShard;

/// Tells a view that there is something to look at. Sent by its shard; at most one of each kind waits.
#[derive(Message, Clone, Copy, Debug, PartialEq, Eq)]
#[rtype(result = "()")]
pub(crate) enum Wake {
    /// There may be pushes in the log.
    Pushes,
    /// A tick is due.
    Tick,
    /// Its token has been cancelled from outside: it should clean up.
    End,
}
