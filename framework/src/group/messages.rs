//! What the actors of a group say to each other.

use super::part::PartActor;
use super::roll::Parcel;
use crate::view::EndReason;
use actix::{Addr, Message};
use std::sync::Arc;

/// Hands a push to a registry, and by it to each part. Sent by the directory; bounded by the group's permits.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct Deliver(pub(crate) Arc<Parcel>);

/// Makes each view of the group mount anew, in its place among the pushes. Sent by the directory to the registry, and by it
/// to each part; once for each loss that a layer has found.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct Remount;

/// Makes a registry serve a part. Sent by the part's thread, once; the reply means that each push accepted from now
/// on reaches the part.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct AttachPart(pub(crate) Addr<PartActor>);

/// The opposite of [`AttachPart`], and the last message of a part to its registry.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct DetachPart {
    pub(crate) part: Addr<PartActor>,
    /// No part is left: the registry ends.
    pub(crate) last: bool,
}

/// Makes the views with this interval tick. Sent by the tick supervisor to the registry, and by it to each part:
/// one per interval, and a view that has not come round to the last one is left out.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct TickGroup {
    /// In milliseconds.
    pub(crate) interval: u64,
}

/// Ends every view of the group. Sent by the directory at shutdown, once.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct EndAll(pub(crate) EndReason);

/// Ends each view that has this key. Sent by the directory to each registry, and by it to each part. No bound is needed: the
/// senders are the application's own, and it is handled in microseconds, ahead of what any view does.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub(crate) struct EndKey(pub(crate) Arc<str>);

/// Wakes each view of the group, which looks whether its page has to be told of something new. Sent by the directory to each registry,
/// and by it to each part, when the process has become stale or no longer is. No bound is needed: a layer says so at most now and then,
/// and a view that is awake is not woken again.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(crate) struct WakeAll;

/// Ends a part. Sent by the last member that leaves it, once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct StopPart;

/// Tells a view that there is something to look at. Sent by its part; at most one of each kind is waiting.
#[derive(Message, Clone, Copy, Debug, PartialEq, Eq)]
#[rtype(result = "()")]
pub(crate) enum Poke {
    /// There may be pushes in the log.
    Pushes,
    /// A tick is due.
    Tick,
    /// Its life has been ended from outside: it should clean up.
    End,
}
