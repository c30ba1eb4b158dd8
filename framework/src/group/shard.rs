//! The shard of a group on one worker thread: what its actor and its members share.
//!
//! Members and actor run on one thread and share it directly; only what comes from other threads is
//! a message. No user code runs while the shared state is borrowed.

use super::directory::Directory;
use super::log::PushLog;
use super::member::{Member, MemberHandle};
use super::messages::StopShard;
use super::presence::Presence;
use super::shard_actor::ShardActor;
use crate::push::{GroupName, ViewId};
use crate::tick::{SubscribeToTicks, Tick, TickSupervisor, UnsubscribeFromTicks};
use crate::worker::Tell;
use actix::{Actor, Addr, Recipient};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

thread_local! {
    /// The shards on this thread, by directory (its address) and group.
    static SHARDS: RefCell<HashMap<(usize, GroupName), Rc<Shard>>> = RefCell::default();
}

/// What a shard's actor and its members share.
pub(super) struct Shard {
    name: GroupName,
    directory: Arc<Directory>,
    pub(super) presence: Arc<Presence>,
    ticks: Addr<TickSupervisor>,
    registry: Recipient<Tick>,
    actor: Addr<ShardActor>,
    attached: Shared<LocalBoxFuture<'static, ()>>,
    pub(super) members: Rc<RefCell<Members>>,
    common: OnceCell<Rc<dyn Any>>,
}

/// The log and who reads it.
#[derive(Default)]
pub(super) struct Members {
    pub(super) log: PushLog,
    pub(super) all: Vec<Rc<Member>>,
}

impl Shard {
    /// Returns the shard of a group on this thread, and starts it if necessary.
    pub(super) fn here(directory: &Arc<Directory>, name: &GroupName) -> Rc<Shard> {
        let key = (Arc::as_ptr(directory) as usize, name.clone());
        SHARDS.with_borrow_mut(|shards| {
            Rc::clone(shards.entry(key).or_insert_with(|| Shard::start(directory, name)))
        })
    }

    fn start(directory: &Arc<Directory>, name: &GroupName) -> Rc<Shard> {
        let members = Rc::<RefCell<Members>>::default();
        let opened = directory.open(name);
        let presence = Arc::clone(&opened.presence);
        let backpressure = Arc::clone(&opened.backpressure);
        let actor =
            ShardActor::new(name.clone(), Arc::clone(&presence), backpressure, Rc::clone(&members)).start();
        Rc::new(Shard {
            name: name.clone(),
            directory: Arc::clone(directory),
            presence,
            ticks: directory.ticks().clone(),
            registry: opened.registry.clone().recipient(),
            attached: opened.attach(actor.clone()).boxed_local().shared(),
            actor,
            members,
            common: OnceCell::new(),
        })
    }

    /// Resolves when every push that is accepted from then on reaches this shard.
    pub(super) fn attached(&self) -> Shared<LocalBoxFuture<'static, ()>> {
        self.attached.clone()
    }

    pub(super) fn add(&self, id: ViewId, handle: Rc<dyn MemberHandle>) -> Rc<Member> {
        let mut members = self.members.borrow_mut();
        let reader = members.log.join(id);
        let member = Rc::new(Member::new(id, reader, handle, members.all.len()));
        members.all.push(Rc::clone(&member));
        member
    }

    /// Removes a member; the last one ends the shard.
    pub(super) fn leave(&self, member: &Member) {
        let mut members = self.members.borrow_mut();
        members.log.leave(&mut member.reader.borrow_mut());
        self.presence.remove(member.id, &member.reader.borrow().keys());
        let index = member.index.get();
        members.all.swap_remove(index);
        if let Some(moved) = members.all.get(index) {
            moved.index.set(index);
        }
        if members.all.is_empty() {
            let key = (Arc::as_ptr(&self.directory) as usize, self.name.clone());
            // The thread may be ending, and its storage may be gone.
            let _ = SHARDS.try_with(|shards| shards.borrow_mut().remove(&key));
            self.directory.close(&self.name, self.actor.clone());
            self.actor.tell(StopShard);
        }
    }

    /// What the members have in common beyond the group's own business: always of one type.
    pub(super) fn common<T: Default + 'static>(&self) -> Rc<T> {
        let common = self.common.get_or_init(|| Rc::<T>::default());
        Rc::clone(common).downcast().expect("a group's views have one type")
    }

    /// One more member wants to tick.
    pub(super) fn subscribe_to_ticks(&self, interval: u64) {
        let (group, registry) = (self.name.clone(), self.registry.clone());
        self.ticks.tell(SubscribeToTicks { group, interval, registry });
    }

    /// A member that wanted to tick has left.
    pub(super) fn unsubscribe_from_ticks(&self, interval: u64) {
        self.ticks.tell(UnsubscribeFromTicks { group: self.name.clone(), interval });
    }
}
