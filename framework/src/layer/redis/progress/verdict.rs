//! What to do with an entry, and what Redis's answers show to be wrong.

use super::group::Position;

/// What to do with an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is new.
    Apply,
    /// It has been read before.
    Skip,
    /// Some entries before it are missing.
    Lost,
    /// Its epoch is not that of the position: Redis must be asked.
    OtherEpoch,
    /// The stream is older than what has been read of it.
    GoneBack,
    /// Redis may not have given out its number: Redis must be asked.
    Uncounted,
    /// Another program has made it.
    Foreign,
    /// The group has been closed, or its position has moved: the reader asks again.
    Outdated,
}

/// What Redis says about a group, asked at a position.
pub(crate) struct StreamEnd {
    pub(crate) asked: Position,
    pub(crate) number: u64,
    /// There is something to read.
    pub(crate) has_next: bool,
}

/// What is wrong with the groups, according to Redis's answers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) lost: Vec<(Position, &'static str)>,
    pub(crate) has_gone_back: bool,
}
