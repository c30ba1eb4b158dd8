//! The socket actor, on actix-web-actors: the only file that knows that crate.

use super::heartbeat::Heartbeat;
use super::link::ForgedMark;
use super::messages::{FromSocket, ToSocket};
use super::visit::{Sample, Visit};
use crate::app::App;
use crate::mail::Post;
use crate::peer_log::{Excerpt, LogLimit};
use crate::protocol::{ClientFrame, ReplyError, ServerFrame, close_code};
use crate::push::ViewPath;
use crate::view::{Attached, EndReason, JoinRequest};
use actix::{Actor, ActorContext, AsyncContext, Handler, SpawnHandle, StreamHandler};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use actix_web_actors::ws::{
    CloseCode, CloseReason, Message, ProtocolError, WebsocketContext, WsResponseBuilder,
};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// The largest frame a browser may send. A larger one closes the connection with 1009.
const MAX_FRAME: usize = 64 * 1024;
/// How many views one socket may have.
const MAX_VIEWS: usize = 32;
/// A socket that has joined nothing by then is closed.
const JOIN_WITHIN: Duration = Duration::from_secs(30);
/// How many events a socket may answer with `busy` or `ended` in all before it is closed: nobody may be reading.
const MAX_REFUSED_EVENTS: u32 = 1_000;

/// Answers a WebSocket handshake.
pub(crate) fn open(
    app: &Arc<App>,
    sample: &Sample,
    request: &HttpRequest,
    payload: Payload,
) -> actix_web::Result<HttpResponse> {
    if let Err(error) = app.config.origins.check(request) {
        static LIMIT: LogLimit = LogLimit::new();
        if let Some(suppressed) = LIMIT.admit() {
            tracing::warn!(%error, suppressed, "a socket is refused");
        }
        return Ok(HttpResponse::Forbidden().body(error.to_string()));
    }
    if app.directory.is_closing() {
        return Ok(HttpResponse::ServiceUnavailable().body("the server goes down"));
    }
    let socket = Socket {
        app: Arc::clone(app),
        visit: Rc::new(Visit::of(request, sample)),
        views: HashMap::new(),
        heartbeat: None,
        waits_for_join: None,
        refused_events: 0,
    };
    WsResponseBuilder::new(socket, request, payload).frame_size(MAX_FRAME).start()
}

/// One connection.
struct Socket {
    app: Arc<App>,
    visit: Rc<Visit>,
    views: HashMap<u32, Attached>,
    /// From when it has started.
    heartbeat: Option<Arc<Heartbeat>>,
    /// The timer that ends a socket which joins nothing.
    waits_for_join: Option<SpawnHandle>,
    refused_events: u32,
}

type SocketContext = WebsocketContext<Socket>;

impl Actor for Socket {
    type Context = SocketContext;

    fn started(&mut self, ctx: &mut SocketContext) {
        self.heartbeat = Some(Heartbeat::start(ctx.address().recipient(), self.app.config.idle_timeout));
        let waiting =
            ctx.run_later(JOIN_WITHIN, |_, ctx| close(ctx, CloseCode::Policy, "nothing was joined"));
        self.waits_for_join = Some(waiting);
    }

    fn stopped(&mut self, _: &mut SocketContext) {
        for view in self.views.values() {
            view.leave();
        }
    }
}

fn close(ctx: &mut SocketContext, code: CloseCode, description: &str) {
    ctx.close(Some(CloseReason { code, description: Some(description.to_owned()) }));
    ctx.stop();
}

impl Handler<ToSocket> for Socket {
    type Result = ();

