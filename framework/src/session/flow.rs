//! Flow control: how much is on its way to the browser and not acknowledged.
//!
//! A pure state machine: [`ClientSender`](super::ClientSender) gives it the time and sends what it
//! decides. The time is that of the peer's clock ([`Heartbeat::now`](super::Heartbeat::now)), which
//! stops while the worker is blocked and while the gate holds frames back.
//!
//! | state | event | then |
//! |---|---|---|
//! | nothing asked | half the window sent, or 5 s with anything unacknowledged | a `sync` is due |
//! | asked | the `ack` with its mark | everything before the `sync` is acknowledged; nothing asked |
//! | asked | an `ack` with another mark | forged |
//! | asked | an `ack` that makes room for a view that waits for it | the view is woken |
//! | asked | 30 s of the peer's time | overdue: the connection ends |
//!
//! The mark is random, so a browser that has not read the `sync` can't acknowledge it: even a
//! hostile client holds at most a window.

use std::time::Duration;
use tokio::time::Instant;

/// How long a frame may stay unacknowledged before the browser is asked.
const ASK_AFTER: Duration = Duration::from_secs(5);

/// How much may be unacknowledged. Beyond either limit, a view applies changes but does not render.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
}

/// How much is unacknowledged, and whether the browser has been asked.
#[derive(Debug)]
pub(crate) struct Flow {
    window: Window,
    /// The view found no room, and must be told when there is some.
    waits: bool,
    stall_timeout: Duration,
    unacknowledged: Window,
    /// When the oldest unacknowledged frame was sent.
    since: Option<Instant>,
    patches: u64,
    asked: Option<PendingSync>,
}

#[derive(Debug)]
struct PendingSync {
    mark: u32,
    covers: Window,
    at: Instant,
}

impl Flow {
    pub(crate) fn new(window: Window, stall_timeout: Duration) -> Self {
        let unacknowledged = Window { frames: 0, bytes: 0 };
        Flow { window, stall_timeout, unacknowledged, waits: false, since: None, patches: 0, asked: None }
    }

    /// Whether a view may render.
    pub(crate) fn has_room(&self) -> bool {
        self.unacknowledged.frames < self.window.frames && self.unacknowledged.bytes < self.window.bytes
    }

    /// Whether a view may render; if not, it waits for [`ends_waiting`](Flow::ends_waiting).
    pub(crate) fn take_room_or_wait(&mut self) -> bool {
        self.waits = !self.has_room();
        !self.waits
    }

    /// Whether the view has waited for the room that now exists.
    pub(crate) fn ends_waiting(&mut self) -> bool {
        self.waits && self.take_room_or_wait()
    }

    /// Counts a frame.
    pub(crate) fn sent(&mut self, bytes: usize, now: Instant) {
        self.unacknowledged.frames += 1;
        self.unacknowledged.bytes += bytes;
        self.since.get_or_insert(now);
    }

    /// Counts a patch, in addition to its frame.
    pub(crate) fn sent_patch(&mut self) {
        self.patches += 1;
    }

    /// How many patches have been sent.
    pub(crate) fn patches(&self) -> u64 {
        self.patches
    }

    /// Whether the browser should be asked now.
    pub(crate) fn sync_is_due(&self, now: Instant) -> bool {
        let half = self.unacknowledged.frames * 2 >= self.window.frames
            || self.unacknowledged.bytes * 2 >= self.window.bytes;
        let old = self.since.is_some_and(|since| now.duration_since(since) >= ASK_AFTER);
        self.asked.is_none() && self.unacknowledged.frames > 0 && (half || old)
    }

    /// The browser has been asked, with this mark.
    pub(crate) fn ask(&mut self, mark: u32, now: Instant) {
        self.asked = Some(PendingSync { mark, covers: self.unacknowledged, at: now });
    }

    /// Applies an `ack`. Returns `false` if nobody asked for it.
    pub(crate) fn acknowledge(&mut self, mark: u32, now: Instant) -> bool {
        let Some(asked) = self.asked.take_if(|asked| asked.mark == mark) else { return false };
        self.unacknowledged.frames -= asked.covers.frames;
        self.unacknowledged.bytes -= asked.covers.bytes;
        self.since = (self.unacknowledged.frames > 0).then_some(now);
        true
    }

    /// Whether the browser has not answered for too long.
    pub(crate) fn is_overdue(&self, now: Instant) -> bool {
        self.asked.as_ref().is_some_and(|asked| now.duration_since(asked.at) >= self.stall_timeout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        Flow::new(Window { frames: 8, bytes: 1000 }, Duration::from_secs(30))
    }

    #[test]
    fn half_a_window_asks_once_and_the_answer_makes_room() {
        let (mut flow, now) = (flow(), Instant::now());
        for _ in 0..3 {
            flow.sent(10, now);
        }
        assert!(!flow.sync_is_due(now));
        flow.sent(10, now);
        assert!(flow.sync_is_due(now));
        flow.ask(7, now);
        assert!(!flow.sync_is_due(now), "one is outstanding");
        for _ in 0..4 {
            assert!(flow.has_room());
            flow.sent(10, now);
        }
        assert!(!flow.has_room());
        assert!(flow.acknowledge(7, now));
        assert!(flow.has_room());
        assert!(flow.sync_is_due(now), "half a window is still open");
    }

    #[test]
    fn bytes_count_as_frames_do() {
        let (mut flow, now) = (flow(), Instant::now());
        flow.sent(2000, now);
        assert!(!flow.has_room() && flow.sync_is_due(now));
    }

    #[test]
    fn a_forged_or_repeated_mark_acknowledges_nothing() {
        let (mut flow, now) = (flow(), Instant::now());
        assert!(!flow.acknowledge(0, now));
        flow.sent(10, now);
        flow.ask(7, now);
        assert!(!flow.acknowledge(8, now));
        assert!(flow.acknowledge(7, now));
        assert!(!flow.acknowledge(7, now));
    }

    #[test]
    fn silence_is_asked_about_and_then_overdue() {
        let (mut flow, now) = (flow(), Instant::now());
        flow.sent(10, now);
        assert!(!flow.sync_is_due(now + Duration::from_secs(4)));
        let later = now + Duration::from_secs(5);
        assert!(flow.sync_is_due(later));
        flow.ask(7, later);
        assert!(!flow.is_overdue(later + Duration::from_secs(29)));
        assert!(flow.is_overdue(later + Duration::from_secs(30)));
    }
}
