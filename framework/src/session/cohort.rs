//! A cohort: instances of a shared view that are in equal state on one thread.
//!
//! Its actor is a [`ViewActor`] whose audience is the pages of all of them. A push, a tick and a
//! task are handled once, and rendered, diffed and encoded once; each page gets the same bytes. An
//! instance keeps its actor, its page and its place in the group. While it is in a cohort, its view
//! and its reader are the cohort's.
//!
//! | an instance | when | then |
//! |---|---|---|
//! | joins | its state is equal, and both have read all pushes and shown all changes | its view is dropped |
//! | leaves | its browser sends an event, it ends, or a push is for it alone or not for it | it gets a copy of the view, and reads on from where the cohort is |
//!
//! Equality is checked with `PartialEq` when an instance joins. From then on, membership is the
//! proof: whatever changes one and not the others makes it leave first. A page that has no room for
//! a patch keeps the recording that it shows; its next `ack` brings it up to date.
//!
//! A future that shared code has spawned belongs to the cohort: its result is applied once, to the
//! shared view. An instance that leaves before would miss it, so it is remounted.
//!
//! If shared user code panics or takes too long, all instances of the cohort end, as each would
//! have ended alone.

use super::EndReason;
use super::actor::{State, ViewActor};
use super::audience::Audience;
use super::client_sender::ClientSender;
use super::event_limit::EventLimiter;
use super::guard::{Interrupted, PanicSafe, catch_panic};
use super::lifeline::Lifeline;
use super::lobby::Place;
use super::render_state::RenderState;
use super::update::{Unrendered, patch, report_render_error};
use crate::group::{LogItem, Membership, NextForAll};
use crate::protocol::EncodedFrame;
use crate::push::ViewId;
use crate::render::{Fields, Recording};
use crate::view::{Effect, HandlerOutcome, LiveView};
use crate::worker::Tell;
use actix::fut::wrap_future;
use actix::{ActorContext, AsyncContext, Context, Handler, Message, Recipient};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use tokio::sync::oneshot;

/// How many pages get a patch at a time. Then their connections have their turn, so that the first
/// of them need not wait for the last.
const PAGES_AT_ONCE: usize = 512;

/// Tells a cohort that requests wait. Each request comes with one.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Requested;

/// What an instance asks of a cohort.
pub(super) enum Request<V> {
    /// To join with this view.
    Join {
        seat: Rc<Seat<V>>,
        view: PanicSafe<V>,
        interval: Option<u64>,
        reply: oneshot::Sender<Admission<V>>,
    },
    /// To leave with a copy of the view.
    Leave(ViewId),
}

/// The answer to a request to join.
pub(super) enum Admission<V> {
    Joined,
    /// The states differ.
    Unequal(PanicSafe<V>),
    /// One of both has something to do.
    NotNow(PanicSafe<V>),
}

/// A cohort, as its instances see it.
pub(super) struct Cohort<V> {
    requested: Recipient<Requested>,
    requests: RefCell<VecDeque<Request<V>>>,
    recording: RefCell<Rc<Recording>>,
    is_busy: Cell<bool>,
    #[cfg(feature = "testing")]
    pub(super) tests: super::inspect::CohortTests<V>,
}

impl<V: LiveView> Cohort<V> {
    /// The cohort of this actor, which shows this.
    pub(super) fn of(context: &Context<ViewActor<V, Viewers<V>>>, recording: Rc<Recording>) -> Self {
        Cohort {
            requested: context.address().recipient(),
            requests: RefCell::default(),
            recording: RefCell::new(recording),
            is_busy: Cell::new(false),
            #[cfg(feature = "testing")]
            tests: super::inspect::CohortTests::of(context),
        }
    }

    pub(super) fn request(&self, request: Request<V>) {
        self.requests.borrow_mut().push_back(request);
        self.requested.tell(Requested);
    }
}

impl<V> Cohort<V> {
    /// What its pages show, or will show when there is room.
    pub(super) fn recording(&self) -> Rc<Recording> {
        Rc::clone(&self.recording.borrow())
    }

    /// Whether it shows this, and can answer at once.
    pub(super) fn shows(&self, recording: &Recording) -> bool {
        !self.is_busy.get() && **self.recording.borrow() == *recording
    }
}

