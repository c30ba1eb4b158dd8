//! Reading from streams, with a bound in bytes.
//!
//! While Redis lets a reader wait for entries, it limits the answer by entries, not bytes. So the
//! reader waits for only a few. If a stream may have more, a script returns as many as the bytes
//! allow. So the answer is bounded, whatever the sizes of the entries and however long nobody has
//! read.

use super::entry::{Found, entries, streams};
use super::id::EntryId;
use super::portion::Portion;
use super::resp::{array, bytes, millis, number};
use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Value};
use std::io::{Error, ErrorKind};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How many entries a script returns at most.
const MOST_ENTRIES: usize = 4_096;

/// Reads entries after places in streams. KEYS: the streams. ARGV: how many bytes and how many
/// entries, then the places. Returns for each stream its entries, and whether there may be more.
const READ: &str = r"
local bytes, count, found = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
for i, stream in ipairs(KEYS) do
  local at, entries, size, more = ARGV[i + 2], {}, 0, 1
  while bytes > 0 and count > 0 do
    local step = size > 0 and math.max(1, math.min(64, count, math.floor(bytes / size))) or 1
    local some = redis.call('XRANGE', stream, '(' .. at, '+', 'COUNT', step)
    if #some == 0 then more = 0 break end
    for _, entry in ipairs(some) do
      size = 64
      for _, part in ipairs(entry[2]) do size = size + #part end
      if bytes <= 0 or (bytes < size and #entries > 0) then bytes = 0 break end
      entries[#entries + 1] = entry
      at, bytes, count = entry[1], bytes - size, count - 1
    end
  end
  found[i] = {entries, more}
end
return found
";

/// The new entries of one stream.
pub(crate) struct Batch {
    pub(crate) stream: String,
    pub(crate) found: Vec<Found>,
    /// There may be more.
    pub(crate) has_more: bool,
}

/// Waits for entries after these places: a few of each stream that has some, or none after this
/// time.
pub(crate) async fn wait(
    connection: &mut MultiplexedConnection,
    portion: &mut Portion,
    places: &[(String, EntryId)],
    block: Duration,
) -> RedisResult<Vec<Batch>> {
    let (most, asked_at) = (portion.unasked(), Instant::now());
    let mut ask = redis::cmd("XREAD");
    ask.arg("COUNT").arg(most).arg("BLOCK").arg(millis(block));
    ask.arg("STREAMS");
    for (stream, _) in places {
        ask.arg(stream);
    }
    for (_, at) in places {
        ask.arg(at.to_string());
    }
    let answer = answered_within(block + portion.patience(), ask.query_async(connection), portion).await?;
    let batch = |(stream, value): (String, Value)| {
        let found = entries(value);
        Batch { has_more: found.len() >= most, stream, found }
    };
    let batches: Vec<_> = streams(answer).into_iter().map(batch).collect();
    // Otherwise most of the time was spent waiting for the entries.
    let is_full = batches.iter().any(|batch| batch.has_more);
    portion.was_answered(if is_full { asked_at.elapsed() } else { Duration::ZERO });
    Ok(batches)
}

/// Reads entries after these places, as many as the bytes allow, but at least one if there are any.
pub(crate) async fn more(
    connection: &mut MultiplexedConnection,
    portion: &mut Portion,
    places: &[(String, EntryId)],
) -> RedisResult<Vec<Batch>> {
    let asked_at = Instant::now();
    let mut ask = redis::cmd("EVAL");
    ask.arg(READ).arg(places.len());
    for (stream, _) in places {
        ask.arg(stream);
    }
    ask.arg(portion.bytes()).arg(MOST_ENTRIES);
    for (_, at) in places {
        ask.arg(at.to_string());
    }
    let answer = answered_within(portion.patience(), ask.query_async(connection), portion).await?;
    portion.was_taken(bytes(&answer), asked_at.elapsed());
    let batch = |((stream, _), value): (&(String, EntryId), Value)| {
        let mut parts = array(value).into_iter();
        let found = parts.next().map(entries).unwrap_or_default();
        let has_more = parts.next().and_then(number) == Some(1);
        Batch { stream: stream.clone(), found, has_more }
    };
    Ok(places.iter().zip(array(answer)).map(batch).collect())
}

async fn answered_within(
    time: Duration,
    asking: impl Future<Output = RedisResult<Value>>,
    portion: &mut Portion,
) -> RedisResult<Value> {
    match timeout(time, asking).await {
        Ok(answer) => answer,
        Err(_) => {
            portion.was_lost();
            Err(Error::from(ErrorKind::TimedOut).into())
        }
    }
}
