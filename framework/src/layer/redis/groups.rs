//! The groups that are live in this process: how far each stream has been read, and what is known of its senders.
//!
//! | what is found | what it means | what is done |
//! |---|---|---|
//! | an id of a sender that is not above its last one | a repeat | it is dropped |
//! | a number that skips some | the stream was trimmed before it was read | the views mount anew, reading goes on |
//! | a number that has been there | Redis has gone back to an older state, or lost the key that counts | a new epoch is made |
//! | a number that Redis has not given out yet, or a former epoch after the present one | some other program's entry | it is passed over |
//! | another epoch | Redis has been emptied, replaced, or has gone back | all views of all groups mount anew, the streams are read from their beginning |
//!
//! What is read a second time is known by its id, so it is dropped. A group that is opened takes its position before its first view
//! mounts; where Redis can't be reached the view mounts all the same, and mounts anew when the position has been taken.

use super::connection::after;
use super::entry::{self, Entry, EntryId, Found, PushId, new_epoch};
use super::repeats::Repeats;
use super::running::Shared;
use crate::push::{GroupName, ViewPath};
use redis::Value;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

/// How many former epochs are known; Redis is asked again about others.
const FORMER_EPOCHS: usize = 64;

/// How long a view waits for its group's position, unless it is known that Redis can't be reached.
const OPEN_WITHIN: Duration = Duration::from_secs(5);

#[cfg(test)]
#[path = "groups_walk.rs"]
mod walk;

/// See the module.
#[derive(Default)]
pub(super) struct Groups {
    table: Mutex<Table>,
    /// There are other groups, or other positions, than the reader has asked for.
    pub(super) changed: Notify,
    /// How often the reader has been woken.
    pub(super) wakes: AtomicU64,
}

#[derive(Default)]
struct Table {
    groups: HashMap<GroupName, Group>,
    generations: u64,
    epoch: Option<String>,
    /// Epochs of entries that are still in a stream, none of which is the present one.
    former: HashSet<String>,
}

/// How far a group has been read.
struct Group {
    path: ViewPath,
    /// Another one when it has been closed and opened again.
    generation: u64,
    /// Where reading goes on; none as long as no position has been taken.
    position: Option<EntryId>,
    /// What the stream had when the group was opened is not for its views.
    opened: Opened,
    /// Of the last entry that is known of; the next one has the next number. None where reading has just begun anew.
    number: Option<u64>,
    /// That entry is of a former epoch: the present one's numbers need not be above it.
    is_of_former: bool,
    /// Redis has given out numbers up to this one, at least.
    counted: u64,
    /// Numbers up to this one may still come, of entries that were on their way when they were found lost.
    lenient: u64,
    /// Its views have no room: reading waits.
    is_full: bool,
    repeats: Repeats,
}

#[derive(Default)]
struct Opened {
    at: EntryId,
    epoch: String,
}

/// A place in a group's stream: what the reader asks from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) group: GroupName,
    generation: u64,
    pub(super) at: EntryId,
}

/// What to do with an entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is new.
    Apply {
        /// Some before it are missing.
        after_loss: bool,
    },
    /// It has been read before, or is not for the group's views.
    Skip {
        /// Some before it are missing.
        after_loss: bool,
    },
    /// Its epoch is not the one that is known: Redis has to be asked.
    OtherEpoch,
    /// The stream is older than what has been read of it.
    GoneBack,
    /// Its number may be one that Redis has not given out: Redis has to be asked.
    Uncounted,
    /// Some other program has made it.
    Foreign,
    /// The group has been closed, or its position moved: the reader asks again.
    Outdated,
}

impl Groups {
    /// Opens a group; done when its position is taken, or when that takes too long.
    pub(super) fn open(shared: &Arc<Shared>, path: &ViewPath) -> oneshot::Receiver<()> {
        let (opened, done) = oneshot::channel();
        let group = path.group();
        let generation = shared.groups.table().insert(path);
        let shared = Arc::clone(shared);
        shared.runtime.clone().spawn(async move {
            let taking = shared.take_position(&group, generation);
            tokio::pin!(taking);
            let in_time = tokio::select! {
                biased;
                _ = &mut taking => true,
                () = shared.commands.down() => false,
                () = tokio::time::sleep(OPEN_WITHIN) => false,
            };
            // Nobody may wait any more.
            let _ = opened.send(());
            if !in_time {
                tracing::warn!(%group, "Redis is not reached: views mount without it, and again when it is");
                if taking.await {
                    shared.remount(&group, "opened_late");
                }
            }
        });
        done
    }

