//! A socket for tests, which keeps what it would write.

use super::messages::ToSocket;
use actix::{Actor, Context, Handler, Recipient};
use std::cell::RefCell;
use std::rc::Rc;

/// What a socket would have written: frames as they are, other messages by their names.
pub(super) type Written = Rc<RefCell<Vec<String>>>;

struct Socket(Written);

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

/// Starts such a socket.
pub(super) fn socket() -> (Recipient<ToSocket>, Written) {
    let written = Written::default();
    (Socket(Rc::clone(&written)).start().recipient(), written)
}
