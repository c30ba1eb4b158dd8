//! The pushes that a part's members have still to read.
//!
//! One log serves all members of a group on a thread; each has a position of its own. An entry knows how many
//! members have still to take it and goes when there is none. State that nobody has read yet takes in newer
//! state instead of growing the log; handler calls are never merged.

use super::roll::Parcel;
use crate::push::{Push, ViewId};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

/// The log of one part.
#[derive(Default)]
pub(crate) struct PushLog {
    /// The position of the first entry that is kept.
    first: u64,
    entries: VecDeque<Entry>,
    /// A member has joined since the last entry came: it must not see state merged into that one.
    sealed: bool,
}

/// What a member finds in the log.
#[derive(Clone)]
pub(crate) enum Posting {
    /// A push to apply.
    Push(Arc<Parcel>),
    /// It has to mount anew.
    Remount,
}

struct Entry {
    posting: Posting,
    /// Members that have still to take it.
    waiting: usize,
    taken: bool,
}

/// A member as the log sees it.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) id: ViewId,
    /// The position of the next entry to look at.
    pub(crate) next: u64,
    pub(crate) keys: Vec<String>,
    /// Entries before this position came while the keys were not known: they count as the member's whatever
    /// their key.
    pub(crate) keys_known_from: u64,
    /// There is a remount mark ahead.
    pub(crate) remounting: bool,
}

impl Reader {
    /// Whether a push at this position is the member's to take.
    pub(crate) fn takes(&self, position: u64, push: &Push) -> bool {
        push.excepted() != Some(self.id) && (position < self.keys_known_from || self.has_key_of(push))
    }

    fn takes_posting(&self, position: u64, posting: &Posting) -> bool {
        match posting {
            Posting::Push(parcel) => self.takes(position, &parcel.push),
            Posting::Remount => true,
        }
    }

    /// Whether the member has told all of its keys.
    pub(crate) fn keys_are_known(&self) -> bool {
        self.keys_known_from != u64::MAX
    }

    pub(crate) fn has_key_of(&self, push: &Push) -> bool {
        push.target_key().is_none_or(|key| self.keys.iter().any(|own| own == key))
    }
}

impl PushLog {
    /// The position after the last entry.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// A new member reads what comes from now on.
    pub(crate) fn join(&mut self, id: ViewId) -> Reader {
        self.sealed = true;
        Reader { id, next: self.end(), keys: Vec::new(), keys_known_from: u64::MAX, remounting: false }
    }

    /// Adds a push that so many readers will take, each of those for which [`Reader::takes`] holds at
    /// [`end`](PushLog::end).
    pub(crate) fn append(&mut self, parcel: Arc<Parcel>, waiting: usize) {
        if waiting > 0 {
            self.entries.push_back(Entry { posting: Posting::Push(parcel), waiting, taken: false });
            self.sealed = false;
        }
    }

    /// Makes these readers, which are all there are, mount anew.
    pub(crate) fn remount<'r>(&mut self, readers: impl Iterator<Item = &'r RefCell<Reader>>) {
        let mut waiting = 0;
        for reader in readers {
            let reader = &mut *reader.borrow_mut();
            self.leave(reader);
            (reader.keys_known_from, reader.remounting) = (u64::MAX, true);
            waiting += 1;
        }
        self.entries.push_back(Entry { posting: Posting::Remount, waiting, taken: false });
    }

    /// Takes newer state into the last entry, if nobody has read that yet; its readers are awake then.
    pub(crate) fn merge(&mut self, newer: &Push) -> bool {
        let Some(Entry { posting: Posting::Push(last), taken: false, .. }) = self.entries.back_mut() else {
            return false;
        };
        if self.sealed || !last.push.merges_with(newer) {
            return false;
        }
        match Arc::get_mut(last) {
            Some(parcel) => parcel.push.merge(newer),
            None => {
                let mut push = last.push.clone();
                push.merge(newer);
                *last = Arc::new(Parcel::new(push, None));
            }
        }
        true
    }

    /// What is next for this reader, if there is anything.
    pub(crate) fn take(&mut self, reader: &mut Reader) -> Option<Posting> {
        reader.next = reader.next.max(self.first);
        while reader.next < self.end() {
            let position = reader.next;
            reader.next += 1;
            let entry = &mut self.entries[(position - self.first) as usize];
            if reader.takes_posting(position, &entry.posting) {
                entry.waiting -= 1;
                entry.taken = true;
                let posting = entry.posting.clone();
                reader.remounting &= !matches!(posting, Posting::Remount);
                self.trim();
                return Some(posting);
            }
        }
        None
    }

    /// A member that leaves waits for nothing any more.
    pub(crate) fn leave(&mut self, reader: &mut Reader) {
        reader.next = reader.next.max(self.first);
        for position in reader.next..self.end() {
            let entry = &mut self.entries[(position - self.first) as usize];
            if reader.takes_posting(position, &entry.posting) {
                entry.waiting -= 1;
            }
        }
        reader.next = self.end();
        self.trim();
    }

    /// How many entries a reader has still to look at.
    pub(crate) fn behind(&self, reader: &Reader) -> u64 {
        self.end() - reader.next.max(self.first)
    }

    fn trim(&mut self) {
        while self.entries.front().is_some_and(|entry| entry.waiting == 0) {
            self.entries.pop_front();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(push: Push) -> Arc<Parcel> {
        Arc::new(Parcel::new(push, None))
    }

    fn drain(log: &mut PushLog, reader: &mut Reader) -> Vec<Push> {
        std::iter::from_fn(|| log.take(reader))
            .map(|posting| match posting {
                Posting::Push(parcel) => parcel.push.clone(),
                Posting::Remount => panic!("no remount is expected"),
            })
            .collect()
    }

    fn add(log: &mut PushLog, push: Push, readers: &[&Reader]) {
        if !log.merge(&push) {
            let waiting = readers.iter().filter(|reader| reader.takes(log.end(), &push)).count();
            log.append(parcel(push), waiting);
        }
    }

    fn known(mut reader: Reader, keys: &[&str]) -> Reader {
        reader.keys = keys.iter().map(|&key| key.to_owned()).collect();
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
        assert_eq!((log.entries.len(), log.behind(&leaves)), (10, 10));
        log.leave(&mut leaves);
        assert!(log.entries.is_empty());
    }

    #[test]
    fn a_remount_stands_for_all_before_it_and_what_follows_waits_for_the_new_instance() {
        let mut log = PushLog::default();
        let fast = RefCell::new(known(log.join(ViewId::new()), &["7"]));
        let slow = RefCell::new(known(log.join(ViewId::new()), &[]));
        add(&mut log, Push::handler("lost"), &[&fast.borrow(), &slow.borrow()]);
        log.remount([&fast, &slow].into_iter());
        add(&mut log, Push::handler("h").key("7"), &[&fast.borrow(), &slow.borrow()]);
        log.remount([&fast, &slow].into_iter());
        add(&mut log, Push::handler("h").key("8"), &[&fast.borrow(), &slow.borrow()]);
        for reader in [&fast, &slow] {
            let reader = &mut *reader.borrow_mut();
            assert!(reader.remounting && matches!(log.take(reader), Some(Posting::Remount)), "two are one");
            assert!(!reader.remounting);
            assert_eq!(drain(&mut log, reader), [Push::handler("h").key("8")], "its keys are not known yet");
        }
        assert!(log.entries.is_empty());
        let late = known(log.join(ViewId::new()), &[]);
        assert_eq!((late.remounting, log.behind(&late)), (false, 0), "a newcomer has just been mounted");
    }
}
