//! Epochs: they say to which history of Redis the streams belong.
//!
//! Redis may be flushed, replaced by a replica that lags, or restored from an older copy. Pushes
//! that it had stored are then gone, and it can't report that. So the streams have an epoch, a text
//! that is in a separate key and in each entry: `3-01cff58186e50a16-1764121840439`. It consists of
//! a generation, a random part, and its start by Redis's clock. Each new epoch has a higher
//! generation than any that its maker has heard of.
//!
//! | Redis's epoch, compared with the newest that a process has heard of | means | action |
//! |---|---|---|
//! | the same | nothing has happened, unless a stream's counter is lower than it was | a new epoch, if the counter is |
//! | another, of a higher generation, begun later | another process has found a loss | it is now the newest |
//! | another | Redis has gone back to before the newest | a new epoch |
//! | none | Redis has been flushed | a new epoch |
//! | any, in a Redis that has been restarted or was a replica | it may have forgotten something that nobody else knows of | a new epoch, unless Redis writes before it answers |
//!
//! A sender compares epochs in the script that adds its entries: so no entry joins a history that
//! has lost what this sender was told. Servers compare whenever they ask. A server whose position
//! has another epoch than Redis has lost pushes, whichever epoch is newer.

use super::keys::Keys;
use super::names::{LONGEST_NAME, random_name};
use redis::aio::MultiplexedConnection;
use redis::{Script, ScriptInvocation};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The beginning of the scripts. `known` is the newest epoch that the caller has heard of, and
/// `made` is the middle of a new epoch's name. If a new epoch begins because the leases have
/// changed, the leases record since when they can be trusted.
pub(crate) const CURRENT_EPOCH: &str = r"
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function digits(number)
  return string.format('%.0f', number)
end
local function generation(epoch)
  return tonumber(string.match(epoch, '^(%d%d?%d?%d?%d?%d?%d?%d?%d?)%-') or '0')
end
local function began(epoch)
  return tonumber(string.match(epoch, '%-(%d+)$') or '0')
end
local function age_of(leases)
  local since = tonumber(redis.call('HGET', leases, '') or '')
  return since and math.abs(now() - since) or 0
end
local function current_epoch(key, leases, known, made, has_gone_back)
  local epoch = redis.call('GET', key)
  if epoch and #epoch > 256 then epoch = false end
  local is_newer = epoch and generation(epoch) > generation(known) and began(epoch) >= began(known)
  if not epoch or has_gone_back(epoch) or not (epoch == known or is_newer) or generation(epoch) == 0 then
    if not epoch or epoch == known then
      redis.call('HSET', leases, '', digits(now()))
      redis.call('HDEL', leases, '+')
    end
    local time = math.max(now(), began(known), began(epoch or ''))
    epoch = string.format('%d-%s-%s', math.max(generation(known), generation(epoch or '')) + 1, made, digits(time))
    redis.call('SET', key, epoch)
  end
  return epoch
end
";

/// KEYS: epoch, leases. ARGV: the newest known epoch, the middle of a new epoch's name, and the
/// epoch that must be replaced. Returns the epoch.
const CHECK_EPOCH: &str = r"
return current_epoch(KEYS[1], KEYS[2], ARGV[1], ARGV[2], function(epoch) return epoch == ARGV[3] end)
";

/// Runs on each new connection: is this the same Redis as before, or one that may have forgotten
/// what it had stored? KEYS: epoch, leases, run. ARGV: the newest known epoch, the middle of a new
/// epoch's name, and whether Redis writes before it answers.
const CHECK_RUN: &str = r"
local function field(section, name)
  local info = redis.pcall('INFO', section)
  return type(info) == 'string' and string.match(info, name .. ':(%w+)') or ''
end
local run, before = field('server', 'run_id'), redis.call('GET', KEYS[3])
local was_replica = string.find(field('replication', 'master_replid2'), '[^0]') ~= nil
local may_have_forgotten = before and before ~= run and (ARGV[3] == '0' or was_replica)
if before ~= run then redis.call('SET', KEYS[3], run) end
return current_epoch(KEYS[1], KEYS[2], ARGV[1], ARGV[2], function() return may_have_forgotten end)
";

