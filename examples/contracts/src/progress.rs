//! Progress: how far a job is.
//!
//! Each push says all there is to say about its job, so a page that is opened halfway knows the job with its next step.

use djust::push_contract;
use serde::{Deserialize, Serialize};

/// The page of jobs.
#[push_contract(path = "jobs.views.ProgressView")]
pub struct Progress {
    /// The job of this id is so far: `done` of its steps.
    pub on_progress: fn(id: String, name: String, done: u32, of: u32, state: State),
}

/// What a job is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It goes on.
    Running,
    /// It has done all its steps.
    Done,
    /// It has given up.
    Failed,
}

impl State {
    /// Its name, for a style and for people.
    pub fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
        }
    }
}
