//! The view actor: one connected instance of a view, or a cohort of instances that share one.
//!
//! The docs of [the folder](super) describe its states, and how a message travels through it.

use super::audience::Audience;
use super::client::Client;
use super::cohort::Seat;
use super::guard::{Interrupted, PanicSafe, catch_panic, run_with_limits};
use super::tasks::{MAX_TASKS, TaskEnded, TaskSet};
use super::{CancellationToken, EndReason, Host};
use crate::group::{LogItem, Membership, Wake};
use crate::push::{Push, ViewId};
use crate::render::Fields;
use crate::view::{ArgumentError, Call, CallKind, HandlerError, HandlerOutcome, LiveView, ViewContext};
use crate::worker::{Tell, turn};
use actix::fut::wrap_future;
use actix::{ActorContext, ActorFutureExt, AsyncContext, Context};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long `unmount` may take.
const UNMOUNT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a view that is never idle may continue without rendering and replying.
const UPDATE_AT_LEAST_EVERY: Duration = Duration::from_millis(50);
/// After how many state pushes a view checks whether its turn is over; after a call it always does.
const WORK_BETWEEN_LOOKS: u32 = 16;
/// How many pushes a view takes in a turn. The limit keeps the views of a group close together,
/// because a push is freed when its last view has taken it.
const PUSHES_A_TURN: u32 = 128;

/// One instance: for the browser that it is connected to, or for several that share it.
pub(crate) struct ViewActor<V, A = Client<V>> {
    pub(super) id: ViewId,
    pub(super) host: Arc<Host>,
    pub(super) token: Arc<CancellationToken>,
    pub(super) membership: Option<Rc<Membership>>,
    pub(super) state: State<V>,
    pub(super) tasks: TaskSet<V>,
    pub(super) audience: A,
    /// It is reading pushes, and waits for a call to end or for a turn.
    reading: bool,
    /// It has waited in line, so the next message is handled even if other views wait.
    pub(super) admitted: bool,
    /// Since when rendering has been postponed.
    pub(super) put_off_since: Option<Instant>,
}

/// The state of an instance. The table is in [the folder's docs](super).
pub(super) enum State<V> {
    /// `mount` runs.
    Mounting,
    /// The view is idle.
    Ready(PanicSafe<V>, ViewContext<V>),
    /// An asynchronous call has the view, or a cohort that compares it with its own.
    Busy,
    /// The view is that of a cohort. The context is the instance's.
    Sharing(Rc<Seat<V>>, ViewContext<V>),
    /// The instance has ended; the actor waits for `unmount` at most.
    Ended,
}

/// What a call was for.
#[derive(Clone, Copy)]
pub(super) enum Cause {
    Event(u64),
    Push,
    Tick,
    Task,
}

impl<V: LiveView, A: Audience<V>> ViewActor<V, A> {
    pub(super) fn new(
        id: ViewId,
        host: Arc<Host>,
        token: Arc<CancellationToken>,
        state: State<V>,
        audience: A,
    ) -> Self {
        ViewActor {
            id,
            host,
            token,
            membership: None,
            state,
            tasks: TaskSet::new(),
            audience,
            reading: false,
            admitted: false,
            put_off_since: None,
        }
    }

    /// Pushes are waiting for a call to end, or for a turn.
    pub(super) fn is_reading(&self) -> bool {
        self.reading
    }

    /// The view, unless it is mounting, shared or busy, or has ended.
    pub(super) fn view(&self) -> Option<&V> {
        match &self.state {
            State::Ready(view, _) => Some(view),
            State::Mounting | State::Sharing(..) | State::Busy | State::Ended => None,
        }
    }

