//! Shared helpers of the integration tests: a server on a free port, a client that speaks the raw protocol, views.

pub mod book;
pub mod client;
pub mod constructs;
pub mod measured;
pub mod server;
pub mod views;
