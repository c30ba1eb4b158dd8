//! Asks the nodes that show a view.

use super::answer::{Answer, sum};
use super::asking::Asking;
use crate::layer::redis::client::{Commands, Fault, after};
use crate::layer::redis::cluster::{Members, NodeInfo};
use crate::layer::redis::producer::{NewItem, Sender};
use crate::layer::redis::stream::{About, Keys, Placement, PushId, Question, random_name};
use crate::push::{QueryError, Receipt, ViewPath, Viewers};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Asks questions. It runs on the layer's thread.
#[derive(Clone)]
pub(crate) struct Querier {
    pub(crate) members: Arc<Members>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) sender: Sender,
    /// How long to ask for viewers. A node that has just died is waited for until its lease
    /// expires.
    pub(crate) timeout: Duration,
}

impl Querier {
    /// Counts the views, as [`viewers`](crate::push::viewers) does.
    pub(crate) async fn viewers(self, path: ViewPath, key: Option<String>) -> Result<Viewers, QueryError> {
        let answers = self.ask(&path, About::Viewers(key), after(self.timeout)).await?;
        let (views, nodes) = sum(&answers);
        Ok(Viewers::new(views, nodes))
    }

    /// Counts the views that took a stored push, as [`Receipt::confirm`] does.
    pub(crate) async fn confirm(
        &self,
        path: &ViewPath,
        id: &PushId,
        placement: Placement,
        deadline: Instant,
    ) -> Result<Receipt, QueryError> {
        let about = About::Push { id: id.to_string(), placement };
        let answers = self.ask(path, about, deadline).await?;
        if let Some(reason) = answers.iter().find_map(|answer| answer.refused.clone()) {
            return Err(QueryError::Rejected { path: path.to_string(), reason });
        }
        let (views, nodes) = sum(&answers);
        Ok(Receipt::delivered(views, nodes))
    }

    /// Returns the live nodes.
    pub(crate) async fn nodes(self) -> Result<Vec<NodeInfo>, QueryError> {
        Ok(self.members.roster().await.map_err(unreachable)?.live)
    }

    /// Asks the nodes that show a view. Fails if some have not answered by the deadline, or may not
    /// be known.
    async fn ask(&self, path: &ViewPath, about: About, deadline: Instant) -> Result<Vec<Answer>, QueryError> {
        let at = match &about {
            About::Push { placement, .. } => Some(placement.at),
            About::Viewers(_) => None,
        };
        let now = Instant::now();
        // The other half of the time is for their answers.
        let half = now + deadline.saturating_duration_since(now) / 2;
        let respondents = self.members.respondents(path, at, half).await.map_err(unreachable)?;
        let (now, is_complete) = (Instant::now(), respondents.is_complete);
        let mut asking = Asking {
            members: &self.members,
            commands: &self.commands,
            keys: &self.keys,
            path,
            at,
            deadline,
            waited_for: respondents.present,
            absent: respondents.absent,
            since: respondents.since,
            looked: now,
            was_away: now,
        };
        let mut answers = Vec::new();
        if !asking.waited_for.is_empty() {
            let question = self.send(path, about, deadline).await?;
            answers = asking.answers(&question).await.map_err(unreachable)?;
        }
        let missing = asking.waited_for.into_iter().chain(asking.absent).collect();
        complete(path, answers, missing, is_complete)
    }

    /// Sends a question, and returns its name.
    async fn send(&self, path: &ViewPath, about: About, deadline: Instant) -> Result<String, QueryError> {
        let question = random_name();
        let body = serde_json::to_string(&Question { question: question.clone(), about }).expect("texts");
        let item = NewItem { path: path.clone(), kind: "ask", body, unchecked: false };
        let sent = self.sender.send_until(item, deadline).await;
        // A question that was not stored says nothing about its push.
        sent.and_then(|(_, outcome)| outcome)
            .map_err(|error| QueryError::Unreachable { reason: error.to_string() })?;
        Ok(question)
    }
}

/// Returns the answers, if they are complete.
fn complete(
    path: &ViewPath,
    answers: Vec<Answer>,
    mut missing: Vec<String>,
    is_complete: bool,
) -> Result<Vec<Answer>, QueryError> {
    missing.extend(answers.iter().filter(|answer| answer.forgotten).map(|answer| answer.node.clone()));
    if missing.is_empty() && is_complete {
        return Ok(answers);
    }
    let path = path.to_string();
    if let Some(reason) = answers.iter().find_map(|answer| answer.refused.clone()) {
        return Err(QueryError::Rejected { path, reason });
    }
    let (views, answered) = (sum(&answers).0, answers.iter().filter(|answer| !answer.forgotten).count());
    let asked = answered + missing.len();
    Err(QueryError::Unanswered { path, answered, asked, views, missing, is_complete })
}

fn unreachable(fault: Fault) -> QueryError {
    QueryError::Unreachable { reason: fault.reason().into() }
}
