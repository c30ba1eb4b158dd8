//! The Redis layer: real processes, a real redis-server, real faults.

mod answers;
mod command;
mod ends;
mod epochs;
mod faults;
mod foreign;
mod links;
mod losses;
mod order;
mod schemas;
mod senders;
mod site;
