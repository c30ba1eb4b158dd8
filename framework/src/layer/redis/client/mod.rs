//! Connections to Redis, and the tasks that use them.
//!
//! [`Connector`] connects. [`Commands`] is the shared connection, which a task keeps. [`Tasks`]
//! runs all tasks of the layer on its thread, and restarts a task that panics.

mod backoff;
mod commands;
mod connector;
mod fault;
mod tasks;

pub(crate) use commands::{Commands, after, transaction};
pub(crate) use connector::Connector;
pub(crate) use fault::{ANSWER_TIMEOUT, Fault, NO_ANSWER};
pub(crate) use tasks::{Tasks, count_panic};
