//! The tick supervisor actor.

use super::messages::{SubscribeToTicks, Tick, UnsubscribeFromTicks};
use crate::push::GroupName;
use crate::worker::Tell;
use actix::{Actor, AsyncContext, Context, Handler, Recipient, SpawnHandle};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

/// Keeps a timer for each group and interval, and tells the group's registry when a tick is due.
#[derive(Default)]
pub(crate) struct TickSupervisor {
    timers: HashMap<(GroupName, u64), Timer>,
}

struct Timer {
    /// The group's registry. It is a new one after the group has been empty.
    registry: Recipient<Tick>,
    views: usize,
    handle: SpawnHandle,
}

impl Actor for TickSupervisor {
    type Context = Context<Self>;
}

impl Handler<SubscribeToTicks> for TickSupervisor {
    type Result = ();

    fn handle(&mut self, message: SubscribeToTicks, ctx: &mut Context<Self>) {
        let SubscribeToTicks { group, interval, registry } = message;
        match self.timers.entry((group.clone(), interval)) {
            Entry::Occupied(mut timer) => {
                timer.get_mut().views += 1;
                timer.get_mut().registry = registry;
            }
            Entry::Vacant(slot) => {
                let handle = ctx.run_interval(Duration::from_millis(interval), move |supervisor, _| {
                    if let Some(timer) = supervisor.timers.get(&(group.clone(), interval)) {
                        timer.registry.tell(Tick { interval });
                    }
                });
                slot.insert(Timer { registry, views: 1, handle });
            }
        }
    }
}

impl Handler<UnsubscribeFromTicks> for TickSupervisor {
    type Result = ();

    fn handle(&mut self, message: UnsubscribeFromTicks, ctx: &mut Context<Self>) {
        if let Entry::Occupied(mut timer) = self.timers.entry((message.group, message.interval)) {
            timer.get_mut().views -= 1;
            if timer.get().views == 0 {
                ctx.cancel_future(timer.remove().handle);
            }
        }
    }
}
