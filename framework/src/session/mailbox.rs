//! The messages of a view actor. Each is handled in the view's turn; what it changed is rendered
//! when the mailbox is drained.

use super::EndReason;
use super::actor::ViewActor;
use super::audience::Audience;
use super::messages::FromSocket;
use super::tasks::TaskEnded;
use crate::group::Wake;
use crate::protocol::Unread;
use crate::view::{ArgumentError, LiveView};
use actix::{Actor, ActorFuture, AsyncContext, Context, Handler};
use std::pin::Pin;
use std::task::Poll;
use std::time::Instant;
use tokio::sync::OwnedSemaphorePermit;

impl<V: LiveView, A: Audience<V>> Actor for ViewActor<V, A> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        A::started(self, ctx);
        ctx.spawn(RenderWhenDrained);
    }
}

/// Reads text that has waited. Its bytes no longer count as waiting.
fn read_and_free<T: serde::de::DeserializeOwned>(
    json: &Unread,
    waiting: OwnedSemaphorePermit,
) -> serde_json::Result<T> {
    drop(waiting);
    json.read()
}

impl<V: LiveView> Handler<FromSocket> for ViewActor<V> {
    type Result = ();

    fn handle(&mut self, message: FromSocket, ctx: &mut Context<Self>) {
        match message {
            FromSocket::Event { reference, name, arguments, waiting } => {
                self.put_off_since.get_or_insert_with(Instant::now);
                self.alone(ctx, move |actor, ctx| match read_and_free(&arguments, waiting) {
                    Ok(arguments) => actor.event(reference, &name, &arguments, ctx),
                    Err(error) => {
                        actor.refuse_event(reference, &ArgumentError::argument_type(&name, "args", error));
                    }
                });
            }
            FromSocket::Model { reference, field, value, waiting } => {
                self.put_off_since.get_or_insert_with(Instant::now);
                self.alone(ctx, move |actor, ctx| match read_and_free(&value, waiting) {
                    Ok(value) => actor.model(reference, &field, &value, ctx),
                    Err(error) => actor.refuse_event(reference, &ArgumentError::field_type(&field, error)),
                });
            }
            // Changes are rendered when the mailbox is drained.
            FromSocket::Room => {}
            FromSocket::Leave => self.end(EndReason::Left, ctx),
        }
    }
}

impl<V: LiveView, A: Audience<V>> Handler<TaskEnded> for ViewActor<V, A> {
    type Result = ();

    fn handle(&mut self, _: TaskEnded, ctx: &mut Context<Self>) {
        self.in_turn(ctx, Self::task_ended);
    }
}

impl<V: LiveView, A: Audience<V>> Handler<Wake> for ViewActor<V, A> {
    type Result = ();

    fn handle(&mut self, poke: Wake, ctx: &mut Context<Self>) {
        match poke {
            Wake::Pushes => self.in_turn(ctx, Self::read_pushes),
            Wake::Tick => self.in_turn(ctx, Self::tick),
            Wake::End => self.end(self.token.reason().unwrap_or(EndReason::Left), ctx),
        }
    }
}

/// Runs each time the mailbox has been drained, as long as the actor lives, and renders everything
/// that has changed since.
struct RenderWhenDrained;

impl<V: LiveView, A: Audience<V>> ActorFuture<ViewActor<V, A>> for RenderWhenDrained {
    type Output = ();

    fn poll(
        self: Pin<&mut Self>,
        actor: &mut ViewActor<V, A>,
        ctx: &mut Context<ViewActor<V, A>>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<()> {
        A::update(actor, ctx);
        Poll::Pending
    }
}