    /// Closes a group.
    pub(super) fn close(&self, group: &GroupName) {
        self.table().groups.remove(group);
        self.changed.notify_one();
    }

    /// How far the groups have been read.
    fn all_positions(&self) -> Vec<Position> {
        let table = self.table();
        let taken = table.groups.iter().filter_map(|(name, group)| {
            Some(Position { group: name.clone(), generation: group.generation, at: group.position? })
        });
        taken.collect()
    }

    /// Where the groups are to be read from; those that have no room are left out, and whether there are such.
    pub(super) fn positions(&self) -> (Vec<Position>, bool) {
        let (mut positions, mut any_full) = (Vec::new(), false);
        for (name, group) in &mut self.table().groups {
            // They are tried again at the next turn.
            if std::mem::take(&mut group.is_full) {
                any_full = true;
            } else if let Some(at) = group.position {
                positions.push(Position { group: name.clone(), generation: group.generation, at });
            }
        }
        (positions, any_full)
    }

    /// Looks at an entry.
    pub(super) fn examine(&self, asked: &Position, entry: &Entry) -> Verdict {
        let table = self.table();
        let Some(group) = table.at(asked) else { return Verdict::Outdated };
        let is_present = table.epoch.as_ref() == Some(&entry.epoch);
        if !is_present && !table.former.contains(&entry.epoch) {
            return Verdict::OtherEpoch;
        }
        let opened = &group.opened;
        if entry.at <= opened.at && (!is_present || entry.epoch == opened.epoch) {
            return Verdict::Skip { after_loss: false };
        }
        let present = group.number.filter(|_| !group.is_of_former);
        if !is_present && present.is_some() {
            // Number and epoch are read and written by one script: the epochs of a stream don't alternate.
            return Verdict::Foreign;
        }
        let follows = present.is_some_and(|last| entry.number <= last.saturating_add(1));
        if is_present && !follows && entry.number > group.counted {
            return Verdict::Uncounted;
        }
        let last = group.number.unwrap_or(entry.number.saturating_sub(1));
        let after_loss = entry.number > last.saturating_add(1);
        if group.repeats.knows(&entry.id) {
            Verdict::Skip { after_loss }
        } else if entry.number > last || entry.number <= group.lenient || present.is_none() {
            // That a former epoch went back is known: it is what ended it.
            Verdict::Apply { after_loss }
        } else {
            Verdict::GoneBack
        }
    }

    /// An entry has been dealt with: so many views took its push, or there was a reason that none could.
    pub(super) fn advance(
        &self,
        asked: &mut Position,
        entry: &Entry,
        outcome: Option<Result<usize, String>>,
    ) {
        let is_present = self.table().epoch.as_ref() == Some(&entry.epoch);
        self.advance_to(asked, entry.at, |group| {
            // A former epoch may have gone back, and the numbers with it.
            let highest = if is_present && !group.is_of_former { group.number } else { None };
            group.number = highest.max(Some(entry.number));
            group.is_of_former = !is_present;
            if let Some(outcome) = outcome {
                group.repeats.note(&entry.id, outcome);
            }
        });
    }

    /// Redis has given out numbers up to this one; false if it is not that of the entry.
    pub(super) fn is_counted(&self, asked: &Position, entry: &Entry, counted: u64) -> bool {
        if let Some(group) = self.table().at_mut(asked) {
            group.counted = counted;
        }
        entry.number <= counted
    }

    /// An entry that is none of djust's is passed over.
    pub(super) fn pass_over(&self, asked: &mut Position, at: EntryId) {
        self.advance_to(asked, at, |_| ());
    }

    fn advance_to(&self, asked: &mut Position, at: EntryId, note: impl FnOnce(&mut Group)) {
        if let Some(group) = self.table().at_mut(asked) {
            note(group);
            group.position = Some(at);
            asked.at = at;
        }
    }

    /// Redis's epoch is the known one: this one is of older entries.
    pub(super) fn is_former(&self, epoch: &str) {
        let former = &mut self.table().former;
        if former.len() >= FORMER_EPOCHS {
            former.clear();
        }
        former.insert(epoch.to_owned());
    }

