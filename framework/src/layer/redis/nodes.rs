//! The nodes: server processes that say, five times in a lease, that they live and what is watched there.
//!
//! A node's record expires with its lease, so one that is killed is forgotten; one that ends well takes it back at once. The set of
//! nodes only says where to look.

use super::connection::{ANSWER_WITHIN, Fault, after};
use super::entry;
use super::running::Shared;
use crate::push::{GroupName, ViewPath};
use redis::Pipeline;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often epoch and numbers are compared with what has been read.
const INSPECT_EVERY: Duration = Duration::from_secs(2);

/// A live server process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeInfo {
    /// Its name: host, process number, and something random.
    #[serde(skip)]
    pub name: String,
    /// The views that are watched there, and by how many connected instances; a second old at most.
    pub watched: BTreeMap<String, usize>,
    /// The views that it can show.
    pub registered: Vec<String>,
}

/// A group that is watched anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GroupInfo {
    /// The view's path.
    pub view: String,
    /// How many instances are connected.
    pub views: usize,
    /// To how many server processes.
    pub nodes: usize,
}

/// What is watched on these nodes, by path.
pub(super) fn groups_of(nodes: &[NodeInfo]) -> Vec<GroupInfo> {
    let mut groups = BTreeMap::<&str, (usize, usize)>::new();
    for (view, &views) in nodes.iter().flat_map(|node| &node.watched).filter(|(_, views)| **views > 0) {
        let sum = groups.entry(view).or_default();
        *sum = (sum.0 + views, sum.1 + 1);
    }
    let info = |(view, (views, nodes)): (&str, _)| GroupInfo { view: view.to_owned(), views, nodes };
    groups.into_iter().map(info).collect()
}

/// Runs from when a server is attached for as long as the layer does.
pub(super) async fn keep_lease(shared: Arc<Shared>) {
    let mut inspected = Instant::now();
    // Those that have died without a word are taken out of the set; when that fails somebody else does it.
    let _ = shared.live_nodes().await;
    loop {
        let mut beat = redis::pipe();
        shared.say_what_is_watched(&mut beat);
        if let Err(fault) = shared.transact(beat).await {
            tracing::debug!(reason = fault.reason(), "the lease is not renewed");
        }
        if inspected.elapsed() >= INSPECT_EVERY {
            shared.inspect().await;
            inspected = Instant::now();
        }
        tokio::time::sleep((shared.config.lease / 5).min(INSPECT_EVERY)).await;
    }
}

/// Wakes the reader whenever there are other groups or positions, and tells the others: the control stream's ids are a count of this node's, so that
/// they grow whatever becomes of Redis.
pub(super) async fn wake_reader(shared: Arc<Shared>) {
    for count in 1.. {
        shared.groups.changed.notified().await;
        loop {
            let mut wake = redis::pipe();
            let control = shared.config.keys.control(&shared.node);
            wake.cmd("DEL").arg(&control).ignore();
            wake.cmd("XADD").arg(&control).arg(format!("{count}-0")).arg("wake").arg("1").ignore();
            shared.say_what_is_watched(&mut wake);
            match shared.transact(wake).await {
                Ok(_) => break,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

impl Shared {
    /// Adds to a transaction that this node lives and what is watched here.
    pub(super) fn say_what_is_watched(&self, transaction: &mut Pipeline) {
        let Some(inlet) = self.inlet() else { return };
        let watched = self.groups.paths().into_iter().map(|path| {
            let views = inlet.count(&path.group(), None);
            (path.to_string(), views)
        });
        let record = NodeInfo {
            name: String::new(),
            watched: watched.collect(),
            registered: inlet.views().iter().map(ViewPath::to_string).collect(),
        };
        let record = serde_json::to_string(&record).expect("names and numbers");
        let keys = &self.config.keys;
        let lease = u64::try_from(self.config.lease.as_millis()).unwrap_or(u64::MAX);
        transaction.cmd("SET").arg(keys.node(&self.node)).arg(record).arg("PX").arg(lease).ignore();
        transaction.cmd("SADD").arg(keys.nodes()).arg(&self.node).ignore();
        // A control stream without its node is of no use.
        transaction.cmd("PEXPIRE").arg(keys.control(&self.node)).arg(lease.saturating_mul(12)).ignore();
    }

    /// Takes this node's record back.
    pub(super) async fn end_lease(&self) {
        let keys = &self.config.keys;
        let mut end = redis::pipe();
        end.cmd("DEL").arg(keys.node(&self.node)).arg(keys.control(&self.node)).ignore();
        end.cmd("SREM").arg(keys.nodes()).arg(&self.node).ignore();
        // Without it the lease ends by itself.
        let _ = self.transact(end).await;
    }

    /// The nodes that live; those that don't are taken out of the set.
    pub(super) async fn live_nodes(&self) -> Result<Vec<NodeInfo>, Fault> {
        let keys = &self.config.keys;
        let deadline = after(self.config.timeout);
        let names = self
            .commands
            .run(deadline, |mut connection| async move {
                redis::cmd("SMEMBERS").arg(keys.nodes()).query_async::<Vec<String>>(&mut connection).await
            })
            .await?;
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut ask = redis::pipe();
        for name in &names {
            ask.cmd("GET").arg(keys.node(name));
        }
        let (mut live, mut dead) = (Vec::new(), redis::pipe());
        for (name, record) in names.into_iter().zip(self.transact(ask).await?) {
            match entry::text(record).and_then(|record| serde_json::from_str::<NodeInfo>(&record).ok()) {
                Some(record) => live.push(NodeInfo { name, ..record }),
                None => drop(dead.cmd("SREM").arg(keys.nodes()).arg(name).ignore()),
            }
        }
        if dead.cmd_iter().next().is_some() {
            self.transact(dead).await?;
        }
        Ok(live)
    }

    /// The names of the live nodes where a view is watched.
    pub(super) async fn nodes_watching(&self, path: &ViewPath) -> Result<Vec<String>, Fault> {
        let nodes = self.live_nodes().await?.into_iter();
        Ok(nodes.filter(|node| node.watched.contains_key(path.as_str())).map(|node| node.name).collect())
    }

    /// Runs a transaction; an answer is waited for as long as for any, and a connection no longer than that.
    pub(super) async fn transact(&self, commands: Pipeline) -> Result<Vec<redis::Value>, Fault> {
        let deadline = after(2 * ANSWER_WITHIN);
        self.commands.run(deadline, |connection| super::connection::transaction(connection, commands)).await
    }

    /// Redis's epoch, if it answers.
    pub(super) async fn epoch(&self) -> Option<String> {
        let mut ask = redis::pipe();
        ask.cmd("SET").arg(self.config.keys.epoch()).arg(entry::random_name()).arg("NX").ignore();
        ask.cmd("GET").arg(self.config.keys.epoch());
        self.transact(ask).await.ok()?.into_iter().next().and_then(entry::text)
    }

    /// How many views of a group are connected here.
    pub(super) fn count_here(&self, group: &GroupName, key: Option<&str>) -> usize {
        self.inlet().map_or(0, |inlet| inlet.count(group, key))
    }
}
