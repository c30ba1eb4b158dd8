//! The tick supervisor actor.

use crate::group::{GroupRegistry, TickGroup};
use crate::mail::Post;
use crate::push::GroupName;
use actix::{Actor, Addr, AsyncContext, Context, Handler, Message, SpawnHandle};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

/// See [the folder](super).
#[derive(Default)]
pub(crate) struct TickSupervisor {
    timers: HashMap<(GroupName, u64), Timer>,
}

struct Timer {
    /// The group's registry, which is another one after the group has been empty.
    registry: Addr<GroupRegistry>,
    views: usize,
    handle: SpawnHandle,
}

/// A view wants to tick. Sent by the directory for a view that has mounted, once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SubscribeTicks {
    pub(crate) group: GroupName,
    /// In milliseconds.
    pub(crate) interval: u64,
    pub(crate) registry: Addr<GroupRegistry>,
}

/// Such a view has ended. Sent by the directory, once.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct UnsubscribeTicks {
    pub(crate) group: GroupName,
    /// In milliseconds.
    pub(crate) interval: u64,
}

impl Actor for TickSupervisor {
    type Context = Context<Self>;
}

impl Handler<SubscribeTicks> for TickSupervisor {
    type Result = ();

    fn handle(&mut self, message: SubscribeTicks, ctx: &mut Context<Self>) {
        let SubscribeTicks { group, interval, registry } = message;
        match self.timers.entry((group.clone(), interval)) {
            Entry::Occupied(mut timer) => {
                timer.get_mut().views += 1;
                timer.get_mut().registry = registry;
            }
            Entry::Vacant(slot) => {
                let handle = ctx.run_interval(Duration::from_millis(interval), move |supervisor, _| {
                    if let Some(timer) = supervisor.timers.get(&(group.clone(), interval)) {
                        timer.registry.post(TickGroup { interval });
                    }
                });
                slot.insert(Timer { registry, views: 1, handle });
            }
        }
    }
}

impl Handler<UnsubscribeTicks> for TickSupervisor {
    type Result = ();

    fn handle(&mut self, message: UnsubscribeTicks, ctx: &mut Context<Self>) {
        if let Entry::Occupied(mut timer) = self.timers.entry((message.group, message.interval)) {
            timer.get_mut().views -= 1;
            if timer.get().views == 0 {
                ctx.cancel_future(timer.remove().handle);
            }
        }
    }
}