    /// Calls a handler. An `async` call makes everything else of this view wait until it is done.
    pub(super) fn call(&mut self, call: Call<V>, cause: Cause, ctx: &mut Context<Self>) {
        let (mut view, mut cx) = match std::mem::replace(&mut self.state, State::Busy) {
            State::Ready(view, cx) => (view, cx),
            other => {
                self.state = other;
                return;
            }
        };
        match call.0 {
            CallKind::Sync(run) => {
                let outcome = catch_panic(|| run(&mut view, &mut cx));
                self.state = State::Ready(view, cx);
                self.called(outcome, cause, ctx);
            }
            CallKind::Async(run) => {
                self.put_off_since.get_or_insert_with(Instant::now);
                self.audience.is_busy(true);
                let (token, limit) = (Arc::clone(&self.token), self.host.handler_timeout);
                let running = async move {
                    let outcome = run_with_limits(run(&mut view, &mut cx), limit, &token).await;
                    (view, cx, outcome)
                };
                ctx.wait(wrap_future::<_, Self>(running).map(move |(view, cx, outcome), actor, ctx| {
                    actor.state = State::Ready(view, cx);
                    actor.audience.is_busy(false);
                    actor.called(outcome, cause, ctx);
                    actor.update_if_overdue(ctx);
                    actor.read_on(ctx);
                }));
            }
        }
    }

    /// A handler has returned.
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
        self.audience.touch(Fields::ALL);
        if let Err(HandlerError::Failed(error)) = &outcome {
            metrics::counter!("djust_handler_errors_total").increment(1);
            tracing::warn!(view = V::PATH, %error, "a handler returned an error");
        }
        match cause {
            Cause::Event(reference) => self.audience.answer(reference, outcome),
            Cause::Tick => self.membership.iter().for_each(|membership| membership.tick_is_done()),
            Cause::Push | Cause::Task => {}
        }
        self.collect_effects(ctx);
    }

    fn collect_effects(&mut self, ctx: &mut Context<Self>) {
        let State::Ready(_, cx) = &mut self.state else { return };
        let tasks = cx.take_tasks();
        for effect in cx.take_effects() {
            self.audience.effect(effect);
        }
        for task in tasks {
            let view = ctx.address();
            self.tasks.start(task, move || view.tell(TaskEnded));
        }
        if self.audience.has_too_many_effects() || self.tasks.len() > MAX_TASKS {
            metrics::counter!("djust_views_lagged_total").increment(1);
            tracing::warn!(
                view = V::PATH,
                tasks = self.tasks.len(),
                "too many effects wait for a slow browser, or too many tasks are unfinished: the view is remounted"
            );
            self.end(EndReason::Lagged, ctx);
        }
    }

    /// Applies the result of a task.
    pub(super) fn task_ended(&mut self, ctx: &mut Context<Self>) {
        match self.tasks.take() {
            Some(Ok(call)) => self.call(call, Cause::Task, ctx),
            Some(Err(interrupted)) => self.interrupted(interrupted, ctx),
            None => {}
        }
    }

    /// User code was interrupted.
    pub(super) fn interrupted(&mut self, interrupted: Interrupted, ctx: &mut Context<Self>) {
        let reason = match interrupted {
            Interrupted::Panic => EndReason::Panic,
            Interrupted::TimeLimit => EndReason::TimeLimit,
            Interrupted::Cancelled => self.token.reason().unwrap_or(EndReason::Left),
        };
        self.end(reason, ctx);
    }

    /// Applies a push: its fields, then its handler. The push has been checked against the view's
    /// schema.
    fn apply(&mut self, push: &Push, ctx: &mut Context<Self>) {
        let State::Ready(view, _) = &mut self.state else { return };
        match catch_panic(|| set_fields(&mut **view, push)) {
            Ok(Ok((changed, call))) => {
                self.audience.touch(changed);
                if let Some(call) = call {
                    self.call(call, Cause::Push, ctx);
                }
            }
            Ok(Err(error)) => self.contradicts_its_schema(&error, ctx),
            Err(panic) => self.interrupted(panic, ctx),
        }
    }

    /// A value had the right type when the push was checked, and does not now: its `Deserialize`
    /// does not always give the same result. A remount undoes what was applied of the push.
    fn contradicts_its_schema(&mut self, error: &ArgumentError, ctx: &mut Context<Self>) {
        tracing::error!(
            view = V::PATH,
            %error,
            "a push that was checked does not fit: the view is remounted"
        );
        self.end(EndReason::Panic, ctx);
    }

    /// Reads the group's pushes until there are no more, a handler must be awaited, or the turn is
    /// over.
    pub(super) fn read_pushes(&mut self, ctx: &mut Context<Self>) {
        A::wake(self, ctx);
        // The clock is not read after each state push: applying one costs less than that.
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
            match A::next(self, ctx) {
                Some(LogItem::Push(queued)) => {
                    taken += 1;
                    work += if queued.push.handler_name().is_some() { WORK_BETWEEN_LOOKS } else { 1 };
                    self.apply(&queued.push, ctx);
                }
                Some(LogItem::Remount) => A::remount(self, ctx),
                None => return,
            }
        }
        self.reading = matches!(self.state, State::Busy | State::Mounting);
    }

    /// Does something now, or in the next turn if this one is over. Everything else of the view
    /// waits behind it.
    pub(super) fn in_turn(
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
        self.set_in_line(true);
        ctx.wait(wrap_future::<_, Self>(turn::next()).map(move |(), actor, ctx| {
            actor.set_in_line(false);
            run(actor, ctx);
        }));
    }

    fn set_in_line(&self, in_line: bool) {
        self.membership.iter().for_each(|membership| membership.set_in_line(in_line));
    }

    /// Renders if it is overdue: a view that is always busy never drains its mailbox, which would
    /// render it.
    fn update_if_overdue(&mut self, ctx: &mut Context<Self>) {
        let now = Instant::now();
        match self.put_off_since {
            None => self.put_off_since = Some(now),
            Some(since) if now.duration_since(since) >= UPDATE_AT_LEAST_EVERY => A::update(self, ctx),
            Some(_) => {}
        }
    }

    /// Continues to read pushes, after the messages that have arrived meanwhile. It goes through
    /// the mailbox: `ctx.notify` runs after the rendering, so its changes would not be shown.
    pub(super) fn read_on(&mut self, ctx: &mut Context<Self>) {
        if std::mem::take(&mut self.reading) {
            ctx.address().tell(Wake::Pushes);
        }
    }

    pub(super) fn tick(&mut self, ctx: &mut Context<Self>) {
        if self.view().is_none() {
            return self.membership.iter().for_each(|membership| membership.tick_is_done());
        }
        let call = Call::asynchronous(|view: &mut V, cx| {
            Box::pin(async move {
                view.handle_tick(cx).await;
                Ok(())
            })
        });
        self.call(call, Cause::Tick, ctx);
    }

    /// The only way an instance ends: it leaves its group, its audience is told, and it stops.
    pub(super) fn end(&mut self, reason: EndReason, ctx: &mut Context<Self>) {
        if matches!(self.state, State::Ended) {
            return;
        }
        self.token.cancel(reason);
        let reason = self.token.reason().unwrap_or(reason);
        self.tasks = TaskSet::new();
        A::end(self, reason, ctx);
        self.membership = None;
    }

    /// Unmounts the view, if there is one, and stops.
    pub(super) fn unmount(view: Option<PanicSafe<V>>, ctx: &mut Context<Self>) {
        let Some(view) = view else { return ctx.terminate() };
        ctx.wait(wrap_future::<_, Self>(unmounted(view)).map(|_, _, ctx| ctx.terminate()));
    }
}

