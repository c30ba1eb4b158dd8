//! Epochs: which of Redis's histories the streams are of.
//!
//! Redis may be emptied, replaced by a replica that lags, or restored from an older copy. What it had taken is gone then, and it can't
//! say so. So the streams have an epoch, a text in a key of its own that is in each entry as well: `3-01cff58186e50a16-1764121840439`,
//! a generation, something random, and when it began. Each new epoch has a higher generation than any that its maker has heard of.
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
use super::entry::{LONGEST_NAME, random_name};
use redis::{Script, ScriptInvocation};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What both scripts begin with. `known` is the newest epoch that the caller has heard of, `made` the rest of a new one's name.
pub(super) const CURRENT_EPOCH: &str = r"
local function generation(epoch)
  return tonumber(string.match(epoch, '^(%d%d?%d?%d?%d?%d?%d?%d?%d?)%-') or '0')
end
local function current_epoch(key, known, made, has_gone_back)
  local epoch = redis.call('GET', key)
  if epoch and #epoch > 256 then epoch = false end
  if not epoch or has_gone_back(epoch) or (epoch ~= known and generation(epoch) <= generation(known)) or generation(epoch) == 0 then
    epoch = string.format('%d-%s', math.max(generation(known), generation(epoch or '')) + 1, made)
    redis.call('SET', key, epoch)
  end
  return epoch
end
";

/// KEYS: epoch. ARGV: the newest known one, the rest of a new one's name, the one that is found wanting. Returns the epoch.
const CHECK_EPOCH: &str = r"
return current_epoch(KEYS[1], ARGV[1], ARGV[2], function(epoch) return epoch == ARGV[3] end)
";

/// How many digits of a generation are believed.
const LONGEST_GENERATION: usize = 9;

/// How long an epoch is young: by then all servers have said again what they show.
pub(super) const YOUNG_FOR: Duration = Duration::from_secs(2);

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
pub(super) fn check_epoch(keys: &Keys, newest: &Newest, wanting: &str) -> ScriptInvocation<'static> {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| Script::new(&format!("{CURRENT_EPOCH}{CHECK_EPOCH}")));
    let mut call = script.prepare_invoke();
    call.key(keys.epoch()).arg(newest.get()).arg(rest_of_name()).arg(wanting);
    call
}

/// What a new epoch's name has after its generation.
pub(super) fn rest_of_name() -> String {
    format!("{}-{}", random_name(), since_1970().as_millis())
}

/// Whether an epoch has just begun, as far as clocks agree.
pub(super) fn is_young(epoch: &str) -> bool {
    let began = epoch.rsplit_once('-').and_then(|(_, began)| began.parse().ok()).map(Duration::from_millis);
    began.is_some_and(|began| since_1970().abs_diff(began) < YOUNG_FOR)
}

/// 0 for what djust has not made.
pub(super) fn generation(epoch: &str) -> u64 {
    let digits = epoch.split_once('-').map(|(digits, _)| digits);
    let believed = digits.filter(|digits| {
        digits.len() <= LONGEST_GENERATION && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    believed.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

const _: () = assert!(LONGEST_NAME == 256, "the scripts know the number");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_young_for_some_seconds() {
        assert!(is_young(&format!("1-{}", rest_of_name())));
        let began = since_1970() - YOUNG_FOR;
        assert!(!is_young(&format!("1-{}-{}", random_name(), began.as_millis())));
        assert!(!is_young("someone's own"));
    }

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
