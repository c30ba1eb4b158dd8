//! What a socket does with a frame: it counts the frame against its rate, and passes it to the view
//! that it names.
//!
//! A frame beyond its rate is handled like any other; the next one is read later. So nothing is
//! lost, a refused frame costs a peer as much as any other, and waiting data stays in the kernel.

use super::socket::{Socket, SocketContext};
use crate::protocol::{ClientFrame, ReplyError, ServerFrame, close_code};
use crate::session::{ForgedMark, FromSocket, JoinRequest, ViewHandle};
use crate::worker::Tell;
use actix::AsyncContext;
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

/// How many events a socket may answer with `busy` or `ended` in total before it is closed, because
/// nobody may be reading.
const MAX_REFUSED_EVENTS: u32 = 1_000;

impl Socket {
    /// Handles a frame of this size.
    pub(super) fn take(&mut self, frame: ClientFrame, size: usize, ctx: &mut SocketContext) {
        match &frame {
            ClientFrame::Join { .. } => {
                let too_fast = self.joins.count(Instant::now());
                self.slow_down(too_fast, "joins");
            }
            ClientFrame::Event { .. } | ClientFrame::Model { .. } => {
                let too_fast = self.events.count(Instant::now());
                self.slow_down(too_fast, "events");
            }
            ClientFrame::Ping => {
                let too_fast = self.pings.count(Instant::now());
                self.slow_down(too_fast, "pings");
            }
            ClientFrame::Ack { .. } | ClientFrame::Leave { .. } => {}
        }
        match frame {
            ClientFrame::Join { view, token, template, digests } => {
                self.join(view, &token, template, digests, ctx);
            }
            ClientFrame::Event { view, r#ref: reference, name, args } => {
                let event = |waiting| FromSocket::Event { reference, name, arguments: args, waiting };
                self.pass_event(view, reference, size, event);
            }
            ClientFrame::Model { view, r#ref: reference, field, value } => {
                let event = |waiting| FromSocket::Model { reference, field, value, waiting };
                self.pass_event(view, reference, size, event);
            }
            ClientFrame::Ack { view, mark } => {
                // An event of a view that has just ended is late, not wrong.
                let Some(handle) = self.views.get(view) else { return };
                match handle.sender.acknowledge(&mark) {
                    Ok(true) => handle.view.tell(FromSocket::Room),
                    Ok(false) => {}
                    Err(ForgedMark) => self.malformed("an ack carries a mark that no sync sent"),
                }
            }
            ClientFrame::Leave { view } => {
                if let Some(handle) = self.views.remove(view) {
                    handle.leave();
                }
            }
            ClientFrame::Ping => self.send(&ServerFrame::Pong),
        }
    }

    fn join(&mut self, view: u32, token: &str, template: String, digests: String, ctx: &mut SocketContext) {
        if self.endpoint.host.groups.is_closing() {
            return self.go_away(ctx);
        }
        if self.views.get(view).is_some_and(ViewHandle::is_alive) {
            return self.malformed("this instance has already joined");
        }
        let admission = match self.endpoint.tokens.admit(token, &self.handshake) {
            Ok(admission) => admission,
            Err(error) => {
                let message = &error.to_string();
                tracing::debug!(message, "a join token is refused");
                return self.send(&ServerFrame::Refused { view, reason: "token", status: None, message });
            }
        };
        let Some(heartbeat) = self.valve.heartbeat().cloned() else { return };
        let Some((path, factory)) = self.endpoint.views.get_key_value(&*admission.view) else {
            let message = "the view is not registered here any more";
            return self.send(&ServerFrame::Refused { view, reason: "token", status: None, message });
        };
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            metrics::counter!("djust_views_refused_total").increment(1);
            let message =
                "this page has too many views, or they are still being unmounted: it tries again later";
            return self.send(&ServerFrame::Refused { view, reason: "mount", status: Some(503), message });
        };
        let join = JoinRequest {
            host: Arc::clone(&self.endpoint.host),
            handshake: Rc::clone(&self.handshake),
            path: path.clone(),
            group: factory.group.clone(),
            location: Rc::new(admission.location),
            heartbeat,
            view,
            template,
            digests,
            permit: Box::new((place, self.counted.clone())),
        };
        if let Some(waiting) = self.waits_for_join.take() {
            ctx.cancel_future(waiting);
        }
        let handle = (factory.start)(join);
        self.views.insert(view, handle);
    }

    /// Passes an event on, unless too many or too large ones are waiting, or the view is gone.
    fn pass_event(
        &mut self,
        view: u32,
        reference: u64,
        size: usize,
        event: impl FnOnce(OwnedSemaphorePermit) -> FromSocket,
    ) {
        let refusal = match self.views.get(view) {
            Some(handle) if handle.is_alive() => match self.room(size) {
                Some(waiting) if handle.events.admit() => return handle.view.tell(event(waiting)),
                Some(_) => ReplyError { code: "busy", message: "too many events are waiting for this view" },
                None => ReplyError { code: "busy", message: "too much is waiting for this page's views" },
            },
            _ => ReplyError { code: "ended", message: "the view has ended" },
        };
        self.refused_events += 1;
        if self.refused_events > MAX_REFUSED_EVENTS {
            return self.end(close_code::TOO_MANY, "too many events");
        }
        metrics::counter!("djust_events_refused_total").increment(1);
        self.send(&ServerFrame::Reply { view, r#ref: reference, refused: false, error: Some(refusal) });
    }

    /// Takes room for an event among those that wait. An event larger than the limit takes all of
    /// it.
    fn room(&self, size: usize) -> Option<OwnedSemaphorePermit> {
        let size = size.min(self.endpoint.limits.waiting_bytes);
        Arc::clone(&self.waiting).try_acquire_many_owned(u32::try_from(size).ok()?).ok()
    }
}
