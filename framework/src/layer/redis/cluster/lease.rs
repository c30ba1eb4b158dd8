//! This node's lease: what lets it apply pushes, and what others know of it.
//!
//! Five times in a lease the node says that it lives, which views it can show, and which are
//! watched. Whoever wants to know how many views took a push asks the nodes with a lease. So a node
//! applies pushes only while its lease lasts, and one whose lease was over has to ask first whether
//! it was [given up](super::roster) meanwhile:
//!
//! | the node is | means | what it does |
//! |---|---|---|
//! | listed, or Redis has just been emptied | nobody counts without it | it reads on where it was |
//! | not listed any more | answers may have been given without it: it must not apply what they are about | a new term: it takes new positions, and its views mount again |
//!
//! A renewal says of which term it is; what a late answer says of an earlier one is ignored. Pages
//! are told when they may be stale: when the lease is over, or nothing has been read for as long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How long the reader may hear nothing beyond a lease until pages are stale: Redis lets it wait
/// for a second.
const QUIET: Duration = Duration::from_secs(1);

/// What this process knows of its lease.
pub(crate) struct Lease {
    /// How long one lasts.
    duration: Duration,
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

/// Who else is there.
#[derive(Debug, Clone, Default)]
pub(super) struct Others {
    /// Since when leases are known.
    pub(super) since: String,
    pub(super) names: Vec<String>,
}

/// What this node says of itself, before it is written.
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
    /// The answer is of an earlier term.
    Late,
}

impl Lease {
    /// A server begins: for one lease, nobody knows better than it.
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

    /// The server ends: the node says nothing any more.
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

    /// Done when it has been renewed, or Redis was heard.
    pub(super) async fn renewed(&self) {
        self.renewed.notified().await;
    }

    /// The number of the node's next word; to be taken before anything is looked at, since a later
    /// word knows more.
    pub(super) fn next_word(&self) -> u64 {
        self.words.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// The word of this number; none when the server has ended.
    pub(super) fn word(&self, number: u64) -> Option<Word> {
        let state = self.state();
        (!state.has_ended).then_some(Word { number, term: state.term, is_listed: state.is_listed })
    }

    /// Redis has answered to a word that was written at that time in this term. Whoever is given up
    /// loses all that `lose_all` forgets before anybody hears that the node is there again.
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

    /// Who was there before Redis forgot it, until that is written down.
    pub(super) fn others_before(&self) -> Option<Others> {
        self.state().before.clone()
    }

    /// They have been written down. If Redis has forgotten them again, the next renewal finds that.
    pub(super) fn wrote_down(&self, written: &Others) {
        let mut state = self.state();
        state.before = state.before.take().filter(|others| others.since != written.since);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Redis says who is there. If it has forgotten that, and the lease had not ended, this node
    /// knows who was there.
    fn hear_of(&mut self, others: Others) {
        let has_forgotten = self.is_listed && others.since != self.others.since;
        if has_forgotten && Instant::now() < self.held_until {
            let names = std::mem::take(&mut self.others.names);
            self.before = Some(Others { since: others.since.clone(), names });
        }
        self.others = others;
    }
}
