//! The benchmark of fan-out, which `tests/bench` builds and runs.
//!
//! | module | what it has |
//! |---|---|
//! | [`floor`] | a bare broadcast server to compare with |
//! | [`generator`] | thousands of clients on one thread, each acting as a browser |
//! | [`protocol`] | how a client of each server gets its page, joins, and reads what it is sent |
//! | [`server`], [`process`], [`redis`] | the processes that are measured |
//! | [`round`], [`compare`] | one server's figures, and those of several in turn |
//! | [`instructions`], [`budget`] | instructions per delivery by callgrind, and what is allowed |
//! | [`soak`], [`throughput`] | runs of other kinds |
//! | [`statistics`], [`report`] | medians, tables, JSON and charts |

pub mod budget;
pub mod compare;
pub mod floor;
pub mod generator;
pub mod instructions;
pub mod machine;
pub mod options;
pub mod peer;
pub mod process;
pub mod protocol;
pub mod redis;
pub mod report;
pub mod round;
pub mod server;
pub mod soak;
pub mod statistics;
pub mod throughput;

/// What any part of a run may fail with: a sentence for the person who started it.
pub type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;
