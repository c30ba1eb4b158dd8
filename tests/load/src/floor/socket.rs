//! One client's WebSocket.

use super::broadcaster::{Broadcaster, Connect, Disconnect, TICK_INTERVAL};
use super::frames::{Page, frame};
use actix::{Actor, ActorContext, Addr, AsyncContext, Handler, Message, StreamHandler};
use actix_web_actors::ws::{self, ProtocolError, WebsocketContext};
use bytestring::ByteString;

/// Who sends this socket its frames.
pub(super) enum Source {
    Broadcaster(Addr<Broadcaster>),
    /// A ticker whose count is its own.
    OwnTicks,
}

pub(super) struct Socket {
    pub source: Source,
    pub ticks: u32,
}

/// Sent by the broadcaster: a text for the client.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Frame(pub ByteString);

impl Actor for Socket {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        match &self.source {
            Source::Broadcaster(broadcaster) => {
                // Connections come faster than the broadcaster's mailbox is read.
                let connected = broadcaster.send(Connect(ctx.address()));
                actix::spawn(async move { connected.await.is_ok() });
            }
            Source::OwnTicks => {
                ctx.run_interval(TICK_INTERVAL, |socket, ctx| {
                    socket.ticks += 1;
                    ctx.text(frame(Page::Ticker, socket.ticks));
                });
            }
        }
    }

    fn stopped(&mut self, ctx: &mut Self::Context) {
        if let Source::Broadcaster(broadcaster) = &self.source {
            let disconnected = broadcaster.send(Disconnect(ctx.address()));
            actix::spawn(async move { disconnected.await.is_ok() });
        }
    }
}

impl Handler<Frame> for Socket {
    type Result = ();

    fn handle(&mut self, Frame(text): Frame, ctx: &mut Self::Context) {
        ctx.text(text);
    }
}

impl StreamHandler<Result<ws::Message, ProtocolError>> for Socket {
    fn handle(&mut self, message: Result<ws::Message, ProtocolError>, ctx: &mut Self::Context) {
        match message {
            Ok(ws::Message::Ping(payload)) => ctx.pong(&payload),
            Ok(ws::Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Ok(ws::Message::Text(_) | ws::Message::Binary(_) | ws::Message::Continuation(_))
            | Ok(ws::Message::Pong(_) | ws::Message::Nop) => {}
            Err(_) => ctx.stop(),
        }
    }
}
