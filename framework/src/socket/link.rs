//! A view's way to its browser: counts what goes out, asks for acknowledgements, notices who is gone.
//!
//! It lives with the view and is shared with the part of its group, whose once-a-second round
//! ([`look_after`](Link::look_after)) works even while a handler of the view is running.

use super::flow::{Flow, Window};
use super::messages::ToSocket;
use crate::mail::Post;
use crate::protocol::{ServerFrame, close_code, patch_frame};
use crate::view::{EndReason, Life};
use actix::Recipient;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use tokio::time::Instant;

/// A connection that has been silent for this long is pinged, each time anew.
const PING_AFTER: Duration = Duration::from_secs(20);
/// One that has been silent for this long is dead.
const DEAD_AFTER: Duration = Duration::from_secs(60);

/// See the module.
pub(crate) struct Link {
    socket: Recipient<ToSocket>,
    view: u32,
    flow: RefCell<Flow>,
    pinged: Cell<Instant>,
}

/// An `ack` that answers no `sync`.
pub(crate) struct ForgedMark;

impl Link {
    pub(crate) fn new(
        socket: Recipient<ToSocket>,
        view: u32,
        window: Window,
        stall_timeout: Duration,
    ) -> Self {
        let flow = RefCell::new(Flow::new(window, stall_timeout));
        Link { socket, view, flow, pinged: Cell::new(Instant::now()) }
    }

    /// The instance's number on the socket.
    pub(crate) fn view(&self) -> u32 {
        self.view
    }

    /// Whether there is room for a patch.
    pub(crate) fn has_room(&self) -> bool {
        self.flow.borrow().has_room()
    }

    /// Sends a frame.
    pub(crate) fn send(&self, frame: &ServerFrame<'_>) {
        self.send_text(frame.encode());
    }

    /// Sends a frame that is written already.
    pub(crate) fn send_text(&self, frame: String) {
        let now = Instant::now();
        self.flow.borrow_mut().sent(frame.len(), now);
        self.socket.post(ToSocket::Text(frame.into()));
        self.ask_if_due(now);
    }

    /// Sends a patch.
    pub(crate) fn send_patch(&self, patch: String) {
        self.flow.borrow_mut().sent_patch();
        self.send_text(patch_frame(self.view, patch));
        metrics::counter!("djust_patches_total").increment(1);
    }

    /// Takes an `ack`.
    pub(crate) fn acknowledge(&self, mark: &str) -> Result<(), ForgedMark> {
        let now = Instant::now();
        let mark = u32::from_str_radix(mark, 16).map_err(|_| ForgedMark)?;
        if !self.flow.borrow_mut().acknowledge(mark, now) {
            return Err(ForgedMark);
        }
        self.ask_if_due(now);
        Ok(())
    }

    /// Tells the socket that the view has ended.
    pub(crate) fn ended(&self) {
        self.socket.post(ToSocket::Ended(self.view));
    }

    /// Asks the socket to end the connection.
    pub(crate) fn close(&self, code: u16, reason: &'static str) {
        self.socket.post(ToSocket::Close(code, reason));
    }

    /// The once-a-second round: says why the view should end, if it should.
    pub(crate) fn look_after(&self, life: &Life) -> Option<EndReason> {
        let now = Instant::now();
        let silent = life.silent_for(now);
        if self.flow.borrow().is_overdue(now) || silent >= DEAD_AFTER {
            self.close(close_code::STALLED, "nothing was acknowledged in time");
            return Some(EndReason::Stalled);
        }
        if silent >= PING_AFTER && now.duration_since(self.pinged.get()) >= PING_AFTER {
            self.pinged.set(now);
            self.socket.post(ToSocket::Ping);
        }
        self.ask_if_due(now);
        None
    }

    /// The `sync` itself is not counted: there is one at a time, and a page that nothing is sent to is left in peace.
    fn ask_if_due(&self, now: Instant) {
        let mut flow = self.flow.borrow_mut();
        if !flow.sync_is_due(now) {
            return;
        }
        let mark = getrandom::u32().expect("the system gives random bytes");
        flow.ask(mark, now);
        let patches = flow.patches();
        let frame = ServerFrame::Sync { view: self.view, patches, mark: &format!("{mark:08x}") }.encode();
        self.socket.post(ToSocket::Text(frame.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix::{Actor, Context, Handler};
    use std::rc::Rc;

    /// Keeps what a socket would write.
    struct Socket(Rc<RefCell<Vec<String>>>);

    impl Actor for Socket {
        type Context = Context<Self>;
    }

    impl Handler<ToSocket> for Socket {
        type Result = ();

        fn handle(&mut self, message: ToSocket, _: &mut Context<Self>) {
            self.0.borrow_mut().push(match message {
                ToSocket::Text(frame) => frame.to_string(),
                other => format!("{other:?}"),
            });
        }
    }

    const WINDOW: Window = Window { frames: 8, bytes: 1000 };
    const SECOND: Duration = Duration::from_secs(1);

    fn link() -> (Link, Rc<RefCell<Vec<String>>>) {
        let written = Rc::<RefCell<Vec<String>>>::default();
        let socket = Socket(Rc::clone(&written)).start();
        (Link::new(socket.recipient(), 0, WINDOW, 30 * SECOND), written)
    }

    /// Looks after the link once a second, for so many seconds or until it has a fault.
    async fn look_after(link: &Link, life: &Life, seconds: u32) -> Option<EndReason> {
        for _ in 0..seconds {
            tokio::time::sleep(SECOND).await;
            if let Some(fault) = link.look_after(life) {
                tokio::task::yield_now().await;
                return Some(fault);
            }
        }
        tokio::task::yield_now().await;
        None
    }

    #[actix_rt::test]
    async fn a_silent_connection_is_pinged_and_a_dead_one_ends() {
        tokio::time::pause();
        let ((link, written), life) = (link(), Life::new());
        assert_eq!(look_after(&link, &life, 59).await, None);
        assert_eq!(written.take(), ["Ping", "Ping"]);
        assert_eq!(look_after(&link, &life, 2).await, Some(EndReason::Stalled));
        assert!(written.take()[0].starts_with("Close(4408"));
    }

    #[actix_rt::test]
    async fn any_sign_of_life_keeps_a_connection() {
        tokio::time::pause();
        let ((link, written), life) = (link(), Life::new());
        for _ in 0..20 {
            assert_eq!(look_after(&link, &life, 10).await, None);
            life.heard();
        }
        assert!(written.take().is_empty());
    }

    #[actix_rt::test]
    async fn a_patch_is_asked_about_after_five_seconds_and_given_up_after_thirty_more() {
        tokio::time::pause();
        let ((link, written), life) = (link(), Life::new());
        link.send_patch("[0,\"1\"]".into());
        assert_eq!(look_after(&link, &life, 4).await, None);
        assert_eq!(written.take(), ["[0,\"1\"]"]);
        assert_eq!(look_after(&link, &life, 2).await, None);
        assert!(written.take()[0].starts_with(r#"{"type":"sync","view":0,"patches":1,"mark":""#));
        for _ in 0..20 {
            life.heard();
            assert_eq!(look_after(&link, &life, 1).await, None, "it is not the silence that ends it");
        }
        life.heard();
        assert_eq!(look_after(&link, &life, 10).await, Some(EndReason::Stalled));
    }
}
