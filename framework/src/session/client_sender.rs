//! A view's connection to its browser: it counts frames, asks for acknowledgements, and notices a
//! dead peer.
//!
//! The view, its socket and its shard share it, on any thread. The view sends; the socket applies
//! an `ack` when it arrives ([`acknowledge`](ClientSender::acknowledge)); and the shard's check,
//! once a second ([`look_after`](ClientSender::look_after)), works even while a handler of the view
//! is running.

use super::EndReason;
use super::flow::{Flow, Window};
use super::heartbeat::Heartbeat;
use super::messages::ToSocket;
use crate::protocol::{EncodedFrame, ServerFrame, close_code};
use crate::worker::Clock;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Sends a view's frames to its browser, within the flow-control window.
pub(crate) struct ClientSender {
    heartbeat: Arc<Heartbeat>,
    view: u32,
    flow: Mutex<Flow>,
}

/// An `ack` that answers no `sync`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ForgedMark;

impl ClientSender {
    pub(crate) fn new(heartbeat: Arc<Heartbeat>, view: u32, window: Window, stall_timeout: Duration) -> Self {
        ClientSender { heartbeat, view, flow: Mutex::new(Flow::new(window, stall_timeout)) }
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock of the thread that the browser's frames arrive on.
    pub(crate) fn clock(&self) -> &Arc<Clock> {
        self.heartbeat.clock()
    }

    fn now(&self) -> Instant {
        self.heartbeat.now()
    }

    /// The instance's number on the socket.
    pub(crate) fn view(&self) -> u32 {
        self.view
    }

    /// Whether there is room for a patch. If not, the `ack` that makes room wakes the view.
    pub(crate) fn has_room(&self) -> bool {
        self.flow().take_room_or_wait()
    }

    /// Sends a frame.
    pub(crate) fn send(&self, frame: &ServerFrame<'_>) {
        self.send_encoded(frame.into());
    }

    /// Sends a frame that is already encoded.
    pub(crate) fn send_encoded(&self, frame: EncodedFrame) {
        self.count_and_send(frame, false);
    }

    /// Sends a patch, encoded for this instance's [number](ClientSender::view).
    pub(crate) fn send_patch(&self, patch: EncodedFrame) {
        self.count_and_send(patch, true);
    }

    /// Tells the page that its template failed.
    pub(crate) fn send_render_error(&self) {
        let message = "the template failed to render";
        self.send(&ServerFrame::Error { view: Some(self.view), code: "render", message });
    }

    fn count_and_send(&self, frame: EncodedFrame, is_patch: bool) {
        let (now, mut flow) = (self.now(), self.flow());
        if is_patch {
            flow.sent_patch();
        }
        flow.sent(frame.len(), now);
        // Under the lock, so that a `sync` follows everything that it asks about.
        self.heartbeat.send(frame);
        self.ask_if_due(&mut flow, now);
    }

    /// Applies an `ack`. Returns whether the view waits for the room that it makes, and must be
    /// woken.
    pub(crate) fn acknowledge(&self, mark: &str) -> Result<bool, ForgedMark> {
        let mark = u32::from_str_radix(mark, 16).map_err(|_| ForgedMark)?;
        let (now, mut flow) = (self.now(), self.flow());
        if !flow.acknowledge(mark, now) {
            return Err(ForgedMark);
        }
        self.ask_if_due(&mut flow, now);
        Ok(flow.ends_waiting())
    }

    /// Tells the socket that the view has ended.
    pub(crate) fn ended(&self) {
        self.heartbeat.tell(ToSocket::Ended(self.view));
    }

    /// Asks the socket to end the connection.
    pub(crate) fn close(&self, code: u16, reason: &'static str) {
        self.heartbeat.tell(ToSocket::Close(code, reason));
    }

    /// Runs once a second and returns why the view should end, if it should. Nobody is judged while
    /// the worker is late in reading what has arrived.
    pub(crate) fn look_after(&self) -> Option<EndReason> {
        if self.heartbeat.is_dead() {
            return Some(EndReason::Stalled);
        }
        let (now, mut flow) = (self.now(), self.flow());
        if flow.is_overdue(now) && self.heartbeat.clock().is_steady() {
            self.close(close_code::STALLED, "nothing was acknowledged in time");
            return Some(EndReason::Stalled);
        }
        self.ask_if_due(&mut flow, now);
        None
    }

    /// Asks for an acknowledgement if one is due. The `sync` is not counted: there is one at a
    /// time, and an idle page gets none.
    fn ask_if_due(&self, flow: &mut Flow, now: Instant) {
        if !flow.sync_is_due(now) {
            return;
        }
        let mark = getrandom::u32().expect("the system gives random bytes");
        flow.ask(mark, now);
        let patches = flow.patches();
        let frame = ServerFrame::Sync { view: self.view, patches, mark: &format!("{mark:08x}") };
        self.heartbeat.send((&frame).into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::written::{Written, socket};

    const WINDOW: Window = Window { frames: 8, bytes: 1000 };
    const SECOND: Duration = Duration::from_secs(1);

    fn link() -> (Arc<ClientSender>, Written) {
        let (socket, written) = socket();
        let heartbeat = Heartbeat::start(socket, written.frames(), 3600 * SECOND);
        (Arc::new(ClientSender::new(heartbeat, 0, WINDOW, 30 * SECOND)), written)
    }

    /// Calls `look_after` once a second, this many times or until it finds a fault.
    async fn look_after(link: &ClientSender, seconds: u32) -> Option<EndReason> {
        for _ in 0..seconds {
            tokio::time::sleep(SECOND).await;
            if let Some(fault) = link.look_after() {
                tokio::task::yield_now().await;
                return Some(fault);
            }
        }
        tokio::task::yield_now().await;
        None
    }

    fn mark(frames: &[String]) -> Option<String> {
        let sync = frames.iter().find(|frame| frame.starts_with(r#"{"type":"sync""#))?;
        let sync: serde_json::Value = serde_json::from_str(sync).expect("frames are JSON");
        sync["mark"].as_str().map(str::to_owned)
    }

    #[actix_rt::test]
    async fn a_patch_is_asked_about_after_five_seconds_and_given_up_after_thirty_more() {
        tokio::time::pause();
        let (link, written) = link();
        link.send_patch(EncodedFrame::patch(0, "[0,\"1\"]"));
        assert_eq!(look_after(&link, 4).await, None);
        assert_eq!(written.take(), ["[0,\"1\"]"]);
        assert_eq!(look_after(&link, 2).await, None);
        assert!(written.take()[0].starts_with(r#"{"type":"sync","view":0,"patches":1,"mark":""#));
        for _ in 0..20 {
            link.heartbeat.heard();
            assert_eq!(look_after(&link, 1).await, None, "it is not the silence that ends it");
        }
        assert_eq!(look_after(&link, 12).await, Some(EndReason::Stalled));
    }

    #[actix_rt::test]
    async fn a_worker_that_stood_still_is_no_stall_of_its_clients() {
        tokio::time::pause();
        let (link, written) = link();
        link.send_patch(EncodedFrame::patch(0, "[]"));
        assert_eq!(look_after(&link, 10).await, None);
        let mark = mark(&written.take()).expect("asked");
        tokio::time::advance(100 * SECOND).await;
        assert_eq!(link.look_after(), None, "the ack may have arrived and not been read");
        assert_eq!(look_after(&link, 10).await, None, "the pause of the worker does not count");
        assert_eq!(link.acknowledge(&mark), Ok(false));
        assert_eq!(look_after(&link, 60).await, None);
    }

    #[actix_rt::test]
    async fn what_the_gate_holds_back_is_no_stall_and_its_time_does_not_count_later() {
        tokio::time::pause();
        let (link, written) = link();
        link.send_patch(EncodedFrame::patch(0, "[]"));
        assert_eq!(look_after(&link, 10).await, None);
        let mark = mark(&written.take()).expect("asked");
        link.heartbeat.hold_back();
        for _ in 0..300 {
            link.heartbeat.hold_back();
            assert_eq!(look_after(&link, 1).await, None, "the ack may be among the frames that wait");
        }
        link.heartbeat.caught_up();
        assert_eq!(look_after(&link, 20).await, None, "25 of the 30 seconds are left");
        assert_eq!(link.acknowledge(&mark), Ok(false));

        link.send_patch(EncodedFrame::patch(0, "[]"));
        assert_eq!(look_after(&link, 60).await, Some(EndReason::Stalled), "after the hold it is as before");
    }

    #[actix_rt::test]
    async fn an_ack_wakes_a_view_that_waits_for_room_and_no_other() {
        tokio::time::pause();
        let (link, written) = link();
        for _ in 0..8 {
            link.send_patch(EncodedFrame::patch(0, "[]"));
        }
        tokio::task::yield_now().await;
        let first = mark(&written.take()).expect("asked at half the window");
        assert_eq!(link.acknowledge("00000000x"), Err(ForgedMark));
        assert_eq!(link.acknowledge(&first), Ok(false), "nobody waits");
        for _ in 0..4 {
            assert!(link.has_room());
            link.send_patch(EncodedFrame::patch(0, "[]"));
        }
        assert!(!link.has_room());
        tokio::task::yield_now().await;
        let second = mark(&written.take()).expect("asked again");
        assert_eq!(link.acknowledge(&second), Ok(true));
        assert_eq!(link.acknowledge(&second), Err(ForgedMark));
    }

    #[actix_rt::test]
    async fn acks_from_another_thread_never_leave_a_view_asleep_with_room() {
        let (link, written) = link();
        let (sender, receiver) = std::sync::mpsc::channel::<String>();
        let (waker, woken) = std::sync::mpsc::channel::<()>();
        let socket = std::thread::spawn({
            let link = Arc::clone(&link);
            move || {
                for mark in receiver {
                    if link.acknowledge(&mark).expect("asked for") {
                        waker.send(()).expect("the view listens");
                    }
                }
            }
        });
        let mut sent = 0;
        while sent < 2_000 {
            if link.has_room() {
                link.send_patch(EncodedFrame::patch(0, "[]"));
                sent += 1;
            } else {
                tokio::task::yield_now().await;
                mark(&written.take()).into_iter().for_each(|mark| sender.send(mark).expect("it reads"));
                woken.recv_timeout(10 * SECOND).expect("the ack makes room and wakes the view");
            }
            tokio::task::yield_now().await;
            mark(&written.take()).into_iter().for_each(|mark| sender.send(mark).expect("it reads"));
        }
        drop(sender);
        socket.join().expect("no mark is forged");
    }
}
