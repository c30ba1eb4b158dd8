//! One client's WebSocket.

use super::broadcaster::{Broadcaster, Connect, Disconnect};
use super::frames::{Page, frame};
use actix::{Actor, ActorContext, Addr, AsyncContext, Handler, Message, StreamHandler};
use actix_web_actors::ws::{self, ProtocolError, WebsocketContext};
use bytestring::ByteString;

pub(super) struct Socket {
    pub broadcaster: Addr<Broadcaster>,
    /// Its ticks are counted from its own start.
    pub counts_ticks: bool,
    pub ticks: u32,
}

/// Sent by the broadcaster: a text for the client.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Frame(pub ByteString);

/// Sent by the broadcaster to sockets that count their ticks.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Tick;

impl Actor for Socket {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let connect = Connect { socket: ctx.address(), counts_ticks: self.counts_ticks };
        // A future waits for room: connections may come faster than the broadcaster reads.
        let connected = self.broadcaster.send(connect);
        actix::spawn(async move { connected.await.is_ok() });
    }

    fn stopped(&mut self, ctx: &mut Self::Context) {
        let disconnected = self.broadcaster.send(Disconnect(ctx.address()));
        actix::spawn(async move { disconnected.await.is_ok() });
    }
}

impl Handler<Frame> for Socket {
    type Result = ();

    fn handle(&mut self, Frame(text): Frame, ctx: &mut Self::Context) {
        ctx.text(text);
    }
}

impl Handler<Tick> for Socket {
    type Result = ();

    fn handle(&mut self, _tick: Tick, ctx: &mut Self::Context) {
        self.ticks += 1;
        ctx.text(frame(Page::Ticker, self.ticks));
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
