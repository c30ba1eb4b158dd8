//! The nodes: server processes that say, five times in a lease, that they live and what is watched there.
//!
//! A node's record expires with its lease, so one that is killed is forgotten; one that ends well takes it back at once. The set of
//! nodes says where to look, and who may come back: a name without a record for two leases is taken out of it.

use super::connection::{ANSWER_WITHIN, Fault, after};
use super::entry;
use super::epoch::{YOUNG_FOR, check_epoch, is_young};
use super::running::Shared;
use crate::push::{GroupName, ViewPath};
use redis::Pipeline;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// How often epoch and numbers are compared with what has been read.
const INSPECT_EVERY: Duration = Duration::from_secs(2);

/// How many names in the set of nodes are looked at, and how much of what one says: more is not djust's.
const MOST_NODES: usize = 4_096;
const LONGEST_RECORD: usize = 1024 * 1024;

/// How often it is looked for servers that are expected to come back.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

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
        *sum = (sum.0.saturating_add(views), sum.1 + 1);
    }
    let info = |(view, (views, nodes)): (&str, _)| GroupInfo { view: view.to_owned(), views, nodes };
    groups.into_iter().map(info).collect()
}

fn names_watching(nodes: Vec<NodeInfo>, path: &ViewPath) -> Vec<String> {
    let watching = |node: &NodeInfo| node.watched.contains_key(path.as_str());
    nodes.into_iter().filter(watching).map(|node| node.name).collect()
}

/// Runs from when a server is attached for as long as the layer does.
pub(super) async fn keep_lease(shared: Arc<Shared>) {
    let (mut inspected, mut called, mut silent) = (Instant::now(), Instant::now(), Vec::new());
    loop {
        shared.renew_lease().await;
        if inspected.elapsed() >= INSPECT_EVERY {
            shared.inspect().await;
            inspected = Instant::now();
        }
        if called.elapsed() >= shared.config.lease {
            shared.renew_streams().await;
            silent = shared.forget_the_dead(&silent).await;
            called = Instant::now();
        }
        tokio::time::sleep((shared.config.lease / 5).min(INSPECT_EVERY)).await;
    }
}

