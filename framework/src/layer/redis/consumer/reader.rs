//! The reader. Its connection blocks in `XREAD`, on the streams of all groups that are live here.
//!
//! 1. It takes the groups' positions and asks for what follows them. It also reads this node's
//!    control stream, through which it is [woken](super::waker).
//! 2. It [examines](crate::layer::redis::progress::Groups::examine) each entry: a repeat is
//!    dropped, and a loss remounts the group's views.
//! 3. It delivers a push to the process's sink. A group without room is left out until it has some;
//!    Redis keeps the unread rest.
//! 4. It moves the position on.
//!
//! When the connection breaks, the reader connects again and continues at the same positions.

use super::inspector::Inspector;
use crate::layer::redis::client::{Connector, NO_ANSWER, count_panic};
use crate::layer::redis::cluster::{Lease, Renewals};
use crate::layer::redis::progress::{Groups, Position, Verdict};
use crate::layer::redis::query::Responder;
use crate::layer::redis::stream::{self, Batch, Content, Entry, EntryId, Found, Keys, Portion, cut_reason};
use crate::peer_log::{Excerpt, LogLimit};
use crate::push::{Message, PushSink};
use futures_util::FutureExt;
use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::Instant;

/// How long Redis lets the reader wait when nothing comes. It is short, so that a dead connection
/// is noticed soon.
const BLOCK: Duration = Duration::from_secs(1);
/// How long it waits while a group has no room, and the pause before Redis is asked again.
const SHORT_BLOCK: Duration = Duration::from_millis(10);
/// The pause before a broken connection is made again.
const RECONNECT_PAUSE: Duration = Duration::from_millis(50);

/// The task that reads.
pub(crate) struct StreamReader {
    pub(crate) node: Arc<str>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) connector: Connector,
    pub(crate) groups: Arc<Groups>,
    pub(crate) lease: Arc<Lease>,
    pub(crate) renewals: Arc<Renewals>,
    pub(crate) inspector: Arc<Inspector>,
    pub(crate) responder: Responder,
    pub(crate) sink: Weak<dyn PushSink>,
}

/// A connection that the reader reads from.
struct Reading {
    connection: MultiplexedConnection,
    /// Where the control stream has been read to.
    control: EntryId,
}

impl StreamReader {
    /// Runs until the server ends.
    pub(crate) async fn run(&self) {
        let (mut portion, mut heard_at) = (Portion::new(), Instant::now());
        let has_ended = || self.lease.has_ended();
        while let Some(connection) = self.connector.establish(has_ended, |_| ()).await {
            let reading = Reading { connection, control: EntryId::default() };
            let reason = self.read(reading, &mut portion, &mut heard_at).await;
            if self.lease.has_ended() {
                return;
            }
            let stale = heard_at.elapsed();
            metrics::counter!("djust_redis_reading_interrupted_total").increment(1);
            tracing::warn!(
                reason,
                ?stale,
                "reading from Redis was interrupted and continues where it was; pages got no pushes for \
                 that long"
            );
            tokio::time::sleep(RECONNECT_PAUSE).await;
        }
    }

    /// Reads until the connection breaks, and returns the reason.
    async fn read(&self, mut reading: Reading, portion: &mut Portion, heard_at: &mut Instant) -> String {
        // The lease may have expired meanwhile.
        if !self.renewals.may_apply(&reading.connection).await {
            return "the lease has expired and could not be renewed".to_owned();
        }
        // Losses from that time are found before anything new is applied.
        self.inspector.inspect().await;
        while !self.lease.has_ended() {
            match self.turn(&mut reading, portion).await {
                Ok(()) => *heard_at = Instant::now(),
                Err(error) if error.is_timeout() => return NO_ANSWER.to_owned(),
                Err(error) => return error.to_string(),
            }
            self.lease.redis_was_heard();
        }
        "the server has ended".to_owned()
    }

    /// Reads once from all groups, and again from those that may have more.
    async fn turn(&self, reading: &mut Reading, portion: &mut Portion) -> RedisResult<()> {
        let Reading { connection, control } = reading;
        let (positions, any_full) = self.groups.positions();
        let mut positions: HashMap<_, _> =
            positions.into_iter().map(|position| (self.keys.stream(&position.group), position)).collect();
        let mut places: Vec<_> = vec![(self.keys.control(&self.node), *control)];
        places.extend(positions.iter().map(|(stream, position)| (stream.clone(), position.at)));
        let block = if any_full { SHORT_BLOCK } else { BLOCK };
        let mut unread = Vec::new();
        for Batch { stream, found, has_more } in stream::wait(connection, portion, &places, block).await? {
            match positions.get_mut(&stream) {
                Some(position) => {
                    if self.take(connection, position, found).await && has_more {
                        unread.push((stream, position.at));
                    }
                }
                None => *control = found.last().map_or(*control, |(at, _)| *at),
            }
        }
        if unread.is_empty() {
            return Ok(());
        }
        for Batch { stream, found, .. } in stream::more(connection, portion, &unread).await? {
            if let Some(position) = positions.get_mut(&stream) {
                self.take(connection, position, found).await;
            }
        }
        Ok(())
    }

