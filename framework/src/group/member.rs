//! A member of a group, on its thread: its place in the log, and how to reach its view.
//!
//! The group knows nothing of views and sockets. It wakes a member, tells it to leave, and once a
//! second makes it check its connection.

use super::messages::Wake;
use super::reader::Reader;
use crate::push::ViewId;
use crate::worker::{Clock, turn};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// Why a group wants a member to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expulsion {
    /// It fell too far behind its pushes.
    Lagged,
    /// The server is shutting down.
    Shutdown,
    /// The application has ended the views of its key.
    Revoked,
}

/// How a group reaches a member on the same thread.
pub(crate) trait MemberHandle {
    /// Puts this message into the member's mailbox.
    fn wake(&self, wake: Wake);

    /// Ends the member, whatever it is doing. Does nothing if it has ended.
    fn expel(&self, why: Expulsion);

    /// Checks the connection, and ends the member if it is gone. Called once a second.
    fn check_connection(&self);

    /// The clock of the thread.
    fn clock(&self) -> &Clock;
}

/// A member in its shard.
pub(super) struct Member {
    pub(super) id: ViewId,
    pub(super) reader: RefCell<Reader>,
    pub(super) handle: Rc<dyn MemberHandle>,
    /// A `Wake::Pushes` is in its mailbox.
    pub(super) woken: Cell<bool>,
    pub(super) tick_interval: Cell<Option<u64>>,
    /// A `Wake::Tick` is in its mailbox or is being handled.
    pub(super) ticking: Cell<bool>,
    /// The view waits for its turn on the thread.
    pub(super) in_line: Cell<bool>,
    /// The reader's position a second ago.
    pub(super) seen_at: Cell<u64>,
    /// Keys that were ended while the member's own keys were not known.
    pub(super) pending_ends: RefCell<Vec<Arc<str>>>,
    pub(super) index: Cell<usize>,
}

impl Member {
    pub(super) fn new(id: ViewId, reader: Reader, handle: Rc<dyn MemberHandle>, index: usize) -> Self {
        Member {
            id,
            seen_at: Cell::new(reader.next),
            reader: RefCell::new(reader),
            handle,
            woken: Cell::new(false),
            tick_interval: Cell::new(None),
            ticking: Cell::new(false),
            in_line: Cell::new(false),
            pending_ends: RefCell::default(),
            index: Cell::new(index),
        }
    }

    /// Whether it is only slow because other views use the thread.
    pub(super) fn is_crowded_out(&self) -> bool {
        self.in_line.get() && turn::is_crowded()
    }

    /// Tells it that there may be pushes, unless it has been told and has not looked yet.
    pub(super) fn wake(&self) {
        if !self.woken.replace(true) {
            self.handle.wake(Wake::Pushes);
        }
    }
}
