//! The only place that puts messages into mailboxes without waiting.
//!
//! `do_send` ignores a mailbox's capacity. So nothing else in the crate calls it (`clippy.toml`
//! forbids it), and the docs of each message that an actor is [told](Tell::tell) say what bounds
//! its number.

use actix::dev::{MessageResponse, ToEnvelope};
use actix::{Actor, Addr, Handler, Message, Recipient};

/// Leaves a message in a mailbox; a message to an actor that has ended is dropped.
pub(crate) trait Tell<M> {
    /// Leaves the message. The message's docs say what bounds its number.
    fn tell(&self, message: M);
}

#[expect(clippy::disallowed_methods, reason = "the wrapper itself")]
impl<A, M> Tell<M> for Addr<A>
where
    A: Actor + Handler<M>,
    A::Context: ToEnvelope<A, M>,
    M: Message + Send + 'static,
    M::Result: MessageResponse<A, M> + Send,
{
    fn tell(&self, message: M) {
        self.do_send(message);
    }
}

#[expect(clippy::disallowed_methods, reason = "the wrapper itself")]
impl<M> Tell<M> for Recipient<M>
where
    M: Message + Send + 'static,
    M::Result: Send,
{
    fn tell(&self, message: M) {
        self.do_send(message);
    }
}
