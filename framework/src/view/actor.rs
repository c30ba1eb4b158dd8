//! The view actor: one connected instance of a view.
//!
//! See [the folder](super) for its states and the way of a message through it.

use super::call::Kind;
use super::context::Effect;
use super::guard::{Held, Interrupted, bounded, guarded};
use super::mounting::{Arrival, Place};
use super::turn;
use super::update::{Answer, Screen};
use super::{
    ArgumentError, Call, EndReason, HandlerError, HandlerOutcome, JoinRequest, Life, LiveView, ViewContext,
};
use crate::app::App;
use crate::group::{Membership, Poke, Posting};
use crate::mail::Post;
use crate::peer_log::{Excerpt, LogLimit};
use crate::protocol::{ServerFrame, Unread, close_code};
use crate::push::{Push, ViewId};
use crate::socket::{FromSocket, Link};
use actix::fut::wrap_future;
use actix::{Actor, ActorContext, ActorFuture, ActorFutureExt, AsyncContext, Context, Handler};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// How long `unmount` may take.
const UNMOUNT_WITHIN: Duration = Duration::from_secs(5);
/// How long a view that is never idle may go on without rendering and replying.
const UPDATE_AT_LEAST_EVERY: Duration = Duration::from_millis(50);
/// After how many state pushes a view looks whether its turn is over; after a call it always does.
const WORK_BETWEEN_LOOKS: u32 = 16;
/// How many pushes a view takes in a turn: views of one group stay together then, though the last of them frees each push.
const PUSHES_A_TURN: u32 = 128;

/// See the module.
pub(crate) struct ViewActor<V> {
    pub(super) id: ViewId,
    pub(super) app: Arc<App>,
    pub(super) life: Arc<Life>,
    pub(super) link: Arc<Link>,
    pub(super) membership: Option<Rc<Membership>>,
    pub(super) place: Place,
    pub(super) arrival: Option<Arrival>,
    pub(super) state: State<V>,
    pub(super) screen: Screen,
    /// Pushes are being read and wait for a call to end, or for a turn.
    reading: bool,
    /// It has waited in line, and may handle the next message whoever is there.
    admitted: bool,
    /// Since when rendering is put off.
    pub(super) put_off_since: Option<Instant>,
}

/// Where an instance is in its life. The table is in [the folder's docs](super).
pub(super) enum State<V> {
    /// `mount` runs.
    Mounting,
    /// The view is here.
    Ready(Held<V>, ViewContext),
    /// An asynchronous call has the view.
    Busy,
    /// It is over; the actor waits for `unmount` at most.
    Ended,
}

/// What a call was for.
#[derive(Clone, Copy)]
enum Cause {
    Event(u64),
    Push,
    Tick,
}

impl<V: LiveView> ViewActor<V> {
    pub(super) fn new(join: JoinRequest, life: Arc<Life>, link: Arc<Link>) -> Self {
        let JoinRequest { app, visit, location, template, digests, seat, .. } = join;
        ViewActor {
            id: ViewId::new(),
            app,
            life,
            link,
            membership: None,
            place: Place { visit, location, _seat: seat },
            arrival: Some(Arrival::of::<V>(&template, digests)),
            state: State::Mounting,
            screen: Screen::new(V::TEMPLATE),
            reading: false,
            admitted: false,
            put_off_since: None,
        }
    }

    /// Calls a handler: at once, or with everything else of this view waiting until it is done.
    fn call(&mut self, call: Call<V>, cause: Cause, ctx: &mut Context<Self>) {
        let (mut view, mut cx) = match std::mem::replace(&mut self.state, State::Busy) {
            State::Ready(view, cx) => (view, cx),
            other => {
                self.state = other;
                return;
            }
        };
        match call.0 {
            Kind::Sync(run) => {
                let outcome = guarded(|| run(&mut view, &mut cx));
                self.state = State::Ready(view, cx);
                self.called(outcome, cause, ctx);
            }
            Kind::Async(run) => {
                self.put_off_since.get_or_insert_with(Instant::now);
                let (life, limit) = (Arc::clone(&self.life), self.app.config.handler_timeout);
                let running = async move {
                    let outcome = bounded(run(&mut view, &mut cx), limit, &life).await;
                    (view, cx, outcome)
                };
                ctx.wait(wrap_future::<_, Self>(running).map(move |(view, cx, outcome), actor, ctx| {
                    actor.state = State::Ready(view, cx);
                    actor.called(outcome, cause, ctx);
                    actor.update_if_overdue(ctx);
                    actor.read_on(ctx);
                }));
            }
        }
    }

