//! The nodes of the site, as Redis knows them, and which of them must be asked.
//!
//! | a node is | its record | means |
//! |---|---|---|
//! | live | exists | it applies pushes, and answers |
//! | silent | has expired with its [lease](super::lease) | it is dead or cut off, or Redis was away; it applies nothing until it has asked |
//! | given up | has expired, and the node is no longer listed | it applies nothing that was added before it is back |
//!
//! To get an answer, a process waits a moment for silent nodes, because all nodes are silent after
//! an outage of Redis. Then it gives them up. They may have applied pushes while they still had
//! their lease, so the end of a lease is remembered for an hour.
//!
//! The list is not trusted when Redis has just been flushed or has gone back. Within two seconds
//! all nodes that reach Redis are listed again. The others know the nodes that do not reach it, and
//! [write them down](super::lease). If nobody does, it takes one lease until those nodes no longer
//! count.

use super::nodes::NodeInfo;
use crate::layer::redis::stream::{CURRENT_EPOCH, array, number, pairs};
use crate::push::ViewPath;
use redis::Value;
use std::sync::LazyLock;

/// How far two times of Redis may be apart, in milliseconds: a script's time may or may not be that
/// of its beginning.
const SLACK: u64 = 100;
/// Stands for what a node watches if only its name is known.
pub(crate) const ANYTHING: &str = "*";

