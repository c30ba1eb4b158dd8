//! What tests ask of an instance.

use super::actor::{State, ViewActor};
use super::audience::Audience;
use super::cohort::Viewers;
use crate::view::LiveView;
use crate::worker::Tell;
use actix::fut::wrap_future;
use actix::{ActorFutureExt, AsyncContext, Context, Handler, Message, Recipient};
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

/// How tests reach a cohort through an instance in it.
pub(super) struct CohortTests<V> {
    settle: Recipient<SettleCohort>,
    inspect: Recipient<Inspect<V>>,
}

impl<V: LiveView> CohortTests<V> {
    pub(super) fn of(context: &Context<ViewActor<V, Viewers<V>>>) -> Self {
        CohortTests { settle: context.address().recipient(), inspect: context.address().recipient() }
    }
}

/// Answered when a cohort has handled and rendered all that has arrived. Sent by an instance that
/// is asked to settle, which then settles itself.
#[derive(Message)]
#[rtype(result = "()")]
struct SettleCohort(oneshot::Sender<()>);

impl<V: LiveView, A: Audience<V>> ViewActor<V, A> {
    /// Reads and shows what has arrived. Returns whether that is all.
    fn catch_up(&mut self, ctx: &mut Context<Self>) -> bool {
        if self.view().is_some() {
            // After an asynchronous handler the wake for the rest of them is behind this.
            self.read_pushes(ctx);
        }
        // The rest is read when a handler has ended, or in another turn.
        let is_reading = self.is_reading();
        if !is_reading {
            A::update(self, ctx);
        }
        !is_reading
    }
}

impl<V: LiveView> Handler<Settle> for ViewActor<V> {
    type Result = ();

    fn handle(&mut self, Settle(answer): Settle, ctx: &mut Context<Self>) {
        self.take_back(ctx);
        if let State::Sharing(seat, _) = &self.state {
            let (settled, is_settled) = oneshot::channel();
            seat.cohort.tests.settle.tell(SettleCohort(settled));
            let settled = wrap_future::<_, Self>(is_settled);
            return ctx.wait(settled.map(move |_, actor, ctx| actor.settle_alone(answer, ctx)));
        }
        self.settle_alone(answer, ctx);
    }
}

impl<V: LiveView> ViewActor<V> {
    fn settle_alone(&mut self, answer: oneshot::Sender<String>, ctx: &mut Context<Self>) {
        if !self.catch_up(ctx) {
            return ctx.address().tell(Settle(answer));
        }
        let is_there = matches!(self.state, State::Ready(..) | State::Sharing(..));
        let process_is_stale = self.host.groups.is_stale();
        if is_there && self.audience.page().has_news(process_is_stale) {
            // The client is about to make room.
            ctx.wait(wrap_future::<_, Self>(tokio::task::yield_now()));
            return ctx.address().tell(Settle(answer));
        }
        // A test that has given up needs no answer.
        drop(answer.send(self.audience.page().html()));
    }
}

impl<V: LiveView> Handler<SettleCohort> for ViewActor<V, Viewers<V>> {
    type Result = ();

    fn handle(&mut self, SettleCohort(answer): SettleCohort, ctx: &mut Context<Self>) {
        if !self.catch_up(ctx) {
            return ctx.address().tell(SettleCohort(answer));
        }
        // An instance that is gone needs no answer.
        let _ = answer.send(());
    }
}

impl<V: LiveView> Handler<Inspect<V>> for ViewActor<V> {
    type Result = ();

    fn handle(&mut self, Inspect(look): Inspect<V>, ctx: &mut Context<Self>) {
        self.take_back(ctx);
        match &self.state {
            State::Ready(view, _) => look(view),
            State::Sharing(seat, _) => seat.cohort.tests.inspect.tell(Inspect(look)),
            // It has left its cohort, and is remounted.
            State::Mounting => ctx.address().tell(Inspect(look)),
            State::Busy | State::Ended => {}
        }
    }
}

impl<V: LiveView> Handler<Inspect<V>> for ViewActor<V, Viewers<V>> {
    type Result = ();

    fn handle(&mut self, Inspect(look): Inspect<V>, _: &mut Context<Self>) {
        if let Some(view) = self.view() {
            look(view);
        }
    }
}
