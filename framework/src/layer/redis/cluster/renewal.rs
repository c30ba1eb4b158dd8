//! Renewing the lease: what the node states about itself, and what Redis answers.

use super::lease::{Lease, Others, Standing};
use super::nodes::NodeInfo;
use super::roster::ANYTHING;
use crate::layer::redis::client::{ANSWER_TIMEOUT, Commands, transaction};
use crate::layer::redis::progress::{Groups, Position};
use crate::layer::redis::stream::{
    CURRENT_EPOCH, Keys, Newest, array, millis, number, random_name, short_name, text,
};
use crate::push::{PushSink, ViewPath};
use redis::aio::MultiplexedConnection;
use redis::{Pipeline, Value};
use std::sync::{Arc, LazyLock, Weak};
use tokio::time::Instant;

/// States that a node lives. KEYS: nodes, leases, epoch, and the node's record, control stream and
/// schemas. ARGV: the newest known epoch, the middle of a new epoch's name, the node's name, its
/// record, the lease in milliseconds, the number of the node's statement, the paths that are
/// watched, and whether the node may be listed again. Returns the epoch, whether the node is
/// listed, whether its schemas exist, since when leases are known, and the names of all nodes with
/// a lease.
static RENEW: LazyLock<String> = LazyLock::new(|| {
    let renew = r"
local name = ARGV[3]
local epoch = current_epoch(KEYS[3], KEYS[2], ARGV[1], ARGV[2], function() return false end)
if ARGV[8] == '0' and redis.call('SISMEMBER', KEYS[1], name) == 0 and age_of(KEYS[2]) >= 2000 then
  return {epoch, 0, 0, '', {}}
end
local said = redis.call('HGET', KEYS[2], name)
local later = said and tonumber(string.match(said, '^%d+ (%d+)') or '0') > tonumber(ARGV[6])
local words = later and string.match(said, '^%d+ (.*)$') or ARGV[6] .. ' ' .. ARGV[7]
if later then
  redis.call('PEXPIRE', KEYS[4], ARGV[5])
else
  redis.call('SET', KEYS[4], ARGV[4], 'PX', ARGV[5])
end
redis.call('HSET', KEYS[2], name, digits(now() + ARGV[5]) .. ' ' .. words)
redis.call('HSETNX', KEYS[2], '', digits(now()))
redis.call('SADD', KEYS[1], name)
redis.call('PEXPIRE', KEYS[5], ARGV[5] * 12)
local published = redis.call('PEXPIRE', KEYS[6], ARGV[5])
local names, leases, time = {}, redis.call('HGETALL', KEYS[2]), now()
for i = 1, #leases, 2 do
  if leases[i] ~= '' and tonumber(string.match(leases[i + 1], '^%d+') or '0') > time then names[#names + 1] = leases[i] end
end
return {epoch, 1, published, redis.call('HGET', KEYS[2], ''), names}
";
    format!("{CURRENT_EPOCH}{renew}")
});

/// Writes down the nodes from before Redis was flushed or went back. KEYS: nodes, leases. ARGV:
/// since when leases are known, the lease in milliseconds, what the nodes may have watched, then
/// their names.
const WRITE_DOWN: &str = r"
if redis.call('HGET', KEYS[2], '') ~= ARGV[1] then return 0 end
local lease = string.format('%.0f 0 %s', ARGV[1] + ARGV[2], ARGV[3])
for i = 4, #ARGV do
  if redis.call('HSETNX', KEYS[2], ARGV[i], lease) == 1 then redis.call('SADD', KEYS[1], ARGV[i]) end
end
redis.call('HSET', KEYS[2], '+', '1')
return 1
";
/// How many other nodes are remembered.
const MOST_OTHERS: usize = 4_096;

/// Renews the lease of this process, alone or in a transaction with other commands.
pub(crate) struct Renewals {
    pub(crate) node: Arc<str>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) newest: Arc<Newest>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) lease: Arc<Lease>,
    pub(crate) groups: Arc<Groups>,
    pub(crate) sink: Weak<dyn PushSink>,
}

/// A renewal that has been written.
pub(crate) struct Renewal {
    written: Instant,
    term: u64,
}

/// Redis's answer to a renewal.
pub(crate) struct Renewed {
    pub(crate) epoch: String,
    /// The node holds its lease, in the term of the renewal.
    pub(crate) is_held: bool,
    is_published: bool,
}

impl Renewals {
    /// Adds a renewal to a transaction. `None` when the server has ended.
    pub(crate) fn write(&self, transaction: &mut Pipeline) -> Option<Renewal> {
        let sink = self.sink.upgrade()?;
        let word = self.lease.next_word();
        let paths = self.groups.paths();
        let watched = paths.iter().map(ViewPath::as_str).collect::<Vec<_>>().join(" ");
        let record = NodeInfo {
            name: String::new(),
            watched: paths.iter().map(|path| (path.to_string(), sink.count(&path.group(), None))).collect(),
            registered: sink.views().iter().map(ViewPath::to_string).collect(),
        };
        let record = serde_json::to_string(&record).expect("names and numbers");
        let word = self.lease.word(word)?;
        let (keys, node) = (&self.keys, &*self.node);
        transaction.cmd("EVAL").arg(&*RENEW).arg(6);
        transaction.arg(keys.nodes()).arg(keys.leases()).arg(keys.epoch());
        transaction.arg(keys.node(node)).arg(keys.control(node)).arg(keys.schemas(node));
        transaction.arg(self.newest.get()).arg(random_name()).arg(node).arg(record);
        transaction.arg(millis(self.lease.duration())).arg(word.number).arg(watched);
        transaction.arg(u8::from(!word.is_listed));
        Some(Renewal { written: Instant::now(), term: word.term })
    }

