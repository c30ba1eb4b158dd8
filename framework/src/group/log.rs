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

    /// From now on, another reader reads for this one's member.
    pub(crate) fn park(&mut self, reader: &mut Reader) {
        self.leave(reader);
        reader.park();
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
mod tests {
    use super::*;
    use crate::push::Push;
    use tokio::sync::Semaphore;

    fn queued(push: Push) -> Arc<QueuedPush> {
        Arc::new(QueuedPush::new(push, None))
    }

    fn now() -> Came {
        Came { at: Instant::now(), laps: 0 }
    }

    fn drain(log: &mut PushLog, reader: &mut Reader) -> Vec<Push> {
        std::iter::from_fn(|| log.take(reader))
            .map(|item| match item {
                LogItem::Push(queued) => queued.push.clone(),
                LogItem::Remount => panic!("no remount is expected"),
            })
            .collect()
    }

    fn add(log: &mut PushLog, push: Push, readers: &[&Reader]) {
        let queued = queued(push);
        if !log.merge(&queued) {
            let waiting = readers.iter().filter(|reader| reader.will_take(log.end(), &queued)).count();
            log.append(queued, waiting, now());
        }
    }

    fn known(mut reader: Reader, keys: &[&str]) -> Reader {
        keys.iter().for_each(|&key| reader.add_key(key.to_owned(), 0));
        reader.keys_known_from = reader.next;
        reader
    }

    #[test]
    fn state_merges_until_someone_reads_it_and_calls_never_do() {
        let mut log = PushLog::default();
        let mut reader = known(log.join(ViewId::new()), &[]);
        for push in [
            Push::state("a", 1),
            Push::state("b", 2),
            Push::state("a", 3),
            Push::handler("h"),
            Push::handler("h"),
        ] {
            add(&mut log, push, &[&reader]);
        }
        let seen = drain(&mut log, &mut reader);
        assert_eq!(seen, [Push::state("a", 3).set("b", 2), Push::handler("h"), Push::handler("h")]);
        add(&mut log, Push::state("a", 4), &[&reader]);
        assert_eq!(drain(&mut log, &mut reader), [Push::state("a", 4)]);
        assert!(log.entries.is_empty(), "what all have read is dropped");
    }

    #[test]
    fn state_does_not_merge_into_what_a_newcomer_will_not_read() {
        let mut log = PushLog::default();
        let mut old = known(log.join(ViewId::new()), &[]);
        add(&mut log, Push::state("a", 1), &[&old]);
        let mut new = known(log.join(ViewId::new()), &[]);
        add(&mut log, Push::state("a", 2), &[&old, &new]);
        assert_eq!(drain(&mut log, &mut new), [Push::state("a", 2)]);
        assert_eq!(drain(&mut log, &mut old), [Push::state("a", 1), Push::state("a", 2)]);
    }

    #[test]
    fn only_those_addressed_take_a_push() {
        let mut log = PushLog::default();
        let (mut seven, mut eight) =
            (known(log.join(ViewId::new()), &["7"]), known(log.join(ViewId::new()), &["8"]));
        add(&mut log, Push::handler("h").key("7"), &[&seven, &eight]);
        add(&mut log, Push::handler("all").except(seven.id), &[&seven, &eight]);
        assert_eq!(drain(&mut log, &mut seven), [Push::handler("h").key("7")]);
        assert_eq!(drain(&mut log, &mut eight).len(), 1);
        assert!(log.entries.is_empty());
        add(&mut log, Push::handler("h").key("9"), &[&seven, &eight]);
        assert!(log.entries.is_empty(), "a push for nobody is not kept");
    }

    #[test]
    fn a_member_that_leaves_holds_nothing_back() {
        let mut log = PushLog::default();
        let (mut stays, mut leaves) = (known(log.join(ViewId::new()), &[]), log.join(ViewId::new()));
        for _ in 0..5 {
            add(&mut log, Push::handler("h").key("k"), &[&stays, &leaves]);
            add(&mut log, Push::handler("h"), &[&stays, &leaves]);
        }
        assert_eq!(drain(&mut log, &mut stays).len(), 5);
        assert_eq!((log.entries.len(), leaves.pending.get()), (10, 10));
        log.leave(&mut leaves);
        assert!(log.entries.is_empty());
    }

    /// Random numbers below the given one, equal for equal seeds.
    fn dice(mut random: u64) -> impl FnMut(u64) -> u64 {
        move |sides| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % sides
        }
    }

    /// Checks that permits are held for members only.
    fn check_held(members: &[Walker], held: u64) {
        let pending = members.iter().map(|(reader, _)| reader.pending.get());
        let (most, sum) = (pending.clone().max().unwrap_or_default(), pending.sum());
        assert!(most <= held && held <= sum, "{most} <= {held} <= {sum}");
    }

    /// A member in a walk: what it has yet to get, with the key of each.
    type Walker = (Reader, VecDeque<(u64, Option<&'static str>)>);

    const KEYS: [&str; 2] = ["a", "b"];

    /// Adds a push for all or for a key, and writes down who will get it.
    fn push(
        log: &mut PushLog,
        members: &mut [Walker],
        number: u64,
        room: &Arc<Semaphore>,
        roll: &mut impl FnMut(u64) -> u64,
    ) {
        let key = [None, Some("a"), Some("b")][roll(3) as usize];
        let push = Push::handler("h").arg("number", number);
        let push = key.map_or_else(|| push.clone(), |key| push.clone().key(key));
        let permit = Arc::clone(room).try_acquire_many_owned(1 + roll(9) as u32).expect("room");
        let queued = Arc::new(QueuedPush::new(push, Some(permit)));
        let waiting = members.iter_mut().filter_map(|(reader, expected)| {
            let takes = reader.will_take(log.end(), &queued);
            takes.then(|| expected.push_back((number, key)))
        });
        let waiting = waiting.count();
        log.append(queued, waiting, now());
    }

    /// A member takes a push, which has to be the next one that it expects.
    fn read(log: &mut PushLog, (reader, expected): &mut Walker) {
        if let Some(LogItem::Push(queued)) = log.take(reader) {
            assert!(reader.wants(&queued), "its keys are known");
            let number = queued.push.payload().iter().next().and_then(|(_, value)| value.as_u64());
            assert_eq!(number, expected.pop_front().map(|(number, _)| number), "in order, none missing");
        }
    }

    /// Random members, keys that come and go, and weights: nothing is kept for an abandoned member or
    /// for a key that was given back, and a member gets all other pushes in order.
    #[test]
    fn no_push_is_kept_for_an_abandoned_member_and_the_others_get_all_in_order() {
        for seed in 1..=200_u64 {
            let mut roll = dice(seed);
            let room = Arc::new(Semaphore::new(1_000_000));
            let mut log = PushLog::default();
            let mut members: Vec<Walker> = Vec::new();
            for number in 0..400 {
                let (step, key) = (roll(12), KEYS[roll(2) as usize]);
                let index = roll(members.len().max(1) as u64) as usize;
                match step {
                    0 => members.push((known(log.join(ViewId::new()), &[key]), VecDeque::new())),
                    1 if !members.is_empty() => log.leave(&mut members.swap_remove(index).0),
                    2 if !members.is_empty() => {
                        let (reader, expected) = &mut members[index];
                        log.abandon(reader);
                        expected.clear();
                    }
                    3..=5 if !members.is_empty() => read(&mut log, &mut members[index]),
                    6 if !members.is_empty() => log.join_key(&mut members[index].0, key.to_owned()),
                    7 if !members.is_empty() => {
                        let (reader, expected) = &mut members[index];
                        log.leave_key(reader, key);
                        expected.retain(|(_, own)| *own != Some(key));
                    }
                    _ => push(&mut log, &mut members, number, &room, &mut roll),
                }
                check_held(&members, 1_000_000 - room.available_permits() as u64);
            }
            for (reader, expected) in &mut members {
                let taken = std::iter::from_fn(|| log.take(reader)).count();
                assert_eq!((taken, reader.pending.get()), (expected.len(), 0));
            }
            assert_eq!((log.entries.len(), room.available_permits()), (0, 1_000_000));
        }
    }

    #[test]
    fn state_does_not_merge_into_what_a_member_with_a_new_key_will_not_read() {
        let mut log = PushLog::default();
        let mut old = known(log.join(ViewId::new()), &["7"]);
        let mut new = known(log.join(ViewId::new()), &[]);
        add(&mut log, Push::state("a", 1).key("7"), &[&old, &new]);
        log.join_key(&mut new, "7".to_owned());
        add(&mut log, Push::state("a", 2).key("7"), &[&old, &new]);
        assert_eq!(drain(&mut log, &mut new), [Push::state("a", 2).key("7")]);
        assert_eq!(drain(&mut log, &mut old), [Push::state("a", 1).key("7"), Push::state("a", 2).key("7")]);
    }

    #[test]
    fn a_laggard_holds_the_oldest_push_for_a_while_although_another_is_ahead() {
        let mut log = PushLog::default();
        let fast = RefCell::new(known(log.join(ViewId::new()), &[]));
        let slow = RefCell::new(known(log.join(ViewId::new()), &[]));
        let both = || [&fast, &slow].into_iter();
        for _ in 0..10 {
            add(&mut log, Push::handler("h"), &[&fast.borrow(), &slow.borrow()]);
        }
        let now = now();
        let later = Came { at: now.at + LAGGARDS_AFTER, laps: LAGGARDS_AFTER_LAPS - 1 };
        let (in_line, much_later) = (later, Came { laps: LAGGARDS_AFTER_LAPS, ..later });
        let ahead = log.furthest_ahead(both());
        assert!(!log.is_laggard(&slow.borrow(), ahead, later), "the sender is faster than everyone");
        drain(&mut log, &mut fast.borrow_mut());
        let newcomer = RefCell::new(known(log.join(ViewId::new()), &[]));
        let alone = [&slow, &newcomer].into_iter();
        assert!(!log.is_laggard(&slow.borrow(), log.furthest_ahead(alone), later), "a newcomer is not ahead");
        let ahead = log.furthest_ahead(both());
        assert!(!log.is_laggard(&slow.borrow(), ahead, now), "it may just not have had its turn");
        assert!(log.is_laggard(&slow.borrow(), ahead, later));
        assert!(!log.is_laggard_in_line(&slow.borrow(), ahead, in_line), "others come first in line");
        assert!(log.is_laggard_in_line(&slow.borrow(), ahead, much_later));
        log.abandon(&mut slow.borrow_mut());
        assert!(log.entries.is_empty() && log.take(&mut slow.borrow_mut()).is_none());
        add(&mut log, Push::handler("h"), &[&fast.borrow(), &slow.borrow()]);
        assert_eq!(slow.borrow().pending.get(), 0, "it takes nothing any more");
    }

    #[test]
    fn a_remount_stands_for_all_before_it_and_what_follows_waits_for_the_new_instance() {
        let mut log = PushLog::default();
        let fast = RefCell::new(known(log.join(ViewId::new()), &["7"]));
        let slow = RefCell::new(known(log.join(ViewId::new()), &[]));
        add(&mut log, Push::handler("lost"), &[&fast.borrow(), &slow.borrow()]);
        log.remount([&fast, &slow].into_iter(), now());
        add(&mut log, Push::handler("h").key("7"), &[&fast.borrow(), &slow.borrow()]);
        log.remount([&fast, &slow].into_iter(), now());
        add(&mut log, Push::handler("h").key("8"), &[&fast.borrow(), &slow.borrow()]);
        for reader in [&fast, &slow] {
            let reader = &mut *reader.borrow_mut();
            assert!(reader.remounting && matches!(log.take(reader), Some(LogItem::Remount)), "two are one");
            assert!(!reader.remounting);
            assert_eq!(drain(&mut log, reader), [Push::handler("h").key("8")], "its keys are not known yet");
        }
        assert!(log.entries.is_empty());
        let late = known(log.join(ViewId::new()), &[]);
        assert_eq!((late.remounting, late.pending.get()), (false, 0), "a newcomer has just been mounted");
    }
}