    /// Takes the new entries of one stream, in order, as far as there is room. Returns `false` if
    /// some are left.
    async fn take(
        &self,
        connection: &MultiplexedConnection,
        position: &mut Position,
        found: Vec<Found>,
    ) -> bool {
        for (at, entry) in found {
            if !self.renewals.may_apply(connection).await {
                return false;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(reason) => {
                    self.pass_over(position, at, &reason);
                    continue;
                }
            };
            match AssertUnwindSafe(self.take_entry(position, &entry)).catch_unwind().await {
                Ok(true) => {}
                Ok(false) => return false,
                // The entry would cause a panic again, and those after it must not wait for ever.
                Err(_) => {
                    count_panic("reader");
                    self.pass_over(position, at, "a panic");
                }
            }
        }
        true
    }

    /// Takes one entry. Returns `false` if the others must be read again.
    async fn take_entry(&self, position: &mut Position, entry: &Entry) -> bool {
        match self.groups.examine(position, entry) {
            Verdict::Apply => self.apply(position, entry),
            Verdict::Skip => {
                metrics::counter!("djust_redis_repeats_total").increment(1);
                self.groups.advance(position, entry, None);
                true
            }
            Verdict::Lost => {
                self.groups.lose(position, "trimmed");
                false
            }
            Verdict::Outdated => false,
            Verdict::Uncounted => self.pass_over_uncounted(position, entry).await,
            Verdict::Foreign => {
                self.pass_over(position, entry.at, "its epoch is not the present one");
                true
            }
            Verdict::GoneBack => {
                // If that fails, the same entry is read again.
                self.inspector.replace_epoch(&entry.epoch).await;
                false
            }
            Verdict::OtherEpoch => {
                if !self.inspector.check_epoch_of(&entry.epoch).await {
                    tokio::time::sleep(SHORT_BLOCK).await;
                }
                false
            }
        }
    }

    /// Applies an entry. Returns `false` if there is no room for it.
    fn apply(&self, position: &mut Position, entry: &Entry) -> bool {
        match (&entry.content, self.sink.upgrade()) {
            (Ok(Content::Push(message)), Some(sink)) => {
                let Some(outcome) = deliver(&*sink, message, entry) else {
                    self.groups.mark_full(position);
                    return false;
                };
                self.groups.advance(position, entry, Some(outcome));
            }
            (Ok(Content::Ask(question)), Some(_)) => {
                self.groups.advance(position, entry, Some(Ok(0)));
                self.responder.answer(&position.group, question);
            }
            (Ok(_), None) => self.groups.advance(position, entry, Some(Ok(0))),
            (Err(reason), _) => {
                log_refused(position.group.as_str(), entry, reason);
                self.groups.advance(position, entry, Some(Err(reason.clone())));
            }
        }
        true
    }

    /// Skips an entry that djust can't have made, or can't use.
    fn pass_over(&self, position: &mut Position, at: EntryId, reason: &str) {
        static LIMIT: LogLimit = LogLimit::new();
        metrics::counter!("djust_redis_entries_unreadable_total").increment(1);
        if let Some(suppressed) = LIMIT.admit() {
            let reason = Excerpt(reason);
            tracing::warn!(
                group = %position.group,
                %at,
                %reason,
                suppressed,
                "an entry was not made by djust and is skipped"
            );
        }
        self.groups.pass_over(position, at);
    }

    /// Skips an entry whose number Redis has not given out. Returns `false` if it must be examined
    /// again.
    async fn pass_over_uncounted(&self, position: &mut Position, entry: &Entry) -> bool {
        let Some(number) = self.inspector.last_number(&position.group).await else {
            tokio::time::sleep(SHORT_BLOCK).await;
            return false;
        };
        let is_foreign = !self.groups.count_up_to(position, entry, number);
        if is_foreign {
            self.pass_over(position, entry.at, "Redis has not given out its number");
        }
        is_foreign
    }
}

/// Delivers a push to the views. `None` if they have no room.
fn deliver(sink: &dyn PushSink, message: &Message, entry: &Entry) -> Option<Result<usize, String>> {
    match sink.deliver(message.clone()) {
        Ok(receipt) => Some(Ok(receipt.views)),
        Err(error) if error.is_queue_full() => None,
        Err(error) => {
            let reason = cut_reason(&error.to_string());
            log_refused(message.path().as_str(), entry, &reason);
            Some(Err(reason))
        }
    }
}

/// Logs a push that no view can use.
fn log_refused(to: &str, entry: &Entry, reason: &str) {
    static LIMIT: LogLimit = LogLimit::new();
    if let Some(suppressed) = LIMIT.admit() {
        let (id, reason) = (entry.id.to_string(), Excerpt(reason));
        let id = Excerpt(&id);
        tracing::warn!(to, %id, %reason, suppressed, "a push can't be used; its sender is the first part of its id");
    }
}
