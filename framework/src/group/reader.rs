//! A member as its log sees it: how far it has read, and which pushes are for it.

use super::log::LogItem;
use super::queued::QueuedPush;
use crate::push::{Push, ViewId};
use std::cell::Cell;

/// Where a member is in the log.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) id: ViewId,
    /// The position of the next entry to look at.
    pub(crate) next: u64,
    keys: Vec<Key>,
    /// Entries before this position came while the keys were not known: they count as the member's,
    /// whatever their key.
    pub(crate) keys_known_from: u64,
    /// There is a remount mark ahead.
    pub(crate) remounting: bool,
    /// The weight of the pushes that it has still to take.
    pub(crate) pending: Cell<u64>,
    /// Where it joined.
    joined: u64,
    /// It was too far behind: nothing is kept for it any more.
    abandoned: bool,
}

#[derive(Debug)]
struct Key {
    name: String,
    /// Pushes for it are the member's from this position on.
    from: u64,
}

impl Reader {
    /// A reader of what comes from this position on.
    pub(super) fn new(id: ViewId, next: u64) -> Self {
        Reader {
            id,
            next,
            keys: Vec::new(),
            keys_known_from: u64::MAX,
            remounting: false,
            pending: Cell::new(0),
            joined: next,
            abandoned: false,
        }
    }

    /// Whether a push at this position is the member's to take.
    pub(crate) fn takes(&self, position: u64, push: &Push) -> bool {
        !self.abandoned
            && push.excepted() != Some(self.id)
            && (position < self.keys_known_from || self.has_key_of(position, push))
    }

    /// Whether the reader will take a push at this position, which is counted then.
    pub(crate) fn will_take(&self, position: u64, queued: &QueuedPush) -> bool {
        let takes = self.takes(position, &queued.push);
        if takes {
            self.pending.set(self.pending.get() + u64::from(queued.weight()));
        }
        takes
    }

    pub(super) fn takes_item(&self, position: u64, item: &LogItem) -> bool {
        match item {
            LogItem::Push(queued) => self.takes(position, &queued.push),
            LogItem::Remount => !self.abandoned,
        }
    }

    /// Whether the member has told all of its keys.
    pub(crate) fn keys_are_known(&self) -> bool {
        self.keys_known_from != u64::MAX
    }

    /// Whether the member has the push's key, if that has one.
    fn has_key_of(&self, position: u64, push: &Push) -> bool {
        let has = |key: &str| self.keys.iter().any(|own| own.name == key && own.from <= position);
        push.target_key().is_none_or(has)
    }

    /// Whether the item that was taken last is for this member, now that its keys are known.
    pub(crate) fn wants(&self, taken: &QueuedPush) -> bool {
        self.has_key_of(self.next - 1, &taken.push)
    }

    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own.name == key)
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.name.clone()).collect()
    }

    pub(super) fn add_key(&mut self, name: String, from: u64) {
        if !self.has_key(&name) {
            self.keys.push(Key { name, from });
        }
    }

    pub(super) fn remove_key(&mut self, name: &str) {
        self.keys.retain(|key| key.name != name);
    }

    /// Forgets all keys, and gives them back.
    pub(crate) fn take_keys(&mut self) -> Vec<String> {
        std::mem::take(&mut self.keys).into_iter().map(|key| key.name).collect()
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned
    }

    /// Nothing is kept for it any more.
    pub(super) fn abandon(&mut self) {
        self.abandoned = true;
    }

    /// A remount mark is ahead, behind which its keys may be others.
    pub(super) fn mounts_again(&mut self) {
        (self.keys_known_from, self.remounting) = (u64::MAX, true);
    }

    pub(super) fn took(&mut self, item: &LogItem) {
        self.remounting &= !matches!(item, LogItem::Remount);
    }

    /// Whether it was there when the entry at this position came, and still reads.
    pub(super) fn was_there_at(&self, position: u64) -> bool {
        self.joined <= position && !self.abandoned
    }
}
