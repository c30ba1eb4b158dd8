//! The join: into the group first, then `mount`, then the one `joined` frame.
//!
//! Pushes accepted while `mount` runs wait in the group's log, so nothing is missed between what `mount` reads and
//! the first push that is applied.

use super::actor::{State, ViewActor};
use super::guard::{Held, bounded, guarded};
use super::update::record;
use super::{EndReason, LiveView, MountContext, MountResult, Refusal, ViewContext};
use crate::group::Membership;
use crate::protocol::{Joined, ServerFrame};
use crate::push::ViewPath;
use crate::render::{Recording, join_patch};
use crate::socket::{Location, Visit};
use actix::fut::wrap_future;
use actix::{ActorFutureExt, AsyncContext, Context};
use actix_web::http::StatusCode;
use std::rc::Rc;
use std::sync::Arc;

/// What a join brings along.
pub(super) struct Arrival {
    pub(super) visit: Rc<Visit>,
    pub(super) location: Location,
    pub(super) template: String,
    pub(super) digests: String,
}

impl<V: LiveView> ViewActor<V> {
    /// Joins the group and mounts; everything else waits.
    pub(super) fn mount(&mut self, ctx: &mut Context<Self>) {
        let Some(arrival) = self.arrival.take() else { return };
        let path: ViewPath = V::PATH.parse().expect("a registered path is well-formed");
        let membership = Membership::new(
            &self.app.directory,
            &path.group(),
            self.id,
            ctx.address().recipient(),
            Rc::clone(&self.link),
            Arc::clone(&self.life),
        );
        self.membership = Some(Rc::clone(&membership));
        let (life, limit) = (Arc::clone(&self.life), self.app.config.handler_timeout);
        let Arrival { visit, location, template, digests } = arrival;
        let mut cx = MountContext::connected(visit, location, Rc::clone(&membership));
        let mounting = async move {
            let joined = membership.joined();
            let mount = async {
                joined.await;
                V::mount(&mut cx).await.map(Held::new)
            };
            bounded(mount, limit, &life).await
        };
        ctx.wait(wrap_future::<_, Self>(mounting).map(move |result, actor, ctx| match result {
            Ok(mounted) => actor.mounted(mounted, path, &template, &digests, ctx),
            Err(interrupted) => actor.interrupted(interrupted, ctx),
        }));
    }

    fn mounted(
        &mut self,
        mounted: MountResult<Held<V>>,
        path: ViewPath,
        template: &str,
        digests: &str,
        ctx: &mut Context<Self>,
    ) {
        let view = match mounted {
            Ok(view) => view,
            Err(refusal) => return self.refuse(refusal, ctx),
        };
        let Ok((key, interval)) = guarded(|| (view.key(), view.tick_interval())) else {
            return self.end(EndReason::Panic, ctx);
        };
        match record::<V>(&view) {
            Ok(Ok(recording)) => self.show(recording, template, digests),
            Ok(Err(error)) => {
                tracing::error!(view = V::PATH, %error, "the template failed at the join");
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                return self.refuse(Refusal::Status(status, "the template failed to render".into()), ctx);
            }
            Err(_) => return self.end(EndReason::Panic, ctx),
        }
        self.state = State::Ready(view, ViewContext::new(self.id, path));
        let Some(membership) = &self.membership else { return };
        if let Some(key) = key {
            membership.join_key(key);
        }
        membership.keys_are_known();
        if let Some(interval) = interval.filter(|&interval| interval > 0) {
            membership.tick_every(interval);
        }
    }

    fn show(&mut self, recording: Recording, template: &str, digests: &str) {
        let fingerprint = V::TEMPLATE.fingerprint;
        let same = !digests.is_empty() && u64::from_str_radix(template, 16) == Ok(fingerprint);
        let (mut patch, mut html) = (String::new(), String::new());
        let joined = if same && join_patch(V::TEMPLATE, &recording, digests, &mut patch) {
            Joined::Patch(&patch)
        } else {
            recording.html(V::TEMPLATE, &mut html);
            Joined::Html(&html)
        };
        self.link.send_text(joined.encode(self.link.view(), fingerprint));
        self.screen.shows(recording);
    }

    fn refuse(&mut self, refusal: Refusal, ctx: &mut Context<Self>) {
        let view = self.link.view();
        match refusal {
            Refusal::Redirect(to) => self.link.send(&ServerFrame::Navigate { view, to: &to }),
            Refusal::Status(status, message) => {
                let status = Some(status.as_u16());
                self.link.send(&ServerFrame::Refused { view, reason: "mount", status, message: &message });
            }
            Refusal::Response(response) => {
                let status = Some(response.status().as_u16());
                let message = "mount answered with a page of its own";
                self.link.send(&ServerFrame::Refused { view, reason: "mount", status, message });
            }
        }
        self.end(EndReason::Refused, ctx);
    }
}
