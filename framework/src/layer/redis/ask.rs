//! Questions to the nodes that show a view: how many views took a push, how many are watching.
//!
//! A question takes the way of a push, so a node comes to it after the pushes before it. The answers go to a list of the question's
//! own. Those nodes are waited for that had the group when the question was asked and have not died since.

use super::connection::{ANSWER_WITHIN, after};
use super::entry::{About, PushId, Question, random_name};
use super::outbox::{Draft, Outcome};
use super::running::{Running, Shared};
use crate::push::{Confirming, FollowUp, GroupName, PushError, Receipt, ViewPath, Viewers};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, oneshot};
use tokio::time::Instant;

/// How often answers are looked for, at first and at most.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LONGEST_LOOK: Duration = Duration::from_millis(50);
/// How often is looked which of those that have not answered still live.
const ROLL_CALL: Duration = Duration::from_millis(500);
/// How many answers to a question are looked at.
const MOST_ANSWERS: usize = 8_192;
/// How long answers are kept that nobody fetches, in seconds.
const KEPT: u64 = 60;

/// What a node says.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    node: String,
    views: usize,
    /// Why the node could not use the push.
    refused: Option<String>,
    /// The node has read the push, and does not know any more what became of it.
    forgotten: bool,
}

impl Shared {
    /// Asks the nodes that show a view; fails when some of them have not answered at the deadline.
    async fn ask(
        self: &Arc<Self>,
        path: &ViewPath,
        about: About,
        deadline: Instant,
    ) -> Result<Vec<Answer>, PushError> {
        let unreachable =
            |fault: super::connection::Fault| PushError::Unreachable { reason: fault.reason().into() };
        let mut asked = self.surely_watching(path, deadline).await.map_err(unreachable)?;
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let all: HashSet<String> = asked.iter().cloned().collect();
        let question = random_name();
        let body = serde_json::to_string(&Question { question: question.clone(), about }).expect("texts");
        // That the question was not taken says nothing of what it is about.
        let asking = self.send(Draft { path: path.clone(), kind: "ask", body }, deadline).await;
        asking
            .and_then(|(_, asked)| asked)
            .map_err(|error| PushError::Unreachable { reason: error.to_string() })?;
        let (mut look, mut called) = (FIRST_LOOK, Instant::now());
        loop {
            let mut answers = self.answers(&question).await;
            // One answer of each that was asked.
            let mut waited_for = all.clone();
            answers.retain(|answer| waited_for.remove(&answer.node));
            asked.retain(|node| answers.iter().all(|answer| answer.node != *node));
            if !asked.is_empty() && called.elapsed() >= ROLL_CALL {
                let live = self.nodes_watching(path).await.map_err(unreachable)?;
                asked.retain(|node| live.contains(node));
                called = Instant::now();
            }
            if asked.is_empty() {
                return Ok(answers);
            }
            if Instant::now() >= deadline {
                let views = sum(&answers).0;
                let (path, answered) = (path.to_string(), answers.len());
                return Err(PushError::Unanswered { path, answered, asked: answered + asked.len(), views });
            }
            tokio::time::sleep(look).await;
            look = (look * 2).min(LONGEST_LOOK);
        }
    }

    async fn answers(&self, question: &str) -> Vec<Answer> {
        let mut ask = redis::pipe();
        ask.cmd("LRANGE").arg(self.config.keys.answers(question)).arg(0).arg(MOST_ANSWERS);
        let answers = self.transact(ask).await.unwrap_or_default();
        let answers = answers.into_iter().next().map(super::entry::array).unwrap_or_default();
        let texts = answers.into_iter().filter_map(super::entry::text);
        texts.filter_map(|text| serde_json::from_str(&text).ok()).collect()
    }

    /// Answers a question that has been read from a group's stream.
    pub(super) fn answer(&self, group: &GroupName, question: &Question) {
        let outcome = match &question.about {
            About::Viewers(key) => Some(Ok(self.count_here(group, key.as_deref()))),
            About::Push { id, told } => {
                PushId::parse(id).map_or(Some(Ok(0)), |id| self.groups.outcome(group, &id, told))
            }
        };
        let forgotten = outcome.is_none();
        let (views, refused) = match outcome.unwrap_or(Ok(0)) {
            Ok(views) => (views, None),
            Err(reason) => (0, Some(reason)),
        };
        let answer = Answer { node: self.node.clone(), views, refused, forgotten };
        let answer = serde_json::to_string(&answer).expect("texts and a number");
        let list = self.config.keys.answers(&question.question);
        let commands = Arc::clone(&self.commands);
        self.runtime.spawn(async move {
            let mut reply = redis::pipe();
            reply.cmd("RPUSH").arg(&list).arg(answer).ignore().cmd("EXPIRE").arg(&list).arg(KEPT).ignore();
            let deadline = after(2 * ANSWER_WITHIN);
            let run = |connection| super::connection::transaction(connection, reply);
            if let Err(fault) = commands.run(deadline, run).await {
                tracing::debug!(reason = fault.reason(), "a question could not be answered");
            }
        });
    }