    /// A handler has come to its end.
    fn called(
        &mut self,
        outcome: Result<HandlerOutcome, Interrupted>,
        cause: Cause,
        ctx: &mut Context<Self>,
    ) {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(interrupted) => return self.interrupted(interrupted, ctx),
        };
        self.screen.touch();
        if let Err(HandlerError::Failed(error)) = &outcome {
            metrics::counter!("djust_handler_errors_total").increment(1);
            tracing::warn!(view = V::PATH, %error, "a handler returned an error");
        }
        match cause {
            Cause::Event(reference) => self.screen.answer(Answer::to_event(reference, outcome)),
            Cause::Tick => self.membership.iter().for_each(|membership| membership.tick_is_done()),
            Cause::Push => {}
        }
        self.collect_effects(ctx);
    }

    fn collect_effects(&mut self, ctx: &mut Context<Self>) {
        let State::Ready(_, cx) = &mut self.state else { return };
        for effect in cx.effects.drain(..) {
            self.screen.answer(match effect {
                Effect::ResetForm(form) => Answer::ResetForm(form),
                Effect::ResetField(field) => Answer::ResetField(field),
                Effect::Focus(id) => Answer::Focus(id),
                Effect::Navigate(to) => Answer::Navigate(to),
            });
        }
        if self.screen.has_too_many_effects() {
            metrics::counter!("djust_views_lagged_total").increment(1);
            tracing::warn!(view = V::PATH, "too many effects wait for a slow browser: the view is remounted");
            self.end(EndReason::Lagged, ctx);
        }
    }

    /// User code was cut short.
    pub(super) fn interrupted(&mut self, interrupted: Interrupted, ctx: &mut Context<Self>) {
        let reason = match interrupted {
            Interrupted::Panic => EndReason::Panic,
            Interrupted::TimeLimit => EndReason::TimeLimit,
            Interrupted::LifeEnded => self.life.reason().unwrap_or(EndReason::Left),
        };
        self.end(reason, ctx);
    }

    /// Applies a push: its fields, then its handler. It has been checked against the view's schema.
    fn apply(&mut self, push: &Push, ctx: &mut Context<Self>) {
        let State::Ready(view, _) = &mut self.state else { return };
        let call =
            push.handler_name().map(|name| guarded(|| V::decode_push(name, push.payload()))).transpose();
        let call = match call {
            Ok(call) => call.transpose(),
            Err(panic) => return self.interrupted(panic, ctx),
        };
        let set = call.map(|call| {
            let mut fields = push.fields().iter();
            guarded(|| fields.try_for_each(|(name, value)| view.set_field(name, value)))
                .map(|set| (set, call))
        });
        match set {
            Ok(Ok((Ok(()), call))) => {
                self.screen.touch();
                if let Some(call) = call {
                    self.call(call, Cause::Push, ctx);
                }
            }
            Ok(Err(panic)) => self.interrupted(panic, ctx),
            Ok(Ok((Err(error), _))) | Err(error) => self.contradicts_its_schema(&error, ctx),
        }
    }

    /// A value was of the right type when the push was checked and is not now: only a `Deserialize` that answers
    /// differently each time does that. What was applied of the push is undone by a remount.
    fn contradicts_its_schema(&mut self, error: &ArgumentError, ctx: &mut Context<Self>) {
        tracing::error!(view = V::PATH, %error, "a push that was checked does not fit: the view is remounted");
        self.end(EndReason::Panic, ctx);
    }

    /// Reads the group's pushes until there are none, one's handler has to be awaited, or the turn is over.
    fn read_pushes(&mut self, ctx: &mut Context<Self>) {
        // The clock is not read for each state push: one costs less than that.
        let (mut work, mut taken) = (0, 0);
        while matches!(self.state, State::Ready(..)) {
            if work >= WORK_BETWEEN_LOOKS {
                work = 0;
                if !turn::has_time() || taken >= PUSHES_A_TURN {
                    self.reading = true;
                    return self.wait_for_turn(ctx, |actor, ctx| {
                        actor.admitted = true;
                        actor.read_on(ctx);
                    });
                }
            }
            match self.membership.as_ref().and_then(|membership| membership.next()) {
                Some(Posting::Push(parcel)) => {
                    taken += 1;
                    work += if parcel.push.handler_name().is_some() { WORK_BETWEEN_LOOKS } else { 1 };
                    self.apply(&parcel.push, ctx);
                }
                Some(Posting::Remount) => self.remount(ctx),
                None => return,
            }
        }
        self.reading = true;
    }

    /// Does something now, or where this turn is over, in one to come; everything else of the view waits behind it.
    fn in_turn(
        &mut self,
        ctx: &mut Context<Self>,
        run: impl FnOnce(&mut Self, &mut Context<Self>) + 'static,
    ) {
        if std::mem::take(&mut self.admitted) || turn::is_open() {
            run(self, ctx);
        } else {
            self.wait_for_turn(ctx, run);
        }
    }

    fn wait_for_turn(
        &mut self,
        ctx: &mut Context<Self>,
        run: impl FnOnce(&mut Self, &mut Context<Self>) + 'static,
    ) {
        self.update_if_overdue(ctx);
        self.is_in_line(true);
        ctx.wait(wrap_future::<_, Self>(turn::next()).map(move |(), actor, ctx| {
            actor.is_in_line(false);
            run(actor, ctx);
        }));
    }

    fn is_in_line(&self, is: bool) {
        self.membership.iter().for_each(|membership| membership.is_in_line(is));
    }

    /// A view that is busy all the time never comes to the end of its mailbox, where it would be rendered.
    fn update_if_overdue(&mut self, ctx: &mut Context<Self>) {
        let now = Instant::now();
        match self.put_off_since {
            None => self.put_off_since = Some(now),
            Some(since) if now.duration_since(since) >= UPDATE_AT_LEAST_EVERY => self.update(ctx),
            Some(_) => {}
        }
    }

    /// Goes on reading pushes, after what has come in meanwhile. It takes the way through the mailbox: what `ctx.notify` does comes
    /// after the rendering, and would not be shown.
    pub(super) fn read_on(&mut self, ctx: &mut Context<Self>) {
        if std::mem::take(&mut self.reading) {
            ctx.address().post(Poke::Pushes);
        }
    }

    fn event(
        &mut self,
        reference: u64,
        name: &str,
        arguments: &crate::push::Arguments,
        ctx: &mut Context<Self>,
    ) {
        match guarded(|| V::decode_event(name, arguments)) {
            Ok(Ok(call)) => self.call(call, Cause::Event(reference), ctx),
            Ok(Err(error)) => self.refuse_event(reference, &error),
            Err(panic) => self.interrupted(panic, ctx),
        }
    }

    fn model(&mut self, reference: u64, field: &str, value: &serde_json::Value, ctx: &mut Context<Self>) {
        let State::Ready(view, _) = &mut self.state else { return };
        match guarded(|| view.set_model(field, value)) {
            Ok(Ok(())) => {
                self.screen.touch();
                self.screen.answer(Answer::Reply { reference, error: None });
            }
            Ok(Err(error)) => self.refuse_event(reference, &error),
            Err(panic) => self.interrupted(panic, ctx),
        }
    }

    fn refuse_event(&mut self, reference: u64, error: &ArgumentError) {
        static LIMIT: LogLimit = LogLimit::new();
        metrics::counter!("djust_events_refused_total").increment(1);
        if let Some(suppressed) = LIMIT.admit() {
            let error = error.to_string();
            tracing::warn!(view = V::PATH, error = %Excerpt(&error), suppressed, "an event is refused");
        }
        let error = Some((error.code(), error.to_string()));
        self.screen.answer(Answer::Reply { reference, error });
    }

    fn tick(&mut self, ctx: &mut Context<Self>) {
        let call = Call::asynchronous(|view: &mut V, cx| {
            Box::pin(async move {
                view.handle_tick(cx).await;
                Ok(())
            })
        });
        self.call(call, Cause::Tick, ctx);
    }

    /// The one end of an instance: it leaves its group, tells the browser, unmounts, and stops.
    pub(super) fn end(&mut self, reason: EndReason, ctx: &mut Context<Self>) {
        if matches!(self.state, State::Ended) {
            return;
        }
        self.life.end(reason);
        let reason = self.life.reason().unwrap_or(reason);
        metrics::counter!("djust_views_ended_total", "reason" => reason.label()).increment(1);
        tracing::debug!(view = V::PATH, ?reason, "a view has ended");
        self.membership = None;
        if let Some(reason) = reason.frame_reason() {
            self.link.send(&ServerFrame::Ended { view: self.link.view(), reason });
        }
        self.link.ended();
        if reason == EndReason::Shutdown {
            self.link.close(1001, "the server goes down");
        }
        if reason == EndReason::Revoked {
            // What the handshake knew of the visitor holds no longer, so nothing may be joined on this socket.
            self.link.close(close_code::REVOKED, "the views were ended");
        }
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready(view, _) if reason != EndReason::Panic => Self::unmount(view, ctx),
            _ => ctx.terminate(),
        }
    }

    fn unmount(view: Held<V>, ctx: &mut Context<Self>) {
        ctx.wait(wrap_future::<_, Self>(unmounted(view)).map(|_, _, ctx| ctx.terminate()));
    }
}

