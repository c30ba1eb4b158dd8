//! Where instances of a shared view find others in equal state.
//!
//! Instances at one place (the same URL, the same thread) are the ones that are likely to be equal.
//! A place lists its cohorts and the newest of the instances that are alone. Both lists are short,
//! so a view whose instances are never equal costs a few comparisons at each mount.

use super::cohort::Cohort;
use super::render_state::RenderState;
use crate::push::ViewId;
use crate::render::Recording;
use crate::view::Location;
use crate::worker::Tell;
use actix::{Message, Recipient};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::{Rc, Weak};

/// How many cohorts a place may have. Beyond that, instances stay alone.
const MAX_COHORTS: usize = 16;
/// How many of them an instance asks.
const MAX_ASKED: usize = 4;
/// How many instances that are alone a place knows.
const MAX_ALONE: usize = 64;
/// An instance that could not join lets more and more chances pass, up to two to the power of this.
const MAX_BACKOFF: u32 = 10;

/// Tells an instance that another in equal state may be there. A place sends it, with increasing
/// pauses.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct LookForPeers;

/// The places of a shared view on one thread, by the hashes of their locations. A place is there as
/// long as a cohort or an instance uses it.
pub(super) struct Lobby<V>(Places<V>);

type Places<V> = Rc<RefCell<HashMap<u64, Weak<Place<V>>>>>;

impl<V> Default for Lobby<V> {
    fn default() -> Self {
        Lobby(Rc::default())
    }
}

impl<V> Lobby<V> {
    /// The place for a location. Places that are confused by their hashes only cost time.
    pub(super) fn place(&self, location: &Location) -> Rc<Place<V>> {
        let mut hasher = DefaultHasher::new();
        location.hash(&mut hasher);
        let key = hasher.finish();
        if let Some(place) = self.0.borrow().get(&key).and_then(Weak::upgrade) {
            return place;
        }
        let places = Rc::downgrade(&self.0);
        let place = Rc::new(Place { key, places, cohorts: RefCell::default(), alone: RefCell::default() });
        self.0.borrow_mut().insert(key, Rc::downgrade(&place));
        place
    }
}

/// The cohorts at a location, and instances that are alone.
pub(super) struct Place<V> {
    key: u64,
    places: Weak<RefCell<HashMap<u64, Weak<Place<V>>>>>,
    cohorts: RefCell<Vec<Rc<Cohort<V>>>>,
    alone: RefCell<VecDeque<Alone>>,
}

impl<V> Drop for Place<V> {
    fn drop(&mut self) {
        if let Some(places) = self.places.upgrade() {
            places.borrow_mut().remove(&self.key);
        }
    }
}

/// An instance without a cohort.
pub(super) struct Alone {
    pub(super) id: ViewId,
    pub(super) page: Weak<RefCell<RenderState>>,
    pub(super) instance: Recipient<LookForPeers>,
    pub(super) backoff: Rc<Backoff>,
}

impl Alone {
    fn shows(&self, recording: &Recording) -> bool {
        self.page.upgrade().is_some_and(|page| {
            let page = page.borrow();
            page.is_settled() && **page.recording() == *recording
        })
    }
}

/// Chances to join that an instance lets pass: it shows the same as a cohort, and has been found
/// to be in another state.
#[derive(Default)]
pub(super) struct Backoff {
    taken: Cell<u32>,
    lets_pass: Cell<u32>,
}

impl Backoff {
    /// Whether to take this chance.
    pub(super) fn takes(&self) -> bool {
        if self.lets_pass.get() > 0 {
            self.lets_pass.set(self.lets_pass.get() - 1);
            return false;
        }
        self.lets_pass.set((1 << self.taken.get().min(MAX_BACKOFF)) - 1);
        self.taken.set(self.taken.get() + 1);
        true
    }
}

impl<V> Place<V> {
    /// Whether a cohort shows this.
    pub(super) fn shows(&self, recording: &Recording) -> bool {
        self.cohorts.borrow().iter().any(|cohort| cohort.shows(recording))
    }

    /// The cohorts that show this.
    pub(super) fn cohorts_showing(&self, recording: &Recording) -> Vec<Rc<Cohort<V>>> {
        let cohorts = self.cohorts.borrow();
        cohorts.iter().filter(|cohort| cohort.shows(recording)).take(MAX_ASKED).cloned().collect()
    }

    /// Adds a cohort.
    pub(super) fn add_cohort(&self, cohort: Rc<Cohort<V>>) {
        self.cohorts.borrow_mut().push(cohort);
    }

    pub(super) fn remove_cohort(&self, cohort: &Rc<Cohort<V>>) {
        self.cohorts.borrow_mut().retain(|other| !Rc::ptr_eq(other, cohort));
    }

    /// Whether a cohort may begin for others that show this and are alone.
    pub(super) fn may_begin(&self, id: ViewId, recording: &Recording) -> bool {
        self.cohorts.borrow().len() < MAX_COHORTS
            && self.alone.borrow().iter().any(|other| other.id != id && other.shows(recording))
    }

    /// Lists an instance that is alone, unless it is listed.
    pub(super) fn list(&self, instance: Alone) {
        let mut alone = self.alone.borrow_mut();
        if alone.iter().all(|other| other.id != instance.id) {
            if alone.len() == MAX_ALONE {
                alone.pop_front();
            }
            alone.push_back(instance);
        }
    }

    /// Takes an instance off the list.
    pub(super) fn unlist(&self, id: ViewId) {
        self.alone.borrow_mut().retain(|instance| instance.id != id);
    }

    /// Tells those that are alone and show this to look for a cohort.
    pub(super) fn invite(&self, recording: &Recording) {
        for instance in self.alone.borrow().iter() {
            if instance.shows(recording) && instance.backoff.takes() {
                instance.instance.tell(LookForPeers);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(query: &str) -> Location {
        Location { path: "/".into(), parameters: [].into(), query: query.into() }
    }

    #[test]
    fn a_place_is_forgotten_when_nobody_uses_it() {
        let lobby = Lobby::<()>::default();
        for query in 0..100 {
            let place = lobby.place(&location(&query.to_string()));
            assert!(Rc::ptr_eq(&place, &lobby.place(&location(&query.to_string()))));
        }
        assert!(lobby.0.borrow().is_empty());
        let (one, other) = (lobby.place(&location("a")), lobby.place(&location("b")));
        assert!(!Rc::ptr_eq(&one, &other));
        drop((one, lobby));
        drop(other);
    }

    #[test]
    fn an_instance_that_was_refused_lets_more_and_more_chances_pass() {
        let backoff = Backoff::default();
        let taken: Vec<_> = (0..20).filter(|_| backoff.takes()).collect();
        assert_eq!(taken, [0, 1, 3, 7, 15]);
        assert!((0..5_000).filter(|_| backoff.takes()).count() < 12);
    }
}