    /// What is missing before this entry has been dealt with, though the entry itself has not.
    pub(super) fn loss_is_known(&self, asked: &Position, entry: &Entry) {
        let mut table = self.table();
        let is_present = table.epoch.as_ref() == Some(&entry.epoch);
        if let Some(group) = table.at_mut(asked) {
            group.number = Some(entry.number.saturating_sub(1));
            group.is_of_former = !is_present;
        }
    }

    /// A group's views have no room now.
    pub(super) fn is_full(&self, asked: &Position) {
        if let Some(group) = self.table().at_mut(asked) {
            group.is_full = true;
        }
    }

    /// What became of a push in this process; none if that has been forgotten.
    pub(super) fn outcome(&self, group: &GroupName, id: &PushId) -> Option<Result<usize, String>> {
        self.table().groups.get(group).map_or(Some(Ok(0)), |group| group.repeats.outcome(id))
    }

    /// The paths of the groups.
    pub(super) fn paths(&self) -> Vec<ViewPath> {
        self.table().groups.values().map(|group| group.path.clone()).collect()
    }

    /// The streams are others than those that have been read; the groups, all of which have lost pushes.
    pub(super) fn new_epoch(&self, epoch: String) -> Vec<GroupName> {
        let mut table = self.table();
        if table.epoch.as_ref() == Some(&epoch) {
            return Vec::new();
        }
        if table.epoch.replace(epoch).is_none() {
            return Vec::new();
        }
        let open = table.groups.iter_mut().filter(|(_, group)| group.position.is_some());
        let lost = open.map(|(name, group)| {
            (group.position, group.number, group.is_of_former) = (Some(EntryId::default()), None, false);
            (group.lenient, group.counted) = (0, 0);
            name.clone()
        });
        let lost = lost.collect();
        table.former.clear();
        drop(table);
        self.changed.notify_one();
        lost
    }

    /// Makes all processes see a new epoch: Redis has gone back to an older state. False if that could not be said.
    pub(super) async fn replace_epoch(shared: &Shared, old: &str) -> bool {
        let call = new_epoch(&shared.config.keys, old);
        let deadline = after(shared.config.timeout);
        let run = |mut connection| async move { call.invoke_async::<Value>(&mut connection).await };
        let Some(epoch) =
            shared.commands.run(deadline, run).await.ok().and_then(entry::text).and_then(entry::short_name)
        else {
            return false;
        };
        shared.epoch_is(epoch);
        true
    }

    /// Compares what Redis says with what has been read; the groups of which entries have been lost, and whether Redis has gone back.
    pub(super) fn compare(&self, found: &[(Position, u64, Vec<Found>)]) -> (Vec<GroupName>, bool) {
        let (mut lost, mut gone_back) = (Vec::new(), false);
        let mut table = self.table();
        for (asked, number, next) in found {
            let Some(group) = table.at_mut(asked) else { continue };
            let known = group.number.filter(|_| !group.is_of_former).unwrap_or(*number);
            gone_back |= *number < known;
            group.counted = *number;
            if next.is_empty() {
                (group.number, group.is_of_former) = (Some(*number), false);
                if *number > known {
                    group.lenient = *number;
                    lost.push(asked.group.clone());
                }
            }
        }
        (lost, gone_back)
    }

    /// Whether a group is still the one that was opened, and has not been closed since.
    fn is_open(&self, group: &GroupName, generation: u64) -> bool {
        self.table().groups.get(group).is_some_and(|group| group.generation == generation)
    }

