//! The reader: one connection of its own, blocked in `XREAD` on the streams of all groups that are live here.
//!
//! 1. It takes the groups' positions and asks for what comes after them, on a control stream of this node's as well, which wakes it
//!    when there are other groups or positions.
//! 2. Each entry is [examined](super::groups::Groups::examine): a repeat is dropped, a loss makes the group's views mount anew.
//! 3. A push is handed to the process's sink; a group without room is left out until it has some, and Redis keeps what it has
//!    still to read.
//! 4. The position moves on.
//!
//! When the connection breaks it is made anew, and reading goes on at the same positions.

use super::connection::{NO_ANSWER, Pause, connect};
use super::entry::{self, Content, Entry, EntryId, Found};
use super::fetch::{self, Batch};
use super::groups::{Position, Verdict};
use super::portion::Portion;
use super::running::{Shared, note_panic};
use crate::peer_log::{Excerpt, LogLimit};
use crate::push::{Message, PushSink};
use futures_util::FutureExt;
use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long Redis lets the reader wait when nothing comes. Short, so that a connection that has silently died is found soon.
const BLOCK: Duration = Duration::from_secs(1);
/// The same while a group has no room.
const BLOCK_WHILE_FULL: Duration = Duration::from_millis(10);

/// Runs from when a server is attached for as long as the layer does.
pub(super) async fn run(shared: Arc<Shared>) {
    let (mut pause, mut portion, mut heard_at) = (Pause::new(), Portion::new(), Instant::now());
    while !shared.lease.has_ended() {
        match connect(&shared.config, &shared.newest).await {
            Ok(connection) => {
                pause.over();
                pause = Pause::new();
                let reason = read(&shared, connection, &mut portion, &mut heard_at).await;
                if shared.lease.has_ended() {
                    return;
                }
                let stale = heard_at.elapsed();
                metrics::counter!("djust_redis_reading_interrupted_total").increment(1);
                tracing::warn!(
                    reason,
                    ?stale,
                    "reading from Redis is interrupted: it goes on where it was; pages have heard nothing for that long"
                );
            }
            Err(refusal) => pause.note(&refusal.reason),
        }
        pause.wait().await;
    }
}

/// Reads until the connection breaks; says why.
async fn read(
    shared: &Arc<Shared>,
    mut connection: MultiplexedConnection,
    portion: &mut Portion,
    heard_at: &mut Instant,
) -> String {
    // The lease may have ended meanwhile.
    if !shared.may_apply(&connection).await {
        return "the lease is over, and is not renewed".to_owned();
    }
    // What has been lost meanwhile is found before anything new is applied.
    shared.inspect().await;
    let mut control = EntryId::default();
    while !shared.lease.has_ended() {
        match turn(shared, &mut connection, portion, &mut control).await {
            Ok(()) => *heard_at = Instant::now(),
            Err(error) if error.is_timeout() => return NO_ANSWER.to_owned(),
            Err(error) => return error.to_string(),
        }
        shared.lease.has_heard(shared.config.lease);
    }
    "the server has ended".to_owned()
}

/// Reads once from all groups, and once more from those that may have more.
async fn turn(
    shared: &Arc<Shared>,
    connection: &mut MultiplexedConnection,
    portion: &mut Portion,
    control: &mut EntryId,
) -> RedisResult<()> {
    let (positions, any_full) = shared.groups.positions();
    let mut positions: HashMap<_, _> = positions
        .into_iter()
        .map(|position| (shared.config.keys.stream(&position.group), position))
        .collect();
    let mut places: Vec<_> = vec![(shared.config.keys.control(&shared.node), *control)];
    places.extend(positions.iter().map(|(stream, position)| (stream.clone(), position.at)));
    let block = if any_full { BLOCK_WHILE_FULL } else { BLOCK };
    let mut unread = Vec::new();
    for Batch { stream, found, has_more } in fetch::wait(connection, portion, &places, block).await? {
        match positions.get_mut(&stream) {
            Some(position) => {
                if take(shared, connection, position, found).await && has_more {
                    unread.push((stream, position.at));
                }
            }
            None => *control = found.last().map_or(*control, |(at, _)| *at),
        }
    }
    if unread.is_empty() {
        return Ok(());
    }
    for Batch { stream, found, .. } in fetch::more(connection, portion, &unread).await? {
        if let Some(position) = positions.get_mut(&stream) {
            take(shared, connection, position, found).await;
        }
    }
    Ok(())
}

