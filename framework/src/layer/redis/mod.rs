//! The layer on Redis Streams: any number of senders and servers, on any number of machines.
//!
//! There is one stream per group. A sender adds to it; each server reads the streams of its live
//! groups from its last position. So nothing is lost when a connection breaks or Redis restarts.
//!
//! # Folders
//!
//! Each folder uses only those above it; a test in `imports` reads the `use` lines.
//!
//! | folder | owns |
//! |---|---|
//! | `stream` | the keys, the entries, the scripts, the epochs |
//! | `client` | connections, commands, the layer's tasks |
//! | `progress` | how far each group has been read |
//! | `cluster` | leases, members, schemas |
//! | `producer` | the outbox and the writer |
//! | `query` | questions to servers, and answers |
//! | `consumer` | the reader, positions, losses, watching |
//! | `server`, `thread`, `receipt`, `layer`, `builder` | putting it together |
//!
//! # Tasks
//!
//! All tasks run on one thread of the layer, so that a sender needs no runtime and no actor waits
//! for Redis. Each is a struct that gets what it uses.
//!
//! | task | struct | connection |
//! |---|---|---|
//! | keeps the shared connection | `client::Commands` | the shared one |
//! | the writer | `producer::Writer` | the shared one |
//! | the reader, in a server | `consumer::StreamReader` | a separate one, blocked in `XREAD` |
//! | the lease, in a server | `cluster::LeaseKeeper` | the shared one |
//! | the search for losses, in a server | `consumer::Inspector` | the shared one |
//! | new positions for lost ones, in a server | `consumer::Positions` | the shared one |
//! | the task that wakes the reader, in a server | `consumer::Waker` | the shared one |
//! | the task that tells pages that they may be stale, in a server | `cluster::StaleTeller` | none |
//!
//! # The way of a push
//!
//! 1. `layer` checks it as far as this process knows the view, and puts it, with a number, into the
//!    `producer::Outbox`;
//! 2. `producer::Writer` adds it to the group's stream with a script (`stream::append`), and
//!    repeats that with the same id until it knows that Redis has it;
//! 3. `consumer::StreamReader` of each server that shows the view reads it after its group's
//!    position (`progress::Groups`), and skips it if the `progress::Deduplicator` knows it;
//! 4. the process's sink takes it; if the sink has no room, the push stays in the stream.

mod builder;
mod client;
mod cluster;
mod consumer;
#[cfg(test)]
mod imports;
mod layer;
mod producer;
mod progress;
mod query;
mod receipt;
mod server;
mod stream;
mod thread;

pub use builder::{RedisConfigError, RedisLayerBuilder};
pub use cluster::{GroupInfo, NodeInfo};
pub use consumer::{Watch, Watched};
pub use layer::RedisLayer;
pub use producer::LostPush;
