//! Adding entries to a stream, each once: the script, and its answer.

use super::epoch::CURRENT_EPOCH;
use super::id::{EntryId, PushId};
use super::keys::Keys;
use super::names::random_name;
use super::resp::{array, millis, number, text};
use crate::push::GroupName;
use redis::{Script, ScriptInvocation, Value};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Adds entries to a group's stream, except those of the sender that are already there. KEYS:
/// stream, number, epoch, leases, the sender's last entry. ARGV: the length; the newest known
/// epoch; the middle of a new epoch's name; what the sender was last told about this stream: epoch,
/// number and time; the seconds until an idle stream is deleted; for how many milliseconds the
/// sender may repeat an entry; then for each entry its id, `push` or `ask`, and the JSON. Returns
/// the epoch, the last number, how many entries were already there, the last number and time of
/// those, and the ids in the stream of the others.
const ADD: &str = r"
local function has_gone_back(epoch)
  if epoch == ARGV[4] then return tonumber(redis.call('GET', KEYS[2]) or '0') < tonumber(ARGV[5]) end
  -- Entries that an older epoch had stored by then are in no epoch that began before.
  return tonumber(ARGV[6]) > began(epoch)
end
local epoch = current_epoch(KEYS[3], KEYS[4], ARGV[2], ARGV[3], has_gone_back)
local last, number, at = string.match(redis.call('GET', KEYS[5]) or '0 0 0', '^(%d+) (%d+) (%d+)$')
local added = {epoch, '0', 0, number, at}
last = tonumber(last)
-- The ids of a sender rise, so what is already there comes first.
local first = 9
while first <= #ARGV and tonumber(string.match(ARGV[first], '%.(%d+)$')) <= last do first = first + 3 end
added[3] = (first - 9) / 3
local count = (#ARGV - first + 1) / 3
if count > 0 then
  -- All numbers at once, before the entries: what is not stored after an error is a gap, which is found.
  number = redis.call('INCRBY', KEYS[2], count) - count
  for i = first, #ARGV, 3 do
    number = number + 1
    added[#added + 1] = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'number', number, 'epoch', epoch, 'id', ARGV[i], ARGV[i + 1], ARGV[i + 2])
  end
  last, at = tonumber(string.match(ARGV[#ARGV - 2], '%.(%d+)$')), string.match(added[#added], '^%d+')
end
added[2] = string.format('%.0f', number)
redis.call('SET', KEYS[5], string.format('%.0f %.0f %s', last, number, at), 'PX', ARGV[8])
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[7])
return added
";

/// Twice this is the longest time for which a sender's last entry is remembered.
const LONGEST_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);
/// Redis's answer about added entries.
pub(crate) struct Added {
    pub(crate) epoch: Arc<str>,
    /// The number of the last one.
    pub(crate) number: u64,
    /// The entries that an earlier, unanswered attempt had added: how many, and what is known about
    /// the last of them.
    repeated: usize,
    before: Placement,
    /// When each of the others was added, by Redis's clock, in milliseconds since 1970.
    at: Vec<u64>,
}

impl Added {
    pub(crate) fn read(value: Value) -> Option<Self> {
        let mut parts = array(value).into_iter();
        let epoch: Arc<str> = parts.next().and_then(text)?.into();
        let last = parts.next().and_then(number)?;
        let repeated = usize::try_from(parts.next().and_then(number)?).ok()?;
        let before = Placement {
            epoch: Arc::clone(&epoch),
            number: parts.next().and_then(number)?,
            at: parts.next().and_then(number)?,
        };
        let time = |id| Some(EntryId::parse(&text(id)?)?.time());
        Some(Added { epoch, number: last, repeated, before, at: parts.map(time).collect::<Option<_>>()? })
    }

    /// How many have been added.
    pub(crate) fn count(&self) -> usize {
        self.at.len()
    }

    /// The placement of each entry, in order.
    pub(crate) fn of_each(&self) -> impl Iterator<Item = Placement> + '_ {
        let first = self.number.saturating_sub(self.at.len() as u64).saturating_add(1);
        let placement = |(number, &at)| Placement { epoch: Arc::clone(&self.epoch), number, at };
        let repeated = std::iter::repeat_n(self.before.clone(), self.repeated);
        repeated.chain((first..).zip(&self.at).map(placement))
    }
}

/// Where an entry is, as its sender was told when it was added.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Placement {
    pub(crate) epoch: Arc<str>,
    pub(crate) number: u64,
    /// When it was added, by Redis's clock, in milliseconds since 1970.
    #[serde(default)]
    pub(crate) at: u64,
}

/// An entry to be added.
pub(crate) struct NewEntry<'a> {
    pub(crate) id: &'a PushId,
    /// `push` or `ask`.
    pub(crate) kind: &'static str,
    /// Its JSON.
    pub(crate) body: &'a str,
}

/// How much of a stream is kept, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retention {
    pub(crate) stream_length: usize,
    pub(crate) idle_streams: Duration,
    /// For how long an entry may be sent again.
    pub(crate) retries: Duration,
}

/// Makes the script that adds these entries of a sender to a group's stream. `newest` is the newest
/// epoch that the sender has heard of; `last` is what it was last told about this stream.
pub(crate) fn append<'a>(
    keys: &Keys,
    retention: Retention,
    (sender, group): (&str, &GroupName),
    entries: impl Iterator<Item = NewEntry<'a>>,
    newest: &str,
    last: &Placement,
) -> ScriptInvocation<'static> {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| Script::new(&format!("{CURRENT_EPOCH}{ADD}")));
    let mut call = script.prepare_invoke();
    call.key(keys.stream(group)).key(keys.number(group)).key(keys.epoch()).key(keys.leases());
    call.key(keys.sent(group, sender));
    call.arg(retention.stream_length).arg(newest).arg(random_name());
    call.arg(&*last.epoch).arg(last.number).arg(last.at);
    let again = retention.retries.min(LONGEST_AGAIN).saturating_mul(2);
    call.arg(retention.idle_streams.as_secs()).arg(millis(again));
    for NewEntry { id, kind, body } in entries {
        call.arg(id.to_string()).arg(kind).arg(body);
    }
    call
}
