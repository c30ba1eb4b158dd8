//! The layer on Redis Streams: any number of senders and servers, on any number of machines.
//!
//! One stream per group. A sender adds to it; each server reads the streams of its live groups from where it was. So a connection
//! that breaks, or a Redis that restarts, loses nothing.
//!
//! # Tasks
//!
//! All run on one thread of the layer's own, so that no sender needs a runtime, and no actor waits for Redis.
//!
//! | task | file | connection |
//! |---|---|---|
//! | keeps the shared connection | `connection` | the shared one |
//! | the writer | `writer` | the shared one |
//! | the reader, in a server | `reader` | one of its own, blocked in `XREAD` |
//! | the lease, in a server | `lease` | the shared one |
//! | what wakes the reader, in a server | `lease` | the shared one |
//! | what tells pages that they may be stale, in a server | `lease` | none |
//!
//! # The way of a push
//!
//! 1. `send` checks it as far as this process knows the view, and takes a place in the `outbox`, with a number;
//! 2. the `writer` adds it to the group's stream by a script, and again with the same id until it knows that Redis has it;
//! 3. the `reader` of each server that shows the view finds it there, after its group's position (`groups`), and not among the
//!    `repeats`;
//! 4. the process's sink takes it, or has no room, and then it stays in the stream.

mod ask;
mod config;
mod connection;
mod entry;
mod epoch;
mod fetch;
mod groups;
mod layer;
mod lease;
mod members;
mod outbox;
mod portion;
mod positions;
mod reader;
mod repeats;
mod running;
mod schemas;
mod watch;
mod writer;

pub use config::{RedisConfigError, RedisLayerBuilder};
pub use layer::{Failure, RedisLayer};
pub use members::{GroupInfo, NodeInfo};
pub use watch::{Watch, Watched};