    /// See [`viewers`](crate::push::viewers): a node that has just died is waited for until its lease is over.
    pub(super) async fn viewers(
        self: Arc<Self>,
        path: ViewPath,
        key: Option<String>,
    ) -> Result<Viewers, PushError> {
        let deadline = after(self.config.timeout.saturating_add(self.config.lease));
        let answers = self.ask(&path, About::Viewers(key), deadline).await?;
        let (views, nodes) = sum(&answers);
        Ok(Viewers::new(views, nodes))
    }
}

/// Views, and nodes that have any.
fn sum(answers: &[Answer]) -> (usize, usize) {
    // What a node says may be anything.
    let views = answers.iter().fold(0_usize, |sum, answer| sum.saturating_add(answer.views));
    (views, answers.iter().filter(|answer| answer.views > 0).count())
}

/// A push that is on its way, for its receipt.
pub(super) struct Sent {
    pub(super) running: Arc<Running>,
    pub(super) path: ViewPath,
    pub(super) id: PushId,
    pub(super) outcome: Mutex<Progress>,
}

/// How far it has come.
pub(super) enum Progress {
    Queued(oneshot::Receiver<Outcome>),
    Settled(Outcome),
}

impl Sent {
    async fn ask_after(&self, timeout: Duration) -> Result<Receipt, PushError> {
        let deadline = after(timeout);
        let about = About::Push { id: self.id.to_string(), told: self.taken(deadline).await? };
        let answers = self.running.shared.ask(&self.path, about, deadline).await?;
        if let Some(reason) = answers.iter().find_map(|answer| answer.refused.clone()) {
            return Err(PushError::Rejected { path: self.path.to_string(), reason });
        }
        let (views, nodes) = sum(&answers);
        let forgotten = answers.iter().filter(|answer| answer.forgotten).count();
        if forgotten > 0 {
            let (path, asked) = (self.path.to_string(), answers.len());
            return Err(PushError::Unanswered { path, answered: asked - forgotten, asked, views });
        }
        Ok(Receipt::delivered(views, nodes))
    }

    async fn taken(&self, deadline: Instant) -> Outcome {
        tokio::time::timeout_at(deadline, self.settled()).await.unwrap_or_else(|_| {
            let reason = "it is still queued".to_owned();
            Err(PushError::Unconfirmed { path: self.path.to_string(), reason })
        })
    }

    /// One waits for the writer, the others for that one: whoever gives up, the next takes its place.
    async fn settled(&self) -> Outcome {
        let mut progress = self.outcome.lock().await;
        let outcome = match &mut *progress {
            Progress::Settled(outcome) => return outcome.clone(),
            Progress::Queued(outcome) => {
                outcome.await.unwrap_or_else(|_| Err(self.running.shared.ended(&self.path)))
            }
        };
        *progress = Progress::Settled(outcome.clone());
        outcome
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "push {} to {}", self.id, self.path)
    }
}

/// The receipt's own handle.
#[derive(Debug)]
pub(super) struct Pursuit(pub(super) Arc<Sent>);

impl FollowUp for Pursuit {
    fn confirm(&self, timeout: Duration) -> Confirming<'_> {
        let sent = Arc::clone(&self.0);
        Box::pin(async move {
            let (shared, path) = (Arc::clone(&sent.running.shared), sent.path.clone());
            let asking = shared.on_its_thread(async move { sent.ask_after(timeout).await });
            asking.await.unwrap_or_else(|_| Err(shared.ended(&path)))
        })
    }

    fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, PushError> {
        let sent = Arc::clone(&self.0);
        let (shared, path) = (Arc::clone(&sent.running.shared), sent.path.clone());
        let asking = shared.blocking(async move { sent.ask_after(timeout).await });
        asking.unwrap_or_else(|| Err(shared.ended(&path)))
    }
}