/// Runs `unmount`. It is over in any case: a panic has been reported, a time-out is.
pub(super) async fn unmounted<V: LiveView>(mut view: Held<V>) -> Held<V> {
    if bounded(view.unmount(), UNMOUNT_WITHIN, &Life::new()).await == Err(Interrupted::TimeLimit) {
        tracing::warn!(view = V::PATH, "unmount took longer than 5 s and was ended");
    }
    view
}

impl<V: LiveView> Actor for ViewActor<V> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.mount(ctx);
        ctx.spawn(RenderWhenDrained);
    }
}

/// Reads what has waited as text; its bytes are no longer among those that wait.
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
                self.in_turn(ctx, move |actor, ctx| match read_and_free(&arguments, waiting) {
                    Ok(arguments) => actor.event(reference, &name, &arguments, ctx),
                    Err(error) => {
                        actor.refuse_event(reference, &ArgumentError::argument_type(&name, "args", error));
                    }
                });
            }
            FromSocket::Model { reference, field, value, waiting } => {
                self.put_off_since.get_or_insert_with(Instant::now);
                self.in_turn(ctx, move |actor, ctx| match read_and_free(&value, waiting) {
                    Ok(value) => actor.model(reference, &field, &value, ctx),
                    Err(error) => actor.refuse_event(reference, &ArgumentError::field_type(&field, error)),
                });
            }
            // What there is to render is rendered when the mailbox is drained.
            FromSocket::Room => {}
            FromSocket::Leave => self.end(EndReason::Left, ctx),
        }
    }
}

impl<V: LiveView> Handler<Poke> for ViewActor<V> {
    type Result = ();

    fn handle(&mut self, poke: Poke, ctx: &mut Context<Self>) {
        match poke {
            Poke::Pushes => self.in_turn(ctx, Self::read_pushes),
            Poke::Tick => self.in_turn(ctx, Self::tick),
            Poke::End => self.end(self.life.reason().unwrap_or(EndReason::Left), ctx),
        }
    }
}

/// Runs after each time that the mailbox has been drained, as long as the actor lives: whatever has
/// happened meanwhile is rendered once.
struct RenderWhenDrained;

impl<V: LiveView> ActorFuture<ViewActor<V>> for RenderWhenDrained {
    type Output = ();

    fn poll(
        self: Pin<&mut Self>,
        actor: &mut ViewActor<V>,
        ctx: &mut Context<ViewActor<V>>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<()> {
        actor.update(ctx);
        Poll::Pending
    }
}

impl<V> Drop for ViewActor<V> {
    fn drop(&mut self) {
        // The arbiter has been stopped under the actor: the socket must not wait for it.
        self.life.end(EndReason::Shutdown);
    }
}
