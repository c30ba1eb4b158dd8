//! A view's membership in its group, as the view sees it. Dropping it leaves the group.

use super::directory::Directory;
use super::log::LogItem;
use super::member::{Member, MemberHandle};
use super::shard::Shard;
use super::sharing::Sharing;
use crate::push::{GroupName, ViewId};
use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

/// A place in a view's group.
pub(crate) struct Membership {
    pub(super) shard: Rc<Shard>,
    pub(super) member: Rc<Member>,
    pub(super) sharing: RefCell<Sharing>,
}

impl Membership {
    /// Adds a member to the group. Pushes wait for it once [`joined`](Membership::joined) has
    /// resolved.
    pub(crate) fn new(
        directory: &Arc<Directory>,
        group: &GroupName,
        id: ViewId,
        handle: Rc<dyn MemberHandle>,
    ) -> Rc<Self> {
        let shard = Shard::here(directory, group);
        let member = shard.add(id, handle);
        Rc::new(Membership { shard, member, sharing: RefCell::default() })
    }

    /// Resolves when every push that is accepted from then on reaches the view.
    pub(crate) fn joined(&self) -> impl Future<Output = ()> + 'static {
        let (attached, presence, id) =
            (self.shard.attached(), Arc::clone(&self.shard.presence), self.member.id);
        async move {
            attached.await;
            presence.add(id);
        }
    }

    /// From now on, accepted pushes for this key also reach the view, or all that it reads for.
    pub(crate) fn join_key(&self, key: &str) {
        self.each_view(|member| {
            let mut reader = member.reader.borrow_mut();
            if !reader.has_key(key) {
                self.shard.presence.add_key(member.id, key);
                Shard::takes_key(member, key);
                self.shard.members.borrow_mut().log.join_key(&mut reader, key.to_owned());
            }
        });
    }

    /// Pushes for this key no longer reach the view, or any that it reads for; those that wait for
    /// it are dropped.
    pub(crate) fn leave_key(&self, key: &str) {
        self.each_view(|member| {
            let mut reader = member.reader.borrow_mut();
            if reader.has_key(key) {
                self.shard.presence.remove_key(member.id, key);
                self.shard.members.borrow_mut().log.leave_key(&mut reader, key);
            }
        });
    }

    /// All keys of `mount` have been joined. Does nothing if the view is about to be remounted,
    /// because its keys may change.
    pub(crate) fn keys_are_known(&self) {
        let mut reader = self.member.reader.borrow_mut();
        if !reader.remounting {
            self.shard.presence.keys_are_known(self.member.id);
            self.member.pending_ends.take();
            reader.keys_known_from = self.shard.members.borrow().log.end();
        }
    }

    /// The view is about to be remounted, without a mark in the log: its keys may change.
    pub(crate) fn mount_again(&self) {
        let mut reader = self.member.reader.borrow_mut();
        self.shard.presence.mounts_again(self.member.id);
        self.shard.presence.remove_keys(self.member.id, &reader.take_keys());
        reader.keys_known_from = u64::MAX;
    }

    /// Takes the next item for the view. `None` puts the view to sleep until something new wakes
    /// it.
    pub(crate) fn next(&self) -> Option<LogItem> {
        let mut reader = self.member.reader.borrow_mut();
        let mut members = self.shard.members.borrow_mut();
        while let Some(item) = members.log.take(&mut reader) {
            match &item {
                LogItem::Push(queued) if !reader.wants(queued) => {}
                LogItem::Push(_) => return Some(item),
                LogItem::Remount => {
                    self.shard.presence.remove_keys(self.member.id, &reader.take_keys());
                    return Some(item);
                }
            }
        }
        self.member.woken.set(false);
        None
    }

    /// Sets whether the view waits for its turn on the thread. While it waits, it does not count as
    /// slow.
    pub(crate) fn set_in_line(&self, in_line: bool) {
        self.member.in_line.set(in_line);
    }

    /// Starts ticks at this interval, or stops them.
    pub(crate) fn tick_every(&self, interval: Option<u64>) {
        let before = self.member.tick_interval.replace(interval);
        if before != interval {
            before.into_iter().for_each(|interval| self.shard.unsubscribe_from_ticks(interval));
            interval.into_iter().for_each(|interval| self.shard.subscribe_to_ticks(interval));
        }
    }

    /// The last tick has been handled: the next one may come.
    pub(crate) fn tick_is_done(&self) {
        self.member.ticking.set(false);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.tick_every(None);
        self.stop_sharing();
        self.shard.leave(&self.member);
    }
}
