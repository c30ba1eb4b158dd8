//! Whether the peer of a socket is alive. It is judged where its frames arrive, never behind a
//! view, and also for sockets without views.
//!
//! Each worker thread has a watchdog that knows all sockets of the thread. Four times a second it
//! ticks the thread's [`Clock`] and checks each socket:
//!
//! | silent for | then |
//! |---|---|
//! | a third of the idle timeout | a ping, again after each further third |
//! | the idle timeout (60 s, a setting) | the connection is closed with 4408; its views end as stalled |
//!
//! Deadlines use that clock. It stops while the worker is blocked, so a peer is never blamed for
//! what the worker was late to read: because a handler blocked the thread, or the process was
//! stopped for a while.
//!
//! Acknowledgements use a separate clock for each peer, [`Heartbeat::now`]. It also stops while the
//! gate holds the peer's frames back, because the answer may be among them. Silence does not use
//! it: a peer that is held back is heard at its rate, and one that reads nothing is not heard at
//! all.

use super::frame_queue::FrameQueue;
use super::messages::ToSocket;
use crate::protocol::{EncodedFrame, close_code};
use crate::worker::{CLOCK_TICK, Clock, Tell};
use actix::Recipient;
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};

/// Means no time.
const NEVER: u64 = u64::MAX;

/// A socket's signs of life, and the ways to it, shared with its views.
pub(crate) struct Heartbeat {
    socket: Recipient<ToSocket>,
    frames: Arc<FrameQueue>,
    clock: Arc<Clock>,
    idle_timeout: Duration,
    /// When the last frame came from the browser, in milliseconds of the clock.
    heard: AtomicU64,
    pinged: AtomicU64,
    /// Since when frames that have arrived are being held back, in milliseconds of the clock, or
    /// [`NEVER`].
    held_since: AtomicU64,
    /// How long frames were held back before that, in milliseconds.
    held: AtomicU64,
    dead: AtomicBool,
}

impl Heartbeat {
    /// Starts the heartbeat of a socket on this thread. The thread's watchdog checks it as long as
    /// anyone holds it.
    pub(crate) fn start(
        socket: Recipient<ToSocket>,
        frames: Arc<FrameQueue>,
        idle_timeout: Duration,
    ) -> Arc<Self> {
        WATCHDOG.with_borrow_mut(|watchdog| {
            let clock = Arc::clone(watchdog.clock.get_or_insert_with(watch));
            let heartbeat = Arc::new(Heartbeat::new(socket, frames, clock, idle_timeout));
            watchdog.sockets.push(Arc::downgrade(&heartbeat));
            heartbeat
        })
    }

    fn new(
        socket: Recipient<ToSocket>,
        frames: Arc<FrameQueue>,
        clock: Arc<Clock>,
        idle_timeout: Duration,
    ) -> Self {
        let heartbeat = Heartbeat {
            socket,
            frames,
            clock,
            idle_timeout,
            heard: AtomicU64::new(0),
            pinged: AtomicU64::new(0),
            held_since: AtomicU64::new(NEVER),
            held: AtomicU64::new(0),
            dead: AtomicBool::new(false),
        };
        heartbeat.heard();
        heartbeat
    }

    /// From now on frames of the peer are held back, because it sends faster than it may.
    pub(crate) fn hold_back(&self) {
        if self.held_since.load(Ordering::Relaxed) == NEVER {
            self.held_since.store(self.clock.millis(self.clock.now()), Ordering::Release);
        }
    }

    /// Everything that has arrived has been read.
    pub(crate) fn caught_up(&self) {
        let since = self.held_since.load(Ordering::Relaxed);
        if since != NEVER {
            let held = self.clock.millis(self.clock.now()).saturating_sub(since);
            // Added before the hold ends: a view on another thread may briefly count it twice, but
            // never miss it.
            self.held.fetch_add(held, Ordering::Relaxed);
            self.held_since.store(NEVER, Ordering::Release);
        }
    }

    /// The time for judging the peer's acknowledgements: that of the clock, less the time its
    /// frames were held back.
    pub(crate) fn now(&self) -> Instant {
        let now = self.clock.now();
        let since = self.held_since.load(Ordering::Acquire);
        let held = self.held.load(Ordering::Relaxed) + self.clock.millis(now).saturating_sub(since);
        now.checked_sub(Duration::from_millis(held)).unwrap_or(now)
    }

    /// A frame came from the browser.
    pub(crate) fn heard(&self) {
        self.heard.store(self.clock.millis(self.clock.now()), Ordering::Relaxed);
    }

    /// No frame came for the idle timeout: the connection is being closed.
    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// The clock of the thread on which the frames arrive.
    pub(crate) fn clock(&self) -> &Arc<Clock> {
        &self.clock
    }

