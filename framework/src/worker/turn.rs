//! Turns: how long the views of a worker thread may run before everything else there has its turn.
//!
//! Views run whenever messages wait for them. A thousand views with a handler each, or one with
//! thousands of pushes, would keep the thread from its other connections. So their work is divided
//! into turns:
//!
//! | turn | on | becomes |
//! |---|---|---|
//! | none | a view has something to do | open for 5 ms |
//! | open | time is up | over: views that come now wait in line |
//! | open, over | all other tasks and the network have had their turn | granted to the first in line, or none |
//! | granted | that view begins | open for 5 ms |
//! | open | the view is done early | granted to the next in line |
//!
//! A view asks before it handles a message ([`is_open`]) and between two pushes ([`has_time`]), and
//! waits in line ([`next`]) if the turn is over. Views in line are woken one by one, so that each
//! finds the turn open and none is overtaken. A turn starts when its view begins, so each gets a
//! whole one: the time that others take before that does not count. After 5 ms of views, however
//! many, everything else gets its turn.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long a turn lasts. A handler that is running is not interrupted.
const TURN: Duration = Duration::from_millis(5);

#[derive(Clone, Copy, Default)]
enum Turn {
    #[default]
    None,
    /// A view has been woken: the turn starts when it begins.
    Granted,
    /// Open until then, and over afterwards.
    Until(Instant),
}

#[derive(Default)]
struct Turns {
    turn: Cell<Turn>,
    line: RefCell<VecDeque<InLine>>,
    /// How often all views in line have had a turn.
    laps: Cell<u64>,
}

struct InLine {
    admits: oneshot::Sender<()>,
    /// The lap in which it came.
    lap: u64,
}

thread_local! {
    static TURNS: Turns = Turns::default();
}

/// Whether a view that comes now may begin. Views in line come before it.
pub(crate) fn is_open() -> bool {
    TURNS.with(|turns| turns.line.borrow().is_empty()) && has_time()
}

/// Whether views wait for one another.
pub(crate) fn is_crowded() -> bool {
    TURNS.with(|turns| turns.line.borrow().len() > 1)
}

/// How often all views in line have had a turn. A view that is always in line gets one turn in each
/// lap, however many there are.
pub(crate) fn laps() -> u64 {
    TURNS.with(|turns| turns.laps.get())
}

/// Whether a view that has begun may continue. Begins a turn if there is none, or begins the one
/// that was granted.
pub(crate) fn has_time() -> bool {
    TURNS.with(|turns| {
        match turns.turn.get() {
            Turn::Until(end) => return Instant::now() < end,
            Turn::Granted => {}
            Turn::None => drop(actix_rt::spawn(take_turns(EndOfTurns))),
        }
        turns.turn.set(Turn::Until(Instant::now() + TURN));
        true
    })
}

/// Resolves when a view that found the turn over may continue. Its turn has begun then.
pub(crate) fn next() -> impl Future<Output = ()> {
    let (admits, admitted) = oneshot::channel();
    TURNS.with(|turns| turns.line.borrow_mut().push_back(InLine { admits, lap: turns.laps.get() }));
    async move {
        // An error means that the runtime has ended, and so has the wait.
        let _ = admitted.await;
        has_time();
    }
}

/// Opens one turn after the other, for as long as anyone is in line.
async fn take_turns(_forgets: EndOfTurns) {
    // Comes back when all tasks that were ready have run, and the network has been asked.
    tokio::task::yield_now().await;
    let mut spent = Duration::ZERO;
    while let Some(first) = TURNS.with(|turns| turns.line.borrow_mut().pop_front()) {
        TURNS.with(|turns| {
            turns.turn.set(Turn::Granted);
            // All views that were in line when it came have had their turn.
            if first.lap == turns.laps.get() {
                turns.laps.set(first.lap + 1);
            }
        });
        // A view that is gone lets the next one in.
        if first.admits.send(()).is_ok() {
            after_what_is_ready().await;
        }
        if let Turn::Until(end) = TURNS.with(|turns| turns.turn.get()) {
            spent += TURN.saturating_sub(end.saturating_duration_since(Instant::now()));
        }
        if spent >= TURN {
            tokio::task::yield_now().await;
            spent = Duration::ZERO;
        }
    }
}

/// Lets the ready tasks of this thread run.
async fn after_what_is_ready() {
    let mut been_there = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut been_there, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// There are no more turns, or no runtime: the next view begins anew.
struct EndOfTurns;

impl Drop for EndOfTurns {
    fn drop(&mut self) {
        // The thread may be ending, and its storage may be gone.
        let _ = TURNS.try_with(|turns| {
            turns.turn.set(Turn::None);
            std::mem::take(&mut *turns.line.borrow_mut())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    /// As much as a view's thread does in 2 ms.
    fn work() {
        let until = Instant::now() + Duration::from_millis(2);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
    }

    #[actix_rt::test]
    async fn many_views_that_are_ready_at_once_let_others_run_between_them_and_keep_their_order() {
        let done = Rc::<RefCell<Vec<u32>>>::default();
        for view in 0..50 {
            let done = Rc::clone(&done);
            actix_rt::spawn(async move {
                if !is_open() {
                    next().await;
                }
                work();
                done.borrow_mut().push(view);
            });
        }
        let mut seen = vec![0];
        while *seen.last().expect("one at least") < 50 {
            tokio::task::yield_now().await;
            seen.push(done.borrow().len());
        }
        let most = seen.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(most <= Some(4), "{most:?} views of 2 ms ran in a turn of 5 ms: {seen:?}");
        assert_eq!(*done.borrow(), (0..50).collect::<Vec<_>>());
    }

    #[actix_rt::test]
    async fn a_turn_ends_by_itself_where_nobody_waits() {
        assert!(is_open());
        work();
        work();
        work();
        assert!(!is_open());
        next().await;
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        assert!(TURNS.with(|turns| matches!(turns.turn.get(), Turn::None)));
    }
}
