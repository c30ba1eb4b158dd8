//! Which nodes must be asked about a view.

use super::roster::{GIVE_UP, ROSTER, Roster};
use crate::layer::redis::client::{Commands, Fault, after};
use crate::layer::redis::stream::{Keys, Newest, millis, random_name};
use crate::push::ViewPath;
use redis::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How many names in the list of nodes are read, and how much of a node's record. djust never
/// writes more.
const MOST_NODES: usize = 4_096;
const LONGEST_RECORD: usize = 1024 * 1024;
/// How often to look for nodes that are expected to come back.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long to wait for them. Each node states at least twice in this time that it lives.
pub(crate) const RETURN_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the end of a lease is remembered.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// The nodes that must be asked about a view.
#[derive(Default)]
pub(crate) struct Respondents {
    /// Live nodes that watch it.
    pub(crate) present: Vec<String>,
    /// Nodes that may have applied a push of it and can't be asked.
    pub(crate) absent: Vec<String>,
    /// Whether there are no others.
    pub(crate) is_complete: bool,
    /// Since when Redis has known leases. A different value later means that Redis has forgotten
    /// its nodes.
    pub(crate) since: Option<u64>,
}

/// Asks Redis for the nodes.
pub(crate) struct Members {
    pub(crate) keys: Arc<Keys>,
    pub(crate) newest: Arc<Newest>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) lease: Duration,
    /// How long to try for an answer.
    pub(crate) timeout: Duration,
}

impl Members {
    /// Returns the nodes.
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

    /// Gives up those of these nodes whose lease has expired.
    pub(crate) async fn give_up(&self, names: &[String]) -> Result<(), Fault> {
        let keys = &self.keys;
        let mut give_up = redis::pipe();
        give_up.cmd("EVAL").arg(&*GIVE_UP).arg(2).arg(keys.nodes()).arg(keys.leases());
        give_up.arg(keys.node("")).arg(millis(KEPT)).arg(names);
        self.commands.transact(give_up).await.map(drop)
    }

    /// Gives up the nodes that were silent last time and still are. Returns those that are silent
    /// now. If this fails, another process does it.
    pub(crate) async fn forget_the_dead(&self, before: &[String]) -> Vec<String> {
        let Ok(roster) = self.roster().await else { return Vec::new() };
        let silent: Vec<_> = roster.silent.into_iter().map(|node| node.name).collect();
        let dead: Vec<_> = silent.iter().filter(|&name| before.contains(name)).cloned().collect();
        // Old records of gone nodes are removed too.
        if self.give_up(&dead).await.is_err() {
            tracing::debug!("dead servers could not be removed: trying again later");
        }
        silent
    }

    /// Returns the nodes to ask about a view: those that watch it now, or those that may have
    /// applied a push of this time. It waits a moment for silent nodes and then gives them up; if
    /// there is no time for that, they count as absent.
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
            // Nobody waits for what is no longer known.
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
