//! The frames of a connection that are encoded and not yet written.
//!
//! Everyone who sends to a browser puts finished frames here: the views, on any thread, and the
//! socket's actor. The response's body takes them out and writes them. So there is one order for
//! all frames of a connection, and a frame passes no mailbox.
//!
//! | state | on | becomes |
//! |---|---|---|
//! | open | a frame | open; the body is woken if it waits |
//! | open | the close frame | closed, with that frame at the end |
//! | open, closed | the body is gone | closed and empty |
//! | closed | a frame, a close frame | closed; the frame is dropped |
//!
//! Nobody waits for room here, because each sender has a limit:
//!
//! - A view's patches, replies and effects count against its window (`flow`), and a view with a full
//!   window sends no more of them. At most one `sync` is unanswered.
//! - The socket's actor answers what it reads, and runs only when the body has room to write. The
//!   number of refused events is limited for each socket, and pongs have a rate.
//! - The watchdog pings three times at most, and then closes.

use crate::protocol::EncodedFrame;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// How many frames an idle queue keeps memory for. One that had more gives the memory back.
const KEPT_CAPACITY: usize = 8;

/// The frames of a connection, in the order in which they are written.
#[derive(Default)]
pub(crate) struct FrameQueue(Mutex<State>);

#[derive(Default)]
struct State {
    frames: VecDeque<EncodedFrame>,
    /// The task that writes, while it waits.
    writer: Option<Waker>,
    is_closed: bool,
}

impl FrameQueue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a frame. After the close frame it is dropped.
    pub(crate) fn push(&self, frame: EncodedFrame) {
        self.add(frame, false);
    }

    /// Adds the close frame: nothing follows it. Only the first one is sent.
    pub(crate) fn close(&self, frame: EncodedFrame) {
        self.add(frame, true);
    }

    fn add(&self, frame: EncodedFrame, is_last: bool) {
        let writer = {
            let mut state = self.state();
            if state.is_closed {
                return;
            }
            state.is_closed = is_last;
            state.frames.push_back(frame);
            state.writer.take()
        };
        writer.into_iter().for_each(Waker::wake);
    }

    /// Nobody will write what is here, and what comes later.
    pub(crate) fn abandon(&self) {
        let unwritten = {
            let mut state = self.state();
            state.is_closed = true;
            (std::mem::take(&mut state.frames), state.writer.take())
        };
        drop(unwritten);
    }

    /// Wakes the task that writes, if it waits.
    pub(crate) fn wake_writer(&self) {
        let writer = self.state().writer.take();
        writer.into_iter().for_each(Waker::wake);
    }

    /// Takes the next frame, or waits for it. One task at a time can wait.
    pub(crate) fn poll_frame(&self, cx: &mut Context<'_>) -> Poll<EncodedFrame> {
        let mut state = self.state();
        if let Some(frame) = state.frames.pop_front() {
            return Poll::Ready(frame);
        }
        if state.frames.capacity() > KEPT_CAPACITY {
            state.frames = VecDeque::new();
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Takes the next frame, if there is one.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn take(&self) -> Option<EncodedFrame> {
        self.state().frames.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::sync::Arc;

    fn frame(number: usize) -> EncodedFrame {
        EncodedFrame::text(&number.to_string())
    }

    #[test]
    fn nothing_follows_the_first_close_frame() {
        let frames = FrameQueue::default();
        frames.push(frame(1));
        frames.close(frame(2));
        frames.push(frame(3));
        frames.close(frame(4));
        assert_eq!([frames.take(), frames.take(), frames.take()], [Some(frame(1)), Some(frame(2)), None]);
    }

    #[test]
    fn an_abandoned_queue_keeps_nothing() {
        let frames = FrameQueue::default();
        frames.push(frame(1));
        frames.abandon();
        frames.push(frame(2));
        frames.close(frame(3));
        assert_eq!(frames.take(), None);
        assert_eq!(frames.state().frames.capacity(), 0);
    }

    #[test]
    fn an_idle_queue_gives_the_memory_of_a_burst_back() {
        let frames = FrameQueue::default();
        (0..1_000).for_each(|number| frames.push(frame(number)));
        let mut cx = Context::from_waker(Waker::noop());
        while frames.poll_frame(&mut cx).is_ready() {}
        assert!(frames.state().frames.capacity() <= KEPT_CAPACITY);
    }

    #[actix_rt::test]
    async fn frames_of_other_threads_wake_the_writer_and_keep_the_order_of_their_sender() {
        const FRAMES: usize = 10_000;
        let frames = Arc::<FrameQueue>::default();
        let senders = ["a", "b"].map(|sender| {
            let frames = Arc::clone(&frames);
            std::thread::spawn(move || {
                for number in 0..FRAMES {
                    frames.push(EncodedFrame::text(&format!("{sender}{number}")));
                }
            })
        });
        let mut next = [0; 2];
        for _ in 0..2 * FRAMES {
            let frame = poll_fn(|cx| frames.poll_frame(cx)).await;
            let (sender, number) = frame.as_text().expect("a text").split_at(1);
            let next = &mut next[usize::from(sender == "b")];
            assert_eq!(number.parse(), Ok(*next));
            *next += 1;
        }
        senders.into_iter().for_each(|sender| sender.join().expect("it only sends"));
    }
}