/// An instance in a cohort.
pub(super) struct Seat<V> {
    pub(super) cohort: Rc<Cohort<V>>,
    pub(super) id: ViewId,
    pub(super) page: Rc<RefCell<RenderState>>,
    pub(super) sender: Arc<ClientSender>,
    pub(super) events: Arc<EventLimiter>,
    pub(super) lifeline: Rc<Lifeline>,
    /// Gone once the instance has ended.
    pub(super) membership: Weak<Membership>,
    /// What the instance leaves with.
    pub(super) departure: RefCell<Departure<V>>,
}

/// How an instance leaves its cohort.
pub(super) enum Departure<V> {
    /// It has not left. The sender is there if it waits for that.
    Seated(Option<oneshot::Sender<()>>),
    /// It has left, with this, unless it is lost in a panic.
    Left(Option<Leaving<V>>),
}

/// What an instance leaves its cohort with.
pub(super) struct Leaving<V> {
    /// A copy of the shared view.
    pub(super) view: PanicSafe<V>,
    /// The results of the cohort's tasks will be missing, so it must be remounted.
    pub(super) remounts: bool,
}

impl<V: LiveView> Seat<V> {
    /// Resolves when the instance has left.
    pub(super) fn leave(&self) -> impl Future<Output = ()> + 'static {
        let (left, waits) = oneshot::channel();
        match &mut *self.departure.borrow_mut() {
            Departure::Seated(waiting) => {
                *waiting = Some(left);
                self.cohort.request(Request::Leave(self.id));
            }
            Departure::Left(_) => drop(left),
        }
        async move {
            // An error means that it has left before, or that the thread ends.
            let _ = waits.await;
        }
    }
}

impl<V: LiveView> Seat<V> {
    pub(super) fn recording(&self) -> Rc<Recording> {
        self.cohort.recording()
    }

    /// What the instance has left with.
    pub(super) fn take(&self) -> Option<Leaving<V>> {
        match &mut *self.departure.borrow_mut() {
            Departure::Seated(_) => None,
            Departure::Left(leaving) => leaving.take(),
        }
    }

    fn depart(&self, leaving: Option<Leaving<V>>) {
        if let Departure::Seated(Some(waits)) = self.departure.replace(Departure::Left(leaving)) {
            // The instance may be gone.
            let _ = waits.send(());
        }
    }

    /// Sends what is new, if there is room.
    fn show(&self, news: &mut News) {
        if self.lifeline.token.is_cancelled() {
            return;
        }
        let page = &mut *self.page.borrow_mut();
        if page.has_too_many_effects() {
            metrics::counter!("djust_views_lagged_total").increment(1);
            tracing::warn!(view = V::PATH, "too many effects wait for a slow browser: the view is remounted");
            return self.lifeline.end(EndReason::Lagged);
        }
        if !self.sender.has_room() {
            return page.touch();
        }
        if page.is_stale() || !Rc::ptr_eq(page.recording(), &news.before) {
            page.catch_up(Rc::clone(&news.now), &self.sender);
        } else {
            news.patch.iter_mut().for_each(|patch| patch.send(&self.sender));
            page.shows(Rc::clone(&news.now));
        }
        page.send_answers(&self.sender, &self.events);
    }
}

/// A patch for several pages. It is encoded once for each number that their views have, which is
/// nearly always 0.
struct SharedPatch {
    patch: String,
    frames: Vec<(u32, EncodedFrame)>,
    sent: u64,
}

impl SharedPatch {
    fn new(patch: String) -> Self {
        SharedPatch { patch, frames: Vec::new(), sent: 0 }
    }

    fn send(&mut self, sender: &ClientSender) {
        let view = sender.view();
        let encoded = self.frames.iter().find(|(number, _)| *number == view).map(|(_, frame)| frame.clone());
        let frame = encoded.unwrap_or_else(|| {
            let frame = EncodedFrame::patch(view, &self.patch);
            self.frames.push((view, frame.clone()));
            frame
        });
        sender.send_patch(frame);
        self.sent += 1;
    }
}

impl Drop for SharedPatch {
    fn drop(&mut self) {
        metrics::counter!("djust_patches_total").increment(self.sent);
    }
}

/// What the pages of a cohort are to be shown.
struct News {
    before: Rc<Recording>,
    now: Rc<Recording>,
    /// The difference, if there is one.
    patch: Option<SharedPatch>,
}

