//! What is to be done with an entry, and what Redis's answers say is wrong.

use super::group::Position;

/// What to do with an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is new.
    Apply,
    /// It has been read before.
    Skip,
    /// Some before it are missing.
    Lost,
    /// Its epoch is not the position's: Redis has to be asked.
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

/// What Redis says of a group, which has been asked for at a position.
pub(crate) struct StreamEnd {
    pub(crate) asked: Position,
    pub(crate) number: u64,
    /// There is something to read.
    pub(crate) has_next: bool,
}

/// What is wrong with the groups, as far as Redis's answers tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) lost: Vec<(Position, &'static str)>,
    pub(crate) has_gone_back: bool,
}
