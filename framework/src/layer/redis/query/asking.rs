//! A question on its way: fetching the answers, and checking which of the asked nodes still live.

use super::answer::Answer;
use crate::layer::redis::client::{Commands, Fault};
use crate::layer::redis::cluster::{Members, RETURN_TIMEOUT};
use crate::layer::redis::stream::{Keys, array, text};
use crate::push::ViewPath;
use std::time::Duration;
use tokio::time::Instant;

/// How often to look for answers, at first and at most.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LONGEST_LOOK: Duration = Duration::from_millis(50);
/// How often to check which of the nodes that have not answered still live.
const LIVENESS_INTERVAL: Duration = Duration::from_millis(500);
/// How many answers to a question are read.
const MOST_ANSWERS: usize = 8_192;

/// A question on its way.
pub(super) struct Asking<'a> {
    pub(super) members: &'a Members,
    pub(super) commands: &'a Commands,
    pub(super) keys: &'a Keys,
    pub(super) path: &'a ViewPath,
    /// For a push: when it was added.
    pub(super) at: Option<u64>,
    pub(super) deadline: Instant,
    /// The nodes that have not answered.
    pub(super) waited_for: Vec<String>,
    /// The nodes that may have applied the push and won't answer.
    pub(super) absent: Vec<String>,
    /// Since when Redis has known leases.
    pub(super) since: Option<u64>,
    /// The time of the last check. A longer pause means that Redis is away; then leases expire for
    /// that reason.
    pub(super) looked: Instant,
    pub(super) was_away: Instant,
}

impl Asking<'_> {
    /// Fetches the answers, one for each node that was asked.
    pub(super) async fn answers(&mut self, question: &str) -> Result<Vec<Answer>, Fault> {
        let (mut look, mut checked, mut answers) = (FIRST_LOOK, Instant::now(), Vec::new());
        loop {
            // Redis may forget answers that have been read.
            for answer in self.fetch(question).await {
                if let Some(one) = self.waited_for.iter().position(|node| *node == answer.node) {
                    self.waited_for.swap_remove(one);
                    answers.push(answer);
                }
            }
            if !self.waited_for.is_empty() && checked.elapsed() >= LIVENESS_INTERVAL {
                self.check_liveness().await?;
                checked = Instant::now();
            }
            if self.waited_for.is_empty() || Instant::now() >= self.deadline {
                return Ok(answers);
            }
            self.note_whether_redis_was_away();
            tokio::time::sleep(look).await;
            look = (look * 2).min(LONGEST_LOOK);
        }
    }

    fn note_whether_redis_was_away(&mut self) {
        if self.looked.elapsed() > LIVENESS_INTERVAL {
            self.was_away = Instant::now();
        }
        self.looked = Instant::now();
    }

    /// Checks which of the nodes that have not answered still live.
    async fn check_liveness(&mut self) -> Result<(), Fault> {
        let roster = self.members.roster().await?;
        if roster.since != self.since {
            // Redis has forgotten the question as well.
            self.absent.append(&mut self.waited_for);
            return Ok(());
        }
        let (live, silent) = (roster.watching(self.path), roster.silent(self.path));
        let gone = self.at.map_or_else(Vec::new, |at| roster.gone(self.path, at));
        let waited_for = std::mem::take(&mut self.waited_for);
        let (wait, ended): (Vec<_>, Vec<_>) =
            waited_for.into_iter().partition(|node| live.contains(node) || silent.contains(node));
        self.absent.extend(ended.into_iter().filter(|node| gone.contains(node)));
        let dead: Vec<_> = wait.iter().filter(|node| silent.contains(node)).cloned().collect();
        self.waited_for = wait;
        self.note_whether_redis_was_away();
        if !dead.is_empty() && self.was_away.elapsed() >= RETURN_TIMEOUT {
            self.members.give_up(&dead).await?;
        }
        Ok(())
    }

    async fn fetch(&self, question: &str) -> Vec<Answer> {
        let mut ask = redis::pipe();
        ask.cmd("LRANGE").arg(self.keys.answers(question)).arg(0).arg(MOST_ANSWERS);
        let answers = self.commands.transact(ask).await.unwrap_or_default();
        let answers = answers.into_iter().next().map(array).unwrap_or_default();
        let texts = answers.into_iter().filter_map(text);
        texts.filter_map(|text| serde_json::from_str(&text).ok()).collect()
    }
}
