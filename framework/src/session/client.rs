//! An instance's own browser: its page, its events, and how it ends.

use super::EndReason;
use super::actor::{Cause, State, ViewActor};
use super::audience::Audience;
use super::client_sender::ClientSender;
use super::event_limit::EventLimiter;
use super::factory::JoinRequest;
use super::guard::catch_panic;
use super::lifeline::Lifeline;
use super::mounting::{ClientState, MountSite};
use super::render_state::{Answer, RenderState};
use super::sharing::SharingState;
use crate::group::LogItem;
use crate::peer_log::{Excerpt, LogLimit};
use crate::protocol::{ServerFrame, close_code};
use crate::render::Fields;
use crate::view::{ArgumentError, Arguments, Effect, HandlerOutcome, LiveView};
use actix::Context;
use std::cell::{RefCell, RefMut};
use std::rc::Rc;
use std::sync::Arc;

/// The browser of an instance.
pub(crate) struct Client<V> {
    pub(super) sender: Arc<ClientSender>,
    pub(super) events: Arc<EventLimiter>,
    /// How the group and a cohort reach this instance.
    pub(super) lifeline: Rc<Lifeline>,
    pub(super) site: MountSite,
    pub(super) client_state: Option<ClientState>,
    /// What the page shows. A cohort writes to it, too.
    pub(super) page: Rc<RefCell<RenderState>>,
    pub(super) sharing: SharingState<V>,
}

impl<V: LiveView> Client<V> {
    /// The browser that asks to join.
    pub(super) fn of(join: JoinRequest, lifeline: Lifeline, events: Arc<EventLimiter>) -> Self {
        let JoinRequest { handshake, path, group, location, template, digests, permit, .. } = join;
        Client {
            sender: Arc::clone(&lifeline.sender),
            events,
            lifeline: Rc::new(lifeline),
            site: MountSite { handshake, path, group, location, _permit: permit },
            client_state: Some(ClientState::of::<V>(&template, digests)),
            page: Rc::new(RefCell::new(RenderState::new(V::TEMPLATE))),
            sharing: SharingState::default(),
        }
    }

    pub(super) fn page(&self) -> RefMut<'_, RenderState> {
        self.page.borrow_mut()
    }

    /// Tells the browser that the instance ends, if there is anything to tell.
    fn tell_end(&self, reason: EndReason) {
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
    }
}

impl<V: LiveView> Audience<V> for Client<V> {
    fn started(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) {
        actor.mount(ctx);
    }

    fn touch(&mut self, changed: Fields) {
        self.page().touch_fields(changed);
    }

    fn is_busy(&self, _: bool) {}

    fn answer(&mut self, reference: u64, outcome: HandlerOutcome) {
        self.page().answer(Answer::to_event(reference, outcome));
    }

    fn effect(&mut self, effect: Effect) {
        self.page().answer(effect.into());
    }

    fn has_too_many_effects(&self) -> bool {
        self.page().has_too_many_effects()
    }

    fn wake(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) {
        actor.take_back(ctx);
        if let (State::Sharing(..), Some(membership)) = (&actor.state, &actor.membership) {
            // The wake was for the whole group; another reads for this one.
            membership.next();
        }
    }

    fn next(actor: &mut ViewActor<V, Self>, _: &mut Context<ViewActor<V, Self>>) -> Option<LogItem> {
        actor.membership.as_ref().and_then(|membership| membership.next())
    }

    fn remount(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) {
        actor.remount(ctx);
    }

    fn update(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) {
        actor.show_news(ctx);
        actor.share_if_settled(ctx);
    }

    fn end(actor: &mut ViewActor<V, Self>, reason: EndReason, ctx: &mut Context<ViewActor<V, Self>>) {
        metrics::counter!("djust_views_ended_total", "reason" => reason.label()).increment(1);
        tracing::debug!(view = V::PATH, ?reason, "a view has ended");
        actor.audience.tell_end(reason);
        actor.stop_looking_for_peers();
        match std::mem::replace(&mut actor.state, State::Ended) {
            State::Ready(view, cx) => {
                // A handler that panicked may have left tasks there, which are user code.
                let _ = catch_panic(|| drop(cx));
                // After a panic, user code of the view is not called again.
                let view = Some(view).filter(|_| reason != EndReason::Panic);
                ViewActor::<V, Self>::unmount(view, ctx);
            }
            State::Sharing(seat, _) => ViewActor::<V, Self>::unmount_copy(seat, ctx),
            State::Mounting | State::Busy | State::Ended => ViewActor::<V, Self>::unmount(None, ctx),
        }
    }
}

impl<V: LiveView> ViewActor<V> {
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
                self.audience.page().touch();
                self.audience.page().answer(Answer::Reply { reference, error: None });
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
        self.audience.page().answer(Answer::Reply { reference, error });
    }
}
