//! A view's membership in its group, from the view's side. Dropping it leaves the group.

use super::directory::Directory;
use super::log::LogItem;
use super::member::{Member, MemberHandle};
use super::shard::Shard;
use crate::push::{GroupName, ViewId};
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

/// A place in the group of a view.
pub(crate) struct Membership {
    shard: Rc<Shard>,
    member: Rc<Member>,
}

impl Membership {
    /// Adds a member to the group; pushes wait for it from when [`joined`](Membership::joined) is done.
    pub(crate) fn new(
        directory: &Arc<Directory>,
        group: &GroupName,
        id: ViewId,
        handle: Rc<dyn MemberHandle>,
    ) -> Rc<Self> {
        let shard = Shard::here(directory, group);
        let member = shard.add(id, handle);
        Rc::new(Membership { shard, member })
    }

    /// Done when every push accepted from then on reaches the view.
    pub(crate) fn joined(&self) -> impl Future<Output = ()> + 'static {
        let (attached, presence, id) =
            (self.shard.attached(), Arc::clone(&self.shard.presence), self.member.id);
        async move {
            attached.await;
            presence.add(id);
        }
    }

    /// Pushes for this key that are accepted from now on are for the view too.
    pub(crate) fn join_key(&self, key: String) {
        let mut reader = self.member.reader.borrow_mut();
        if reader.has_key(&key) {
            return;
        }
        self.shard.presence.add_key(self.member.id, &key);
        Shard::takes_key(&self.member, &key);
        self.shard.members.borrow_mut().log.join_key(&mut reader, key);
    }

    /// Pushes for this key are no longer for the view; those that wait for it are dropped.
    pub(crate) fn leave_key(&self, key: &str) {
        let mut reader = self.member.reader.borrow_mut();
        if reader.has_key(key) {
            self.shard.presence.remove_key(self.member.id, key);
            self.shard.members.borrow_mut().log.leave_key(&mut reader, key);
        }
    }

    /// All keys of `mount` have been joined; unless the view is to be mounted again, when its keys may be
    /// others.
    pub(crate) fn keys_are_known(&self) {
        let mut reader = self.member.reader.borrow_mut();
        if !reader.remounting {
            self.shard.presence.keys_are_known(self.member.id);
            self.member.pending_ends.take();
            reader.keys_known_from = self.shard.members.borrow().log.end();
        }
    }

    /// What is next for the view; `None` puts it to sleep until something new wakes it.
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

    /// The view waits for its turn on the thread, or no longer: it is not slow then, but kept waiting.
    pub(crate) fn set_in_line(&self, in_line: bool) {
        self.member.in_line.set(in_line);
    }

    /// Ticks come at this interval from now on, or not at all.
    pub(crate) fn tick_every(&self, interval: Option<u64>) {
        let before = self.member.tick_interval.replace(interval);
        if before != interval {
            before.into_iter().for_each(|interval| self.shard.unsubscribe_from_ticks(interval));
            interval.into_iter().for_each(|interval| self.shard.subscribe_to_ticks(interval));
        }
    }

    /// The last tick has been worked on: the next one may come.
    pub(crate) fn tick_is_done(&self) {
        self.member.ticking.set(false);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.tick_every(None);
        self.shard.leave(&self.member);
    }
}
