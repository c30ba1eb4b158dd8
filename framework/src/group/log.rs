//! The pushes that a shard's members have yet to read.
//!
//! One log serves all members of a group on a thread; each member has its position. An entry knows
//! how many members have yet to take it. The push is freed when there are none, and its place
//! together with those before it. State that nobody has read yet absorbs newer state instead of
//! growing the log; handler calls are never merged.
//!
//! Waiting pushes are counted by weight, as the group's permits are: for each reader, what it has
//! yet to take. So the log can tell which reader holds permits back ([`PushLog::is_laggard`]); such
//! a reader is abandoned, and no longer holds anything.

use super::queued::QueuedPush;
use super::reader::Reader;
use crate::push::ViewId;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a push must wait before a reader that has not taken it may be a laggard. Until then,
/// the reader may just not have had its turn.
const LAGGARDS_AFTER: Duration = Duration::from_millis(500);
/// The same limit in turns, for a reader that waits in line with others of its thread.
const LAGGARDS_AFTER_LAPS: u64 = 8;

/// The log of one shard.
#[derive(Default)]
pub(crate) struct PushLog {
    /// The position of the first entry that is kept.
    first: u64,
    entries: VecDeque<Entry>,
    /// A member has joined since the last entry came. It must not see state merged into that entry.
    sealed: bool,
}

/// What a member finds in the log.
#[derive(Clone)]
pub(crate) enum LogItem {
    /// A push to apply.
    Push(Arc<QueuedPush>),
    /// The member must remount.
    Remount,
}

struct Entry {
    /// `None` once all members have taken it, while entries before it are still kept.
    item: Option<LogItem>,
    weight: u32,
    came: Came,
    /// How many members have yet to take it.
    waiting: usize,
    taken: bool,
}

/// When a push arrived.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Came {
    pub(crate) at: Instant,
    /// How many laps of turns the thread had completed.
    pub(crate) laps: u64,
}

impl PushLog {
    /// The position after the last entry.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// Adds a member, which reads what arrives from now on.
    pub(crate) fn join(&mut self, id: ViewId) -> Reader {
        self.sealed = true;
        Reader::new(id, self.end())
    }

    /// A member takes a key: from now on, pushes for the key are also for this member.
    pub(crate) fn join_key(&mut self, reader: &mut Reader, key: String) {
        // Newer state must not be merged into an entry from before.
        self.sealed = true;
        let from = if reader.keys_are_known() { self.end() } else { 0 };
        reader.add_key(key, from);
    }

    /// A member gives a key back: pushes for it that the member has not taken are no longer for
    /// this member.
    pub(crate) fn leave_key(&mut self, reader: &mut Reader, key: &str) {
        let counted = self.counted_for(reader);
        reader.remove_key(key);
        for position in counted {
            let entry = &mut self.entries[(position - self.first) as usize];
            let keeps = entry.item.as_ref().is_some_and(|item| reader.takes_item(position, item));
            if !keeps {
                reader.pending.set(reader.pending.get() - u64::from(entry.weight));
                entry.take_one();
            }
        }
        self.trim();
    }

    /// The positions that this reader has yet to take.
    fn counted_for(&self, reader: &Reader) -> Vec<u64> {
        let takes = |&position: &u64| {
            let entry = &self.entries[(position - self.first) as usize];
            entry.item.as_ref().is_some_and(|item| reader.takes_item(position, item))
        };
        (reader.next.max(self.first)..self.end()).filter(takes).collect()
    }

    /// Adds a push that `waiting` readers will take: those for which [`Reader::will_take`] held at
    /// [`end`](PushLog::end).
    pub(crate) fn append(&mut self, queued: Arc<QueuedPush>, waiting: usize, came: Came) {
        if waiting > 0 {
            let weight = queued.weight();
            let item = Some(LogItem::Push(queued));
            self.entries.push_back(Entry { item, weight, came, waiting, taken: false });
            self.sealed = false;
        }
    }

