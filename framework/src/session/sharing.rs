//! How an instance of a shared view joins a cohort, and leaves it.
//!
//! An instance looks for others after its mount, after an event of its browser, when it has left a
//! cohort, and when it is invited. It needs to be settled for that: nothing to read, to show or to
//! wait for. If a cohort shows the same, the instance asks to join. If others that are alone show
//! the same, it begins a cohort and invites them.

use super::actor::{State, ViewActor};
use super::client::Client;
use super::cohort::{Admission, Cohort, Departure, Leaving, Request, Seat, Viewers};
use super::guard::{PanicSafe, catch_panic};
use super::lobby::{Alone, Backoff, Lobby, LookForPeers, Place};
use super::{CancellationToken, EndReason};
use crate::group::{Expulsion, MemberHandle, Wake};
use crate::push::ViewId;
use crate::render::{Fields, Recording};
use crate::view::{LiveView, ViewContext};
use crate::worker::{Clock, Tell};
use actix::fut::wrap_future;
use actix::{ActorFutureExt, AsyncContext, Context, Handler, Recipient};
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;

/// How often in a row an instance asks again when it or the cohort is busy. Then it waits for an
/// invitation.
const MAX_RETRIES: u32 = 3;

/// An instance's search for others in equal state.
pub(super) struct SharingState<V> {
    looks: bool,
    retries: u32,
    /// Where it is listed as being alone.
    place: Option<Rc<Place<V>>>,
    backoff: Rc<Backoff>,
}

impl<V> Default for SharingState<V> {
    fn default() -> Self {
        SharingState { looks: false, retries: 0, place: None, backoff: Rc::default() }
    }
}

impl<V> SharingState<V> {
    /// There may be others now.
    pub(super) fn look_for_peers(&mut self) {
        (self.looks, self.retries) = (true, 0);
    }

    /// An instance that is alone shows this now: there may be a cohort that shows the same.
    fn shows(&mut self, recording: &Recording) {
        let has_chance = |place: &Rc<Place<V>>| place.shows(recording) && self.backoff.takes();
        if !self.looks && self.place.as_ref().is_some_and(has_chance) {
            self.look_for_peers();
        }
    }
}

/// How a group reaches a cohort.
struct CohortHandle {
    cohort: Recipient<Wake>,
    token: Arc<CancellationToken>,
    clock: Arc<Clock>,
}

impl MemberHandle for CohortHandle {
    fn wake(&self, wake: Wake) {
        self.cohort.tell(wake);
    }

    fn expel(&self, why: Expulsion) {
        if self.token.cancel(why.into()) {
            self.cohort.tell(Wake::End);
        }
    }

    /// Its instances have connections, and are checked themselves.
    fn check_connection(&self) {}

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl<V: LiveView> Handler<LookForPeers> for ViewActor<V> {
    type Result = ();

    /// It looks after this, when all has been shown.
    fn handle(&mut self, _: LookForPeers, _: &mut Context<Self>) {
        self.audience.sharing.look_for_peers();
    }
}

impl<V: LiveView> ViewActor<V> {
    /// Does something that is this instance's own business, with a view that it does not share.
    pub(super) fn alone(
        &mut self,
        ctx: &mut Context<Self>,
        run: impl FnOnce(&mut Self, &mut Context<Self>) + 'static,
    ) {
        self.in_turn(ctx, move |actor, ctx| {
            actor.audience.sharing.look_for_peers();
            let State::Sharing(seat, _) = &actor.state else { return run(actor, ctx) };
            let left = wrap_future::<_, Self>(seat.leave());
            ctx.wait(left.map(|(), actor, ctx| {
                // Of what waits, the latest comes first: a remount.
                ctx.wait(wrap_future::<_, Self>(ready(())).map(|(), actor, ctx| run(actor, ctx)));
                actor.take_back(ctx);
            }));
        });
    }

    /// Takes the view with which this instance has left its cohort, if it has.
    pub(super) fn take_back(&mut self, ctx: &mut Context<Self>) {
        let State::Sharing(seat, _) = &self.state else { return };
        let Some(Leaving { view, remounts }) = seat.take() else { return };
        if let State::Sharing(_, cx) = std::mem::replace(&mut self.state, State::Busy) {
            self.state = State::Ready(view, cx);
        }
        self.audience.sharing.look_for_peers();
        if remounts {
            metrics::counter!("djust_views_remounted_total").increment(1);
            self.membership.iter().for_each(|membership| membership.mount_again());
            self.remount(ctx);
        }
    }

    /// The instance ends in a cohort: it is unmounted with a copy of the view.
    pub(super) fn unmount_copy(seat: Rc<Seat<V>>, ctx: &mut Context<Self>) {
        let left = wrap_future::<_, Self>(seat.leave());
        ctx.wait(left.map(move |(), _, ctx| Self::unmount(seat.take().map(|leaving| leaving.view), ctx)));
    }

    /// Nobody needs to know of this instance any more.
    pub(super) fn stop_looking_for_peers(&mut self) {
        if let Some(place) = self.audience.sharing.place.take() {
            place.unlist(self.id);
        }
    }

    /// Looks for others in equal state, if it is time for that.
    pub(super) fn share_if_settled(&mut self, ctx: &mut Context<Self>) {
        if V::SHARED.is_none() {
            return;
        }
        let Client { page, sharing, .. } = &mut self.audience;
        sharing.shows(page.borrow().recording());
        if !sharing.looks {
            return;
        }
        let Some(membership) = self.membership.as_ref().filter(|_| self.is_settled()) else { return };
        let place = membership.common::<Lobby<V>>().place(&self.audience.site.location);
        self.audience.sharing.looks = false;
        let cohorts = place.cohorts_showing(self.audience.page().recording());
        self.ask_to_join(cohorts, &place, ctx);
    }

