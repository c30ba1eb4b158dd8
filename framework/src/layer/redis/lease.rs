//! This node's lease: what lets it apply pushes, and what others know of it.
//!
//! Five times in a lease the node says that it lives, which views it can show, and which are watched. Whoever wants to know how many
//! views took a push asks the nodes with a lease. So a node applies pushes only while its lease lasts, and one whose lease was over has
//! to ask first whether it was [given up](super::members) meanwhile:
//!
//! | the node is | means | what it does |
//! |---|---|---|
//! | listed, or Redis has just been emptied | nobody counts without it | it reads on where it was |
//! | not listed any more | answers may have been given without it: it must not apply what they are about | a new term: it takes new positions, and its views mount anew |
//!
//! A renewal says of which term it is; what a late answer says of an earlier one is ignored. Pages are told when they may be stale: when
//! the lease is over, or nothing has been read for as long.

use super::connection::{ANSWER_WITHIN, after};
use super::entry::{self, random_name};
use super::epoch::CURRENT_EPOCH;
use super::groups::Position;
use super::members::{ANYTHING, NodeInfo};
use super::running::Shared;
use crate::push::ViewPath;
use redis::aio::MultiplexedConnection;
use redis::{Pipeline, Value};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How often epoch and numbers are compared with what has been read.
const INSPECT_EVERY: Duration = Duration::from_secs(2);
/// How long the reader may hear nothing beyond a lease until pages are stale: Redis lets it wait for a second.
const QUIET: Duration = Duration::from_secs(1);

/// Says that a node lives. KEYS: nodes, leases, epoch, and the node's record, control stream and schemas. ARGV: the newest known epoch,
/// the middle of a new one's name, the node's name, its record, the lease in milliseconds, which of the node's words this is, the paths
/// that are watched, and whether it may be listed anew. Returns the epoch, whether it is listed, whether its schemas are there, since when
/// leases are known, and the names of all nodes that have one.
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

/// Writes down who was there before Redis was emptied or went back. KEYS: nodes, leases. ARGV: since when leases are known, the lease in
/// milliseconds, what they may have watched, then their names.
const WRITE_DOWN: &str = r"
if redis.call('HGET', KEYS[2], '') ~= ARGV[1] then return 0 end
local lease = string.format('%.0f 0 %s', ARGV[1] + ARGV[2], ARGV[3])
for i = 4, #ARGV do
  if redis.call('HSETNX', KEYS[2], ARGV[i], lease) == 1 then redis.call('SADD', KEYS[1], ARGV[i]) end
end
redis.call('HSET', KEYS[2], '+', '1')
return 1
";
/// How many others are known.
const MOST_OTHERS: usize = 4_096;

/// What this process knows of its lease.
pub(super) struct Lease {
    state: Mutex<State>,
    renewed: Notify,
    /// Counts what the node says of itself: of two words the one that was written later is true.
    words: AtomicU64,
}

struct State {
    held_until: Instant,
    /// The reader has heard from Redis so lately.
    fresh_until: Instant,
    term: u64,
    /// It has been listed in this term.
    is_listed: bool,
    /// Who else was there at the last renewal, and since when leases were known then.
    others: Others,
    /// Who was there before Redis was emptied or went back, until that is written down.
    before: Option<Others>,
    /// The server has ended: the lease is not renewed any more.
    has_ended: bool,
}

#[derive(Debug, Clone, Default)]
struct Others {
    since: String,
    names: Vec<String>,
}

/// A renewal that has been written.
pub(super) struct Renewal {
    written: Instant,
    term: u64,
}

/// What Redis says to a renewal.
pub(super) struct Renewed {
    pub(super) epoch: String,
    /// The node holds its lease, in the term of the renewal.
    pub(super) is_held: bool,
    is_published: bool,
}

