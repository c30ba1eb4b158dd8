//! The body of a socket's response: it runs the socket's actor and writes the connection's frames.
//!
//! actix-web-actors makes a stream of an actor: polling the stream runs the actor, and gives what
//! the actor wrote. Here the actor writes nothing by itself. It and all views put encoded frames
//! into the connection's [`FrameQueue`], and the body takes them from there. So a patch costs
//! neither a message nor a run of the actor:
//!
//! 1. The actor's stream has a waker of its own, which notes that the actor has something to do:
//!    bytes have arrived, a message, or a timer. The body polls the stream only then.
//! 2. Then the body takes a frame from the queue, or waits for one.
//! 3. When the actor has ended and the queue is empty, the body ends, and with it the connection.
//!
//! The order of frames is that of the queue, because nothing is written past it. The actor runs
//! before a frame is taken, not only when the queue is empty: it has to hear a slow reader's
//! acknowledgements while there is more to write.
//!
//! actix-web polls a body only while its write buffer has room, and joins the frames in that
//! buffer. So several frames leave in one write, and a client that doesn't read stops both the
//! writing and the actor.

use crate::session::FrameQueue;
use actix_web::Error;
use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use futures_util::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Writes what a connection sends. `S` is the stream that runs the socket's actor.
pub(super) struct SocketBody<S> {
    actor: S,
    has_ended: bool,
    signal: Arc<ActorSignal>,
    /// Made of the signal, once.
    waker: Waker,
    frames: Arc<FrameQueue>,
}

/// Whether the actor has something to do.
struct ActorSignal {
    is_due: AtomicBool,
    frames: Arc<FrameQueue>,
}

impl Wake for ActorSignal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // If the actor was due already, the body has been woken, or is about to look.
        if !self.is_due.swap(true, Ordering::AcqRel) {
            self.frames.wake_writer();
        }
    }
}

impl<S> SocketBody<S> {
    pub(super) fn new(actor: S, frames: Arc<FrameQueue>) -> Self {
        let signal = Arc::new(ActorSignal { is_due: AtomicBool::new(true), frames: Arc::clone(&frames) });
        let waker = Waker::from(Arc::clone(&signal));
        SocketBody { actor, has_ended: false, signal, waker, frames }
    }
}

impl<S: Stream<Item = Result<Bytes, Error>> + Unpin> SocketBody<S> {
    /// Runs the actor if it is due. Its context passes errors, and would pass bytes.
    fn run_actor(&mut self) -> Option<Result<Bytes, Error>> {
        if self.has_ended || !self.signal.is_due.swap(false, Ordering::AcqRel) {
            return None;
        }
        match Pin::new(&mut self.actor).poll_next(&mut Context::from_waker(&self.waker)) {
            Poll::Pending => None,
            Poll::Ready(None) => {
                self.has_ended = true;
                None
            }
            Poll::Ready(written) => {
                // A stream that was ready has to be polled again.
                self.signal.is_due.store(true, Ordering::Release);
                written
            }
        }
    }
}

impl<S: Stream<Item = Result<Bytes, Error>> + Unpin> MessageBody for SocketBody<S> {
    type Error = Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let body = self.get_mut();
        if let Some(written) = body.run_actor() {
            return Poll::Ready(Some(written));
        }
        if let Poll::Ready(frame) = body.frames.poll_frame(cx) {
            return Poll::Ready(Some(Ok(frame.into_bytes())));
        }
        if body.has_ended {
            return Poll::Ready(None);
        }
        if body.signal.is_due.load(Ordering::Acquire) {
            // It became due before the queue knew this task, or it lets other tasks run first.
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl<S> Drop for SocketBody<S> {
    fn drop(&mut self) {
        self.frames.abandon();
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