/// Lists the nodes. KEYS: nodes, leases, epoch. ARGV: the prefix of the keys of records, how many
/// nodes and how many bytes of a record are read, the newest known epoch, the middle of a new
/// epoch's name, and the lease in milliseconds. Returns whether the list is trusted, whether Redis
/// is new, since when leases are known, the names and records of live nodes, and the names and
/// leases of silent and given-up nodes. A read-only Redis refuses the script, because nobody can
/// renew a lease there.
pub(super) static ROSTER: LazyLock<String> = LazyLock::new(|| {
    let roster = r"
local epoch = current_epoch(KEYS[3], KEYS[2], ARGV[4], ARGV[5], function() return false end)
local age, new = age_of(KEYS[2]), false
local believed = age >= 2000 and (age >= tonumber(ARGV[6]) or generation(epoch) == 1 or redis.call('HEXISTS', KEYS[2], '+') == 1)
if not believed and generation(epoch) == 1 then
  local info = redis.pcall('INFO', 'server')
  local uptime = type(info) == 'string' and tonumber(string.match(info, 'uptime_in_seconds:(%d+)'))
  new = uptime and uptime <= 5
end
redis.call('PERSIST', KEYS[2])
local leases, pairs_of = {}, redis.call('HGETALL', KEYS[2])
for i = 1, #pairs_of, 2 do leases[pairs_of[i]] = pairs_of[i + 1] end
local since, live, silent, gone = leases[''], {}, {}, {}
leases[''], leases['+'] = nil, nil
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if #name <= 256 and #live + #silent < 2 * ARGV[2] then
    local record = redis.pcall('GETRANGE', ARGV[1] .. name, 0, ARGV[3])
    local is_live = type(record) == 'string' and record ~= ''
    local list = is_live and live or silent
    list[#list + 1] = name
    list[#list + 1] = is_live and record or leases[name] or ''
    leases[name] = nil
  end
end
for name, lease in pairs(leases) do
  gone[#gone + 1] = name
  gone[#gone + 1] = lease
end
return {believed and 1 or 0, new and 1 or 0, since or '', live, silent, gone}
";
    format!("{CURRENT_EPOCH}{roster}")
});

/// Gives up nodes with an expired lease. KEYS: nodes, leases. ARGV: the prefix of the keys of
/// records, for how many milliseconds the end of a lease is remembered, then the names.
pub(super) static GIVE_UP: LazyLock<String> = LazyLock::new(|| {
    let give_up = r"
local time = now()
local function lease_end(name)
  local lease = redis.call('HGET', KEYS[2], name)
  return lease and tonumber(string.match(lease, '^%d+')) or 0
end
for i = 3, #ARGV do
  if redis.call('EXISTS', ARGV[1] .. ARGV[i]) == 0 and lease_end(ARGV[i]) <= time then
    redis.call('SREM', KEYS[1], ARGV[i])
  end
end
for _, name in ipairs(redis.call('HKEYS', KEYS[2])) do
  if name ~= '' and name ~= '+' and lease_end(name) + ARGV[2] < time then redis.call('HDEL', KEYS[2], name) end
end
";
    format!("{CURRENT_EPOCH}{give_up}")
});

/// What Redis says about the nodes.
pub(crate) struct Roster {
    /// Whether all nodes are in it.
    pub(super) is_believed: bool,
    /// Redis has just been started, and nobody remembers anything from before.
    pub(super) is_new: bool,
    /// Every node that has had a lease since this time is in it, in milliseconds since 1970.
    pub(crate) since: Option<u64>,
    pub(crate) live: Vec<NodeInfo>,
    pub(super) silent: Vec<Absent>,
    pub(super) gone: Vec<Absent>,
}

/// A node that is not live.
pub(super) struct Absent {
    pub(super) name: String,
    /// Its last lease, or `None` if that is not known.
    lease: Option<EndedLease>,
}

struct EndedLease {
    end: u64,
    watched: Vec<String>,
}

impl Roster {
    pub(super) fn read(answer: Value) -> Option<Self> {
        let mut parts = array(answer).into_iter();
        let is_believed = number(parts.next()?)? == 1;
        let is_new = number(parts.next()?)? == 1;
        let since = number(parts.next()?);
        let (mut live, mut silent) = (Vec::new(), Vec::new());
        for (name, record) in pairs(parts.next()?) {
            match serde_json::from_str::<NodeInfo>(&record) {
                Ok(record) => live.push(NodeInfo { name, ..record }),
                Err(_) => silent.push(Absent { name, lease: None }),
            }
        }
        let absent = |(name, lease): (String, String)| Absent { name, lease: EndedLease::read(&lease) };
        silent.extend(pairs(parts.next()?).map(absent));
        let gone = pairs(parts.next()?).map(absent).collect();
        Some(Roster { is_believed, is_new, since, live, silent, gone })
    }

    /// The names of the live nodes that watch a view.
    pub(crate) fn watching(&self, path: &ViewPath) -> Vec<String> {
        let watching = self.live.iter().filter(|node| node.watched.contains_key(path.as_str()));
        watching.map(|node| node.name.clone()).collect()
    }

    /// The silent nodes that watched a view when they were last heard of.
    pub(crate) fn silent(&self, path: &ViewPath) -> Vec<String> {
        self.silent.iter().filter(|node| node.watched(path)).map(|node| node.name.clone()).collect()
    }

    /// The nodes that may have applied a push of this time and have been given up since.
    pub(crate) fn gone(&self, path: &ViewPath, at: u64) -> Vec<String> {
        let may_have = |node: &&Absent| node.watched(path) && node.had_lease(at);
        self.gone.iter().filter(may_have).map(|node| node.name.clone()).collect()
    }

    /// Whether every node that had a lease at this time is in it.
    pub(super) fn reaches_back(&self, at: Option<u64>) -> bool {
        at.is_none_or(|at| self.since.is_some_and(|since| since <= at.saturating_add(SLACK)))
    }
}

impl Absent {
    fn watched(&self, path: &ViewPath) -> bool {
        let is_it = |watched: &String| watched == path.as_str() || watched == ANYTHING;
        self.lease.as_ref().is_some_and(|lease| lease.watched.iter().any(is_it))
    }

    fn had_lease(&self, at: u64) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.end.saturating_add(SLACK) >= at)
    }
}

impl EndedLease {
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let end = words.next()?.parse().ok()?;
        words.next()?;
        Some(EndedLease { end, watched: words.map(str::to_owned).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_says_when_it_ends_and_what_was_watched() {
        let lease = EndedLease::read("1700000000000 12 a.View b.View").expect("well-formed");
        let node = Absent { name: "n".into(), lease: Some(lease) };
        assert!(node.watched(&"b.View".parse().expect("a path")));
        assert!(!node.watched(&"12.View".parse().unwrap_or_else(|_| "c.View".parse().expect("a path"))));
        assert!(node.had_lease(1_700_000_000_000) && !node.had_lease(1_700_000_001_000));
        assert!(EndedLease::read("").is_none() && EndedLease::read("soon 1 a.View").is_none());
    }
}
