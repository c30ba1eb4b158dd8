//! Questions to the nodes that show a view: how many views took a push, how many are watching.
//!
//! A question takes the way of a push, so a node comes to it after the pushes before it. The answers go to a list of the question's
//! own. [Who has to be asked](super::members) is found out first. A number is given only where each of those has answered; otherwise the
//! error says who may be missing.

use super::connection::{ANSWER_WITHIN, Fault, after};
use super::entry::{About, PushId, Question, random_name};
use super::members::COME_BACK_WITHIN;
use super::outbox::{Draft, Outcome};
use super::running::{Running, Shared};
use crate::push::{BoxFuture, ConfirmHandle, GroupName, LayerError, QueryError, Receipt, ViewPath, Viewers};
use serde::{Deserialize, Serialize};
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

/// A question on its way.
struct Asking<'a> {
    shared: &'a Shared,
    path: &'a ViewPath,
    /// When what it is about was added, for a push.
    at: Option<u64>,
    deadline: Instant,
    /// Those that have not answered.
    waited_for: Vec<String>,
    /// Those that may have applied the push, and won't answer.
    absent: Vec<String>,
    /// Since when Redis knows who is there.
    since: Option<u64>,
    /// When was looked last. Longer pauses mean that Redis is away, and then it is no wonder that leases end.
    looked: Instant,
    was_away: Instant,
}

