//! The socket actor, on actix-web-actors. No other file uses that crate.
//!
//! The actor reads: frames of the browser, and messages of its views. It writes nothing through its
//! context. What it sends goes into the connection's [`FrameQueue`], as the frames of its views do,
//! and `body` writes them all in one order.

use super::framing::Fault;
use super::gate::{Gate, Valve};
use super::rate::RateLimit;
use super::views::Views;
use super::{admission, body::SocketBody, connections::Counted, endpoint::Endpoint};
use crate::peer_log::{Excerpt, LogLimit};
use crate::protocol::{ClientFrame, EncodedFrame, ServerFrame, close_code};
use crate::session::{FrameQueue, Heartbeat, ToSocket};
use crate::view::{AppDataSource, HandshakeSnapshot};
use actix::{Actor, ActorContext, AsyncContext, Handler, SpawnHandle, StreamHandler};
use actix_http::ws::{Codec, Item};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use actix_web_actors::ws::{CloseCode, CloseReason, Message, ProtocolError, WebsocketContext, handshake};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How many frames of any kind one socket may send a second in the long run. Events and joins have
/// lower limits; this one is for frames that cost next to nothing, so that even a flood of them
/// can't occupy a worker.
const FRAMES_PER_SECOND: u32 = 1_000;
/// How many pings a second are answered in the long run: WebSocket pings and the protocol's
/// together.
const PINGS_PER_SECOND: u32 = 1;
/// A socket that has joined nothing by then is closed.
const JOIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Answers a WebSocket handshake.
pub(crate) fn open(
    endpoint: &Arc<Endpoint>,
    sample: &AppDataSource,
    request: &HttpRequest,
    payload: Payload,
) -> actix_web::Result<HttpResponse> {
    let counted = match admission::admit(endpoint, request) {
        Ok(counted) => counted,
        Err(refusal) => return Ok(refusal),
    };
    endpoint.check_served();
    let limits = &endpoint.limits;
    let valve = Rc::<Valve>::default();
    let gate = Gate::new(payload, limits.frame, Rc::clone(&valve));
    let outgoing = Arc::<FrameQueue>::default();
    let socket = Socket {
        endpoint: Arc::clone(endpoint),
        handshake: Rc::new(HandshakeSnapshot::of(request, sample)),
        counted: counted.map(Rc::new),
        views: Views::default(),
        waits_for_join: None,
        refused_events: 0,
        fragments: Vec::new(),
        frames: RateLimit::per_second(FRAMES_PER_SECOND),
        events: RateLimit::per_second(limits.events_per_second),
        joins: RateLimit::per_second(limits.joins_per_second),
        pings: RateLimit::per_second(PINGS_PER_SECOND),
        owed_pong: None,
        places: Arc::new(Semaphore::new(limits.views_per_socket)),
        waiting: Arc::new(Semaphore::new(limits.waiting_bytes.min(Semaphore::MAX_PERMITS))),
        valve,
        outgoing: Arc::clone(&outgoing),
    };
    let mut response = handshake(request)?;
    let actor = WebsocketContext::with_codec(socket, gate, Codec::new().max_size(limits.frame));
    Ok(response.body(SocketBody::new(actor, outgoing)))
}

/// One connection.
pub(super) struct Socket {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) handshake: Rc<HandshakeSnapshot>,
    /// Its count among the sockets of its address, until the last view is unmounted.
    pub(super) counted: Option<Rc<Counted>>,
    pub(super) views: Views,
    /// The timer that ends a socket that joins nothing.
    pub(super) waits_for_join: Option<SpawnHandle>,
    pub(super) refused_events: u32,
    /// The frames so far of a message in several frames. The gate limits its size.
    fragments: Vec<u8>,
    frames: RateLimit,
    pub(super) events: RateLimit,
    pub(super) joins: RateLimit,
    pub(super) pings: RateLimit,
    /// The payload of the latest ping whose pong is not due yet.
    owed_pong: Option<Bytes>,
    /// One permit for each possible view, returned when the view is unmounted.
    pub(super) places: Arc<Semaphore>,
    /// One permit for each byte of events that may wait for handlers.
    pub(super) waiting: Arc<Semaphore>,
    pub(super) valve: Rc<Valve>,
    /// What the browser is sent.
    outgoing: Arc<FrameQueue>,
}

