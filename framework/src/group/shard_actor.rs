//! The actor of a shard: it appends pushes to the log, wakes the members that take them, and passes
//! on ticks.
//!
//! Once a second, and at once when the group's permits run short, it looks for members that can't
//! keep up (`laggards`). It works on a burst for about 2 ms at a time; then the thread's other
//! tasks have their turn.

use super::backpressure::Backpressure;
use super::log::Came;
use super::member::{Expulsion, Member};
use super::messages::{Deliver, EndAll, Remount, StopShard, Wake};
use super::presence::Presence;
use super::queued::QueuedPush;
use super::shard::Members;
use crate::push::{GroupName, ViewId};
use crate::tick::Tick;
use crate::worker::turn;
use actix::fut::wrap_future;
use actix::{Actor, ActorContext, AsyncContext, Context, Handler};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often members are checked.
const LIVENESS_INTERVAL: Duration = Duration::from_secs(1);
/// The cost of distributing a push, besides checking each member; and how much work is done at a
/// time, about 2 ms.
const PUSH_WORK: usize = 64;
const MAX_WORK: usize = 400_000;

/// The actor of a group on one worker thread.
pub(crate) struct ShardActor {
    /// Tells the group's shards apart.
    pub(super) id: ViewId,
    pub(super) name: GroupName,
    presence: Arc<Presence>,
    pub(super) backpressure: Arc<Backpressure>,
    pub(super) members: Rc<RefCell<Members>>,
    /// How much work has been done since other tasks had their turn.
    work: usize,
}

impl Actor for ShardActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.run_interval(LIVENESS_INTERVAL, |shard, _| shard.look_after_members());
    }
}

impl ShardActor {
    pub(super) fn new(
        name: GroupName,
        presence: Arc<Presence>,
        backpressure: Arc<Backpressure>,
        members: Rc<RefCell<Members>>,
    ) -> Self {
        ShardActor { id: ViewId::new(), name, presence, backpressure, members, work: 0 }
    }

    /// Does something with each member. It must not run user code.
    pub(super) fn each_member(&self, act: impl Fn(&Member)) {
        self.members.borrow().all.iter().for_each(|member| act(member));
    }

    /// Appends a push to the log, and wakes the members that take it.
    fn hand_out(&mut self, queued: Arc<QueuedPush>) {
        self.work += PUSH_WORK;
        let Members { log, all } = &mut *self.members.borrow_mut();
        if log.merge(&queued) {
            return;
        }
        self.free_permits(log, all);
        let (position, came) = (log.end(), now(all));
        let takes = |member: &&Rc<Member>| member.reader.borrow().will_take(position, &queued);
        let waiting = all.iter().filter(takes).inspect(|member| member.wake()).count();
        self.work += all.len();
        log.append(queued, waiting, came);
    }
}

/// The time, on the clock of the members' thread.
pub(super) fn now(members: &[Rc<Member>]) -> Came {
    let at = members.first().map_or_else(Instant::now, |member| member.handle.clock().now());
    Came { at, laps: turn::laps() }
}

impl Handler<Deliver> for ShardActor {
    type Result = ();

    fn handle(&mut self, Deliver(queued): Deliver, ctx: &mut Context<Self>) {
        self.hand_out(queued);
        if self.work >= MAX_WORK {
            self.work = 0;
            ctx.wait(wrap_future::<_, Self>(tokio::task::yield_now()));
        }
    }
}

impl Handler<Remount> for ShardActor {
    type Result = ();

    fn handle(&mut self, _: Remount, _: &mut Context<Self>) {
        let Members { log, all } = &mut *self.members.borrow_mut();
        log.remount(all.iter().map(|member| &member.reader), now(all));
        let mut views = 0;
        for member in all {
            if !member.reader.borrow().is_leading() {
                views += 1;
                self.presence.mounts_again(member.id);
            }
            member.wake();
        }
        metrics::counter!("djust_views_remounted_total").increment(views);
    }
}

impl Handler<Tick> for ShardActor {
    type Result = ();

    fn handle(&mut self, tick: Tick, _: &mut Context<Self>) {
        for member in &self.members.borrow().all {
            if member.tick_interval.get() != Some(tick.interval) || member.reader.borrow().is_parked() {
                continue;
            }
            if member.ticking.replace(true) {
                metrics::counter!("djust_ticks_skipped_total").increment(1);
                tracing::debug!(group = %self.name, "a tick is skipped: the view is busy with the previous one");
            } else {
                member.handle.wake(Wake::Tick);
            }
        }
    }
}

impl Handler<EndAll> for ShardActor {
    type Result = ();

    fn handle(&mut self, _: EndAll, _: &mut Context<Self>) {
        self.each_member(|member| member.handle.expel(Expulsion::Shutdown));
    }
}

impl Handler<StopShard> for ShardActor {
    type Result = ();

    fn handle(&mut self, _: StopShard, ctx: &mut Context<Self>) {
        self.backpressure.forget_shard(self.id);
        ctx.stop();
    }
}
