//! The part of a group on one worker thread: the actor, and what its members share with it.
//!
//! Members and actor are on one thread and share [`Part`] directly; only what comes from other threads is a
//! message. No user code runs while the shared state is borrowed.
//!
//! The actor appends pushes and wakes members, passes ticks on, and once a second looks after each member:
//! acknowledgements that are overdue, dead connections, members that can't keep up.
//!
//! When the group's permits run short it looks at once who holds them back: members that have not taken the oldest push for a
//! while, though others of the group, on any thread, are ahead of them. Those are remounted before a sender is refused. A burst
//! is worked on for about 2 ms at a time; then the thread's other tasks have theirs.

use super::directory::Directory;
use super::log::{Came, PushLog, Reader};
use super::messages::{Deliver, EndAll, Poke, Remount, StopPart, TickGroup};
use super::roll::{Parcel, Roll};
use crate::mail::Post;
use crate::push::{GroupName, ViewId};
use crate::socket::Link;
use crate::view::{EndReason, Life, is_crowded, laps};
use actix::fut::wrap_future;
use actix::{Actor, ActorContext, Addr, AsyncContext, Context, Handler, Recipient};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often members are looked after.
const CARE_INTERVAL: Duration = Duration::from_secs(1);
/// The weight of the pushes that may wait for a member, unless for the whole group.
const MAX_BEHIND: u64 = 32_768;
/// How many places a log may have, most of them of pushes that all but a few members have taken.
const MAX_PLACES: usize = 131_072;
/// What handing out a push costs besides looking at each member, and how much of that is done at a time: about 2 ms.
const PUSH_WORK: usize = 64;
const MAX_WORK: usize = 400_000;

thread_local! {
    /// The parts on this thread, by directory (its address) and group.
    static PARTS: RefCell<HashMap<(usize, GroupName), Rc<Part>>> = RefCell::default();
}

/// What a part's actor and its members share.
pub(super) struct Part {
    name: GroupName,
    directory: Arc<Directory>,
    pub(super) roll: Arc<Roll>,
    actor: Addr<PartActor>,
    attached: Shared<LocalBoxFuture<'static, ()>>,
    pub(super) members: Rc<RefCell<Members>>,
}

/// The log and who reads it.
#[derive(Default)]
pub(super) struct Members {
    pub(super) log: PushLog,
    seats: Vec<Rc<Seat>>,
}

/// A member's place in its part.
pub(super) struct Seat {
    pub(super) id: ViewId,
    pub(super) reader: RefCell<Reader>,
    view: Recipient<Poke>,
    link: Arc<Link>,
    life: Arc<Life>,
    /// A `Poke::Pushes` is in its mailbox.
    pub(super) woken: Cell<bool>,
    pub(super) tick_interval: Cell<Option<u64>>,
    /// A `Poke::Tick` is in its mailbox or being worked on.
    pub(super) ticking: Cell<bool>,
    /// The view waits for its turn on the thread.
    pub(super) in_line: Cell<bool>,
    /// Where its reader was a second ago.
    seen_at: Cell<u64>,
    /// Keys whose views have been ended while its own were not known.
    pub(super) pending_ends: RefCell<Vec<Arc<str>>>,
    index: Cell<usize>,
}

impl Part {
    /// The part of a group on this thread, started if need be.
    pub(super) fn here(directory: &Arc<Directory>, name: &GroupName) -> Rc<Part> {
        let key = (Arc::as_ptr(directory) as usize, name.clone());
        PARTS.with_borrow_mut(|parts| {
            Rc::clone(parts.entry(key).or_insert_with(|| Part::start(directory, name)))
        })
    }

    fn start(directory: &Arc<Directory>, name: &GroupName) -> Rc<Part> {
        let members = Rc::<RefCell<Members>>::default();
        let opened = directory.open(name);
        let roll = Arc::clone(&opened.roll);
        let actor = PartActor {
            id: ViewId::new(),
            name: name.clone(),
            roll: Arc::clone(&roll),
            members: Rc::clone(&members),
            work: 0,
        }
        .start();
        let attached = opened.attach(actor.clone()).boxed_local().shared();
        Rc::new(Part { name: name.clone(), directory: Arc::clone(directory), roll, actor, attached, members })
    }

