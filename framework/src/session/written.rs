//! A socket for tests, which keeps what it would write.

use super::FrameQueue;
use super::messages::ToSocket;
use actix::{Actor, Context, Handler, Recipient};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What a socket would have written, and what it was told.
#[derive(Default)]
pub(super) struct Written {
    frames: Arc<FrameQueue>,
    told: Rc<RefCell<Vec<String>>>,
}

impl Written {
    pub(super) fn frames(&self) -> Arc<FrameQueue> {
        Arc::clone(&self.frames)
    }

    /// Takes the texts, a `Ping` for each ping, and then the names of messages.
    pub(super) fn take(&self) -> Vec<String> {
        let frames = std::iter::from_fn(|| self.frames.take());
        let frames = frames.map(|frame| frame.as_text().unwrap_or("Ping").to_owned());
        frames.chain(self.told.take()).collect()
    }
}

struct Socket(Rc<RefCell<Vec<String>>>);

impl Actor for Socket {
    type Context = Context<Self>;
}

impl Handler<ToSocket> for Socket {
    type Result = ();

    fn handle(&mut self, message: ToSocket, _: &mut Context<Self>) {
        self.0.borrow_mut().push(format!("{message:?}"));
    }
}

/// Starts such a socket.
pub(super) fn socket() -> (Recipient<ToSocket>, Written) {
    let written = Written::default();
    (Socket(Rc::clone(&written.told)).start().recipient(), written)
}
