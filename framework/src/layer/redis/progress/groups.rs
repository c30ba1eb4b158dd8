//! The groups that are live in this process, and how far each stream has been read.
//!
//! A view has applied, in order and once, every entry of its group that was added after its
//! position was taken. Otherwise it is remounted after a new position has been taken. So a group
//! has one of three states:
//!
//! | state | what is known |
//! |---|---|
//! | unknown | nothing about how far it has been read: the position has not been taken yet, or it is lost. Nothing is read |
//! | catching up | epoch and number of the last entry when the position was taken. Some entries up to that one have not been read |
//! | known | epoch and number of the last entry that has been read |
//!
//! | event | in | becomes |
//! |---|---|---|
//! | the group is opened | not there | unknown; a position is taken, and its first view waits for that |
//! | Redis says what the last entry is | unknown | known; after a loss, catching up, and the views remount |
//! | an entry up to that one | catching up | a place further; it is applied unless its id has been read. What is missing was lost before the views were mounted |
//! | the last of them | catching up | known |
//! | the next number of the same epoch | known | a place further; it is applied unless its id has been read |
//! | a number that skips some that Redis has given out | known | unknown: the stream was trimmed before it was read |
//! | a number that Redis has not given out, or an epoch that is not Redis's | known | a place further: the entry is another program's, and is skipped |
//! | a number that has been read, or a counter below it | known | unknown, by a new epoch: Redis has gone back, or has lost the key that counts |
//! | another epoch | known, catching up | unknown: Redis has been flushed or replaced, or has gone back |
//! | a counter above the number, and nothing to read | known | unknown: the counted entries are gone |
//!
//! What makes a position unknown counts for that position only: each has a generation, and a
//! request with another generation is ignored. So there is one remount, however many tasks find the
//! same loss. What has been read is never read again. A node that has been [given up](super::lease)
//! loses all positions at once, and continues at the ends of the streams.

use super::group::{GroupProgress, Known, Position};
use super::verdict::{StreamEnd, Verdict, Wrong};
use crate::layer::redis::stream::{Entry, EntryId, Placement, PushId, generation};
use crate::push::{GroupName, ViewPath};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// How many epochs of other programs are remembered; Redis is asked again about others.
const FOREIGN_EPOCHS: usize = 64;

/// A group that has lost its position: a new one must be taken, and then its views remount.
#[derive(Debug)]
pub(crate) struct LostPosition {
    pub(crate) group: GroupName,
    pub(crate) generation: u64,
    /// How it was lost, for the log and the counter.
    pub(crate) kind: &'static str,
}

/// Where lost positions are reported. It needs no bound: a group is in it once, until its position
/// has been taken.
pub(crate) type Losses = mpsc::UnboundedReceiver<LostPosition>;

/// The groups that are live in this process.
pub(crate) struct Groups {
    table: Mutex<Table>,
    /// Notified when groups or positions differ from those that the reader has asked for.
    changed: Notify,
    losses: mpsc::UnboundedSender<LostPosition>,
}

#[derive(Default)]
struct Table {
    groups: HashMap<GroupName, GroupProgress>,
    generations: u64,
    /// Epochs of entries that were found to differ from the present one.
    foreign: HashSet<String>,
}

impl Groups {
    /// An empty table, and the channel on which lost positions are reported.
    pub(crate) fn new() -> (Self, Losses) {
        let (losses, lost) = mpsc::unbounded_channel();
        (Groups { table: Mutex::default(), changed: Notify::new(), losses }, lost)
    }

    /// Resolves when groups or positions have changed.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Opens a group. Returns the generation of its position.
    pub(crate) fn insert(&self, path: &ViewPath) -> u64 {
        self.table().insert(path)
    }

    /// Reopens a group that was closed a moment ago and is still being read. Returns whether it
    /// was.
    pub(crate) fn reopen(&self, group: &GroupName) -> bool {
        let mut table = self.table();
        let group = table.groups.get_mut(group).filter(|group| group.known.is_some());
        group.is_some_and(|group| group.closed.take().is_some())
    }

    /// Closes a group.
    pub(crate) fn close(&self, group: &GroupName) {
        if let Some(group) = self.table().groups.get_mut(group) {
            group.closed = Some(Instant::now());
        }
    }

    /// Stops reading groups that have been closed for this long.
    pub(crate) fn forget_closed(&self, after: Duration) {
        let mut table = self.table();
        let before = table.groups.len();
        table.groups.retain(|_, group| group.closed.is_none_or(|closed| closed.elapsed() < after));
        if table.groups.len() < before {
            self.changed.notify_one();
        }
    }

