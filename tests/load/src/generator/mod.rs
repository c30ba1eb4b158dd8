//! Thousands of clients on one thread. Each acts as a browser: it loads its page, connects, joins
//! with what the page says, reads what it is sent, and answers where the protocol asks.
//!
//! The generator and its sockets never block; only requests for `/push` and `/stats` do, on a
//! connection of their own ([`Control`]). The way of a push: [`Generator::push`] writes the request
//! and polls the sockets until each client has an update with its number or a newer one, then reads
//! the answer. A client that is closed, refused or ended is lost, which fails the run.

mod client;
mod control;
mod frames;
mod tally;

pub use control::Control;
pub use tally::{Arrivals, Tally};

use crate::Result;
use crate::floor::Page;
use crate::protocol::{self, Kind};
use client::{Client, Target};
use mio::{Events, Poll, Token};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long all clients may take to join, or to have a push.
const TIMEOUT: Duration = Duration::from_secs(300);

/// The largest number of readiness events that are read at once.
const EVENTS: usize = 1024;

/// What is read from a socket at once.
const READ_SIZE: usize = 64 * 1024;

/// What the clients are, and how they come.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// How many.
    pub clients: usize,
    /// The page that all load.
    pub page: Page,
    /// Each has state that no other has.
    pub own: bool,
    /// How many may be joining at a time.
    pub at_once: usize,
}

/// The clients of one server.
pub struct Generator {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    crowd: Crowd,
    target: Target,
    clients: Vec<Client>,
    tally: Tally,
    control: Control,
    /// The newest push.
    pushed: u32,
}

impl Generator {
    /// Makes clients that don't do anything yet.
    ///
    /// # Errors
    /// The system gives no poll.
    pub fn new(kind: Kind, address: SocketAddr, crowd: Crowd) -> Result<Self> {
        let poll = Poll::new()?;
        let target = Target { kind, address, registry: poll.registry().try_clone()? };
        let path = |id: usize| {
            protocol::page_path(crowd.page, crowd.own.then(|| u32::try_from(id + 1).unwrap_or(u32::MAX)))
        };
        Ok(Generator {
            clients: (0..crowd.clients).map(|id| Client::new(Token(id), path(id))).collect(),
            events: Events::with_capacity(EVENTS),
            buffer: vec![0; READ_SIZE],
            tally: Tally::default(),
            control: Control::new(address),
            pushed: 0,
            poll,
            crowd,
            target,
        })
    }

    /// Lets all clients join.
    ///
    /// # Errors
    /// A client is lost, or it takes too long.
    pub fn join(&mut self) -> Result<()> {
        let limit = Instant::now() + TIMEOUT;
        let mut started = 0;
        while self.tally.joined < self.clients.len() {
            while started < self.clients.len() && started - self.tally.joined < self.crowd.at_once {
                self.clients[started].start(&self.target)?;
                started += 1;
            }
            self.turn(Some(limit), "all clients to join")?;
        }
        // The floor has connected clients that its broadcaster doesn't know yet.
        while self.control.live_views()? < self.clients.len() {
            self.check(Some(limit), "the server to count all clients")?;
            self.idle(Duration::from_millis(5))?;
        }
        Ok(())
    }

    /// Pushes once, and waits until all clients have it.
    ///
    /// # Errors
    /// A client is lost, or it takes too long.
    pub fn push(&mut self) -> Result<Arrivals> {
        self.send_push()?;
        self.wait_for_push(self.pushed)?;
        self.control.receive()?;
        Ok(self.tally.arrivals())
    }

    /// Asks for a push, and doesn't wait for anything. The answer has to be read with
    /// [`receive_push`](Generator::receive_push).
    ///
    /// # Errors
    /// The server doesn't take the request.
    pub fn send_push(&mut self) -> Result<u32> {
        self.pushed += 1;
        self.tally.begin();
        self.control.send(&protocol::push_path(self.crowd.page, self.pushed))?;
        Ok(self.pushed)
    }

    /// Reads the answer to the oldest request without one.
    ///
    /// # Errors
    /// It is not a success.
    pub fn receive_push(&mut self) -> Result<()> {
        self.control.receive().map(drop)
    }

    /// Waits until all clients have this push or a newer one.
    ///
    /// # Errors
    /// A client is lost, or it takes too long.
    pub fn wait_for_push(&mut self, n: u32) -> Result<()> {
        let limit = Instant::now() + TIMEOUT;
        self.tally.wait_for(n, self.clients.iter().filter(|client| client.latest() < n).count());
        while self.tally.missing() > 0 {
            self.turn(Some(limit), "all clients to have a push")?;
        }
        Ok(())
    }

    /// Reads and answers for some time, and once if there is none.
    ///
    /// # Errors
    /// A client is lost.
    pub fn idle(&mut self, duration: Duration) -> Result<()> {
        let end = Instant::now() + duration;
        loop {
            self.turn_until(end)?;
            if Instant::now() >= end {
                return Ok(());
            }
        }
    }

    /// What the clients have received so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// From now on the text of the newest update is kept, for tests.
    pub fn keep_last_update(&mut self) {
        self.tally.last_update = Some(Vec::new());
    }

    /// Returns the newest update that a client has received, if it is kept.
    pub fn last_update(&self) -> Option<&[u8]> {
        self.tally.last_update.as_deref()
    }

    /// The connection for requests.
    pub fn control(&mut self) -> &mut Control {
        &mut self.control
    }

    /// How many clients haven't received the newest push, or a newer one.
    pub fn behind(&self) -> usize {
        self.clients.iter().filter(|client| client.latest() < self.pushed).count()
    }

    fn turn(&mut self, limit: Option<Instant>, awaited: &str) -> Result<()> {
        self.check(limit, awaited)?;
        self.turn_until(limit.unwrap_or_else(|| Instant::now() + TIMEOUT))
    }

    fn check(&self, limit: Option<Instant>, awaited: &str) -> Result<()> {
        match limit {
            Some(limit) if Instant::now() >= limit => {
                let (joined, clients, missing) =
                    (self.tally.joined, self.clients.len(), self.tally.missing());
                Err(format!(
                    "waited {} s for {awaited}: {joined} of {clients} joined, {missing} without the push",
                    TIMEOUT.as_secs()
                )
                .into())
            }
            _ => Ok(()),
        }
    }

    fn turn_until(&mut self, end: Instant) -> Result<()> {
        let timeout = end.saturating_duration_since(Instant::now());
        match self.poll.poll(&mut self.events, Some(timeout)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        for event in &self.events {
            let client = &mut self.clients[event.token().0];
            client
                .ready(&self.target, &mut self.buffer, &mut self.tally)
                .map_err(|error| format!("client {} is lost: {error}", event.token().0))?;
        }
        Ok(())
    }
}