    /// Done when every push accepted from then on comes here.
    pub(super) fn attached(&self) -> Shared<LocalBoxFuture<'static, ()>> {
        self.attached.clone()
    }

    pub(super) fn sit(
        &self,
        id: ViewId,
        view: Recipient<Poke>,
        link: Arc<Link>,
        life: Arc<Life>,
    ) -> Rc<Seat> {
        let mut members = self.members.borrow_mut();
        let reader = members.log.join(id);
        let seat = Rc::new(Seat {
            id,
            seen_at: Cell::new(reader.next),
            reader: RefCell::new(reader),
            view,
            link,
            life,
            woken: Cell::new(false),
            tick_interval: Cell::new(None),
            ticking: Cell::new(false),
            in_line: Cell::new(false),
            pending_ends: RefCell::default(),
            index: Cell::new(members.seats.len()),
        });
        members.seats.push(Rc::clone(&seat));
        seat
    }

    /// Takes a member out; the last one ends the part.
    pub(super) fn leave(&self, seat: &Seat) {
        let mut members = self.members.borrow_mut();
        members.log.leave(&mut seat.reader.borrow_mut());
        self.roll.remove(seat.id, &seat.reader.borrow().keys);
        let index = seat.index.get();
        members.seats.swap_remove(index);
        if let Some(moved) = members.seats.get(index) {
            moved.index.set(index);
        }
        if members.seats.is_empty() {
            let key = (Arc::as_ptr(&self.directory) as usize, self.name.clone());
            // At the thread's end its table may be gone already.
            let _ = PARTS.try_with(|parts| parts.borrow_mut().remove(&key));
            self.directory.close(&self.name, self.actor.clone());
            self.actor.post(StopPart);
        }
    }

    pub(super) fn subscribe_to_ticks(&self, interval: u64) {
        self.directory.subscribe_to_ticks(&self.name, interval);
    }

    pub(super) fn unsubscribe_from_ticks(&self, interval: u64) {
        self.directory.unsubscribe_from_ticks(&self.name, interval);
    }
}

/// The actor of a part.
pub(crate) struct PartActor {
    /// Tells the group's parts apart.
    id: ViewId,
    name: GroupName,
    roll: Arc<Roll>,
    members: Rc<RefCell<Members>>,
    /// How much has been done since other tasks had their turn.
    work: usize,
}

impl Actor for PartActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.run_interval(CARE_INTERVAL, |part, _| part.look_after_members());
    }
}

impl PartActor {
    /// No user code may run in it.
    pub(super) fn each_seat(&self, act: impl Fn(&Seat)) {
        self.members.borrow().seats.iter().for_each(|seat| act(seat));
    }

    fn look_after_members(&self) {
        let Members { log, seats } = &mut *self.members.borrow_mut();
        let behind = |seat: &Rc<Seat>| seat.reader.borrow().pending.get();
        // Views that take turns are never all at one place: a moving one has to be far behind the foremost.
        let foremost = seats.iter().map(behind).min().unwrap_or_default();
        for seat in &*seats {
            let next = seat.reader.borrow().next;
            let stuck = seat.seen_at.replace(next) == next;
            let far = behind(seat) - foremost >= MAX_BEHIND / 2;
            let lags = behind(seat) >= MAX_BEHIND && (stuck || far) && !seat.is_crowded_out();
            if lags && seat.link.clock().is_steady() {
                self.give_up(seat, log);
            } else if let Some(fault) = seat.link.look_after() {
                seat.end(fault);
            }
        }
        self.free_permits(log, seats);
    }

    /// A member can't keep up. What it has still to take is free at once, whatever the view is busy with.
    fn give_up(&self, seat: &Seat, log: &mut PushLog) {
        let reader = &mut *seat.reader.borrow_mut();
        metrics::counter!("djust_views_lagged_total").increment(1);
        tracing::warn!(group = %self.name, behind = reader.pending.get(), "a view can't keep up with its pushes: it is remounted");
        log.abandon(reader);
        seat.end(EndReason::Lagged);
    }

