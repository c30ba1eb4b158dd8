//! Live views on a real server, over real sockets.

mod contract;
mod ends;
mod floods;
mod handlers;
mod hostile;
mod ingress;
mod outcomes;
mod page;
mod protocol;
mod push;
mod sessions;
mod shared;
mod socket;
mod stale;
mod tasks;
mod time;
mod validation;
mod visitors;
mod wiring;