/// Sets the fields of a push, and returns which ones may look different now and the call of its
/// handler. A push without fields says that anything may: the view shows data from elsewhere.
fn set_fields<V: LiveView>(view: &mut V, push: &Push) -> Result<(Fields, Option<Call<V>>), ArgumentError> {
    let call = push.handler_name().map(|name| V::decode_push(name, push.payload())).transpose()?;
    let mut changed = if push.fields().is_empty() { Fields::ALL } else { Fields::NONE };
    for (name, value) in push.fields() {
        changed.add(view.set_field(name, value)?);
    }
    Ok((changed, call))
}

/// Runs `unmount`, and ends even if it panics (which has been reported) or takes too long (which
/// this reports).
pub(super) async fn unmounted<V: LiveView>(mut view: PanicSafe<V>) -> PanicSafe<V> {
    if run_with_limits(view.unmount(), UNMOUNT_TIMEOUT, &CancellationToken::new()).await
        == Err(Interrupted::TimeLimit)
    {
        tracing::warn!(view = V::PATH, "unmount took longer than 5 s and was ended");
    }
    view
}

impl<V, A> Drop for ViewActor<V, A> {
    fn drop(&mut self) {
        // The arbiter was stopped under the actor: the socket must not wait for it.
        self.token.cancel(EndReason::Shutdown);
    }
}
