//! The join: the instance joins its group first, then it mounts, then it sends one `joined` frame.
//!
//! Pushes accepted while `mount` runs wait in the group's log. So nothing is missed between what
//! `mount` reads and the first push that is applied.
//!
//! If pushes may have been lost on their way, an instance is remounted in place: the old instance
//! is unmounted, and what the new one shows differently is an ordinary patch. Text that the person
//! has typed into `#[model]` fields is kept.

use super::EndReason;
use super::actor::{State, ViewActor, unmounted};
use super::guard::{Interrupted, PanicSafe, catch_panic, run_with_limits};
use super::tasks::TaskSet;
use super::update::{Unrendered, record};
use crate::group::{MemberHandle, Membership};
use crate::protocol::{EncodedFrame, Joined, ServerFrame};
use crate::push::{GroupName, ViewPath};
use crate::render::{Recording, are_digests_of, join_patch};
use crate::view::{HandshakeSnapshot, LiveView, Location, MountContext, MountResult, Refusal, ViewContext};
use actix::fut::wrap_future;
use actix::{ActorFutureExt, AsyncContext, Context};
use actix_web::http::StatusCode;
use std::any::Any;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

/// Where an instance is mounted. It is kept, because the instance may be remounted.
pub(super) struct MountSite {
    pub(super) handshake: Rc<HandshakeSnapshot>,
    pub(super) path: ViewPath,
    pub(super) group: GroupName,
    pub(super) location: Rc<Location>,
    /// The instance's share of its socket's limits, returned when the actor is gone.
    pub(super) _permit: Box<dyn Any>,
}

/// What the page shows when it joins.
pub(super) struct ClientState {
    /// The digests of a page that this template painted; a page of another build needs the whole
    /// HTML. Others are not kept, so a peer can't decide how much memory they take.
    digests: Option<String>,
}

impl ClientState {
    pub(super) fn of<V: LiveView>(template: &str, digests: String) -> Self {
        let is_known = !digests.is_empty()
            && u64::from_str_radix(template, 16) == Ok(V::TEMPLATE.fingerprint)
            && are_digests_of(V::TEMPLATE, &digests);
        ClientState { digests: is_known.then_some(digests) }
    }
}

type Mounted<V> = Result<MountResult<PanicSafe<V>>, Interrupted>;

impl<V: LiveView> ViewActor<V> {
    /// Joins the group and mounts; everything else waits.
    pub(super) fn mount(&mut self, ctx: &mut Context<Self>) {
        let Some(client_state) = self.audience.client_state.take() else { return };
        let handle: Rc<dyn MemberHandle> = Rc::clone(&self.audience.lifeline) as _;
        let membership = Membership::new(&self.host.groups, &self.audience.site.group, self.id, handle);
        self.membership = Some(Rc::clone(&membership));
        let joined = membership.joined();
        let mounting = self.mounting(&membership, async {
            joined.await;
            None
        });
        ctx.wait(wrap_future::<_, Self>(mounting).map(move |result, actor, ctx| {
            if let Some(view) = actor.mounted(result, ctx)
                && let Ok(recording) = actor.first_recording(&view, ctx)
            {
                actor.show(recording, client_state.digests.as_deref());
                actor.settle(view, ctx);
            }
        }));
    }

    /// Mounts again, in place of the present instance.
    pub(super) fn remount(&mut self, ctx: &mut Context<Self>) {
        let Some(membership) = self.membership.clone() else { return };
        let State::Ready(old, _) = std::mem::replace(&mut self.state, State::Mounting) else { return };
        tracing::debug!(view = V::PATH, "a view is remounted: pushes for it may have been lost");
        self.tasks = TaskSet::new();
        let mounting = self.mounting(&membership, async { Some(unmounted(old).await) });
        ctx.wait(wrap_future::<_, Self>(mounting).map(move |result, actor, ctx| {
            if let Some(view) = actor.mounted(result, ctx) {
                actor.audience.page().touch();
                actor.settle(view, ctx);
                actor.read_on(ctx);
            }
        }));
    }

