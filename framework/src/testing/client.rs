//! What stands for the browser: it takes the frames of one view, and acknowledges them.

use super::patch;
use crate::protocol::EncodedFrame;
use crate::render::Template;
use crate::session::{FrameQueue, FromSocket, Heartbeat, ToSocket, ViewHandle};
use crate::worker::Tell;
use actix::{Actor, AsyncContext, Context, Handler, StreamHandler};
use futures_util::stream;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

/// What a view has told its browser.
#[derive(Default)]
pub(super) struct Received {
    pub(super) joined: bool,
    /// The status and the sentence of a join that was refused.
    pub(super) refused: Option<(u16, String)>,
    pub(super) last_patch: Vec<String>,
    pub(super) patches: usize,
    /// The last event, or one that it was sent together with, was refused.
    pub(super) refused_event: bool,
    /// The frames that have been answered, by their numbers, and whether they were accepted.
    pub(super) replies: Vec<(u64, bool)>,
    pub(super) errors: Vec<String>,
    pub(super) navigated: Option<String>,
    pub(super) focused: Option<String>,
    /// Forms and fields that go back to what the server wrote.
    pub(super) resets: Vec<Reset>,
    pub(super) ended: Option<String>,
}

/// What is reset, by id or name.
pub(super) enum Reset {
    Form(String),
    Field(String),
}

/// The peer of a socket that is not there.
pub(super) struct TestClient {
    pub(super) template: &'static Template,
    pub(super) received: Rc<RefCell<Received>>,
    pub(super) frames: Arc<FrameQueue>,
    /// Set when the view has been started.
    pub(super) peer: Rc<OnceLock<(Arc<Heartbeat>, ViewHandle)>>,
}

impl Actor for TestClient {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        let frames = Arc::clone(&self.frames);
        ctx.add_stream(stream::poll_fn(move |cx| frames.poll_frame(cx).map(Some)));
    }
}

impl StreamHandler<EncodedFrame> for TestClient {
    fn handle(&mut self, frame: EncodedFrame, _: &mut Context<Self>) {
        self.take(&frame);
    }
}

impl Handler<ToSocket> for TestClient {
    type Result = ();

    fn handle(&mut self, message: ToSocket, _: &mut Context<Self>) {
        match message {
            ToSocket::Ended(_) => {}
            ToSocket::Close(..) => {
                // A frame may be there that says why.
                while let Some(frame) = self.frames.take() {
                    self.take(&frame);
                }
                self.received.borrow_mut().ended.get_or_insert_with(|| "closed".to_owned());
            }
        }
    }
}

impl TestClient {
    fn take(&mut self, frame: &EncodedFrame) {
        let Some(frame) = frame.as_text() else {
            // A ping.
            self.peer.get().inspect(|(heartbeat, _)| heartbeat.heard());
            return;
        };
        let frame: Value = serde_json::from_str(frame).expect("a view sends JSON");
        let text = |name: &str| frame[name].as_str().unwrap_or_default().to_owned();
        let mut received = self.received.borrow_mut();
        if frame.is_array() {
            received.patches += 1;
            received.last_patch = patch::describe(self.template, &frame);
            return;
        }
        match frame["type"].as_str() {
            Some("joined") => received.joined = true,
            Some("refused") => {
                let status = frame["status"].as_u64().and_then(|status| u16::try_from(status).ok());
                received.refused = Some((status.unwrap_or(400), text("message")));
            }
            Some("sync") => {
                drop(received);
                self.acknowledge(&text("mark"));
            }
            Some("reply") => {
                let (refused, error) = (frame["refused"] == true, frame["error"]["message"].as_str());
                received.refused_event |= refused;
                received.errors.extend(error.map(str::to_owned));
                let reference = frame["ref"].as_u64().unwrap_or_default();
                received.replies.push((reference, !refused && error.is_none()));
            }
            Some("error") => received.errors.push(text("message")),
            Some("navigate") => received.navigated = Some(text("to")),
            Some("focus") => received.focused = Some(text("id")),
            Some("ended") => received.ended = Some(text("reason")),
            Some("reset") => received.resets.push(match frame["form"].as_str() {
                Some(form) => Reset::Form(form.to_owned()),
                None => Reset::Field(text("field")),
            }),
            _ => {}
        }
    }

    fn acknowledge(&self, mark: &str) {
        let Some((_, handle)) = self.peer.get() else { return };
        if handle.sender.acknowledge(mark) == Ok(true) {
            handle.view.tell(FromSocket::Room);
        }
    }
}
