//! The Redis layer: real processes, a real redis-server, real faults.

mod command;
mod ends;
mod epochs;
mod faults;
mod foreign;
mod links;
mod losses;
mod order;
mod senders;
mod site;