    /// Reads Redis's answer to a renewal. The lease counts from when the renewal was written.
    pub(crate) fn read(&self, renewal: &Renewal, answer: Value) -> Option<Renewed> {
        let mut parts = array(answer).into_iter();
        let epoch = parts.next().and_then(text)?;
        let is_listed = parts.next().and_then(number)? == 1;
        let is_published = parts.next().and_then(number)? == 1;
        let since = parts.next().and_then(text)?;
        let names = parts.next().map(array)?.into_iter().filter_map(text);
        let names = names.filter_map(short_name).take(MOST_OTHERS).collect();
        self.newest.hear(&epoch);
        let (written, others) = ((renewal.term, renewal.written), Others { since, names });
        let lose_all = || self.groups.lose_all("given_up");
        let standing = self.lease.answered(written, is_listed, others, lose_all);
        if standing == Standing::GivenUp {
            tracing::error!("other servers have given up this one: its views are remounted");
        }
        Some(Renewed { epoch, is_held: standing == Standing::Held, is_published })
    }

    /// States that this node lives, and what is watched here.
    pub(crate) async fn renew(&self) {
        let (asked, mut ask) = (self.groups.all_positions(), redis::pipe());
        let Some(renewal) = self.write(&mut ask) else { return };
        match self.commands.transact(ask).await {
            Ok(answers) => self.answered(&asked, &renewal, answers).await,
            Err(fault) => tracing::debug!(reason = fault.reason(), "the lease could not be renewed"),
        }
    }

    /// Whether pushes may be applied now. If the lease has expired, this renews it over the
    /// reader's connection.
    pub(crate) async fn may_apply(&self, connection: &MultiplexedConnection) -> bool {
        if self.lease.is_held() {
            return true;
        }
        let (asked, mut ask) = (self.groups.all_positions(), redis::pipe());
        let Some(renewal) = self.write(&mut ask) else { return false };
        let asking = transaction(connection.clone(), ask);
        let Ok(Ok(answers)) = tokio::time::timeout(ANSWER_TIMEOUT, asking).await else { return false };
        self.answered(&asked, &renewal, answers).await;
        self.lease.is_held()
    }

    /// Removes this node's statement; the node makes no more after that.
    pub(crate) async fn end(&self) {
        self.lease.end();
        let (keys, node) = (&self.keys, &*self.node);
        let mut end = redis::pipe();
        end.cmd("DEL").arg(keys.node(node)).arg(keys.control(node)).arg(keys.schemas(node)).ignore();
        end.cmd("SREM").arg(keys.nodes()).arg(node).ignore();
        end.cmd("HDEL").arg(keys.leases()).arg(node).ignore();
        // If this fails, the lease expires.
        let _ = self.commands.transact(end).await;
    }

    async fn answered(&self, asked: &[Position], renewal: &Renewal, answers: Vec<Value>) {
        let answer = answers.into_iter().next();
        let Some(renewed) = answer.and_then(|answer| self.read(renewal, answer)) else { return };
        self.groups.epoch_is(asked, &renewed.epoch);
        self.write_down_who_was_there().await;
        if renewed.is_held && !renewed.is_published {
            self.publish_schemas().await;
        }
    }

    /// Writes down the nodes that Redis has forgotten and this node remembers.
    async fn write_down_who_was_there(&self) {
        let Some(before) = self.lease.others_before() else { return };
        let (keys, mut write) = (&self.keys, redis::pipe());
        write.cmd("EVAL").arg(WRITE_DOWN).arg(2).arg(keys.nodes()).arg(keys.leases()).arg(&before.since);
        write.arg(millis(self.lease.duration())).arg(ANYTHING).arg(&before.names);
        if self.commands.transact(write).await.is_ok() {
            self.lease.wrote_down(&before);
        }
    }

    /// Publishes what may be pushed to this node's views.
    async fn publish_schemas(&self) {
        let all = self.sink.upgrade().map(|sink| sink.schemas()).unwrap_or_default();
        if all.is_empty() {
            return;
        }
        let (mut publish, schemas) = (redis::pipe(), self.keys.schemas(&self.node));
        publish.cmd("HSET").arg(&schemas);
        for schema in all {
            let published = serde_json::to_string(&schema.publish()).expect("names");
            publish.arg(schema.path).arg(published);
        }
        publish.ignore();
        publish.cmd("PEXPIRE").arg(&schemas).arg(millis(self.lease.duration())).ignore();
        if let Err(fault) = self.commands.transact(publish).await {
            tracing::debug!(reason = fault.reason(), "the schemas could not be published");
        }
    }
}
