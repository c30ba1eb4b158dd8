//! A node's answer to a question.

use serde::{Deserialize, Serialize};

/// A node's answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) node: String,
    pub(super) views: usize,
    /// Why the node could not use the push.
    pub(super) refused: Option<String>,
    /// The node has read the push, but no longer knows its outcome.
    pub(super) forgotten: bool,
}

/// How many views there are, and how many nodes have any.
pub(super) fn sum(answers: &[Answer]) -> (usize, usize) {
    // A node may say anything.
    let views = answers.iter().fold(0_usize, |sum, answer| sum.saturating_add(answer.views));
    (views, answers.iter().filter(|answer| answer.views > 0).count())
}
