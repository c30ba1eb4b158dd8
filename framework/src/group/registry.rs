//! The registry actor of one group: it passes each message to the shard on each worker thread.
//!
//! It runs on the background arbiter. The directory starts it with the group's first shard, and it
//! ends with the last one. Its one mailbox gives all shards all pushes in one order.

use super::messages::{AttachShard, Deliver, DetachShard, EndAll, Remount};
use super::shard_actor::ShardActor;
use crate::tick::Tick;
use crate::worker::Tell;
use actix::{Actor, ActorContext, Addr, Context, Handler, Message};

/// The shards of a group.
pub(crate) struct GroupRegistry {
    shards: Vec<Addr<ShardActor>>,
}

impl GroupRegistry {
    pub(crate) fn new() -> Self {
        GroupRegistry { shards: Vec::new() }
    }

    #[cfg(feature = "testing")]
    pub(super) fn shards(&self) -> impl Iterator<Item = &Addr<ShardActor>> {
        self.shards.iter()
    }

    /// Passes a message on.
    pub(super) fn to_shards<M>(&self, message: &M)
    where
        M: Message<Result = ()> + Clone + Send + 'static,
        ShardActor: Handler<M>,
    {
        self.shards.iter().for_each(|shard| shard.tell(message.clone()));
    }
}

impl Actor for GroupRegistry {
    type Context = Context<Self>;
}

impl Handler<AttachShard> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, AttachShard(shard): AttachShard, _: &mut Context<Self>) {
        self.shards.push(shard);
    }
}

impl Handler<DetachShard> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: DetachShard, ctx: &mut Context<Self>) {
        self.shards.retain(|shard| *shard != message.shard);
        if message.last {
            ctx.stop();
        }
    }
}

impl Handler<Deliver> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: Deliver, _: &mut Context<Self>) {
        self.to_shards(&message);
    }
}

impl Handler<Remount> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: Remount, _: &mut Context<Self>) {
        self.to_shards(&message);
    }
}

impl Handler<Tick> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: Tick, _: &mut Context<Self>) {
        self.to_shards(&message);
    }
}

impl Handler<EndAll> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: EndAll, _: &mut Context<Self>) {
        self.to_shards(&message);
    }
}