impl Lease {
    /// None yet.
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let state = State {
            held_until: now,
            fresh_until: now,
            term: 0,
            is_listed: false,
            others: Others::default(),
            before: None,
            has_ended: false,
        };
        Lease { state: Mutex::new(state), renewed: Notify::new(), words: AtomicU64::new(0) }
    }

    /// A server begins: for one lease, nobody knows better than it.
    pub(super) fn begin(&self, lease: Duration) {
        let (mut state, now) = (self.state(), Instant::now());
        (state.held_until, state.fresh_until) = (now + lease, now + lease + QUIET);
    }

    /// Whether the server has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.state().has_ended
    }

    /// Whether pushes may be applied.
    fn is_held(&self) -> bool {
        Instant::now() < self.state().held_until
    }

    /// The reader has heard from Redis.
    pub(super) fn has_heard(&self, lease: Duration) {
        self.state().fresh_until = Instant::now() + lease + QUIET;
        self.renewed.notify_one();
    }

    /// Until when pages are not stale, as far as is known.
    fn fresh_until(&self) -> Instant {
        let state = self.state();
        state.held_until.min(state.fresh_until)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs from when a server is attached for as long as the layer does.
pub(super) async fn keep(shared: Arc<Shared>) {
    let (mut inspected, mut called, mut silent) = (Instant::now(), Instant::now(), Vec::new());
    while !shared.lease.has_ended() {
        shared.renew_lease().await;
        shared.groups.forget_closed(shared.config.lease);
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

/// Tells the pages of this process when they may be stale, and when that is over: when reading goes on, and all positions are known.
pub(super) async fn tell_stale(shared: Arc<Shared>) {
    let mut told = false;
    while !shared.lease.has_ended() {
        let until = shared.lease.fresh_until();
        let stale = until <= Instant::now() || (told && shared.groups.any_unknown());
        if let Some(sink) = shared.sink().filter(|_| stale != told) {
            sink.set_stale(stale);
            told = stale;
        }
        if stale {
            shared.lease.renewed.notified().await;
        } else {
            tokio::time::sleep_until(until).await;
        }
    }
}

/// Wakes the reader whenever there are other groups or positions, and tells the others: the control stream's ids are a count of this
/// node's, so that they grow whatever becomes of Redis.
pub(super) async fn wake_reader(shared: Arc<Shared>) {
    loop {
        shared.groups.changed.notified().await;
        let count = shared.groups.wakes.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        while !shared.lease.has_ended() {
            let mut wake = redis::pipe();
            let control = shared.config.keys.control(&shared.node);
            wake.cmd("DEL").arg(&control).ignore();
            wake.cmd("XADD").arg(&control).arg(format!("{count}-0")).arg("wake").arg("1").ignore();
            match shared.transact(wake).await {
                Ok(_) => break,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        shared.renew_lease().await;
    }
}

impl State {
    /// Redis says who is there. If it has forgotten that, and the lease had not ended, this node knows who was there.
    fn hears_of(&mut self, others: Others) {
        let has_forgotten = self.is_listed && others.since != self.others.since;
        if has_forgotten && Instant::now() < self.held_until {
            let names = std::mem::take(&mut self.others.names);
            self.before = Some(Others { since: others.since.clone(), names });
        }
        self.others = others;
    }
}

impl Shared {
    /// Adds a renewal to a transaction; none without a server, or when that has ended.
    pub(super) fn write_renewal(&self, transaction: &mut Pipeline) -> Option<Renewal> {
        let sink = self.sink()?;
        // Before anything is looked at: a later word knows more.
        let word = self.lease.words.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let paths = self.groups.paths();
        let watched = paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(" ");
        let record = NodeInfo {
            name: String::new(),
            watched: paths.iter().map(|path| (path.to_string(), sink.count(&path.group(), None))).collect(),
            registered: sink.views().iter().map(ViewPath::to_string).collect(),
        };
        let record = serde_json::to_string(&record).expect("names and numbers");
        let (keys, node) = (&self.config.keys, &self.node);
        let (term, is_listed) = {
            let state = self.lease.state();
            if state.has_ended {
                return None;
            }
            (state.term, state.is_listed)
        };
        transaction.cmd("EVAL").arg(&*RENEW).arg(6);
        transaction.arg(keys.nodes()).arg(keys.leases()).arg(keys.epoch());
        transaction.arg(keys.node(node)).arg(keys.control(node)).arg(keys.schemas(node));
        transaction.arg(self.newest.get()).arg(random_name()).arg(node).arg(record);
        let lease = u64::try_from(self.config.lease.as_millis()).unwrap_or(u64::MAX);
        transaction.arg(lease).arg(word).arg(watched).arg(u8::from(!is_listed));
        Some(Renewal { written: Instant::now(), term })
    }

    /// What Redis says to a renewal counts from when that was written.
    pub(super) fn read_renewal(self: &Arc<Self>, renewal: &Renewal, answer: Value) -> Option<Renewed> {
        let mut parts = entry::array(answer).into_iter();
        let epoch = parts.next().and_then(entry::text)?;
        let is_listed = parts.next().and_then(entry::number)? == 1;
        let is_published = parts.next().and_then(entry::number)? == 1;
        let since = parts.next().and_then(entry::text)?;
        let names = parts.next().map(entry::array)?.into_iter().filter_map(entry::text);
        let names = names.filter_map(entry::short_name).take(MOST_OTHERS).collect();
        self.newest.hear(&epoch);
        let mut state = self.lease.state();
        let is_held = is_listed && state.term == renewal.term;
        if is_held {
            state.hears_of(Others { since, names });
            state.is_listed = true;
            state.held_until = state.held_until.max(renewal.written + self.config.lease);
            self.lease.renewed.notify_one();
        } else if state.term == renewal.term {
            // Nothing is read from where it was before it is said that the node is there again.
            (state.term, state.is_listed, state.held_until) = (state.term + 1, false, Instant::now());
            let lost = self.groups.lose_all();
            drop(state);
            tracing::error!("this server was given up by others: its views mount anew");
            lost.into_iter().for_each(|(group, generation)| self.heal(group, generation, "given_up"));
        }
        Some(Renewed { epoch, is_held, is_published })
    }

    /// Says that this node lives, and what is watched here.
    async fn renew_lease(self: &Arc<Self>) {
        let (asked, mut ask) = (self.groups.all_positions(), redis::pipe());
        let Some(renewal) = self.write_renewal(&mut ask) else { return };
        match self.transact(ask).await {
            Ok(answers) => self.has_renewed(&asked, &renewal, answers).await,
            Err(fault) => tracing::debug!(reason = fault.reason(), "the lease is not renewed"),
        }
    }

    async fn has_renewed(self: &Arc<Self>, asked: &[Position], renewal: &Renewal, answers: Vec<Value>) {
        let answer = answers.into_iter().next();
        let Some(renewed) = answer.and_then(|answer| self.read_renewal(renewal, answer)) else { return };
        self.epoch_is(asked, &renewed.epoch);
        self.write_down_who_was_there().await;
        if renewed.is_held && !renewed.is_published {
            self.publish_schemas().await;
        }
    }

    /// Redis has forgotten who is there, and this node knows.
    async fn write_down_who_was_there(&self) {
        let Some(before) = self.lease.state().before.clone() else { return };
        let (keys, mut write) = (&self.config.keys, redis::pipe());
        write.cmd("EVAL").arg(WRITE_DOWN).arg(2).arg(keys.nodes()).arg(keys.leases()).arg(&before.since);
        write.arg(u64::try_from(self.config.lease.as_millis()).unwrap_or(u64::MAX)).arg(ANYTHING);
        write.arg(&before.names);
        if self.transact(write).await.is_ok() {
            // If Redis has forgotten it again, the next renewal finds that.
            let mut state = self.lease.state();
            state.before = state.before.take().filter(|others| others.since != before.since);
        }
    }

    /// Whether pushes may be applied now; if the lease is over, it is renewed over the reader's own connection.
    pub(super) async fn may_apply(self: &Arc<Self>, connection: &MultiplexedConnection) -> bool {
        if self.lease.is_held() {
            return true;
        }
        let (asked, mut ask) = (self.groups.all_positions(), redis::pipe());
        let Some(renewal) = self.write_renewal(&mut ask) else { return false };
        let asking = super::connection::transaction(connection.clone(), ask);
        let Ok(Ok(answers)) = tokio::time::timeout(ANSWER_WITHIN, asking).await else { return false };
        self.has_renewed(&asked, &renewal, answers).await;
        self.lease.is_held()
    }

    /// Publishes what this node's views can be pushed.
    async fn publish_schemas(&self) {
        let all = self.sink().map(|sink| sink.schemas()).unwrap_or_default();
        if all.is_empty() {
            return;
        }
        let (mut publish, schemas) = (redis::pipe(), self.config.keys.schemas(&self.node));
        publish.cmd("HSET").arg(&schemas);
        for schema in all {
            let published = serde_json::to_string(&schema.publish()).expect("names");
            publish.arg(schema.path).arg(published);
        }
        publish.ignore();
        let lease = u64::try_from(self.config.lease.as_millis()).unwrap_or(u64::MAX);
        publish.cmd("PEXPIRE").arg(&schemas).arg(lease).ignore();
        if let Err(fault) = self.transact(publish).await {
            tracing::debug!(reason = fault.reason(), "the schemas are not published");
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

    /// Takes this node's words back: it says nothing after that.
    pub(super) async fn end_lease(&self) {
        self.lease.state().has_ended = true;
        let (keys, node) = (&self.config.keys, &self.node);
        let mut end = redis::pipe();
        end.cmd("DEL").arg(keys.node(node)).arg(keys.control(node)).arg(keys.schemas(node)).ignore();
        end.cmd("SREM").arg(keys.nodes()).arg(node).ignore();
        end.cmd("HDEL").arg(keys.leases()).arg(node).ignore();
        // Without it the lease ends by itself.
        let _ = self.transact(end).await;
    }

    /// Runs a transaction; an answer is waited for as long as for any, and a connection no longer than that.
    pub(super) async fn transact(&self, commands: Pipeline) -> Result<Vec<Value>, super::connection::Fault> {
        let deadline = after(2 * ANSWER_WITHIN);
        self.commands.run(deadline, |connection| super::connection::transaction(connection, commands)).await
    }
}