/// How many digits of a generation are trusted.
const LONGEST_GENERATION: usize = 9;

/// The newest epoch that this process has heard of.
#[derive(Default)]
pub(crate) struct Newest(Mutex<String>);

impl Newest {
    pub(crate) fn get(&self) -> String {
        self.lock().clone()
    }

    /// Redis has reported this epoch.
    pub(crate) fn hear(&self, epoch: &str) {
        let mut newest = self.lock();
        if generation(epoch) > generation(&newest) {
            epoch.clone_into(&mut newest);
        }
    }

    /// Hears of the epoch that Redis has now. Returns whether a position may be taken in it, that
    /// is, Redis has not gone back to it.
    pub(crate) fn accept(&self, epoch: &str) -> bool {
        let mut newest = self.lock();
        if epoch.len() > LONGEST_NAME || generation(epoch) == 0 {
            return false;
        }
        if generation(epoch) > generation(&newest) {
            epoch.clone_into(&mut newest);
        }
        *newest == epoch
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the script that returns Redis's epoch. Redis makes a new epoch if it has gone back, or if
/// its epoch is `wanting`.
pub(crate) fn check_epoch(keys: &Keys, newest: &Newest, wanting: &str) -> ScriptInvocation<'static> {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| Script::new(&format!("{CURRENT_EPOCH}{CHECK_EPOCH}")));
    let mut call = script.prepare_invoke();
    call.key(keys.epoch()).key(keys.leases()).arg(newest.get()).arg(random_name()).arg(wanting);
    call
}

/// Checks whether this is the same Redis as before. One that has been restarted, or was a replica,
/// may have forgotten what it had stored, unless it writes before it answers; then a new epoch
/// begins. If a server refuses this check, it can't be written to either.
pub(crate) async fn check_run(connection: &mut MultiplexedConnection, keys: &Keys, newest: &Newest) {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    let mut is_durable = true;
    for (name, safe) in [("appendonly", "yes"), ("appendfsync", "always")] {
        // A user that may not ask can't know.
        let mut ask = redis::cmd("CONFIG");
        let answer: HashMap<String, String> =
            ask.arg("GET").arg(name).query_async(connection).await.unwrap_or_default();
        is_durable &= answer.get(name).is_some_and(|value| value == safe);
    }
    let script = SCRIPT.get_or_init(|| Script::new(&format!("{CURRENT_EPOCH}{CHECK_RUN}")));
    let mut call = script.prepare_invoke();
    call.key(keys.epoch()).key(keys.leases()).key(keys.run());
    call.arg(newest.get()).arg(random_name()).arg(u8::from(is_durable));
    match call.invoke_async::<String>(connection).await {
        Ok(epoch) => newest.hear(&epoch),
        Err(error) => tracing::debug!(%error, "it is not known whether this is the same Redis as before"),
    }
}

/// Returns 0 for an epoch that djust has not made.
pub(crate) fn generation(epoch: &str) -> u64 {
    let digits = epoch.split_once('-').map(|(digits, _)| digits);
    let believed = digits.filter(|digits| {
        digits.len() <= LONGEST_GENERATION && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    believed.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

const _: () = assert!(LONGEST_NAME == 256, "the scripts know the number");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_epoch_of_a_higher_generation_is_newer() {
        let newest = Newest::default();
        for (heard, then) in [
            ("2-a-1", "2-a-1"),
            ("1-b-9", "2-a-1"),
            ("2-c-9", "2-a-1"),
            ("someone's own", "2-a-1"),
            ("9999999999-d-1", "2-a-1"),
            ("-1-e-1", "2-a-1"),
            ("10-f-1", "10-f-1"),
        ] {
            newest.hear(heard);
            assert_eq!(newest.get(), then, "after {heard}");
        }
    }
}
