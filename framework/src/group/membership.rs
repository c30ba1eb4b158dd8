//! A view's membership in its group, from the view's side. Dropping it leaves the group.

use super::directory::Directory;
use super::log::Posting;
use super::messages::Poke;
use super::part::{Part, Seat};
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
        link: Arc<Link>,
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
        Part::takes_key(&self.seat, &key);
        self.seat.reader.borrow_mut().keys.push(key);
    }

    /// All keys have been joined; unless the view is to be mounted anew, when its keys may be others.
    pub(crate) fn keys_are_known(&self) {
        let mut reader = self.seat.reader.borrow_mut();
        if !reader.remounting {
            self.part.roll.keys_are_known(self.seat.id);
            self.seat.pending_ends.take();
            reader.keys_known_from = self.part.members.borrow().log.end();
        }
    }

    /// What is next for the view; `None` puts it to sleep until something new wakes it.
    pub(crate) fn next(&self) -> Option<Posting> {
        let mut reader = self.seat.reader.borrow_mut();
        let mut members = self.part.members.borrow_mut();
        while let Some(posting) = members.log.take(&mut reader) {
            match &posting {
                Posting::Push(parcel) if !reader.has_key_of(&parcel.push) => {}
                Posting::Push(_) => return Some(posting),
                Posting::Remount => {
                    self.part.roll.remove_keys(self.seat.id, &reader.keys);
                    reader.keys.clear();
                    return Some(posting);
                }
            }
        }
        self.seat.woken.set(false);
        None
    }

    /// The view waits for its turn on the thread, or no longer: it is not slow then, but kept waiting.
    pub(crate) fn is_in_line(&self, is: bool) {
        self.seat.in_line.set(is);
    }

    /// Ticks come at this interval from now on, or not at all.
    pub(crate) fn tick_every(&self, interval: Option<u64>) {
        let before = self.seat.tick_interval.replace(interval);
        if before != interval {
            before.into_iter().for_each(|interval| self.part.unsubscribe_from_ticks(interval));
            interval.into_iter().for_each(|interval| self.part.subscribe_to_ticks(interval));
        }
    }

    /// The last tick has been worked on: the next one may come.
    pub(crate) fn tick_is_done(&self) {
        self.seat.ticking.set(false);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.tick_every(None);
        self.part.leave(&self.seat);
    }
}
