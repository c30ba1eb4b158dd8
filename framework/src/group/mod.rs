//! Groups: all connected instances of a view, on any thread.
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
//! 1. `sink`: checks it against the view's schema, takes a permit of the group (65,536 pushes of
//!    512 bytes may wait), counts the members that it is for, and leaves it with the registry.
//! 2. `registry`: sends one message to the shard on each worker thread, not one to each view.
//! 3. `shard_actor`: appends it to the [`PushLog`], where state is merged into the last entry if
//!    nobody has read that one yet, and wakes the sleeping members.
//! 4. `membership`: each member reads the log at its own pace ([`Membership::next`]). When the last
//!    one has read an entry, the entry is dropped and its permit is free.
//!
//! So a push costs a view a reference to one shared entry, a burst is bounded for the group as a
//! whole, and a slow view holds back nobody: when permits run short, a member that holds the oldest
//! entry while others are ahead is remounted before any sender is refused (`laggards`).
//!
//! Members in equal state may share a reader (`sharing`): one reads for all of them, and those that
//! an entry does not concern, or concerns alone, read for themselves again from that entry.
//!
//! A layer that has lost pushes on their way reports it
//! ([`PushSink::remount`](crate::push::PushSink::remount)). The report takes the same way, as a
//! mark in the log: each member remounts when it reaches the mark, and applies what follows to the
//! new instance.
//!
//! A layer that can't tell whether pushes are missing reports that too
//! ([`PushSink::set_stale`](crate::push::PushSink::set_stale)). It is a flag that each view checks
//! after rendering, so the members are only woken, and nothing goes through the log.

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
mod sharing;
mod sink;
mod staleness;

pub(crate) use directory::Directory;
pub(crate) use log::LogItem;
pub(crate) use member::{Expulsion, MemberHandle};
pub(crate) use membership::Membership;
pub(crate) use messages::Wake;
pub(crate) use sharing::NextForAll;
#[cfg(doc)]
use {log::PushLog, registry::GroupRegistry, shard_actor::ShardActor};
