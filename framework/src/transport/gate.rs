//! The gate between a connection and its decoder. It decides what is read, and when.
//!
//! The decoder of actix-web-actors reads everything available before it looks at a frame, and
//! stores a frame up to its announced length before it compares that with a limit. So each stream
//! of bytes goes through a [`Gate`]:
//!
//! 1. It passes the bytes of one frame at a time, and those of the next one when the actor has
//!    handled it. Unread bytes stay in the kernel, and TCP makes the peer wait.
//! 2. A frame that [`Framing`] refuses ends the stream at the frame's header. The [`Valve`] keeps
//!    the fault for the actor.
//! 3. While the actor holds the valve shut, because the peer is too fast, it passes nothing. From
//!    then until everything that has arrived is read, the peer's time stops ([`Heartbeat::now`]):
//!    an `ack` may be among the waiting frames.
//! 4. Once the connection is closing, it reads for a second, up to a limit, and throws the bytes
//!    away. Closing with unread data makes the kernel reset the connection, and the peer might
//!    never see the close frame.

use super::framing::{Fault, Framing};
use crate::session::Heartbeat;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use std::cell::{Cell, OnceCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long data that arrives after the close is read and thrown away. The peer has this time to
/// read the reason, whatever it sends.
const LINGER: Duration = Duration::from_secs(1);
/// How many bytes of it are read at most. The rest stays in the kernel until the connection is
/// reset.
const LINGER_BYTES: usize = 4 * 1024 * 1024;
/// How many chunks are thrown away before other tasks have their turn.
const CHUNKS_A_TURN: usize = 16;

/// What a socket's actor and its gate tell each other.
#[derive(Default)]
pub(super) struct Valve {
    shut_until: Cell<Option<Instant>>,
    draining_until: Cell<Option<Instant>>,
    fault: Cell<Option<Fault>>,
    /// Set when the actor has started.
    heartbeat: OnceCell<Arc<Heartbeat>>,
}

impl Valve {
    /// The actor has started; nothing has been read before.
    pub(super) fn start(&self, heartbeat: Arc<Heartbeat>) {
        self.heartbeat.get_or_init(|| heartbeat);
    }

    pub(super) fn heartbeat(&self) -> Option<&Arc<Heartbeat>> {
        self.heartbeat.get()
    }

    /// Reads nothing more until then.
    pub(super) fn shut_until(&self, time: Instant) {
        self.shut_until.set(self.shut_until.get().max(Some(time)));
        self.heartbeat().inspect(|heartbeat| heartbeat.hold_back());
    }

    /// Reads nothing more for the actor.
    pub(super) fn drain(&self) {
        if !self.is_draining() {
            self.draining_until.set(Some(Instant::now() + LINGER));
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining_until.get().is_some()
    }

    /// Why the gate has passed nothing more.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault.get()
    }
}

/// Passes a connection's bytes to the decoder, frame by frame.
pub(super) struct Gate<S> {
    payload: S,
    /// Bytes that were read but not passed: fewer than actix-web's own buffer, where they came
    /// from, holds.
    chunk: Bytes,
    framing: Framing,
    valve: Rc<Valve>,
    timer: Option<Pin<Box<Sleep>>>,
    /// A whole frame has been passed and not decoded.
    is_ahead: bool,
    /// How many bytes have been thrown away.
    drained: usize,
}

impl<S> Gate<S> {
    pub(super) fn new(payload: S, limit: usize, valve: Rc<Valve>) -> Self {
        let framing = Framing::new(limit);
        Gate { payload, chunk: Bytes::new(), framing, valve, timer: None, is_ahead: false, drained: 0 }
    }

    /// Ready at this time; until then it arranges a wake-up.
    fn poll_until(&mut self, time: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(time)));
        if timer.deadline() != time {
            timer.as_mut().reset(time);
        }
        timer.as_mut().poll(cx)
    }
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Gate<S> {
    /// The next bytes of the present frame.
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        loop {
            match self.framing.pass(&mut self.chunk) {
                Ok(Some(passed)) => {
                    self.is_ahead = passed.is_end;
                    return Poll::Ready(Some(Ok(passed.bytes)));
                }
                Ok(None) => {}
                Err(fault) => {
                    self.valve.fault.set(Some(fault));
                    self.valve.drain();
                    return Poll::Ready(Some(Err(PayloadError::Overflow)));
                }
            }
            match Pin::new(&mut self.payload).poll_next(cx) {
                Poll::Ready(Some(Ok(chunk))) => self.chunk = chunk,
                Poll::Ready(end) => return Poll::Ready(end),
                Poll::Pending => {
                    self.valve.heartbeat().inspect(|heartbeat| heartbeat.caught_up());
                    return Poll::Pending;
                }
            }
        }
    }

    fn poll_drained(
        &mut self,
        until: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.chunk = Bytes::new();
        if self.poll_until(until, cx).is_ready() {
            return Poll::Ready(None);
        }
        for _ in 0..CHUNKS_A_TURN {
            if self.drained >= LINGER_BYTES {
                return Poll::Pending;
            }
            match ready!(Pin::new(&mut self.payload).poll_next(cx)) {
                Some(Ok(chunk)) => self.drained += chunk.len(),
                None | Some(Err(_)) => return Poll::Ready(None),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Stream for Gate<S> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let gate = self.get_mut();
        if let Some(until) = gate.valve.draining_until.get() {
            return gate.poll_drained(until, cx);
        }
        // The decoder reads until nothing is available, decodes one frame, and comes back when the
        // actor has handled it. So no wake-up is needed here.
        if std::mem::take(&mut gate.is_ahead) {
            return Poll::Pending;
        }
        if let Some(until) = gate.valve.shut_until.get() {
            ready!(gate.poll_until(until, cx));
            gate.valve.shut_until.set(None);
        }
        gate.poll_frame(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;
    use futures_util::future::poll_immediate;
    use futures_util::stream;

    #[actix_rt::test]
    async fn after_a_close_four_mib_are_thrown_away_and_the_rest_is_not_read() {
        tokio::time::pause();
        let read = Rc::new(Cell::new(0));
        let endless = stream::repeat_with({
            let read = Rc::clone(&read);
            move || {
                read.set(read.get() + 32_768);
                Ok(Bytes::from_static(&[0; 32_768]))
            }
        });
        let valve = Rc::<Valve>::default();
        let mut gate = Gate::new(endless, 65_536, Rc::clone(&valve));
        valve.drain();
        for _ in 0..1_000 {
            assert!(poll_immediate(gate.next()).await.is_none(), "its peer has a second to read why");
        }
        assert_eq!(read.get(), LINGER_BYTES);
        tokio::time::advance(2 * LINGER).await;
        assert!(poll_immediate(gate.next()).await.is_some_and(|end| end.is_none()));
    }
}