    /// Where permits are short, remounts the members that hold them back.
    fn free_permits(&self, log: &mut PushLog, seats: &[Rc<Seat>]) {
        let runs_short = |log: &PushLog| self.roll.is_short() || log.len() > MAX_PLACES;
        let Some(clock) = seats.first().map(|seat| seat.link.clock()) else { return };
        if !runs_short(log) || !clock.is_steady() {
            return;
        }
        let now = now(seats);
        let least = log.furthest_ahead(seats.iter().map(|seat| &seat.reader));
        let ahead = least.min(self.roll.is_ahead(self.id, least));
        while runs_short(log) {
            let lags = |seat: &&Rc<Seat>| {
                let reader = seat.reader.borrow();
                if seat.is_crowded_out() {
                    log.is_laggard_in_line(&reader, least, now)
                } else {
                    log.is_laggard(&reader, ahead, now)
                }
            };
            let laggards: Vec<_> = seats.iter().filter(lags).collect();
            if laggards.is_empty() {
                return;
            }
            laggards.into_iter().for_each(|seat| self.give_up(seat, log));
        }
    }

    /// Hands a push out, and wakes those that take it.
    fn hand_out(&mut self, parcel: Arc<Parcel>) {
        self.work += PUSH_WORK;
        let Members { log, seats } = &mut *self.members.borrow_mut();
        if log.merge(&parcel) {
            return;
        }
        self.free_permits(log, seats);
        let (position, came) = (log.end(), now(seats));
        let takes = |seat: &&Rc<Seat>| seat.reader.borrow().will_take(position, &parcel);
        let waiting = seats.iter().filter(takes).inspect(|seat| seat.wake()).count();
        self.work += seats.len();
        log.append(parcel, waiting, came);
    }
}

/// The time, on the clock of the members' thread.
fn now(seats: &[Rc<Seat>]) -> Came {
    let at = seats.first().map_or_else(Instant::now, |seat| seat.link.clock().now());
    Came { at, laps: laps() }
}

impl Seat {
    pub(super) fn end(&self, reason: EndReason) {
        if self.life.end(reason) {
            self.view.post(Poke::End);
        }
    }

    /// It would go on if other views did not use the thread.
    fn is_crowded_out(&self) -> bool {
        self.in_line.get() && is_crowded()
    }

    pub(super) fn wake(&self) {
        if !self.woken.replace(true) {
            self.view.post(Poke::Pushes);
        }
    }
}

impl Handler<Deliver> for PartActor {
    type Result = ();

    fn handle(&mut self, Deliver(parcel): Deliver, ctx: &mut Context<Self>) {
        self.hand_out(parcel);
        if self.work >= MAX_WORK {
            self.work = 0;
            ctx.wait(wrap_future::<_, Self>(tokio::task::yield_now()));
        }
    }
}

impl Handler<Remount> for PartActor {
    type Result = ();

    fn handle(&mut self, _: Remount, _: &mut Context<Self>) {
        let Members { log, seats } = &mut *self.members.borrow_mut();
        metrics::counter!("djust_views_remounted_total").increment(seats.len() as u64);
        log.remount(seats.iter().map(|seat| &seat.reader), now(seats));
        for seat in seats {
            self.roll.mounts_again(seat.id);
            seat.wake();
        }
    }
}

impl Handler<TickGroup> for PartActor {
    type Result = ();

    fn handle(&mut self, tick: TickGroup, _: &mut Context<Self>) {
        for seat in &self.members.borrow().seats {
            if seat.tick_interval.get() != Some(tick.interval) {
                continue;
            }
            if seat.ticking.replace(true) {
                metrics::counter!("djust_ticks_skipped_total").increment(1);
                tracing::debug!(group = %self.name, "a tick is skipped: the view is busy with the last one");
            } else {
                seat.view.post(Poke::Tick);
            }
        }
    }
}

impl Handler<EndAll> for PartActor {
    type Result = ();

    fn handle(&mut self, EndAll(reason): EndAll, _: &mut Context<Self>) {
        for seat in &self.members.borrow().seats {
            seat.end(reason);
        }
    }
}

impl Handler<StopPart> for PartActor {
    type Result = ();

    fn handle(&mut self, _: StopPart, ctx: &mut Context<Self>) {
        self.roll.forget_part(self.id);
        ctx.stop();
    }
}