/// The pages of a cohort.
pub(super) struct Viewers<V> {
    pub(super) cohort: Rc<Cohort<V>>,
    pub(super) seats: HashMap<ViewId, Rc<Seat<V>>>,
    /// Milliseconds between two ticks.
    pub(super) interval: Option<u64>,
    pub(super) place: Rc<Place<V>>,
    /// The pages may be out of date.
    pub(super) is_stale: bool,
    /// The fields that may have changed since the recording was made.
    pub(super) changed: Fields,
    pub(super) has_effects: bool,
}

impl<V: LiveView> Audience<V> for Viewers<V> {
    fn started(_: &mut ViewActor<V, Self>, _: &mut Context<ViewActor<V, Self>>) {}

    fn touch(&mut self, changed: Fields) {
        self.is_stale = true;
        self.changed.add(changed);
    }

    fn is_busy(&self, busy: bool) {
        self.cohort.is_busy.set(busy);
    }

    /// Events make an instance leave first.
    fn answer(&mut self, _: u64, _: HandlerOutcome) {}

    fn effect(&mut self, effect: Effect) {
        self.has_effects = true;
        self.seats.values().for_each(|seat| seat.page.borrow_mut().answer(effect.clone().into()));
    }

    /// Each page has its own limit.
    fn has_too_many_effects(&self) -> bool {
        false
    }

    fn wake(_: &mut ViewActor<V, Self>, _: &mut Context<ViewActor<V, Self>>) {}

    fn next(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) -> Option<LogItem> {
        loop {
            match actor.membership.as_ref()?.next_for_all()? {
                NextForAll::Item(item) => return Some(item),
                NextForAll::Apart(ids) => {
                    if ids.into_iter().try_for_each(|id| actor.release(id)).is_err() {
                        actor.end(EndReason::Panic, ctx);
                        return None;
                    }
                }
            }
        }
    }

    /// All instances have left, and remount for themselves.
    fn remount(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) {
        actor.end(EndReason::Left, ctx);
    }

    fn update(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) {
        if actor.view().is_none() {
            return;
        }
        if actor.audience.seats.is_empty() && actor.audience.cohort.requests.borrow().is_empty() {
            return actor.end(EndReason::Left, ctx);
        }
        actor.put_off_since = None;
        let has_effects = std::mem::take(&mut actor.audience.has_effects);
        let is_stale = std::mem::take(&mut actor.audience.is_stale);
        let news = match if is_stale { actor.render_for_all() } else { Ok(None) } {
            Ok(news) => news,
            Err(Unrendered::Template(error)) => {
                report_render_error::<V>(&error);
                actor.audience.seats.values().for_each(|seat| seat.sender.send_render_error());
                None
            }
            Err(Unrendered::Panic) => return actor.end(EndReason::Panic, ctx),
        };
        if news.is_some() || has_effects {
            actor.show_all(news, ctx);
        }
    }

    fn end(actor: &mut ViewActor<V, Self>, reason: EndReason, ctx: &mut Context<ViewActor<V, Self>>) {
        actor.audience.place.remove_cohort(&actor.audience.cohort);
        let mut ended = Ok(());
        if reason != EndReason::Panic && actor.view().is_some() {
            let seats: Vec<_> = actor.audience.seats.values().cloned().collect();
            ended = seats.iter().try_for_each(|seat| actor.release(seat.id));
            if reason != EndReason::Left {
                seats.iter().for_each(|seat| seat.lifeline.end(reason));
            }
        }
        let reason = if ended.is_err() { EndReason::Panic } else { reason };
        for (_, seat) in actor.audience.seats.drain() {
            seat.depart(None);
            seat.lifeline.end(reason);
        }
        actor.refuse_all();
        if let State::Ready(view, cx) = std::mem::replace(&mut actor.state, State::Ended) {
            drop(view);
            // It may hold tasks, which are user code.
            let _ = catch_panic(|| drop(cx));
        }
        ctx.terminate();
    }
}

impl<V: LiveView> Handler<Requested> for ViewActor<V, Viewers<V>> {
    type Result = ();

    fn handle(&mut self, _: Requested, ctx: &mut Context<Self>) {
        let request = self.audience.cohort.requests.borrow_mut().pop_front();
        match request {
            Some(Request::Join { seat, view, interval, reply }) => {
                // The instance may be gone.
                let _ = reply.send(self.admit(seat, view, interval));
            }
            Some(Request::Leave(id)) if self.release(id).is_err() => self.end(EndReason::Panic, ctx),
            Some(Request::Leave(_)) | None => {}
        }
    }
}

