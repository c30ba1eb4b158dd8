//! Answers the questions that this node has read.

use super::answer::Answer;
use crate::layer::redis::client::{ANSWER_TIMEOUT, Commands, Tasks, after, transaction};
use crate::layer::redis::progress::Groups;
use crate::layer::redis::stream::{About, Keys, PushId, Question};
use crate::push::{GroupName, PushSink};
use std::sync::{Arc, Weak};

/// How long answers are kept if nobody fetches them, in seconds.
const KEPT: u64 = 60;

/// Answers for this node.
pub(crate) struct Responder {
    pub(crate) node: Arc<str>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) tasks: Tasks,
    pub(crate) groups: Arc<Groups>,
    pub(crate) sink: Weak<dyn PushSink>,
}

impl Responder {
    /// Answers a question that has been read from a group's stream.
    pub(crate) fn answer(&self, group: &GroupName, question: &Question) {
        let outcome = match &question.about {
            About::Viewers(key) => Some(Ok(self.count_here(group, key.as_deref()))),
            About::Push { id, placement } => {
                PushId::parse(id).map_or(Some(Ok(0)), |id| self.groups.outcome(group, &id, placement))
            }
        };
        let forgotten = outcome.is_none();
        let (views, refused) = match outcome.unwrap_or(Ok(0)) {
            Ok(views) => (views, None),
            Err(reason) => (0, Some(reason)),
        };
        let answer = Answer { node: self.node.to_string(), views, refused, forgotten };
        let answer = serde_json::to_string(&answer).expect("texts and a number");
        let list = self.keys.answers(&question.question);
        let commands = Arc::clone(&self.commands);
        self.tasks.spawn(async move {
            let mut reply = redis::pipe();
            reply.cmd("RPUSH").arg(&list).arg(answer).ignore().cmd("EXPIRE").arg(&list).arg(KEPT).ignore();
            let deadline = after(2 * ANSWER_TIMEOUT);
            if let Err(fault) = commands.run(deadline, |connection| transaction(connection, reply)).await {
                tracing::debug!(reason = fault.reason(), "a question could not be answered");
            }
        });
    }

    /// How many views of a group are connected here.
    fn count_here(&self, group: &GroupName, key: Option<&str>) -> usize {
        self.sink.upgrade().map_or(0, |sink| sink.count(group, key))
    }
}
