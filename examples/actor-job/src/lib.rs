//! A job that is an actor. It works in steps, each a message to itself, and pushes its progress.
//!
//! It does not know where it runs. Behind the button on the gallery's jobs page, its pushes stay in
//! the process or go through Redis. In the program beside this file, they go through Redis.

mod job;

pub use job::{Job, Plan};