    fn handle(&mut self, message: ToSocket, ctx: &mut SocketContext) {
        match message {
            ToSocket::Text(frame) => ctx.text(frame),
            ToSocket::Ping => ctx.ping(b""),
            ToSocket::Ended(view) => {
                // The number may be another instance's by now, which lives.
                if self.views.get(&view).is_some_and(|attached| attached.life.has_ended()) {
                    self.views.remove(&view);
                }
            }
            ToSocket::Close(code, reason) => close(ctx, CloseCode::from(code), reason),
        }
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Socket {
    fn handle(&mut self, message: Result<Message, ProtocolError>, ctx: &mut SocketContext) {
        self.heartbeat.iter().for_each(|heartbeat| heartbeat.heard());
        match message {
            Ok(Message::Text(text)) => match ClientFrame::decode(&text) {
                Ok(frame) => self.take(frame, ctx),
                Err(error) => malformed(ctx, &error.to_string()),
            },
            Ok(Message::Ping(payload)) => ctx.pong(&payload),
            Ok(Message::Pong(_) | Message::Nop) => {}
            Ok(Message::Binary(_) | Message::Continuation(_)) => {
                malformed(ctx, "only whole text frames are understood")
            }
            Ok(Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Err(ProtocolError::Overflow) => close(ctx, CloseCode::Size, "the frame is larger than 64 KiB"),
            Err(error) => {
                tracing::debug!(%error, "the WebSocket protocol was broken");
                close(ctx, CloseCode::Protocol, "the WebSocket protocol was broken");
            }
        }
    }
}

/// Says what was not understood, and ends the connection.
fn malformed(ctx: &mut SocketContext, message: &str) {
    metrics::counter!("djust_malformed_frames_total").increment(1);
    static LIMIT: LogLimit = LogLimit::new();
    if let Some(suppressed) = LIMIT.admit() {
        tracing::warn!(message = %Excerpt(message), suppressed, "a malformed frame ends its connection");
    }
    send(ctx, &ServerFrame::Error { view: None, code: "malformed", message });
    close(ctx, CloseCode::from(close_code::MALFORMED), "malformed frame");
}

fn send(ctx: &mut SocketContext, frame: &ServerFrame<'_>) {
    ctx.text(frame.encode());
}

impl Socket {
    fn take(&mut self, frame: ClientFrame, ctx: &mut SocketContext) {
        match frame {
            ClientFrame::Join { view, token, template, digests } => {
                self.join(view, &token, template, digests, ctx);
            }
            ClientFrame::Event { view, r#ref: reference, name, args } => {
                let event = FromSocket::Event { reference, name, arguments: args };
                self.pass_event(view, reference, event, ctx);
            }
            ClientFrame::Model { view, r#ref: reference, field, value } => {
                self.pass_event(view, reference, FromSocket::Model { reference, field, value }, ctx);
            }
            ClientFrame::Ack { view, mark } => {
                // One whose view has just ended is late, not wrong.
                let Some(attached) = self.views.get(&view) else { return };
                match attached.link.acknowledge(&mark) {
                    Ok(true) => attached.view.post(FromSocket::Room),
                    Ok(false) => {}
                    Err(ForgedMark) => malformed(ctx, "an ack carries a mark that no sync sent"),
                }
            }
            ClientFrame::Leave { view } => {
                if let Some(attached) = self.views.remove(&view) {
                    attached.leave();
                }
            }
            ClientFrame::Ping => send(ctx, &ServerFrame::Pong),
        }
    }

    fn join(&mut self, view: u32, token: &str, template: String, digests: String, ctx: &mut SocketContext) {
        if self.app.directory.is_closing() {
            return close(ctx, CloseCode::Away, "the server goes down");
        }
        if self.views.get(&view).is_some_and(Attached::is_alive) {
            return malformed(ctx, "this instance is joined already");
        }
        if self.views.len() >= MAX_VIEWS {
            return malformed(ctx, "too many views on one socket");
        }
        let location = match self.app.config.admit(token, &self.visit) {
            Ok(location) => location,
            Err(error) => {
                let message = &error.to_string();
                tracing::debug!(message, "a join token is refused");
                return send(ctx, &ServerFrame::Refused { view, reason: "token", status: None, message });
            }
        };
        let Some(heartbeat) = self.heartbeat.clone() else { return };
        let registered = location.view.parse::<ViewPath>().ok().and_then(|path| self.app.views.get(&path));
        let Some(registered) = registered else {
            let message = "the view is not registered here any more";
            return send(ctx, &ServerFrame::Refused { view, reason: "token", status: None, message });
        };
        let join = JoinRequest {
            app: Arc::clone(&self.app),
            visit: Rc::clone(&self.visit),
            location,
            heartbeat,
            view,
            template,
            digests,
        };
        if let Some(waiting) = self.waits_for_join.take() {
            ctx.cancel_future(waiting);
        }
        let attached = (registered.start)(join);
        self.views.insert(view, attached);
    }

    /// Passes an event on, unless too many are waiting or the view is gone.
    fn pass_event(&mut self, view: u32, reference: u64, event: FromSocket, ctx: &mut SocketContext) {
        let refusal = match self.views.get(&view) {
            Some(attached) if attached.is_alive() => {
                if attached.life.event_arrives() {
                    return attached.view.post(event);
                }
                ReplyError { code: "busy", message: "too many events are waiting for this view" }
            }
            _ => ReplyError { code: "ended", message: "the view has ended" },
        };
        self.refused_events += 1;
        if self.refused_events > MAX_REFUSED_EVENTS {
            return close(ctx, CloseCode::from(close_code::TOO_MANY), "too many events");
        }
        metrics::counter!("djust_events_refused_total").increment(1);
        send(ctx, &ServerFrame::Reply { view, r#ref: reference, refused: false, error: Some(refusal) });
    }
}

impl Attached {
    /// The browser wants no more of the view.
    fn leave(&self) {
        self.life.end(EndReason::Left);
        self.view.post(FromSocket::Leave);
    }

    fn is_alive(&self) -> bool {
        self.view.connected() && !self.life.has_ended()
    }
}
