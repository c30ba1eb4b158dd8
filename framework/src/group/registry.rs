//! The registry actor of one group: hands what it is given to the part on each worker thread.
//!
//! It runs on the hub, is started by the directory with the group's first part, and ends with the last. One
//! mailbox, so all parts see all pushes in one order.

use super::messages::{AttachPart, Deliver, DetachPart, EndAll, Remount, TickGroup};
use super::part::PartActor;
use crate::mail::Post;
use actix::{Actor, ActorContext, Addr, Context, Handler};

/// See the module.
pub(crate) struct GroupRegistry {
    parts: Vec<Addr<PartActor>>,
}

impl GroupRegistry {
    pub(crate) fn new() -> Self {
        GroupRegistry { parts: Vec::new() }
    }

    /// Passes a message on.
    pub(super) fn to_parts<M>(&self, message: &M)
    where
        M: actix::Message<Result = ()> + Clone + Send + 'static,
        PartActor: Handler<M>,
    {
        self.parts.iter().for_each(|part| part.post(message.clone()));
    }
}

impl Actor for GroupRegistry {
    type Context = Context<Self>;
}

impl Handler<AttachPart> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, AttachPart(part): AttachPart, _: &mut Context<Self>) {
        self.parts.push(part);
    }
}

impl Handler<DetachPart> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: DetachPart, ctx: &mut Context<Self>) {
        self.parts.retain(|part| *part != message.part);
        if message.last {
            ctx.stop();
        }
    }
}

impl Handler<Deliver> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: Deliver, _: &mut Context<Self>) {
        for part in &self.parts {
            part.post(message.clone());
        }
    }
}

impl Handler<Remount> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: Remount, _: &mut Context<Self>) {
        for part in &self.parts {
            part.post(message);
        }
    }
}

impl Handler<TickGroup> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: TickGroup, _: &mut Context<Self>) {
        for part in &self.parts {
            part.post(message);
        }
    }
}

impl Handler<EndAll> for GroupRegistry {
    type Result = ();

    fn handle(&mut self, message: EndAll, _: &mut Context<Self>) {
        for part in &self.parts {
            part.post(message);
        }
    }
}
