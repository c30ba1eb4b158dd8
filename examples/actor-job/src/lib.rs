//! A job that is an actor: it works in steps, each a message to itself, and pushes how far it is.
//!
//! It does not know where it runs. In the gallery, behind the button on the page of the jobs, its pushes stay in the
//! process or go through Redis; in the program beside this file they go through Redis.

mod job;

pub use job::{Job, Plan};
