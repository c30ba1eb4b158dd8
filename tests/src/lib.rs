//! Shared helpers of the integration tests: a server on a free port, a client that speaks the raw protocol, views.

pub mod book;
pub mod client;
pub mod constructs;
pub mod contexts;
pub mod contracts;
pub mod crowd;
pub mod decorated;
pub mod lab;
pub mod layers;
pub mod logs;
pub mod measured;
pub mod node;
pub mod pace;
pub mod proxy;
pub mod pushes;
pub mod raw;
pub mod redis_server;
pub mod server;
pub mod ui;
pub mod views;
pub mod walked;