    /// Whether any group has no known position.
    pub(crate) fn any_unknown(&self) -> bool {
        self.table().groups.values().any(|group| group.known.is_none())
    }

    /// Returns the positions of all groups.
    pub(crate) fn all_positions(&self) -> Vec<Position> {
        let table = self.table();
        table.groups.iter().filter_map(|(name, group)| group.position(name)).collect()
    }

    /// Returns where to read the groups from, without those that have no room, and whether there
    /// are such groups.
    pub(crate) fn positions(&self) -> (Vec<Position>, bool) {
        let (mut positions, mut any_full) = (Vec::new(), false);
        for (name, group) in &mut self.table().groups {
            // They are tried again at the next turn.
            if std::mem::take(&mut group.is_full) {
                any_full = true;
            } else {
                positions.extend(group.position(name));
            }
        }
        (positions, any_full)
    }

    /// Decides what to do with an entry.
    pub(crate) fn examine(&self, asked: &Position, entry: &Entry) -> Verdict {
        let table = self.table();
        let Some((group, known)) = table.at(asked) else { return Verdict::Outdated };
        if entry.at <= known.caught_up_at {
            return if group.seen.contains(&entry.id) { Verdict::Skip } else { Verdict::Apply };
        }
        if entry.epoch != known.epoch {
            return if table.foreign.contains(&entry.epoch) { Verdict::Foreign } else { Verdict::OtherEpoch };
        }
        match entry.number.checked_sub(known.number) {
            Some(0..=1) | None if group.seen.contains(&entry.id) => Verdict::Skip,
            Some(0) | None => Verdict::GoneBack,
            Some(1) => Verdict::Apply,
            Some(_) if entry.number > known.counted => Verdict::Uncounted,
            Some(_) => Verdict::Lost,
        }
    }

    /// An entry has been handled: this many views took its push, or there was a reason why none
    /// could.
    pub(crate) fn advance(
        &self,
        asked: &mut Position,
        entry: &Entry,
        outcome: Option<Result<usize, String>>,
    ) {
        if let Some(group) = self.table().at_mut(asked) {
            if let Some(known) = &mut group.known {
                known.number = known.number.max(if entry.at > known.caught_up_at { entry.number } else { 0 });
                known.at = entry.at;
            }
            asked.at = entry.at;
            outcome.into_iter().for_each(|outcome| group.seen.record(&entry.id, outcome));
        }
    }

    /// Redis has given out numbers up to this one. Returns `false` if the entry's number is not
    /// among them.
    pub(crate) fn count_up_to(&self, asked: &Position, entry: &Entry, counted: u64) -> bool {
        if let Some(known) = self.table().at_mut(asked).and_then(|group| group.known.as_mut()) {
            known.counted = counted;
        }
        entry.number <= counted
    }

    /// Skips an entry that djust did not make.
    pub(crate) fn pass_over(&self, asked: &mut Position, at: EntryId) {
        if let Some(known) = self.table().at_mut(asked).and_then(|group| group.known.as_mut()) {
            known.at = at;
            asked.at = at;
        }
    }

    /// Redis's epoch differs from this one: another program has made entries with it.
    pub(crate) fn mark_foreign(&self, epoch: &str) {
        let foreign = &mut self.table().foreign;
        if foreign.len() >= FOREIGN_EPOCHS {
            foreign.clear();
        }
        foreign.insert(epoch.to_owned());
    }

    /// A group's views have no room now.
    pub(crate) fn mark_full(&self, asked: &Position) {
        if let Some(group) = self.table().at_mut(asked) {
            group.is_full = true;
        }
    }

    /// The outcome of a push in this process, if reading has passed it. `None` if it is no longer
    /// known.
    pub(crate) fn outcome(
        &self,
        group: &GroupName,
        id: &PushId,
        told: &Placement,
    ) -> Option<Result<usize, String>> {
        let table = self.table();
        let Some(group) = table.groups.get(group) else { return Some(Ok(0)) };
        let opened = group.opened.as_ref()?;
        let (then, since) = (generation(&told.epoch), generation(&opened.epoch));
        let is_before = then < since || (told.epoch == opened.epoch && told.number <= opened.number);
        group.seen.outcome(id).or(is_before.then_some(Ok(0)))
    }

    /// The paths of the groups.
    pub(crate) fn paths(&self) -> Vec<ViewPath> {
        self.table().groups.values().map(|group| group.path.clone()).collect()
    }