    /// Leaves a message for the socket.
    pub(crate) fn tell(&self, message: ToSocket) {
        self.socket.tell(message);
    }

    /// Sends a frame to the browser.
    pub(super) fn send(&self, frame: EncodedFrame) {
        self.frames.push(frame);
    }

    pub(super) fn look_after(&self) {
        if !self.clock.is_steady() || self.is_dead() {
            return;
        }
        let now = self.clock.millis(self.clock.now());
        let since =
            |then: &AtomicU64| Duration::from_millis(now.saturating_sub(then.load(Ordering::Relaxed)));
        let (silent, ping_after) = (since(&self.heard), self.idle_timeout / 3);
        if silent >= self.idle_timeout {
            self.dead.store(true, Ordering::Relaxed);
            self.tell(ToSocket::Close(close_code::STALLED, "nothing was heard in time"));
        } else if silent >= ping_after && since(&self.pinged) >= ping_after {
            self.pinged.store(now, Ordering::Relaxed);
            self.send(EncodedFrame::ping());
        }
    }
}

#[derive(Default)]
struct Watchdog {
    /// The clock of the running watchdog.
    clock: Option<Arc<Clock>>,
    sockets: Vec<Weak<Heartbeat>>,
}

thread_local! {
    static WATCHDOG: RefCell<Watchdog> = RefCell::default();
}

/// Starts this thread's watchdog.
fn watch() -> Arc<Clock> {
    let clock = Arc::new(Clock::new());
    actix_rt::spawn(watching(Arc::clone(&clock), EndOfWatchdog));
    clock
}

/// Ends when no socket is left.
async fn watching(clock: Arc<Clock>, _forgets: EndOfWatchdog) {
    let mut ticks = tokio::time::interval(CLOCK_TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        clock.tick();
        let alive: Vec<_> = WATCHDOG.with_borrow_mut(|watchdog| {
            watchdog.sockets.retain(|socket| socket.strong_count() > 0);
            watchdog.sockets.iter().filter_map(Weak::upgrade).collect()
        });
        if alive.is_empty() {
            return;
        }
        alive.iter().for_each(|heartbeat| heartbeat.look_after());
    }
}

/// The watchdog has ended, by itself or with its runtime: the next socket starts another.
struct EndOfWatchdog;

impl Drop for EndOfWatchdog {
    fn drop(&mut self) {
        // The thread may be ending, and its storage may be gone.
        let _ = WATCHDOG.try_with(|watchdog| std::mem::take(&mut *watchdog.borrow_mut()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::written::{Written, socket};

    fn heartbeat() -> (Arc<Heartbeat>, Written) {
        let (socket, written) = socket();
        (Heartbeat::start(socket, written.frames(), Duration::from_secs(60)), written)
    }

    async fn seconds(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        tokio::task::yield_now().await;
    }

    #[actix_rt::test]
    async fn a_socket_without_views_is_pinged_when_it_is_silent_and_closed_when_it_stays_so() {
        tokio::time::pause();
        let (heartbeat, written) = heartbeat();
        seconds(58).await;
        assert_eq!(written.take(), ["Ping", "Ping"]);
        assert!(!heartbeat.is_dead());
        seconds(4).await;
        assert!(heartbeat.is_dead());
        assert!(written.take()[0].starts_with("Close(4408"));
    }

    #[actix_rt::test]
    async fn any_sign_of_life_keeps_a_connection() {
        tokio::time::pause();
        let (heartbeat, written) = heartbeat();
        for _ in 0..20 {
            seconds(15).await;
            heartbeat.heard();
        }
        assert!(written.take().is_empty());
    }

    #[actix_rt::test]
    async fn a_worker_that_stood_still_is_no_silence_of_its_peers() {
        tokio::time::pause();
        let (heartbeat, written) = heartbeat();
        seconds(10).await;
        // Nothing on this thread runs while its clock advances: as if it were blocked, or the
        // process stopped.
        tokio::time::advance(Duration::from_secs(300)).await;
        assert!(!heartbeat.clock().is_steady());
        seconds(1).await;
        assert!(heartbeat.clock().is_steady() && !heartbeat.is_dead());
        assert!(written.take().is_empty(), "ten seconds of silence, and not more");
    }

    #[actix_rt::test]
    async fn the_watchdog_ends_with_its_last_socket_and_starts_again_with_the_next() {
        tokio::time::pause();
        drop(heartbeat());
        seconds(1).await;
        assert!(WATCHDOG.with_borrow(|watchdog| watchdog.clock.is_none()));
        let (_heartbeat, written) = heartbeat();
        seconds(25).await;
        assert_eq!(written.take(), ["Ping"]);
    }
}
