//! The data in Redis: the names of the keys, the content of an entry, the scripts that add and read
//! entries, and the epoch that says to which history they belong.
//!
//! Nothing here holds a connection or runs by itself: it builds commands and reads their answers.

mod append;
mod entry;
mod epoch;
mod id;
mod keys;
mod names;
mod portion;
mod read;
mod resp;

pub(crate) use append::{Added, NewEntry, Placement, Retention, append};
pub(crate) use entry::{About, Content, ENDS, Entry, Found, Question, ends, entries, push_body, read_push};
pub(crate) use epoch::{CURRENT_EPOCH, Newest, check_epoch, check_run, generation};
pub(crate) use id::{EntryId, PushId};
pub(crate) use keys::Keys;
#[cfg(test)]
pub(crate) use names::LONGEST_NAME;
pub(crate) use names::{cut_reason, node_name, random_name, short_name};
pub(crate) use portion::Portion;
pub(crate) use read::{Batch, more, wait};
pub(crate) use resp::{array, millis, number, pairs, text};