    /// Whether nothing waits for this instance, and it waits for nothing.
    fn is_settled(&self) -> bool {
        self.view().is_some()
            && self.membership.as_ref().is_some_and(|membership| membership.is_level())
            && self.audience.page().is_settled()
            && self.tasks.len() == 0
            && !self.is_reading()
            && !self.token.is_cancelled()
    }

    /// Asks these cohorts in turn. Much may happen between two answers.
    fn ask_to_join(
        &mut self,
        mut cohorts: Vec<Rc<Cohort<V>>>,
        place: &Rc<Place<V>>,
        ctx: &mut Context<Self>,
    ) {
        if !self.is_settled() {
            return self.try_later(place);
        }
        let Some(cohort) = cohorts.pop() else { return self.begin_or_wait(place) };
        let Some(seat) = self.seat(Rc::clone(&cohort)) else { return };
        let Some((view, cx)) = self.lend_view() else { return };
        let Ok(interval) = catch_panic(|| view.tick_interval()) else {
            return self.end(EndReason::Panic, ctx);
        };
        let (reply, answer) = tokio::sync::oneshot::channel();
        cohort.request(Request::Join { seat: Rc::clone(&seat), view, interval, reply });
        let place = Rc::clone(place);
        let answer = wrap_future::<_, Self>(answer);
        ctx.wait(answer.map(move |answer, actor, ctx| match answer {
            Ok(Admission::Joined) => {
                actor.state = State::Sharing(seat, cx);
                actor.audience.sharing.backoff = Rc::default();
                actor.stop_looking_for_peers();
            }
            Ok(Admission::Unequal(view)) => {
                actor.state = State::Ready(view, cx);
                actor.ask_to_join(cohorts, &place, ctx);
            }
            Ok(Admission::NotNow(view)) => {
                actor.state = State::Ready(view, cx);
                actor.try_later(&place);
            }
            // The thread ends, and the view is gone with the cohort.
            Err(_) => actor.end(EndReason::Shutdown, ctx),
        }));
    }

    fn lend_view(&mut self) -> Option<(PanicSafe<V>, ViewContext<V>)> {
        match std::mem::replace(&mut self.state, State::Busy) {
            State::Ready(view, cx) => Some((view, cx)),
            other => {
                self.state = other;
                None
            }
        }
    }

    fn seat(&self, cohort: Rc<Cohort<V>>) -> Option<Rc<Seat<V>>> {
        let Client { sender, events, lifeline, page, .. } = &self.audience;
        Some(Rc::new(Seat {
            cohort,
            id: self.id,
            page: Rc::clone(page),
            sender: Arc::clone(sender),
            events: Arc::clone(events),
            lifeline: Rc::clone(lifeline),
            membership: Rc::downgrade(self.membership.as_ref()?),
            departure: RefCell::new(Departure::Seated(None)),
        }))
    }

    fn try_later(&mut self, place: &Rc<Place<V>>) {
        let sharing = &mut self.audience.sharing;
        sharing.retries += 1;
        sharing.looks = sharing.retries < MAX_RETRIES;
        if !sharing.looks {
            self.wait_for_invitation(place);
        }
    }

    /// Begins a cohort if others are there for it, or waits for one.
    fn begin_or_wait(&mut self, place: &Rc<Place<V>>) {
        let may_begin = place.may_begin(self.id, self.audience.page().recording());
        if may_begin { self.begin_cohort(place) } else { self.wait_for_invitation(place) }
    }

    fn wait_for_invitation(&mut self, place: &Rc<Place<V>>) {
        place.list(Alone {
            id: self.id,
            page: Rc::downgrade(&self.audience.page),
            instance: self.audience.lifeline.looks.clone(),
            backoff: Rc::clone(&self.audience.sharing.backoff),
        });
        self.audience.sharing.place = Some(Rc::clone(place));
    }

    /// Begins a cohort with this instance, and invites others.
    fn begin_cohort(&mut self, place: &Rc<Place<V>>) {
        let Some(membership) = self.membership.clone() else { return };
        let recording = Rc::clone(self.audience.page().recording());
        let context = Context::<ViewActor<V, Viewers<V>>>::new();
        let cohort = Rc::new(Cohort::of(&context, recording));
        let (id, token) = (ViewId::new(), Arc::new(CancellationToken::new()));
        let handle = CohortHandle {
            cohort: context.address().recipient(),
            token: Arc::clone(&token),
            clock: Arc::clone(self.audience.sender.clock()),
        };
        let leading = membership.lead(id, Rc::new(handle));
        let Some(seat) = self.seat(Rc::clone(&cohort)).filter(|_| membership.park(&leading)) else { return };
        let Some((view, cx)) = self.lend_view() else { return };
        let interval = catch_panic(|| view.tick_interval()).unwrap_or_default();
        let handshake = Rc::clone(&self.audience.site.handshake);
        let own = ViewContext::new(id, cx.view_path().clone(), &leading, handshake, self.host.pusher.clone());
        leading.tick_every(interval.filter(|&interval| interval > 0));
        let viewers = Viewers {
            cohort: Rc::clone(&cohort),
            seats: HashMap::from([(self.id, Rc::clone(&seat))]),
            interval,
            place: Rc::clone(place),
            is_stale: false,
            changed: Fields::NONE,
            has_effects: false,
        };
        let mut actor = ViewActor::new(id, Arc::clone(&self.host), token, State::Ready(view, own), viewers);
        actor.membership = Some(leading);
        context.run(actor);
        self.state = State::Sharing(seat, cx);
        self.stop_looking_for_peers();
        place.add_cohort(Rc::clone(&cohort));
        place.invite(&cohort.recording());
    }
}
