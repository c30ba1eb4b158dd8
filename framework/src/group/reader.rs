//! A member as its log sees it: how far it has read, and which pushes are for it.
//!
//! Members in equal state may share a reader: one reads for all of them, whatever their keys, and
//! theirs are parked meanwhile ([`Role`]).

use super::log::LogItem;
use super::queued::QueuedPush;
use crate::push::{Push, ViewId};
use std::cell::Cell;

/// For whom a reader reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// For its member.
    Own,
    /// For several members, whatever their keys.
    Leading,
    /// For nobody: another one reads for its member.
    Parked,
}

/// How many former ids of a leading reader are kept: a push that names one of them is on its way
/// for moments only.
const MAX_FORMER_IDS: usize = 64;

/// A member's place in the log.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) id: ViewId,
    role: Role,
    /// The ids of leading readers whose handlers have run for this member too.
    former_ids: Vec<ViewId>,
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
            role: Role::Own,
            former_ids: Vec::new(),
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
            && self.role != Role::Parked
            && !push.excepted().is_some_and(|id| id == self.id || self.former_ids.contains(&id))
            && (self.role == Role::Leading
                || position < self.keys_known_from
                || self.has_key_of(position, push))
    }

    /// Reads for several members from now on.
    pub(super) fn lead(&mut self) {
        self.role = Role::Leading;
    }

    /// Reads for nobody: another reader reads for its member.
    pub(super) fn park(&mut self) {
        self.role = Role::Parked;
    }

    /// Reads for its member again, from this position.
    pub(super) fn resume(&mut self, leading: &Reader) {
        (self.role, self.next) = (Role::Own, leading.next);
        for id in &leading.former_ids {
            self.add_former_id(*id);
        }
    }

    /// Gives it another id; pushes that leave out an earlier one are still not for it.
    pub(super) fn change_id(&mut self, id: ViewId) {
        let before = std::mem::replace(&mut self.id, id);
        self.add_former_id(before);
    }

    fn add_former_id(&mut self, id: ViewId) {
        if !self.former_ids.contains(&id) {
            if self.former_ids.len() == MAX_FORMER_IDS {
                self.former_ids.remove(0);
            }
            self.former_ids.push(id);
        }
    }

    pub(super) fn is_parked(&self) -> bool {
        self.role == Role::Parked
    }

    pub(super) fn is_leading(&self) -> bool {
        self.role == Role::Leading
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
            LogItem::Remount => !self.abandoned && self.role != Role::Parked,
        }
    }

    /// Whether all keys of the member are known.
    pub(crate) fn keys_are_known(&self) -> bool {
        self.keys_known_from != u64::MAX
    }

    /// Whether the member has the push's key. Also true for a push without a key.
    pub(super) fn has_key_of(&self, position: u64, push: &Push) -> bool {
        let has = |key: &str| self.keys.iter().any(|own| own.name == key && own.from <= position);
        push.target_key().is_none_or(has)
    }

    /// Whether the last item taken is for this member, now that its keys are known.
    pub(crate) fn wants(&self, taken: &QueuedPush) -> bool {
        self.role == Role::Leading || self.has_key_of(self.next - 1, &taken.push)
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
        self.joined <= position && !self.abandoned && self.role != Role::Parked
    }
}