    /// A group's position has been taken; it may have been closed meanwhile.
    fn is_taken(&self, group: &GroupName, generation: u64, at: EntryId, number: u64, epoch: String) {
        let mut table = self.table();
        let Some(group) = table.groups.get_mut(group).filter(|group| group.generation == generation) else {
            return;
        };
        (group.position, group.number, group.is_of_former) = (Some(at), Some(number), false);
        group.counted = number;
        group.opened = Opened { at, epoch };
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn insert(&mut self, path: &ViewPath) -> u64 {
        self.generations += 1;
        let group = Group {
            path: path.clone(),
            generation: self.generations,
            position: None,
            opened: Opened::default(),
            number: None,
            is_of_former: false,
            counted: 0,
            lenient: 0,
            is_full: false,
            repeats: Repeats::default(),
        };
        self.groups.insert(path.group(), group);
        self.generations
    }

    fn at(&self, asked: &Position) -> Option<&Group> {
        let group = self.groups.get(&asked.group)?;
        (group.generation == asked.generation && group.position == Some(asked.at)).then_some(group)
    }

    fn at_mut(&mut self, asked: &Position) -> Option<&mut Group> {
        let group = self.groups.get_mut(&asked.group)?;
        (group.generation == asked.generation && group.position == Some(asked.at)).then_some(group)
    }
}

impl Shared {
    /// Takes the position of a group, however long it takes, and says that it is watched; false if the group is closed by then.
    async fn take_position(&self, group: &GroupName, generation: u64) -> bool {
        let keys = &self.config.keys;
        for attempt in 0_u64.. {
            if !self.groups.is_open(group, generation) {
                return false;
            }
            let mut ask = redis::pipe();
            ask.cmd("XREVRANGE").arg(keys.stream(group)).arg("+").arg("-").arg("COUNT").arg(1);
            ask.cmd("GET").arg(keys.number(group));
            ask.cmd("SET").arg(keys.epoch()).arg(entry::epoch_name()).arg("NX").ignore();
            ask.cmd("GET").arg(keys.epoch());
            self.say_what_is_watched(&mut ask);
            match self.transact(ask).await {
                Ok(answers) => {
                    let mut answers = answers.into_iter();
                    let last = answers.next().map(entry::entries).unwrap_or_default();
                    let at = last.first().map_or(EntryId::default(), |(at, _)| *at);
                    let number = answers.next().and_then(entry::number).unwrap_or(0);
                    let Some(epoch) = answers.next().and_then(entry::text).and_then(entry::short_name) else {
                        // Nobody can use this epoch: it is replaced, and asked for again.
                        let _ = Groups::replace_epoch(self, "").await;
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    };
                    self.groups.is_taken(group, generation, at, number, epoch.clone());
                    self.epoch_is(epoch);
                    self.groups.changed.notify_one();
                    return true;
                }
                Err(fault) => {
                    if attempt % 100 == 1 {
                        tracing::warn!(%group, reason = fault.reason(), "where to read from is not known yet");
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        false
    }

    /// Compares epoch and numbers with what has been read: what has been lost is found although no new entry comes.
    pub(super) async fn inspect(&self) {
        let positions = self.groups.all_positions();
        let keys = &self.config.keys;
        let mut ask = redis::pipe();
        // A key of another type is of no other group's concern.
        ask.ignore_errors();
        ask.cmd("SET").arg(keys.epoch()).arg(entry::epoch_name()).arg("NX").ignore();
        ask.cmd("GET").arg(keys.epoch());
        for Position { group, at, .. } in &positions {
            ask.cmd("GET").arg(keys.number(group));
            ask.cmd("XRANGE").arg(keys.stream(group)).arg(format!("({at}")).arg("+").arg("COUNT").arg(1);
        }
        let Ok(answers) = self.transact(ask).await else { return };
        let mut answers = answers.into_iter();
        let Some(epoch) = answers.next().and_then(entry::text).and_then(entry::short_name) else {
            let _ = Groups::replace_epoch(self, "").await;
            return;
        };
        if self.epoch_is(epoch.clone()) {
            return;
        }
        let found = positions.into_iter().map(|position| {
            let number = answers.next().and_then(entry::number).unwrap_or(0);
            (position, number, answers.next().map(entry::entries).unwrap_or_default())
        });
        let (lost, gone_back) = self.groups.compare(&found.collect::<Vec<_>>());
        if gone_back {
            tracing::error!("Redis has gone back to an older state: all servers mount their views anew");
            // If that fails, the next look finds the same.
            let _ = Groups::replace_epoch(self, &epoch).await;
        }
        for group in lost {
            self.remount(&group, "trimmed");
        }
    }

    /// The epoch is this one; true if it was another.
    pub(super) fn epoch_is(&self, epoch: String) -> bool {
        let lost = self.groups.new_epoch(epoch);
        for group in &lost {
            self.remount(group, "epoch");
        }
        !lost.is_empty()
    }

    /// Makes a group's views mount anew.
    pub(super) fn remount(&self, group: &GroupName, kind: &'static str) {
        metrics::counter!("djust_redis_losses_total", "kind" => kind).increment(1);
        tracing::warn!(%group, kind, "pushes have been lost on their way: the group's views mount anew");
        if let Some(inlet) = self.inlet() {
            inlet.remount(group);
        }
    }
}