    /// Redis has said, after these positions were asked for, that this is its epoch: positions of
    /// another epoch are lost. Returns whether any is.
    pub(crate) fn epoch_is(&self, asked: &[Position], epoch: &str) -> bool {
        let others = self.of_other_epochs(asked, epoch);
        others.iter().for_each(|position| self.lose(position, "epoch"));
        !others.is_empty()
    }

    fn of_other_epochs(&self, asked: &[Position], epoch: &str) -> Vec<Position> {
        let table = self.table();
        let is_other = |position: &&Position| {
            let group = table.groups.get(&position.group).filter(|group| group.is_at(position));
            group.and_then(|group| group.known.as_ref()).is_some_and(|known| known.epoch != epoch)
        };
        asked.iter().filter(is_other).cloned().collect()
    }

    /// Compares what Redis says with what has been read.
    pub(crate) fn compare(&self, found: &[StreamEnd]) -> Wrong {
        let (mut wrong, mut table) = (Wrong::default(), self.table());
        for StreamEnd { asked, number, has_next } in found {
            let Some(known) = table.at_mut(asked).and_then(|group| group.known.as_mut()) else { continue };
            known.counted = *number;
            wrong.has_gone_back |= *number < known.number;
            if *number > known.number && !has_next {
                wrong.lost.push((asked.clone(), "trimmed"));
            }
        }
        wrong
    }

    /// Makes the position unknown, unless another task has found the loss before.
    pub(crate) fn lose(&self, position: &Position, kind: &'static str) {
        let table = &mut *self.table();
        let group = table.groups.get_mut(&position.group).filter(|group| group.is_at(position));
        if let Some((group, known)) = group.and_then(|group| group.known.take().map(|known| (group, known))) {
            group.lost_at = Some(known.at);
            table.generations += 1;
            group.generation = table.generations;
            self.tell(&position.group, group.generation, kind);
        }
    }

    /// Makes all positions unknown; reading continues at none of them.
    pub(crate) fn lose_all(&self, kind: &'static str) {
        let table = &mut *self.table();
        for (name, group) in &mut table.groups {
            group.lost_at = None;
            if group.known.take().is_some() {
                table.generations += 1;
                group.generation = table.generations;
                self.tell(name, group.generation, kind);
            }
        }
    }

    fn tell(&self, group: &GroupName, generation: u64, kind: &'static str) {
        // Nobody listens once the layer has ended.
        let _ = self.losses.send(LostPosition { group: group.clone(), generation, kind });
    }

    /// Whether a group still waits for its position.
    pub(crate) fn is_waiting(&self, group: &GroupName, generation: u64) -> bool {
        self.table().groups.get(group).is_some_and(|group| group.generation == generation)
    }

    /// Sets a group's position, unless the group has been closed meanwhile.
    pub(crate) fn position_taken(&self, group: &GroupName, generation: u64, known: Known) {
        let mut table = self.table();
        table.foreign.remove(&known.epoch);
        if let Some(group) = table.groups.get_mut(group).filter(|group| group.generation == generation) {
            let opened = || Placement { epoch: known.epoch.as_str().into(), number: known.number, at: 0 };
            group.opened.get_or_insert_with(opened);
            group.known = Some(known.after(group.lost_at.take()));
        }
        drop(table);
        self.changed.notify_one();
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn insert(&mut self, path: &ViewPath) -> u64 {
        self.generations += 1;
        let group = GroupProgress::new(path.clone(), self.generations);
        self.groups.insert(path.group(), group);
        self.generations
    }

    /// The group and its position, if that is still the place that was asked for.
    fn at(&self, asked: &Position) -> Option<(&GroupProgress, &Known)> {
        let group = self.groups.get(&asked.group).filter(|group| group.is_at(asked))?;
        let known = group.known.as_ref().filter(|known| known.at == asked.at)?;
        Some((group, known))
    }

    fn at_mut(&mut self, asked: &Position) -> Option<&mut GroupProgress> {
        let group = self.groups.get_mut(&asked.group).filter(|group| group.is_at(asked))?;
        group.known.as_ref().is_some_and(|known| known.at == asked.at).then_some(group)
    }
}

#[cfg(test)]
impl Groups {
    /// For tests: few things are remembered about other programs.
    pub(super) fn foreign_epochs_are_few(&self, longest: usize) {
        let table = self.table();
        assert!(table.foreign.len() <= FOREIGN_EPOCHS);
        assert!(table.foreign.iter().all(|epoch| epoch.len() <= longest));
    }
}
