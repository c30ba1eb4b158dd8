//! Lets tests know that pushes have arrived.

use super::directory::Directory;
use super::registry::GroupRegistry;
use super::shard_actor::ShardActor;
use crate::push::GroupName;
use actix::{Context, Handler, Message, ResponseFuture};

/// Answered when everything sent before it has been passed on. A test sends it to the registry,
/// which sends it to each shard.
#[derive(Message, Clone, Copy)]
#[rtype(result = "()")]
pub(super) struct Barrier;

impl Directory {
    /// Resolves when each accepted push is in the logs of its group and the members have been
    /// woken.
    pub(crate) async fn barrier(&self, group: &GroupName) {
        let registry = self.read().get(group).map(|group| group.registry.clone());
        if let Some(registry) = registry {
            // A registry that has ended has passed everything on.
            let _ = registry.send(Barrier).await;
        }
    }
}

impl Handler<Barrier> for GroupRegistry {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, barrier: Barrier, _: &mut Context<Self>) -> Self::Result {
        let shards: Vec<_> = self.shards().map(|shard| shard.send(barrier)).collect();
        Box::pin(async move {
            for shard in shards {
                // A shard that has ended has passed everything on.
                let _ = shard.await;
            }
        })
    }
}

impl Handler<Barrier> for ShardActor {
    type Result = ();

    fn handle(&mut self, _: Barrier, _: &mut Context<Self>) {}
}
