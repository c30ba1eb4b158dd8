//! This node's lease: it allows the node to apply pushes, and tells others that the node lives.
//!
//! Five times in a lease, the node states that it lives, which views it can show, and which are
//! watched. To find out how many views took a push, a process asks the nodes with a lease. So a
//! node applies pushes only while its lease lasts. When its lease has expired, it must first ask
//! whether it was [given up](super::roster) meanwhile:
//!
//! | the node is | means | what it does |
//! |---|---|---|
//! | listed, or Redis has just been flushed | no count was made without it | it continues reading at its position |
//! | no longer listed | counts may have been made without it, so it must not apply those pushes | a new term: it takes new positions, and its views remount |
//!
//! A renewal carries its term; a late answer about an earlier term is ignored. Pages are told when
//! they may be stale: when the lease has expired, or when nothing has been read for as long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How much longer than a lease the reader may hear nothing before pages are stale: Redis lets it
/// wait for a second.
const QUIET: Duration = Duration::from_secs(1);

/// What this process knows about its lease.
pub(crate) struct Lease {
    /// The duration of a lease.
    duration: Duration,
    state: Mutex<State>,
    renewed: Notify,
    /// Counts what the node states about itself. Of two statements, the later one is true.
    words: AtomicU64,
}

struct State {
    held_until: Instant,
    /// Until when the reader's last contact with Redis counts as recent.
    fresh_until: Instant,
    term: u64,
    /// It has been listed in this term.
    is_listed: bool,
    /// The other nodes at the last renewal, and since when leases were known then.
    others: Others,
    /// The other nodes before Redis was flushed or went back, until they are written down.
    before: Option<Others>,
    /// The server has ended: the lease is not renewed any more.
    has_ended: bool,
}

/// The other nodes.
#[derive(Debug, Clone, Default)]
pub(super) struct Others {
    /// Since when Redis has known leases.
    pub(super) since: String,
    pub(super) names: Vec<String>,
}

/// A statement of this node about itself, before it is written.
pub(super) struct Word {
    pub(super) number: u64,
    pub(super) term: u64,
    /// It has been listed in this term.
    pub(super) is_listed: bool,
}

/// What a renewal's answer means for the lease.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The node holds its lease.
    Held,
    /// Others have given the node up.
    GivenUp,
    /// The answer is about an earlier term.
    Late,
}

impl Lease {
    /// A server begins. For one lease, it counts as knowing about the others as much as anybody.
    pub(crate) fn begin(duration: Duration) -> Self {
        let now = Instant::now();
        let state = State {
            held_until: now + duration,
            fresh_until: now + duration + QUIET,
            term: 0,
            is_listed: false,
            others: Others::default(),
            before: None,
            has_ended: false,
        };
        Lease { duration, state: Mutex::new(state), renewed: Notify::new(), words: AtomicU64::new(0) }
    }

    pub(crate) fn duration(&self) -> Duration {
        self.duration
    }

    /// Whether the server has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.state().has_ended
    }

    /// The server ends: the node makes no more statements.
    pub(super) fn end(&self) {
        self.state().has_ended = true;
        self.renewed.notify_one();
    }

    /// Whether pushes may be applied.
    pub(super) fn is_held(&self) -> bool {
        Instant::now() < self.state().held_until
    }

    /// The reader has heard from Redis.
    pub(crate) fn redis_was_heard(&self) {
        self.state().fresh_until = Instant::now() + self.duration + QUIET;
        self.renewed.notify_one();
    }

    /// Until when pages are not stale, as far as is known.
    pub(super) fn fresh_until(&self) -> Instant {
        let state = self.state();
        state.held_until.min(state.fresh_until)
    }

    /// Resolves when the lease has been renewed or Redis was heard.
    pub(super) async fn renewed(&self) {
        self.renewed.notified().await;
    }

    /// The number of the node's next statement. Take it before reading anything else, because a
    /// later statement must know more.
    pub(super) fn next_word(&self) -> u64 {
        self.words.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// The statement with this number. `None` when the server has ended.
    pub(super) fn word(&self, number: u64) -> Option<Word> {
        let state = self.state();
        (!state.has_ended).then_some(Word { number, term: state.term, is_listed: state.is_listed })
    }

    /// Redis has answered a statement that was written at that time in this term. If the node was
    /// given up, `lose_all` runs before anybody hears that the node is back.
    pub(super) fn answered(
        &self,
        (term, written): (u64, Instant),
        is_listed: bool,
        others: Others,
        lose_all: impl FnOnce(),
    ) -> Standing {
        let mut state = self.state();
        if state.term != term {
            return Standing::Late;
        }
        if is_listed {
            state.hear_of(others);
            state.is_listed = true;
            state.held_until = state.held_until.max(written + self.duration);
            self.renewed.notify_one();
            return Standing::Held;
        }
        (state.term, state.is_listed, state.held_until) = (state.term + 1, false, Instant::now());
        lose_all();
        Standing::GivenUp
    }

    /// The other nodes before Redis forgot them, until they are written down.
    pub(super) fn others_before(&self) -> Option<Others> {
        self.state().before.clone()
    }

    /// They have been written down. If Redis has forgotten them again, the next renewal notices.
    pub(super) fn wrote_down(&self, written: &Others) {
        let mut state = self.state();
        state.before = state.before.take().filter(|others| others.since != written.since);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Redis says which nodes there are. If it has forgotten some and the lease had not expired,
    /// this node remembers them.
    fn hear_of(&mut self, others: Others) {
        let has_forgotten = self.is_listed && others.since != self.others.since;
        if has_forgotten && Instant::now() < self.held_until {
            let names = std::mem::take(&mut self.others.names);
            self.before = Some(Others { since: others.since.clone(), names });
        }
        self.others = others;
    }
}
