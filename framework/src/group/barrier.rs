//! A way for tests to know that pushes and ticks have arrived.

use super::directory::Directory;
use super::registry::GroupRegistry;
use super::shard_actor::ShardActor;
use crate::push::GroupName;
use crate::tick::TickSupervisor;
use actix::{Context, Handler, Message, ResponseFuture};

/// Answered when all that was left before it has been passed on. Sent by a test to the tick supervisor and
/// to the registry, and by that to each shard.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(super) struct Barrier;

impl Directory {
    /// Done when each push that has been accepted is in the logs of its group, and its members are woken, also
    /// for the ticks that are due.
    pub(crate) async fn barrier(&self, group: &GroupName) {
        // An arbiter that has been stopped makes no ticks.
        let _ = self.ticks().send(Barrier).await;
        let registry = self.read().get(group).map(|group| group.registry.clone());
        if let Some(registry) = registry {
            // One that has ended has passed everything on.
            let _ = registry.send(Barrier).await;
        }
    }
}

impl Handler<Barrier> for TickSupervisor {
    type Result = ();

    /// Answered when its timers have been looked at, too: they are part of the same poll.
    fn handle(&mut self, _: Barrier, _: &mut Context<Self>) {}
}

impl Handler<Barrier> for GroupRegistry {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, barrier: Barrier, _: &mut Context<Self>) -> Self::Result {
        let shards: Vec<_> = self.shards().map(|shard| shard.send(barrier)).collect();
        Box::pin(async move {
            for shard in shards {
                // As above.
                let _ = shard.await;
            }
        })
    }
}

impl Handler<Barrier> for ShardActor {
    type Result = ();

    fn handle(&mut self, _: Barrier, _: &mut Context<Self>) {}
}
