//! How far the streams of this process's groups have been read: a table without tasks.
//!
//! [`Groups`] says what to do with an entry, and asks through a channel for the position of a group
//! that has none. [`Deduplicator`] recognises pushes that have been read before.

mod deduplicator;
mod group;
mod groups;
mod verdict;
#[cfg(test)]
mod walk;

pub(crate) use deduplicator::Deduplicator;
pub(crate) use group::{Known, Position};
pub(crate) use groups::{Groups, Losses, LostPosition};
pub(crate) use verdict::{StreamEnd, Verdict};
