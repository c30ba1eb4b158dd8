//! The progress of jobs.
//!
//! Each push contains everything about its job, so a page that opens halfway learns everything with
//! the job's next step.

use djust::push_contract;
use serde::{Deserialize, Serialize};

/// The page of jobs.
#[push_contract(path = "jobs.views.ProgressView")]
pub struct Progress {
    /// The progress of the job with this id: `done` of its steps.
    pub on_progress: fn(id: String, name: String, done: u32, of: u32, state: State),
}

/// What a job is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is running.
    Running,
    /// It has done all its steps.
    Done,
    /// It has failed.
    Failed,
}

impl State {
    /// Returns its name, for a style and for people.
    pub fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
        }
    }
}