impl Asking<'_> {
    /// The answers, one of each node that was asked.
    async fn answers(&mut self, question: &str) -> Result<Vec<Answer>, Fault> {
        let (mut look, mut called, mut answers) = (FIRST_LOOK, Instant::now(), Vec::new());
        loop {
            // Redis may forget those that have been seen.
            for answer in self.shared.answers(question).await {
                if let Some(one) = self.waited_for.iter().position(|node| *node == answer.node) {
                    self.waited_for.swap_remove(one);
                    answers.push(answer);
                }
            }
            if !self.waited_for.is_empty() && called.elapsed() >= ROLL_CALL {
                self.call_the_roll().await?;
                called = Instant::now();
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
        if self.looked.elapsed() > ROLL_CALL {
            self.was_away = Instant::now();
        }
        self.looked = Instant::now();
    }

    /// Looks which of those that have not answered still live.
    async fn call_the_roll(&mut self) -> Result<(), Fault> {
        let roll = self.shared.roll().await?;
        if roll.since != self.since {
            // It has forgotten the question as well.
            self.absent.append(&mut self.waited_for);
            return Ok(());
        }
        let (live, silent) = (roll.watching(self.path), roll.silent(self.path));
        let gone = self.at.map_or_else(Vec::new, |at| roll.gone(self.path, at));
        let waited_for = std::mem::take(&mut self.waited_for);
        let (wait, ended): (Vec<_>, Vec<_>) =
            waited_for.into_iter().partition(|node| live.contains(node) || silent.contains(node));
        self.absent.extend(ended.into_iter().filter(|node| gone.contains(node)));
        let dead: Vec<_> = wait.iter().filter(|node| silent.contains(node)).cloned().collect();
        self.waited_for = wait;
        self.note_whether_redis_was_away();
        if !dead.is_empty() && self.was_away.elapsed() >= COME_BACK_WITHIN {
            self.shared.give_up(&dead).await?;
        }
        Ok(())
    }
}

impl Shared {
    /// Asks the nodes that show a view; fails where some of them have not answered at the deadline, or may not be known.
    async fn ask(&self, path: &ViewPath, about: About, deadline: Instant) -> Result<Vec<Answer>, QueryError> {
        let unreachable = |fault: Fault| QueryError::Unreachable { reason: fault.reason().into() };
        let at = match &about {
            About::Push { told, .. } => Some(told.at),
            About::Viewers(_) => None,
        };
        let now = Instant::now();
        // The other half is for their answers.
        let half = now + deadline.saturating_duration_since(now) / 2;
        let expected = self.expect(path, at, half).await.map_err(unreachable)?;
        let (now, is_complete) = (Instant::now(), expected.is_complete);
        let mut asking = Asking {
            shared: self,
            path,
            at,
            deadline,
            waited_for: expected.present,
            absent: expected.absent,
            since: expected.since,
            looked: now,
            was_away: now,
        };
        let mut answers = Vec::new();
        if !asking.waited_for.is_empty() {
            let question = random_name();
            let body = serde_json::to_string(&Question { question: question.clone(), about }).expect("texts");
            // That the question was not taken says nothing of what it is about.
            let sending =
                self.send(Draft { path: path.clone(), kind: "ask", body, unchecked: false }, deadline).await;
            sending
                .and_then(|(_, outcome)| outcome)
                .map_err(|error| QueryError::Unreachable { reason: error.to_string() })?;
            answers = asking.answers(&question).await.map_err(unreachable)?;
        }
        let forgotten = answers.iter().filter(|answer| answer.forgotten).map(|answer| answer.node.clone());
        let missing: Vec<_> = asking.waited_for.into_iter().chain(asking.absent).chain(forgotten).collect();
        if missing.is_empty() && is_complete {
            return Ok(answers);
        }
        if let Some(reason) = answers.iter().find_map(|answer| answer.refused.clone()) {
            return Err(QueryError::Rejected { path: path.to_string(), reason });
        }
        let (views, answered) = (sum(&answers).0, answers.iter().filter(|answer| !answer.forgotten).count());
        let asked = answered + missing.len();
        Err(QueryError::Unanswered { path: path.to_string(), answered, asked, views, missing, is_complete })
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

    /// How many views of a group are connected here.
    fn count_here(&self, group: &GroupName, key: Option<&str>) -> usize {
        self.sink().map_or(0, |sink| sink.count(group, key))
    }

    /// See [`viewers`](crate::push::viewers): a node that has just died is waited for until its lease is over.
    pub(super) async fn viewers(
        self: Arc<Self>,
        path: ViewPath,
        key: Option<String>,
    ) -> Result<Viewers, QueryError> {
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
    async fn ask_after(&self, timeout: Duration) -> Result<Receipt, QueryError> {
        let deadline = after(timeout);
        let about = About::Push { id: self.id.to_string(), told: self.taken(deadline).await? };
        let answers = self.running.shared.ask(&self.path, about, deadline).await?;
        if let Some(reason) = answers.iter().find_map(|answer| answer.refused.clone()) {
            return Err(QueryError::Rejected { path: self.path.to_string(), reason });
        }
        let (views, nodes) = sum(&answers);
        Ok(Receipt::delivered(views, nodes))
    }

    async fn taken(&self, deadline: Instant) -> Outcome {
        tokio::time::timeout_at(deadline, self.settled()).await.unwrap_or_else(|_| {
            let reason = "it is still queued".to_owned();
            Err(LayerError::Unconfirmed { path: self.path.to_string(), reason }.into())
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

impl ConfirmHandle for Pursuit {
    fn confirm(&self, timeout: Duration) -> BoxFuture<'_, Result<Receipt, QueryError>> {
        let sent = Arc::clone(&self.0);
        Box::pin(async move {
            let (shared, path) = (Arc::clone(&sent.running.shared), sent.path.clone());
            let asking = shared.on_its_thread(async move { sent.ask_after(timeout).await });
            asking.await.unwrap_or_else(|_| Err(shared.ended(&path).into()))
        })
    }

    fn confirm_blocking(&self, timeout: Duration) -> Result<Receipt, QueryError> {
        let sent = Arc::clone(&self.0);
        let (shared, path) = (Arc::clone(&sent.running.shared), sent.path.clone());
        let asking = shared.blocking(async move { sent.ask_after(timeout).await });
        asking.unwrap_or_else(|| Err(shared.ended(&path).into()))
    }
}
