//! Which nodes have to be asked about a view.

use super::roster::{GIVE_UP, ROSTER, Roster};
use crate::layer::redis::client::{Commands, Fault, after};
use crate::layer::redis::stream::{Keys, Newest, millis, random_name};
use crate::push::ViewPath;
use redis::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How many names in the list of nodes are looked at, and how much of what one says: more is not
/// djust's.
const MOST_NODES: usize = 4_096;
const LONGEST_RECORD: usize = 1024 * 1024;
/// How often it is looked for nodes that are expected to come back.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long they are waited for: each says twice in this time, or more often, that it lives.
pub(crate) const RETURN_TIMEOUT: Duration = Duration::from_secs(2);
/// For how long it is kept when a lease ended.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// Who has to be asked of a view.
#[derive(Default)]
pub(crate) struct Respondents {
    /// They are live, and watch it.
    pub(crate) present: Vec<String>,
    /// They may have applied a push of it, and can't be asked.
    pub(crate) absent: Vec<String>,
    /// There is nobody else.
    pub(crate) is_complete: bool,
    /// Another one later means that Redis has forgotten who is there.
    pub(crate) since: Option<u64>,
}

/// Asks Redis for the nodes.
pub(crate) struct Members {
    pub(crate) keys: Arc<Keys>,
    pub(crate) newest: Arc<Newest>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) lease: Duration,
    /// How long an answer is tried for.
    pub(crate) timeout: Duration,
}

impl Members {
    /// Who is there.
    pub(crate) async fn roster(&self) -> Result<Roster, Fault> {
        let keys = &self.keys;
        let mut ask = redis::cmd("EVAL");
        ask.arg(&*ROSTER).arg(3).arg(keys.nodes()).arg(keys.leases()).arg(keys.epoch());
        ask.arg(keys.node("")).arg(MOST_NODES).arg(LONGEST_RECORD).arg(self.newest.get()).arg(random_name());
        ask.arg(millis(self.lease));
        let run = |mut connection| async move { ask.query_async::<Value>(&mut connection).await };
        let answer = self.commands.run(after(self.timeout), run).await?;
        Roster::read(answer).ok_or_else(Fault::senseless)
    }

    /// Gives up those of these nodes whose lease is over.
    pub(crate) async fn give_up(&self, names: &[String]) -> Result<(), Fault> {
        let keys = &self.keys;
        let mut give_up = redis::pipe();
        give_up.cmd("EVAL").arg(&*GIVE_UP).arg(2).arg(keys.nodes()).arg(keys.leases());
        give_up.arg(keys.node("")).arg(millis(KEPT)).arg(names);
        self.commands.transact(give_up).await.map(drop)
    }

    /// Gives up those that were silent the last time, too; those that are now. When it fails,
    /// somebody else does it.
    pub(crate) async fn forget_the_dead(&self, before: &[String]) -> Vec<String> {
        let Ok(roster) = self.roster().await else { return Vec::new() };
        let silent: Vec<_> = roster.silent.into_iter().map(|node| node.name).collect();
        let dead: Vec<_> = silent.iter().filter(|&name| before.contains(name)).cloned().collect();
        // What is kept of those that are gone is cut, too.
        if self.give_up(&dead).await.is_err() {
            tracing::debug!("the dead are not forgotten yet");
        }
        silent
    }

    /// Who has to be asked of a view: of those who watch it now, or of those who may have applied a
    /// push of this time. Silent nodes are given up after a moment; when there is no time left,
    /// they are absent.
    pub(crate) async fn respondents(
        &self,
        path: &ViewPath,
        at: Option<u64>,
        deadline: Instant,
    ) -> Result<Respondents, Fault> {
        let patience = after(RETURN_TIMEOUT);
        loop {
            let roster = self.roster().await?;
            let (present, silent) = (roster.watching(path), roster.silent(path));
            let (now, reaches_back) = (Instant::now(), roster.reaches_back(at));
            let is_believed = roster.is_believed || (roster.is_new && !present.is_empty());
            let is_complete = is_believed && reaches_back;
            // What is not known any more is not waited for.
            if (silent.is_empty() && is_believed) || now >= deadline {
                let mut absent = at.map_or_else(Vec::new, |at| roster.gone(path, at));
                absent.extend(silent);
                return Ok(Respondents { present, absent, is_complete, since: roster.since });
            }
            if !silent.is_empty() && now >= patience {
                self.give_up(&silent).await?;
            }
            tokio::time::sleep_until(deadline.min(now + LOOK_AGAIN)).await;
        }
    }
}
