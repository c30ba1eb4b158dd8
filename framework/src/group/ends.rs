//! Ends views by their key, whatever their group. What [`end_views`](crate::push::end_views) sends
//! arrives here.
//!
//! The layer delivers an end to the directory like a push, and the directory tells every group.
//! Each shard at once ends the members that have the key. A member that is mounting may take the
//! key later, after it has looked at a session that was still valid: so it keeps the ends that
//! arrive meanwhile, and ends by itself when it takes one of these keys.

use super::directory::Directory;
use super::member::{Expulsion, Member};
use super::messages::EndKey;
use super::registry::GroupRegistry;
use super::shard::Shard;
use super::shard_actor::ShardActor;
use crate::push::{ArgumentError, END_VIEWS, GroupName, Message, PushError, Receipt, ViewPath, ended_key};
use crate::worker::Tell;
use actix::{Context, Handler};
use std::sync::Arc;

/// How many ends a mounting view keeps. A view that misses more is ended; its page comes back by
/// itself.
const MOST_PENDING: usize = 256;

/// The path that ends are pushed to.
pub(super) fn path() -> ViewPath {
    END_VIEWS.parse().expect("it is well-formed")
}

/// Whether this group is the one for ends.
pub(super) fn is_for_ends(group: &GroupName) -> bool {
    *group == path().group()
}

/// Checks a push to [`path`].
pub(super) fn check(message: &Message) -> Result<(), PushError> {
    let name = message.push().handler_name().unwrap_or("nothing");
    let invalid = || PushError::invalid(message.path(), ArgumentError::unknown_handler(name));
    ended_key(message.push()).map(drop).ok_or_else(invalid)
}

impl Directory {
    /// Makes the layer deliver ends from now on. It must be attached.
    pub(crate) fn listen_for_ends(&self) {
        // Views wait for their own groups. If an end is missed meanwhile, the layer calls
        // `remount`.
        self.arbiter().spawn(self.open_group_for(&path()));
    }

    /// Ends the views with a key.
    pub(super) fn end_views(&self, key: &str) -> Receipt {
        let (mut views, key) = (0, Arc::<str>::from(key));
        self.each_group(|registry, presence| {
            views += presence.count(Some(&key));
            registry.tell(EndKey(Arc::clone(&key)));
        });
        tracing::info!(views, "views are ended by their key");
        Receipt::delivered(views, usize::from(views > 0))
    }
}

impl Handler<EndKey> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: EndKey, _: &mut Context<Self>) {
        self.to_shards(&message);
    }
}

impl Handler<EndKey> for ShardActor {
    type Result = ();

    fn handle(&mut self, EndKey(key): EndKey, _: &mut Context<Self>) {
        self.each_member(|member| member.end_if_it_has(&key));
    }
}

impl Member {
    fn end_if_it_has(&self, key: &Arc<str>) {
        let reader = self.reader.borrow();
        if reader.has_key(key) {
            return self.handle.expel(Expulsion::Revoked);
        }
        let mut pending = self.pending_ends.borrow_mut();
        match reader.keys_are_known() {
            true => {}
            false if pending.len() < MOST_PENDING => pending.push(Arc::clone(key)),
            false => self.handle.expel(Expulsion::Lagged),
        }
    }
}

impl Shard {
    /// A member has taken a key: ends it if the key was ended meanwhile.
    pub(super) fn takes_key(member: &Member, key: &str) {
        if member.pending_ends.borrow().iter().any(|ended| **ended == *key) {
            member.handle.expel(Expulsion::Revoked);
        }
    }
}