pub(super) type SocketContext = WebsocketContext<Socket>;

impl Actor for Socket {
    type Context = SocketContext;

    fn started(&mut self, ctx: &mut SocketContext) {
        let (socket, frames) = (ctx.address().recipient(), Arc::clone(&self.outgoing));
        self.valve.start(Heartbeat::start(socket, frames, self.endpoint.idle_timeout));
        let waiting = ctx.run_later(JOIN_TIMEOUT, |socket, ctx| {
            socket.close(ctx, CloseCode::Policy, "nothing was joined");
        });
        self.waits_for_join = Some(waiting);
    }

    fn stopped(&mut self, _: &mut SocketContext) {
        self.views.take().for_each(|view| view.leave());
    }
}

/// The close frame for this reason.
fn close_frame(code: impl Into<CloseCode>, description: &str) -> EncodedFrame {
    EncodedFrame::close(Some(CloseReason { code: code.into(), description: Some(description.to_owned()) }))
}

impl Handler<ToSocket> for Socket {
    type Result = ();

    fn handle(&mut self, message: ToSocket, ctx: &mut SocketContext) {
        if self.valve.is_draining() {
            return;
        }
        match message {
            ToSocket::Ended(view) => {
                // The number may by now belong to another instance, which is live.
                if self.views.get(view).is_some_and(|handle| handle.token.is_cancelled()) {
                    self.views.remove(view);
                }
            }
            ToSocket::Close(code, reason) => self.close(ctx, code, reason),
        }
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Socket {
    fn handle(&mut self, message: Result<Message, ProtocolError>, ctx: &mut SocketContext) {
        self.valve.heartbeat().inspect(|heartbeat| heartbeat.heard());
        let too_fast = self.frames.count(Instant::now());
        self.slow_down(too_fast, "frames");
        match message {
            Ok(Message::Text(text)) => self.text(&text, ctx),
            Ok(Message::Continuation(item)) => self.fragment(item, ctx),
            Ok(Message::Ping(payload)) => self.pong(payload, ctx),
            Ok(Message::Pong(_) | Message::Nop) => {}
            Ok(Message::Binary(_)) => self.malformed("only text is understood"),
            Ok(Message::Close(reason)) => {
                self.outgoing.close(EncodedFrame::close(reason));
                ctx.stop();
            }
            Err(error) => self.broken(&error),
        }
    }

    fn finished(&mut self, ctx: &mut SocketContext) {
        ctx.stop();
    }
}

impl Socket {
    pub(super) fn send(&self, frame: &ServerFrame<'_>) {
        self.outgoing.push(frame.into());
    }

    /// Ends the connection. Frames that were sent before are written first.
    fn close(&self, ctx: &mut SocketContext, code: impl Into<CloseCode>, description: &str) {
        self.outgoing.close(close_frame(code, description));
        ctx.stop();
    }

    /// The server accepts no new views.
    pub(super) fn go_away(&self, ctx: &mut SocketContext) {
        self.close(ctx, CloseCode::Away, "the server is shutting down");
    }

    /// Answers a ping. If pings come too fast, it answers only the latest, as RFC 6455 allows
    /// (section 5.5.3). Otherwise a peer that never reads could pile up pongs here.
    fn pong(&mut self, payload: Bytes, ctx: &mut SocketContext) {
        if self.owed_pong.is_some() {
            self.owed_pong = Some(payload);
            return;
        }
        let now = Instant::now();
        let Some(due) = self.pings.count(now) else {
            return self.outgoing.push(EncodedFrame::pong(&payload));
        };
        self.owed_pong = Some(payload);
        ctx.run_later(due.saturating_duration_since(now), |socket, _| {
            socket.owed_pong.take().inspect(|payload| socket.outgoing.push(EncodedFrame::pong(payload)));
        });
    }

    /// Handles a whole message.
    fn text(&mut self, text: &str, ctx: &mut SocketContext) {
        match ClientFrame::decode(text) {
            Ok(frame) => self.take(frame, text.len(), ctx),
            Err(error) => self.malformed(&error.to_string()),
        }
    }

    /// Handles a part of a message: browsers may send a long one in several frames (RFC 6455,
    /// section 5.4).
    fn fragment(&mut self, item: Item, ctx: &mut SocketContext) {
        match item {
            Item::FirstText(part) => self.fragments = part.to_vec(),
            Item::Continue(part) => self.fragments.extend_from_slice(&part),
            Item::Last(part) => {
                self.fragments.extend_from_slice(&part);
                match String::from_utf8(std::mem::take(&mut self.fragments)) {
                    Ok(text) => self.text(&text, ctx),
                    Err(_) => self.end(CloseCode::Invalid, "a text is not UTF-8"),
                }
            }
            Item::FirstBinary(_) => self.malformed("only text is understood"),
        }
    }

    /// The gate or the decoder refuses the stream.
    fn broken(&mut self, error: &ProtocolError) {
        match (self.valve.fault(), error) {
            (Some(Fault::TooLarge), _) => {
                let limit = self.endpoint.limits.frame;
                metrics::counter!("djust_frames_too_large_total").increment(1);
                static LIMIT: LogLimit = LogLimit::new();
                if let Some(suppressed) = LIMIT.admit() {
                    tracing::warn!(
                        limit,
                        suppressed,
                        "a frame is larger than the limit: see DjustBuilder::frame_limit"
                    );
                }
                self.end(CloseCode::Size, &format!("a message is larger than {limit} bytes"));
            }
            (Some(Fault::Broken(reason)), _) => {
                tracing::debug!(reason, "the WebSocket protocol was broken");
                self.end(CloseCode::Protocol, reason);
            }
            // All frames are well-formed: either the text is not UTF-8, or the connection is gone.
            (None, ProtocolError::Io(_)) => self.end(CloseCode::Invalid, "a text is not UTF-8"),
            (None, error) => {
                tracing::debug!(%error, "the WebSocket protocol was broken");
                self.end(CloseCode::Protocol, "the WebSocket protocol was broken");
            }
        }
    }

    /// Reports what can't be read, and ends the connection.
    pub(super) fn malformed(&mut self, message: &str) {
        metrics::counter!("djust_malformed_frames_total").increment(1);
        static LIMIT: LogLimit = LogLimit::new();
        if let Some(suppressed) = LIMIT.admit() {
            tracing::warn!(message = %Excerpt(message), suppressed, "a malformed frame ends its connection");
        }
        self.send(&ServerFrame::Error { view: None, code: "malformed", message });
        self.end(close_code::MALFORMED, "malformed frame");
    }

    /// Ends a connection with a peer that may still be sending: its views end now, and the
    /// connection ends once the peer has had a moment to read the reason.
    pub(super) fn end(&mut self, code: impl Into<CloseCode>, description: &str) {
        if self.valve.is_draining() && self.valve.fault().is_none() {
            return;
        }
        self.outgoing.close(close_frame(code, description));
        self.valve.drain();
        self.views.take().for_each(|view| view.leave());
    }

    /// Reads nothing more until then: the peer sends more than it may, and TCP makes it wait.
    pub(super) fn slow_down(&self, until: Option<Instant>, what: &'static str) {
        if let Some(until) = until {
            metrics::counter!("djust_sockets_slowed_total", "by" => what).increment(1);
            self.valve.shut_until(until);
        }
    }
}
