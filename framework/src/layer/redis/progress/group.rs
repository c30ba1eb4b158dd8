//! One group: how far its stream has been read.

use super::deduplicator::Deduplicator;
use crate::layer::redis::stream::{EntryId, Placement};
use crate::push::{GroupName, ViewPath};
use tokio::time::Instant;

/// A group that is live in this process.
pub(super) struct GroupProgress {
    pub(super) path: ViewPath,
    /// Another one when the position has been lost, or the group closed and opened again.
    pub(super) generation: u64,
    /// How far it has been read; none while that is unknown.
    pub(super) known: Option<Known>,
    /// Where it had been read to when that was lost, unless reading must not go on there.
    pub(super) lost_at: Option<EntryId>,
    /// When its last view left. It is read on for a while: what became of the last pushes may be
    /// asked.
    pub(super) closed: Option<Instant>,
    /// The last entry when the group was opened: those up to it have no views here to take them.
    pub(super) opened: Option<Placement>,
    /// Its views have no room: reading waits.
    pub(super) is_full: bool,
    pub(super) seen: Deduplicator,
}

/// How far a group has been read.
pub(crate) struct Known {
    /// The last entry that has been dealt with.
    pub(crate) at: EntryId,
    /// Entries up to this one were there when the position was taken.
    pub(crate) caught_up_at: EntryId,
    /// Of the last entry that has been dealt with, or of that one.
    pub(crate) epoch: String,
    pub(crate) number: u64,
    /// Redis has given out numbers up to this one, at least.
    pub(crate) counted: u64,
}

/// A place in a group's stream: what the reader asks from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) group: GroupName,
    pub(super) generation: u64,
    pub(crate) at: EntryId,
}

impl Known {
    /// The same stream, read up to this entry before; if that is still a place in it.
    pub(super) fn after(self, read_to: Option<EntryId>) -> Self {
        Known { at: read_to.map_or(self.at, |read_to| read_to.min(self.at)), ..self }
    }
}

impl GroupProgress {
    /// One that has just been opened.
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
