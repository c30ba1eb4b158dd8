//! Reading: from the entries of the streams to the process's sink.
//!
//! [`Positions`] takes the positions of groups that have none, [`StreamReader`] reads from there,
//! and [`Inspector`] finds losses that no new entry shows. [`Waker`] interrupts the reader's wait
//! when the groups change. [`Watch`] reads a stream without being a server.

mod epochs;
mod inspector;
mod positions;
mod reader;
mod waker;
mod watch;

pub(crate) use epochs::Epochs;
pub(crate) use inspector::Inspector;
pub(crate) use positions::Positions;
pub(crate) use reader::StreamReader;
pub(crate) use waker::Waker;
pub(crate) use watch::watch;
pub use watch::{Watch, Watched};
