//! What tests ask of an instance.

use super::actor::ViewActor;
use crate::view::LiveView;
use crate::worker::Tell;
use actix::fut::wrap_future;
use actix::{AsyncContext, Context, Handler, Message};
use tokio::sync::oneshot;

/// Answers with the page's HTML when all that has arrived before has been handled and rendered. Sent by a
/// test, which waits for the answer.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Settle(pub(crate) oneshot::Sender<String>);

/// Looks at the view. Sent by a test, which waits for it.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct Inspect<V>(pub(crate) Box<dyn FnOnce(&V) + Send>);

impl<V: LiveView> Handler<Settle> for ViewActor<V> {
    type Result = ();

    fn handle(&mut self, Settle(answer): Settle, ctx: &mut Context<Self>) {
        if self.view().is_some() {
            // After an asynchronous handler the wake for the rest of them is behind this.
            self.read_pushes(ctx);
        }
        if self.is_reading() {
            // The rest is read when a handler has ended, or in another turn.
            return ctx.address().tell(Settle(answer));
        }
        self.update(ctx);
        if !self.is_up_to_date() {
            // The client is about to make room.
            ctx.wait(wrap_future::<_, Self>(tokio::task::yield_now()));
            return ctx.address().tell(Settle(answer));
        }
        // A test that has given up needs no answer.
        drop(answer.send(self.shown.html()));
    }
}

impl<V: LiveView> Handler<Inspect<V>> for ViewActor<V> {
    type Result = ();

    fn handle(&mut self, Inspect(look): Inspect<V>, _: &mut Context<Self>) {
        if let Some(view) = self.view() {
            look(view);
        }
    }
}
