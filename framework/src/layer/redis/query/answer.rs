//! What a node answers.

use serde::{Deserialize, Serialize};

/// What a node says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) node: String,
    pub(super) views: usize,
    /// Why the node could not use the push.
    pub(super) refused: Option<String>,
    /// The node has read the push, and does not know any more what became of it.
    pub(super) forgotten: bool,
}

/// Views, and nodes that have any.
pub(super) fn sum(answers: &[Answer]) -> (usize, usize) {
    // What a node says may be anything.
    let views = answers.iter().fold(0_usize, |sum, answer| sum.saturating_add(answer.views));
    (views, answers.iter().filter(|answer| answer.views > 0).count())
}
