//! One group: how far its stream has been read.

use super::deduplicator::Deduplicator;
use crate::layer::redis::stream::{EntryId, Placement};
use crate::push::{GroupName, ViewPath};
use tokio::time::Instant;

/// A group that is live in this process.
pub(super) struct GroupProgress {
    pub(super) path: ViewPath,
    /// Changes when the position is lost, or when the group is closed and opened again.
    pub(super) generation: u64,
    /// How far it has been read. `None` while that is unknown.
    pub(super) known: Option<Known>,
    /// The position before it was lost, unless reading must not continue there.
    pub(super) lost_at: Option<EntryId>,
    /// When its last view left. The group is still read for a while, because the outcome of the
    /// last pushes may be asked for.
    pub(super) closed: Option<Instant>,
    /// The last entry when the group was opened. Entries up to it had no views here.
    pub(super) opened: Option<Placement>,
    /// Whether its views have no room, so that reading waits.
    pub(super) is_full: bool,
    pub(super) seen: Deduplicator,
}

/// How far a group has been read.
pub(crate) struct Known {
    /// The last entry that has been handled.
    pub(crate) at: EntryId,
    /// Entries up to this one existed when the position was taken.
    pub(crate) caught_up_at: EntryId,
    /// The epoch of the last handled entry, or of that one.
    pub(crate) epoch: String,
    pub(crate) number: u64,
    /// Redis has given out at least the numbers up to this one.
    pub(crate) counted: u64,
}

/// A place in a group's stream, from which the reader asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) group: GroupName,
    pub(super) generation: u64,
    pub(crate) at: EntryId,
}

impl Known {
    /// The position in the same stream after this entry, if that is still a place in it.
    pub(super) fn after(self, read_to: Option<EntryId>) -> Self {
        Known { at: read_to.map_or(self.at, |read_to| read_to.min(self.at)), ..self }
    }
}

impl GroupProgress {
    /// Makes one that has just been opened.
    pub(super) fn new(path: ViewPath, generation: u64) -> Self {
        GroupProgress {
            path,
            generation,
            known: None,
            lost_at: None,
            closed: None,
            opened: None,
            is_full: false,
            seen: Deduplicator::default(),
        }
    }

    pub(super) fn position(&self, name: &GroupName) -> Option<Position> {
        let at = self.known.as_ref()?.at;
        Some(Position { group: name.clone(), generation: self.generation, at })
    }

    /// Whether this position, or one before it in the stream, is still the group's.
    pub(super) fn is_at(&self, position: &Position) -> bool {
        self.generation == position.generation
    }
}
