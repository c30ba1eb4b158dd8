//! Groups: every connected instance of a view, wherever its thread.
//!
//! # Actors
//!
//! | actor | thread | lives |
//! |---|---|---|
//! | [`GroupRegistry`], one per group | the background arbiter's | from the group's first shard to its last |
//! | [`ShardActor`], one per group and worker thread | its views' | from its first member to its last |
//!
//! # The way of a push
//!
//! 1. `sink`: checked against the view's schema; a permit of the group is taken (65,536 pushes of 512
//!    bytes may be waiting); the members that it is for are counted; it is left with the registry.
//! 2. `registry`: one message to the shard on each worker thread, not one to each view.
//! 3. `shard_actor`: appended to the [`PushLog`], where state goes into the last entry if nobody has read
//!    that one yet, and the members that sleep are woken.
//! 4. `membership`: each member reads the log at its own pace ([`Membership::next`]). When the last has
//!    read an entry, it is dropped and its permit is free.
//!
//! So a push costs a view a reference to one shared entry, a burst is bounded for the group as a whole,
//! and a slow view holds back nobody: when the permits run short, a member that holds the oldest entry
//! while others are ahead is remounted, before any sender is refused (`laggards`).
//!
//! A layer that has lost pushes on their way says so ([`PushSink::remount`](crate::push::PushSink::remount)).
//! That takes the same way, as a mark in the log: each member mounts again when it comes to it, and
//! applies what follows to the new instance.
//!
//! A layer that can't say whether pushes are missing says that too
//! ([`PushSink::set_stale`](crate::push::PushSink::set_stale)): a flag that each view looks at when it has
//! rendered, so the members are woken and nothing goes through the log.

mod backpressure;
#[cfg(feature = "testing")]
mod barrier;
mod directory;
mod ends;
mod laggards;
mod log;
mod member;
mod membership;
mod messages;
mod presence;
mod queued;
mod reader;
mod registry;
mod shard;
mod shard_actor;
mod sink;
mod staleness;

pub(crate) use directory::Directory;
pub(crate) use log::LogItem;
pub(crate) use member::{Expulsion, MemberHandle};
pub(crate) use membership::Membership;
pub(crate) use messages::Wake;
#[cfg(doc)]
use {log::PushLog, registry::GroupRegistry, shard_actor::ShardActor};