/// Takes what came of one stream, in order, as far as there is room; false if that was not all.
async fn take(
    shared: &Arc<Shared>,
    connection: &MultiplexedConnection,
    position: &mut Position,
    found: Vec<Found>,
) -> bool {
    for (at, entry) in found {
        if !shared.may_apply(connection).await {
            return false;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(reason) => {
                pass_over(shared, position, at, &reason);
                continue;
            }
        };
        match AssertUnwindSafe(take_entry(shared, position, &entry)).catch_unwind().await {
            Ok(true) => {}
            Ok(false) => return false,
            // It would again: those after it are not to wait for ever.
            Err(_) => {
                note_panic("reader");
                pass_over(shared, position, at, "a panic");
            }
        }
    }
    true
}

/// Passes over an entry that djust can't have made, or can't use.
fn pass_over(shared: &Shared, position: &mut Position, at: EntryId, reason: &str) {
    static LIMIT: LogLimit = LogLimit::new();
    metrics::counter!("djust_redis_entries_unreadable_total").increment(1);
    if let Some(suppressed) = LIMIT.admit() {
        let reason = Excerpt(reason);
        tracing::warn!(group = %position.group, %at, %reason, suppressed, "an entry is not djust's, and is passed over");
    }
    shared.groups.pass_over(position, at);
}

/// Passes over an entry whose number Redis has not given out; false if it is to be examined again.
async fn pass_over_uncounted(shared: &Arc<Shared>, position: &mut Position, entry: &Entry) -> bool {
    match shared.last_number(&position.group).await {
        Some(number) => {
            let is_foreign = !shared.groups.is_counted(position, entry, number);
            if is_foreign {
                pass_over(shared, position, entry.at, "Redis has not given out its number");
            }
            is_foreign
        }
        None => {
            tokio::time::sleep(BLOCK_WHILE_FULL).await;
            false
        }
    }
}

/// Takes one entry; false if the others have to be asked for again.
async fn take_entry(shared: &Arc<Shared>, position: &mut Position, entry: &Entry) -> bool {
    match shared.groups.examine(position, entry) {
        Verdict::Apply => {}
        Verdict::Skip => {
            metrics::counter!("djust_redis_repeats_total").increment(1);
            shared.groups.advance(position, entry, None);
            return true;
        }
        Verdict::Lost => {
            shared.lose(position, "trimmed");
            return false;
        }
        Verdict::Outdated => return false,
        Verdict::Uncounted => return pass_over_uncounted(shared, position, entry).await,
        Verdict::Foreign => {
            pass_over(shared, position, entry.at, "its epoch is not the present one");
            return true;
        }
        Verdict::GoneBack => {
            // If that fails, the same entry is read again.
            shared.replace_epoch(&entry.epoch).await;
            return false;
        }
        Verdict::OtherEpoch => {
            let asked = shared.groups.all_positions();
            match shared.epoch().await {
                Some(epoch) => {
                    if !shared.epoch_is(&asked, &epoch) && epoch != entry.epoch {
                        shared.groups.is_foreign(&entry.epoch);
                    }
                }
                // It is asked again when there is an answer.
                None => tokio::time::sleep(BLOCK_WHILE_FULL).await,
            }
            return false;
        }
    }
    match (&entry.content, shared.sink()) {
        (Ok(Content::Push(message)), Some(sink)) => {
            let Some(outcome) = deliver(sink.as_ref(), message, entry) else {
                shared.groups.is_full(position);
                return false;
            };
            shared.groups.advance(position, entry, Some(outcome));
        }
        (Ok(Content::Ask(question)), Some(_)) => {
            shared.groups.advance(position, entry, Some(Ok(0)));
            shared.answer(&position.group, question);
        }
        (Ok(_), None) => shared.groups.advance(position, entry, Some(Ok(0))),
        (Err(reason), _) => {
            refused(position.group.as_str(), entry, reason);
            shared.groups.advance(position, entry, Some(Err(reason.clone())));
        }
    }
    true
}

/// Hands a push to the views; none if they have no room.
fn deliver(sink: &dyn PushSink, message: &Message, entry: &Entry) -> Option<Result<usize, String>> {
    match sink.deliver(message.clone()) {
        Ok(receipt) => Some(Ok(receipt.views)),
        Err(error) if error.is_queue_full() => None,
        Err(error) => {
            let reason = entry::cut_reason(&error.to_string());
            refused(message.path().as_str(), entry, &reason);
            Some(Err(reason))
        }
    }
}

/// Logs a push that no view can use.
fn refused(to: &str, entry: &Entry, reason: &str) {
    static LIMIT: LogLimit = LogLimit::new();
    if let Some(suppressed) = LIMIT.admit() {
        let (id, reason) = (entry.id.to_string(), Excerpt(reason));
        let id = Excerpt(&id);
        tracing::warn!(to, %id, %reason, suppressed, "a push can't be used; its sender is the first part of its id");
    }
}