    /// Runs `mount`, after the future that returns the instance to replace, if there is one.
    fn mounting(
        &self,
        membership: &Rc<Membership>,
        first: impl Future<Output = Option<PanicSafe<V>>> + 'static,
    ) -> impl Future<Output = Mounted<V>> + 'static {
        let (token, limit) = (Arc::clone(&self.token), self.host.handler_timeout);
        let MountSite { handshake, location, .. } = &self.audience.site;
        let mut cx =
            MountContext::connected(Rc::clone(handshake), Rc::clone(location), Rc::clone(membership));
        async move {
            let mount = async {
                let before = first.await;
                let mut view = PanicSafe::new(V::mount(&mut cx).await?);
                if let Some(mut before) = before {
                    view.keep_models(&mut before);
                }
                Ok(view)
            };
            run_with_limits(mount, limit, &token).await
        }
    }

    /// Takes the view that `mount` returned, if it did.
    fn mounted(&mut self, result: Mounted<V>, ctx: &mut Context<Self>) -> Option<PanicSafe<V>> {
        match result {
            Ok(Ok(view)) => return Some(view),
            Ok(Err(refusal)) => self.refuse(refusal, ctx),
            Err(interrupted) => self.interrupted(interrupted, ctx),
        }
        None
    }

    fn first_recording(&mut self, view: &PanicSafe<V>, ctx: &mut Context<Self>) -> Result<Recording, ()> {
        match record::<V>(view) {
            Ok(recording) => return Ok(recording),
            Err(Unrendered::Template(error)) => {
                tracing::error!(view = V::PATH, %error, "the template failed at the join");
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                self.refuse(Refusal::Status(status, "the template failed to render".into()), ctx);
            }
            Err(Unrendered::Panic) => self.end(EndReason::Panic, ctx),
        }
        Err(())
    }

    /// Joins a mounted view's keys and starts its ticks.
    fn settle(&mut self, view: PanicSafe<V>, ctx: &mut Context<Self>) {
        let Ok((key, interval)) = catch_panic(|| (view.key(), view.tick_interval())) else {
            return self.end(EndReason::Panic, ctx);
        };
        let Some(membership) = &self.membership else { return };
        let cx = ViewContext::new(
            self.id,
            self.audience.site.path.clone(),
            membership,
            Rc::clone(&self.audience.site.handshake),
            self.host.pusher.clone(),
        );
        self.state = State::Ready(view, cx);
        if let Some(key) = key {
            membership.join_key(&key);
        }
        membership.keys_are_known();
        membership.tick_every(interval.filter(|&interval| interval > 0));
        self.audience.sharing.look_for_peers();
    }

    fn show(&mut self, recording: Recording, digests: Option<&str>) {
        let fingerprint = V::TEMPLATE.fingerprint;
        let (mut patch, mut html) = (String::new(), String::new());
        let joined =
            if digests.is_some_and(|digests| join_patch(V::TEMPLATE, &recording, digests, &mut patch)) {
                Joined::Patch(&patch)
            } else {
                recording.html(V::TEMPLATE, &mut html);
                Joined::Html(&html)
            };
        let frame = EncodedFrame::text(&joined.encode(self.audience.sender.view(), fingerprint));
        self.audience.sender.send_encoded(frame);
        self.audience.page().shows(Rc::new(recording));
    }

    fn refuse(&mut self, refusal: Refusal, ctx: &mut Context<Self>) {
        let view = self.audience.sender.view();
        match refusal.checked(V::PATH) {
            Refusal::Redirect(to) => self.audience.sender.send(&ServerFrame::Navigate { view, to: &to }),
            Refusal::Status(status, message) => {
                let status = Some(status.as_u16());
                self.audience.sender.send(&ServerFrame::Refused {
                    view,
                    reason: "mount",
                    status,
                    message: &message,
                });
            }
            Refusal::Response(response) => {
                let status = Some(response.status().as_u16());
                let message = "mount answered with a custom response";
                self.audience.sender.send(&ServerFrame::Refused { view, reason: "mount", status, message });
            }
        }
        self.end(EndReason::Refused, ctx);
    }
}
