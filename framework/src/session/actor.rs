//! The view actor: one connected instance of a view.
//!
//! The docs of [the folder](super) describe its states, and how a message travels through it.

use super::client_sender::ClientSender;
use super::event_limit::EventLimiter;
use super::factory::JoinRequest;
use super::guard::{Interrupted, PanicSafe, catch_panic, run_with_limits};
use super::lifeline::Lifeline;
use super::mounting::{ClientState, MountSite};
use super::render_state::{Answer, RenderState};
use super::tasks::{MAX_TASKS, TaskEnded, TaskSet};
use super::{CancellationToken, EndReason, Host};
use crate::group::{LogItem, Membership, Wake};
use crate::peer_log::{Excerpt, LogLimit};
use crate::protocol::{ServerFrame, close_code};
use crate::push::{Push, ViewId};
use crate::render::Fields;
use crate::view::{
    ArgumentError, Arguments, Call, CallKind, Effect, HandlerError, HandlerOutcome, LiveView, ViewContext,
};
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

/// One connected instance.
pub(crate) struct ViewActor<V> {
    pub(super) id: ViewId,
    pub(super) host: Arc<Host>,
    pub(super) token: Arc<CancellationToken>,
    pub(super) sender: Arc<ClientSender>,
    pub(super) events: Arc<EventLimiter>,
    /// How the group reaches this instance; taken when it joins.
    pub(super) lifeline: Option<Lifeline>,
    pub(super) membership: Option<Rc<Membership>>,
    pub(super) site: MountSite,
    pub(super) client_state: Option<ClientState>,
    pub(super) state: State<V>,
    pub(super) shown: RenderState,
    pub(super) tasks: TaskSet<V>,
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
    /// An asynchronous call has the view.
    Busy,
    /// The instance has ended; the actor waits for `unmount` at most.
    Ended,
}

/// What a call was for.
#[derive(Clone, Copy)]
enum Cause {
    Event(u64),
    Push,
    Tick,
    Task,
}

impl<V: LiveView> ViewActor<V> {
    pub(super) fn new(join: JoinRequest, lifeline: Lifeline, events: Arc<EventLimiter>) -> Self {
        let JoinRequest { host, handshake, location, template, digests, permit, .. } = join;
        ViewActor {
            id: ViewId::new(),
            host,
            token: Arc::clone(&lifeline.token),
            sender: Arc::clone(&lifeline.sender),
            events,
            lifeline: Some(lifeline),
            membership: None,
            site: MountSite { handshake, location, _permit: permit },
            client_state: Some(ClientState::of::<V>(&template, digests)),
            state: State::Mounting,
            shown: RenderState::new(V::TEMPLATE),
            tasks: TaskSet::new(),
            reading: false,
            admitted: false,
            put_off_since: None,
        }
    }

    /// Pushes are waiting for a call to end, or for a turn.
    #[cfg(feature = "testing")]
    pub(super) fn is_reading(&self) -> bool {
        self.reading
    }

    /// All that can be shown is shown.
    #[cfg(feature = "testing")]
    pub(super) fn is_up_to_date(&self) -> bool {
        self.view().is_none() || !self.shown.has_news(self.host.groups.is_stale())
    }

    /// The view, unless it is mounting or has ended.
    #[cfg(feature = "testing")]
    pub(super) fn view(&self) -> Option<&V> {
        match &self.state {
            State::Ready(view, _) => Some(view),
            State::Mounting | State::Busy | State::Ended => None,
        }
    }

