//! Live views on a real server, over real sockets.

mod contract;
mod handlers;
mod ingress;
mod page;
mod protocol;
mod push;
mod socket;
mod time;
