//! Groups: every connected instance of a view, wherever its thread.
//!
//! # Actors
//!
//! | actor | thread | lives |
//! |---|---|---|
//! | [`GroupRegistry`], one per group | the hub's | from the group's first part to its last |
//! | [`PartActor`], one per group and worker thread | its views' | from its first member to its last |
//!
//! The hub is a thread of djust's own, so a registry outlives any one worker.
//!
//! # The way of a push
//!
//! 1. [`Directory::deliver`] checks it against the view's schema, takes a permit of the group's
//!    (65,536 pushes of 512 bytes may be waiting), counts the members it is for, and posts it to the registry.
//! 2. The registry posts it to the part on each worker thread: one message per thread, not per view.
//! 3. The part appends it to its [`PushLog`], merging it into the last entry where both only set fields
//!    and nobody has read that one yet, and wakes the members that sleep.
//! 4. Each member reads the log at its own pace ([`Membership::next`]). When the last has read an entry
//!    it is dropped, and its permit is free.
//!
//! So a push costs a view a reference to one shared entry, a burst is bounded for the group as a whole,
//! and a slow view holds back nobody: when the permits run short, who holds the oldest entry while others are ahead is
//! remounted, before any sender is refused.
//!
//! A layer that has lost pushes on their way says so ([`PushSink::remount`](crate::layer::PushSink::remount)). That takes the same way,
//! as a mark in the log: each member mounts anew when it comes to it, and applies what follows to the new instance.
//!
//! A layer that can't say whether pushes are missing says that too ([`PushSink::set_stale`](crate::layer::PushSink::set_stale)): a flag that
//! each view looks at when it has rendered, so the members are woken and nothing goes through the log.

mod directory;
mod ends;
mod hub;
mod log;
mod membership;
mod messages;
mod part;
mod registry;
mod roll;
mod staleness;

pub(crate) use directory::Directory;
pub(crate) use log::Posting;
pub(crate) use membership::Membership;
pub(crate) use messages::{Poke, TickGroup};
pub(crate) use registry::GroupRegistry;
#[cfg(doc)]
use {log::PushLog, part::PartActor};