    /// Calls a handler. An `async` call makes everything else of this view wait until it is done.
    fn call(&mut self, call: Call<V>, cause: Cause, ctx: &mut Context<Self>) {
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
                let (token, limit) = (Arc::clone(&self.token), self.host.handler_timeout);
                let running = async move {
                    let outcome = run_with_limits(run(&mut view, &mut cx), limit, &token).await;
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
        self.shown.touch();
        if let Err(HandlerError::Failed(error)) = &outcome {
            metrics::counter!("djust_handler_errors_total").increment(1);
            tracing::warn!(view = V::PATH, %error, "a handler returned an error");
        }
        match cause {
            Cause::Event(reference) => self.shown.answer(Answer::to_event(reference, outcome)),
            Cause::Tick => self.membership.iter().for_each(|membership| membership.tick_is_done()),
            Cause::Push | Cause::Task => {}
        }
        self.collect_effects(ctx);
    }

    fn collect_effects(&mut self, ctx: &mut Context<Self>) {
        let State::Ready(_, cx) = &mut self.state else { return };
        let tasks = cx.take_tasks();
        for effect in cx.take_effects() {
            self.shown.answer(match effect {
                Effect::ResetForm(form) => Answer::ResetForm(form),
                Effect::ResetField(field) => Answer::ResetField(field),
                Effect::Focus(id) => Answer::Focus(id),
                Effect::Navigate(to) => Answer::Navigate(to),
            });
        }
        for task in tasks {
            let view = ctx.address();
            self.tasks.start(task, move || view.tell(TaskEnded));
        }
        if self.shown.has_too_many_effects() || self.tasks.len() > MAX_TASKS {
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
                self.shown.touch_fields(changed);
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
            match self.membership.as_ref().and_then(|membership| membership.next()) {
                Some(LogItem::Push(queued)) => {
                    taken += 1;
                    work += if queued.push.handler_name().is_some() { WORK_BETWEEN_LOOKS } else { 1 };
                    self.apply(&queued.push, ctx);
                }
                Some(LogItem::Remount) => self.remount(ctx),
                None => return,
            }
        }
        self.reading = true;
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
            Some(since) if now.duration_since(since) >= UPDATE_AT_LEAST_EVERY => self.update(ctx),
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

    pub(super) fn event(
        &mut self,
        reference: u64,
        name: &str,
        arguments: &Arguments,
        ctx: &mut Context<Self>,
    ) {
        match catch_panic(|| V::decode_event(name, arguments)) {
            Ok(Ok(call)) => self.call(call, Cause::Event(reference), ctx),
            Ok(Err(error)) => self.refuse_event(reference, &error),
            Err(panic) => self.interrupted(panic, ctx),
        }
    }

    pub(super) fn model(
        &mut self,
        reference: u64,
        field: &str,
        value: &serde_json::Value,
        ctx: &mut Context<Self>,
    ) {
        let State::Ready(view, _) = &mut self.state else { return };
        match catch_panic(|| view.set_model(field, value)) {
            Ok(Ok(())) => {
                self.shown.touch();
                self.shown.answer(Answer::Reply { reference, error: None });
            }
            Ok(Err(error)) => self.refuse_event(reference, &error),
            Err(panic) => self.interrupted(panic, ctx),
        }
    }

    pub(super) fn refuse_event(&mut self, reference: u64, error: &ArgumentError) {
        static LIMIT: LogLimit = LogLimit::new();
        metrics::counter!("djust_events_refused_total").increment(1);
        if let Some(suppressed) = LIMIT.admit() {
            let error = error.to_string();
            tracing::warn!(view = V::PATH, error = %Excerpt(&error), suppressed, "an event is refused");
        }
        let error = Some((error.code(), error.to_string()));
        self.shown.answer(Answer::Reply { reference, error });
    }

    pub(super) fn tick(&mut self, ctx: &mut Context<Self>) {
        let call = Call::asynchronous(|view: &mut V, cx| {
            Box::pin(async move {
                view.handle_tick(cx).await;
                Ok(())
            })
        });
        self.call(call, Cause::Tick, ctx);
    }

    /// The only way an instance ends: it leaves its group, tells the browser, unmounts, and stops.
    pub(super) fn end(&mut self, reason: EndReason, ctx: &mut Context<Self>) {
        if matches!(self.state, State::Ended) {
            return;
        }
        self.token.cancel(reason);
        let reason = self.token.reason().unwrap_or(reason);
        metrics::counter!("djust_views_ended_total", "reason" => reason.label()).increment(1);
        tracing::debug!(view = V::PATH, ?reason, "a view has ended");
        self.membership = None;
        self.tasks = TaskSet::new();
        if let Some(reason) = reason.frame_reason() {
            self.sender.send(&ServerFrame::Ended { view: self.sender.view(), reason });
        }
        self.sender.ended();
        if reason == EndReason::Shutdown {
            self.sender.close(1001, "the server is shutting down");
        }
        if reason == EndReason::Revoked {
            // The handshake's knowledge of the visitor is outdated, so nothing more may be joined
            // on this socket.
            self.sender.close(close_code::REVOKED, "the views were ended");
        }
        let State::Ready(view, cx) = std::mem::replace(&mut self.state, State::Ended) else {
            return ctx.terminate();
        };
        // A handler that panicked may have left tasks there, which are user code.
        let _ = catch_panic(|| drop(cx));
        if reason == EndReason::Panic { ctx.terminate() } else { Self::unmount(view, ctx) }
    }

    fn unmount(view: PanicSafe<V>, ctx: &mut Context<Self>) {
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

impl<V> Drop for ViewActor<V> {
    fn drop(&mut self) {
        // The arbiter was stopped under the actor: the socket must not wait for it.
        self.token.cancel(EndReason::Shutdown);
    }
}