/// Wakes the reader whenever there are other groups or positions, and tells the others: the control stream's ids are a count of this node's, so that
/// they grow whatever becomes of Redis.
pub(super) async fn wake_reader(shared: Arc<Shared>) {
    loop {
        shared.groups.changed.notified().await;
        let count = shared.groups.wakes.fetch_add(1, Ordering::Relaxed).saturating_add(1);
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

    /// Says that this node lives and what is watched here.
    pub(super) async fn renew_lease(&self) {
        let mut renewal = redis::pipe();
        self.say_what_is_watched(&mut renewal);
        if let Err(fault) = self.transact(renewal).await {
            tracing::debug!(reason = fault.reason(), "the lease is not renewed");
        }
    }

    /// The streams of the views that are open here are in use. Another time will do where Redis is away.
    async fn renew_streams(&self) {
        let (keys, seconds) = (&self.config.keys, self.config.idle_streams.as_secs());
        let mut renewal = redis::pipe();
        for path in self.groups.paths() {
            let group = path.group();
            renewal.cmd("EXPIRE").arg(keys.stream(&group)).arg(seconds).ignore();
            renewal.cmd("EXPIRE").arg(keys.number(&group)).arg(seconds).ignore();
        }
        if let Err(fault) = self.transact(renewal).await {
            tracing::debug!(reason = fault.reason(), "idle streams are not renewed");
        }
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

    /// The nodes that live, and the names of those that don't, or have not said so yet since Redis is back.
    pub(super) async fn roll(&self) -> Result<(Vec<NodeInfo>, Vec<String>), Fault> {
        let keys = &self.config.keys;
        let deadline = after(self.config.timeout);
        let names = self
            .commands
            .run(deadline, |mut connection| async move {
                redis::cmd("SMEMBERS").arg(keys.nodes()).query_async::<redis::Value>(&mut connection).await
            })
            .await?;
        let names = entry::array(names).into_iter().filter_map(entry::text).filter_map(entry::short_name);
        let names: Vec<_> = names.take(MOST_NODES).collect();
        let (mut live, mut silent) = (Vec::new(), Vec::new());
        if names.is_empty() {
            return Ok((live, silent));
        }
        let mut ask = redis::pipe();
        // A key of another type is no record.
        ask.ignore_errors();
        for name in &names {
            ask.cmd("GETRANGE").arg(keys.node(name)).arg(0).arg(LONGEST_RECORD);
        }
        for (name, record) in names.into_iter().zip(self.transact(ask).await?) {
            match entry::text(record).and_then(|record| serde_json::from_str::<NodeInfo>(&record).ok()) {
                Some(record) => live.push(NodeInfo { name, ..record }),
                None => silent.push(name),
            }
        }
        Ok((live, silent))
    }

    /// Takes those out of the set that were silent the last time, too; those that are now. When it fails, somebody else does it.
    async fn forget_the_dead(&self, before: &[String]) -> Vec<String> {
        let Ok((_, silent)) = self.roll().await else { return Vec::new() };
        let dead: Vec<_> = silent.iter().filter(|&name| before.contains(name)).collect();
        if !dead.is_empty() {
            let mut forget = redis::pipe();
            forget.cmd("SREM").arg(self.config.keys.nodes()).arg(dead).ignore();
            let _ = self.transact(forget).await;
        }
        silent
    }

    /// The names of the live nodes where a view is watched.
    pub(super) async fn nodes_watching(&self, path: &ViewPath) -> Result<Vec<String>, Fault> {
        self.roll().await.map(|(live, _)| names_watching(live, path))
    }

    /// The same. That there are none is believed only when all servers have had time to say so, since Redis was emptied or away; or
    /// when there is no time left.
    pub(super) async fn surely_watching(
        &self,
        path: &ViewPath,
        deadline: Instant,
    ) -> Result<Vec<String>, Fault> {
        let patience = after(YOUNG_FOR).min(deadline);
        loop {
            let (live, silent) = self.roll().await?;
            let names = names_watching(live, path);
            let settled =
                || async { silent.is_empty() && self.epoch().await.is_some_and(|epoch| !is_young(&epoch)) };
            if !names.is_empty() || Instant::now() >= patience || settled().await {
                return Ok(names);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Runs a transaction; an answer is waited for as long as for any, and a connection no longer than that.
    pub(super) async fn transact(&self, commands: Pipeline) -> Result<Vec<redis::Value>, Fault> {
        let deadline = after(2 * ANSWER_WITHIN);
        self.commands.run(deadline, |connection| super::connection::transaction(connection, commands)).await
    }

    /// Redis's epoch, if it answers: a new one if it has gone back to before the newest that is known, or is this one.
    pub(super) async fn epoch_after(&self, wanting: &str) -> Option<String> {
        let call = check_epoch(&self.config.keys, &self.newest, wanting);
        let deadline = after(2 * ANSWER_WITHIN);
        let run = |mut connection| async move { call.invoke_async::<redis::Value>(&mut connection).await };
        let epoch = self.commands.run(deadline, run).await.ok().and_then(entry::text)?;
        self.newest.hear(&epoch);
        Some(epoch)
    }

    pub(super) async fn epoch(&self) -> Option<String> {
        self.epoch_after("").await
    }

    /// The number of the last entry that was added to a group's stream, if Redis answers.
    pub(super) async fn last_number(&self, group: &GroupName) -> Option<u64> {
        let mut ask = redis::pipe();
        ask.cmd("GET").arg(self.config.keys.number(group));
        let answer = self.transact(ask).await.ok()?.into_iter().next()?;
        Some(entry::number(answer).unwrap_or(0))
    }

    /// How many views of a group are connected here.
    pub(super) fn count_here(&self, group: &GroupName, key: Option<&str>) -> usize {
        self.inlet().map_or(0, |inlet| inlet.count(group, key))
    }
}
