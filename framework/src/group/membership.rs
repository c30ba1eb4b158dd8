//! A view's membership in its group, from the view's side. Dropping it leaves the group.

use super::directory::Directory;
use super::messages::Poke;
use super::part::{Part, Seat};
use super::roll::Parcel;
use crate::push::{GroupName, ViewId};
use crate::socket::Link;
use crate::view::Life;
use actix::Recipient;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

/// See the module.
pub(crate) struct Membership {
    part: Rc<Part>,
    seat: Rc<Seat>,
}

impl Membership {
    /// Takes a seat in the group; pushes wait there from when [`joined`](Membership::joined) is done.
    pub(crate) fn new(
        directory: &Arc<Directory>,
        group: &GroupName,
        id: ViewId,
        view: Recipient<Poke>,
        link: Rc<Link>,
        life: Arc<Life>,
    ) -> Rc<Self> {
        let part = Part::here(directory, group);
        let seat = part.sit(id, view, link, life);
        Rc::new(Membership { part, seat })
    }

    /// Done when every push accepted from then on reaches the view.
    pub(crate) fn joined(&self) -> impl Future<Output = ()> + 'static {
        let (attached, roll, id) = (self.part.attached(), Arc::clone(&self.part.roll), self.seat.id);
        async move {
            attached.await;
            roll.add(id);
        }
    }

    /// Pushes for this key are for the view too.
    pub(crate) fn join_key(&self, key: String) {
        self.part.roll.add_key(self.seat.id, &key);
        self.seat.reader.borrow_mut().keys.push(key);
    }

    /// All keys have been joined.
    pub(crate) fn keys_are_known(&self) {
        self.part.roll.keys_are_known(self.seat.id);
        self.seat.reader.borrow_mut().keys_known_from = self.part.members.borrow().log.end();
    }

    /// The next push that is for the view; `None` puts it to sleep until a new one wakes it.
    pub(crate) fn next_push(&self) -> Option<Arc<Parcel>> {
        let mut reader = self.seat.reader.borrow_mut();
        let mut members = self.part.members.borrow_mut();
        while let Some(parcel) = members.log.take(&mut reader) {
            if reader.has_key_of(&parcel.push) {
                return Some(parcel);
            }
        }
        self.seat.woken.set(false);
        None
    }

    /// Ticks come from now on.
    pub(crate) fn tick_every(&self, interval: u64) {
        self.seat.tick_interval.set(Some(interval));
        self.part.subscribe_to_ticks(interval);
    }

    /// The last tick has been worked on: the next one may come.
    pub(crate) fn tick_is_done(&self) {
        self.seat.ticking.set(false);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        if let Some(interval) = self.seat.tick_interval.get() {
            self.part.unsubscribe_from_ticks(interval);
        }
        self.part.leave(&self.seat);
    }
}