impl<V: LiveView> ViewActor<V, Viewers<V>> {
    /// Takes an instance in, if it is in equal state.
    fn admit(&mut self, seat: Rc<Seat<V>>, view: PanicSafe<V>, interval: Option<u64>) -> Admission<V> {
        let (Some(shared), Some(own), Some(leading)) = (V::SHARED, self.view(), &self.membership) else {
            return Admission::NotNow(view);
        };
        let Some(membership) = seat.membership.upgrade() else { return Admission::NotNow(view) };
        let Viewers { is_stale, changed, has_effects, .. } = self.audience;
        if is_stale || changed != Fields::NONE || has_effects || self.tasks.len() > 0 {
            return Admission::NotNow(view);
        }
        let recording = self.audience.cohort.recording();
        let shows_the_same = **seat.page.borrow().recording() == *recording;
        let is_equal = || catch_panic(|| (shared.equal)(own, &view)) == Ok(true);
        if !shows_the_same || interval != self.audience.interval || !is_equal() {
            return Admission::Unequal(view);
        }
        if !membership.park(leading) {
            return Admission::NotNow(view);
        }
        seat.page.borrow_mut().shows(recording);
        self.audience.seats.insert(seat.id, seat);
        Admission::Joined
    }

    /// Lets an instance go with a copy of the view. It reads on from here. Does nothing if it has
    /// left.
    fn release(&mut self, id: ViewId) -> Result<(), Interrupted> {
        let (Some(shared), State::Ready(view, cx)) = (V::SHARED, &mut self.state) else { return Ok(()) };
        if !self.audience.seats.contains_key(&id) {
            return Ok(());
        }
        let copy = catch_panic(|| (shared.clone)(view))?;
        let Some(seat) = self.audience.seats.remove(&id) else { return Ok(()) };
        if let (Some(leading), Some(id)) = (&self.membership, cx.change_named_id()) {
            leading.change_id(id);
        }
        if self.audience.is_stale || self.audience.changed != Fields::NONE {
            seat.page.borrow_mut().touch();
        }
        if let Some(membership) = seat.membership.upgrade() {
            membership.resume();
        }
        let remounts = self.tasks.len() > 0;
        seat.depart(Some(Leaving { view: PanicSafe::new(copy), remounts }));
        Ok(())
    }

    /// The cohort ends: nobody may join any more, and who wants to leave has left.
    fn refuse_all(&self) {
        for request in self.audience.cohort.requests.take() {
            if let Request::Join { view, reply, .. } = request {
                // The instance may be gone.
                let _ = reply.send(Admission::Unequal(view));
            }
        }
    }

    /// Renders what may have changed. Returns the new recording and the patch, if there is one.
    fn render_for_all(&mut self) -> Result<Option<(Rc<Recording>, SharedPatch)>, Unrendered> {
        let Some(view) = self.view() else { return Ok(None) };
        // The pages keep the present one until they are sent the patch.
        let mut now = Recording::clone(&self.audience.cohort.recording());
        let mut text = String::new();
        let differs = patch(view, V::TEMPLATE, self.audience.changed, &mut now, &mut text)?;
        self.audience.changed = Fields::NONE;
        Ok(differs.then(|| (Rc::new(now), SharedPatch::new(text))))
    }

    /// Shows this, and what handlers want done, on all pages that have room.
    fn show_all(&mut self, news: Option<(Rc<Recording>, SharedPatch)>, ctx: &mut Context<Self>) {
        let before = self.audience.cohort.recording();
        let (now, patch) = match news {
            Some((now, patch)) => (now, Some(patch)),
            None => (Rc::clone(&before), None),
        };
        self.audience.cohort.recording.replace(Rc::clone(&now));
        let mut news = News { before, now, patch };
        let seats = &self.audience.seats;
        if seats.len() <= PAGES_AT_ONCE {
            seats.values().for_each(|seat| seat.show(&mut news));
        } else {
            let seats: Vec<_> = seats.values().cloned().collect();
            ctx.wait(wrap_future::<_, Self>(async move {
                for some in seats.chunks(PAGES_AT_ONCE) {
                    some.iter().for_each(|seat| seat.show(&mut news));
                    tokio::task::yield_now().await;
                }
            }));
        }
        self.audience.place.invite(&self.audience.cohort.recording());
    }
}
