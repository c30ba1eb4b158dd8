//! Epochs: which of Redis's histories the streams are of.
//!
//! Redis may be emptied, replaced by a replica that lags, or restored from an older copy. What it had taken is gone then, and it can't
//! say so. So the streams have an epoch, a text in a key of its own that is in each entry as well: `3-01cff58186e50a16-1764121840439`,
//! a generation, something random, and when it began by Redis's clock. Each new epoch has a higher generation than any that its maker has heard of.
//!
//! | Redis's epoch, compared with the newest that a process has heard of | means | what is done |
//! |---|---|---|
//! | the same | nothing has happened; unless a stream's counter is lower than it was | a new epoch, where the counter is |
//! | another, of a higher generation | somebody has found a loss | it is the newest now |
//! | another, not of a higher generation | Redis has gone back to before the newest | a new epoch |
//! | none | Redis has been emptied | a new epoch |
//!
//! A sender compares in the script that adds its entries: no entry gets into a history that has lost what this sender was told. Servers
//! compare whenever they ask. A server whose position is of another epoch than Redis's has lost pushes, whichever is newer.

use super::config::Keys;
use super::connection::{ANSWER_WITHIN, after};
use super::entry::{self, LONGEST_NAME, random_name};
use super::running::Shared;
use redis::{Script, ScriptInvocation, Value};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// What the scripts begin with. `known` is the newest epoch that the caller has heard of, `made` the middle of a new one's name. Where a
/// new epoch begins since the leases are not what they were, they say since when they can be believed.
pub(super) const CURRENT_EPOCH: &str = r"
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
local function is_young(epoch)
  local began = tonumber(string.match(epoch, '%-(%d+)$') or '')
  return not began or math.abs(now() - began) < 2000
end
local function current_epoch(key, leases, known, made, has_gone_back)
  local epoch = redis.call('GET', key)
  if epoch and #epoch > 256 then epoch = false end
  if not epoch or has_gone_back(epoch) or (epoch ~= known and generation(epoch) <= generation(known)) or generation(epoch) == 0 then
    if not epoch or epoch == known then redis.call('HSET', leases, '', digits(now())) end
    epoch = string.format('%d-%s-%s', math.max(generation(known), generation(epoch or '')) + 1, made, digits(now()))
    redis.call('SET', key, epoch)
  end
  return epoch
end
";

/// KEYS: epoch, leases. ARGV: the newest known one, the middle of a new one's name, the one that is found wanting. Returns the epoch.
const CHECK_EPOCH: &str = r"
return current_epoch(KEYS[1], KEYS[2], ARGV[1], ARGV[2], function(epoch) return epoch == ARGV[3] end)
";

/// How many digits of a generation are believed.
const LONGEST_GENERATION: usize = 9;

/// The newest epoch that this process has heard of.
#[derive(Default)]
pub(super) struct Newest(Mutex<String>);

impl Newest {
    pub(super) fn get(&self) -> String {
        self.lock().clone()
    }

    /// Redis has said that its epoch is this one.
    pub(super) fn hear(&self, epoch: &str) {
        let mut newest = self.lock();
        if generation(epoch) > generation(&newest) {
            epoch.clone_into(&mut newest);
        }
    }

    /// Whether a position may be taken in this epoch: Redis has not gone back to it.
    pub(super) fn is_fit(&self, epoch: &str) -> bool {
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

/// The script that says what Redis's epoch is, and makes a new one where it has gone back, or its epoch is this one.
fn check_epoch(keys: &Keys, newest: &Newest, wanting: &str) -> ScriptInvocation<'static> {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| Script::new(&format!("{CURRENT_EPOCH}{CHECK_EPOCH}")));
    let mut call = script.prepare_invoke();
    call.key(keys.epoch()).key(keys.leases()).arg(newest.get()).arg(random_name()).arg(wanting);
    call
}

impl Shared {
    /// Redis's epoch, if it answers: a new one if it has gone back to before the newest that is known, or is this one.
    pub(super) async fn epoch_after(&self, wanting: &str) -> Option<String> {
        let call = check_epoch(&self.config.keys, &self.newest, wanting);
        let deadline = after(2 * ANSWER_WITHIN);
        let run = |mut connection| async move { call.invoke_async::<Value>(&mut connection).await };
        let epoch = self.commands.run(deadline, run).await.ok().and_then(entry::text)?;
        self.newest.hear(&epoch);
        Some(epoch)
    }

    /// Redis's epoch, if it answers.
    pub(super) async fn epoch(&self) -> Option<String> {
        self.epoch_after("").await
    }
}

/// 0 for what djust has not made.
pub(super) fn generation(epoch: &str) -> u64 {
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