    /// Makes these readers, all that there are, remount.
    pub(crate) fn remount<'r>(&mut self, readers: impl Iterator<Item = &'r RefCell<Reader>>, came: Came) {
        let mut waiting = 0;
        for reader in readers {
            let reader = &mut *reader.borrow_mut();
            if reader.is_abandoned() {
                continue;
            }
            self.leave(reader);
            reader.mounts_again();
            waiting += usize::from(!reader.is_parked());
        }
        let item = Some(LogItem::Remount);
        self.entries.push_back(Entry { item, weight: 0, came, waiting, taken: false });
        self.trim();
    }

    /// Merges newer state into the last entry, if nobody has read that yet. Its readers are awake
    /// then.
    pub(crate) fn merge(&mut self, newer: &QueuedPush) -> bool {
        let Some(Entry { item: Some(LogItem::Push(last)), taken: false, .. }) = self.entries.back_mut()
        else {
            return false;
        };
        if self.sealed || !last.push.merges_with(&newer.push) {
            return false;
        }
        // Other shards may have the same entry.
        Arc::make_mut(last).merge(newer);
        true
    }

    /// Takes the next item for this reader, if there is one.
    pub(crate) fn take(&mut self, reader: &mut Reader) -> Option<LogItem> {
        reader.next = reader.next.max(self.first);
        while reader.next < self.end() {
            let position = reader.next;
            reader.next += 1;
            let entry = &mut self.entries[(position - self.first) as usize];
            let takes = |item: &&LogItem| reader.takes_item(position, item);
            let Some(item) = entry.item.as_ref().filter(takes).cloned() else { continue };
            entry.taken = true;
            entry.take_one();
            reader.pending.set(reader.pending.get() - u64::from(entry.weight));
            reader.took(&item);
            self.trim();
            return Some(item);
        }
        None
    }

    /// The next item for this reader, which it does not take yet.
    pub(crate) fn peek(&self, reader: &Reader) -> Option<(u64, &LogItem)> {
        let from = reader.next.max(self.first);
        let entries = self.entries.iter().zip(self.first..).skip((from - self.first) as usize);
        entries
            .filter_map(|(entry, position)| Some((position, entry.item.as_ref()?)))
            .find(|(position, item)| reader.takes_item(*position, item))
    }

    /// From now on, the leading reader reads for this one's member. Nothing waits for either.
    pub(crate) fn park(&mut self, reader: &mut Reader, leading: &mut Reader) {
        self.leave(reader);
        reader.park();
        // Whoever resumes must not find what came before it was parked.
        self.leave(leading);
    }

    /// A parked reader reads for its member again, from where the leading one is.
    pub(crate) fn resume(&mut self, reader: &mut Reader, leading: &Reader) {
        reader.resume(leading);
        for position in self.counted_for(reader) {
            let entry = &mut self.entries[(position - self.first) as usize];
            entry.waiting += 1;
            reader.pending.set(reader.pending.get() + u64::from(entry.weight));
        }
    }

    /// A member leaves and no longer waits for anything.
    pub(crate) fn leave(&mut self, reader: &mut Reader) {
        reader.next = reader.next.max(self.first);
        for position in reader.next..self.end() {
            let entry = &mut self.entries[(position - self.first) as usize];
            if entry.item.as_ref().is_some_and(|item| reader.takes_item(position, item)) {
                entry.take_one();
            }
        }
        reader.next = self.end();
        reader.pending.set(0);
        self.trim();
    }

    /// Keeps nothing more for a member that is about to be ended.
    pub(crate) fn abandon(&mut self, reader: &mut Reader) {
        self.leave(reader);
        reader.abandon();
    }

    /// How many places are kept.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How much waits for the member that is furthest ahead, of those that were present when the
    /// oldest entry came.
    pub(crate) fn furthest_ahead<'r>(&self, readers: impl Iterator<Item = &'r RefCell<Reader>>) -> u64 {
        let there = readers.map(RefCell::borrow).filter(|reader| reader.was_there_at(self.first));
        there.map(|reader| reader.pending.get()).min().unwrap_or(u64::MAX)
    }

    /// Whether this reader holds back the oldest entry although another is far ahead: at most half
    /// as much waits for that one. If nobody is ahead, the sender is faster than everyone.
    pub(crate) fn is_laggard(&self, reader: &Reader, ahead: u64, now: Came) -> bool {
        self.holds_oldest(reader, now) && ahead <= reader.pending.get() / 2
    }

    /// Like [`is_laggard`](Self::is_laggard), for a reader that waits in line, compared with those
    /// of its thread. A later place in line makes no laggard; being far behind after as many turns
    /// as the others does.
    pub(crate) fn is_laggard_in_line(&self, reader: &Reader, ahead: u64, now: Came) -> bool {
        let laps = self.entries.front().map_or(0, |oldest| now.laps - oldest.came.laps);
        self.holds_oldest(reader, now) && laps >= LAGGARDS_AFTER_LAPS && ahead <= reader.pending.get() / 4
    }

    /// Whether this reader has not taken the oldest entry for longer than it takes to get a turn.
    fn holds_oldest(&self, reader: &Reader, now: Came) -> bool {
        let Some(oldest) = self.entries.front() else { return false };
        let takes = |item| reader.takes_item(self.first, item);
        reader.next <= self.first
            && oldest.item.as_ref().is_some_and(takes)
            && now.at.saturating_duration_since(oldest.came.at) >= LAGGARDS_AFTER
    }

    fn trim(&mut self) {
        while self.entries.front().is_some_and(|entry| entry.waiting == 0) {
            self.entries.pop_front();
            self.first += 1;
        }
    }
}

impl Entry {
    /// One less waits for it. With the last one the push goes, and its permits are free.
    fn take_one(&mut self) {
        self.waiting -= 1;
        if self.waiting == 0 {
            self.item = None;
        }
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
