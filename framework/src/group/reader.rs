//! A member as its log sees it: how far it has read, and which pushes are for it.

use super::log::LogItem;
use super::queued::QueuedPush;
use crate::push::{Push, ViewId};
use std::cell::Cell;

/// A member's place in the log.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) id: ViewId,
    /// The position of the next entry to look at.
    pub(crate) next: u64,
    keys: Vec<Key>,
    /// Entries before this position came while the keys were not known. They count as the member's,
    /// whatever their key.
    pub(crate) keys_known_from: u64,
    /// A remount mark is ahead.
    pub(crate) remounting: bool,
    /// The weight of the pushes that it has yet to take.
    pub(crate) pending: Cell<u64>,
    /// The position at which it joined.
    joined: u64,
    /// It was too far behind: nothing more is kept for it.
    abandoned: bool,
}

#[derive(Debug)]
struct Key {
    name: String,
    /// From this position on, pushes for the key are for the member.
    from: u64,
}

impl Reader {
    /// Makes a reader of what comes from this position on.
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

    /// Whether the member should take a push at this position.
    pub(crate) fn takes(&self, position: u64, push: &Push) -> bool {
        !self.abandoned
            && push.excepted() != Some(self.id)
            && (position < self.keys_known_from || self.has_key_of(position, push))
    }

    /// Whether the reader will take a push at this position; if so, the push is counted.
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

    /// Whether all keys of the member are known.
    pub(crate) fn keys_are_known(&self) -> bool {
        self.keys_known_from != u64::MAX
    }

    /// Whether the member has the push's key. Also true for a push without a key.
    fn has_key_of(&self, position: u64, push: &Push) -> bool {
        let has = |key: &str| self.keys.iter().any(|own| own.name == key && own.from <= position);
        push.target_key().is_none_or(has)
    }

    /// Whether the last item taken is for this member, now that its keys are known.
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

    /// Forgets all keys, and returns them.
    pub(crate) fn take_keys(&mut self) -> Vec<String> {
        std::mem::take(&mut self.keys).into_iter().map(|key| key.name).collect()
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned
    }

    /// Keeps nothing more for it.
    pub(super) fn abandon(&mut self) {
        self.abandoned = true;
    }

    /// A remount mark is ahead, and the keys may change behind it.
    pub(super) fn mounts_again(&mut self) {
        (self.keys_known_from, self.remounting) = (u64::MAX, true);
    }

    pub(super) fn took(&mut self, item: &LogItem) {
        self.remounting &= !matches!(item, LogItem::Remount);
    }

    /// Whether it was present when the entry at this position came, and still reads.
    pub(super) fn was_there_at(&self, position: u64) -> bool {
        self.joined <= position && !self.abandoned
    }
}
