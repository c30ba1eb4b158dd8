//! The actor that knows all sockets of a page and sends each the same frame.

use super::frames::{Page, frame};
use super::socket::{Frame, Socket, Tick};
use actix::{Actor, Addr, AsyncContext, Context, Handler, Message};
use bytestring::ByteString;
use std::collections::HashSet;
use std::time::Duration;

/// How often the ticker's page changes.
const TICK_INTERVAL: Duration = Duration::from_secs(1);

/// The sockets of one page.
pub(super) struct Broadcaster {
    page: Page,
    sockets: HashSet<Addr<Socket>>,
    /// Those that count their ticks themselves.
    counting: HashSet<Addr<Socket>>,
    ticks: u32,
}

impl Broadcaster {
    pub(super) fn new(page: Page) -> Self {
        Broadcaster { page, sockets: HashSet::new(), counting: HashSet::new(), ticks: 0 }
    }

    fn broadcast(&self, n: u32) {
        let text = ByteString::from(frame(self.page, n));
        for socket in &self.sockets {
            // A socket whose mailbox is full misses the frame, as it does in actix's own examples.
            let _ = socket.try_send(Frame(text.clone()));
        }
    }

    fn tick(&mut self) {
        self.ticks += 1;
        self.broadcast(self.ticks);
        for socket in &self.counting {
            let _ = socket.try_send(Tick);
        }
    }
}

impl Actor for Broadcaster {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if self.page == Page::Ticker {
            ctx.run_interval(TICK_INTERVAL, |broadcaster, _| broadcaster.tick());
        }
    }
}

/// Sent by the push handler: everybody gets frame `n`.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Push(pub u32);

/// Sent by a socket that starts.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Connect {
    pub socket: Addr<Socket>,
    pub counts_ticks: bool,
}

/// Sent by a socket that ends.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Disconnect(pub Addr<Socket>);

/// Sent by the statistics handler, which waits for the number of sockets.
#[derive(Message)]
#[rtype(result = "usize")]
pub(super) struct Count;

impl Handler<Push> for Broadcaster {
    type Result = ();

    fn handle(&mut self, Push(n): Push, _ctx: &mut Self::Context) {
        self.broadcast(n);
    }
}

impl Handler<Connect> for Broadcaster {
    type Result = ();

    fn handle(&mut self, connect: Connect, _ctx: &mut Self::Context) {
        if connect.counts_ticks {
            self.counting.insert(connect.socket);
        } else {
            self.sockets.insert(connect.socket);
        }
    }
}

impl Handler<Disconnect> for Broadcaster {
    type Result = ();

    fn handle(&mut self, Disconnect(socket): Disconnect, _ctx: &mut Self::Context) {
        self.sockets.remove(&socket);
        self.counting.remove(&socket);
    }
}

impl Handler<Count> for Broadcaster {
    type Result = usize;

    fn handle(&mut self, _count: Count, _ctx: &mut Self::Context) -> usize {
        self.sockets.len() + self.counting.len()
    }
}
