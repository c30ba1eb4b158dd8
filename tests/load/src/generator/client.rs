//! One client.
//!
//! | state | event | next |
//! |---|---|---|
//! | `Idle` | it is started | `Page`: connects and asks for its page |
//! | `Page` | the page is there | `Handshake`: connects again and asks for the WebSocket |
//! | `Handshake` | the server accepts | `Joining`: sends the join, or `Live` where there is none |
//! | `Joining` | the join is answered | `Live` |
//!
//! Anything else that ends a connection is an error.

use super::frames::{self, Frame};
use super::tally::Tally;
use crate::Result;
use crate::protocol::{self, Connection, Kind, Text};
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

/// The sample key of RFC 6455: servers don't look for fresh ones.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

const HEAD_END: &[u8] = b"\r\n\r\n";

/// The server that all clients use.
pub(super) struct Target {
    pub kind: Kind,
    pub address: SocketAddr,
    pub registry: Registry,
}

enum State {
    Idle,
    Page,
    Handshake { join: Option<String> },
    Joining,
    Live,
}

pub(super) struct Client {
    token: Token,
    path: String,
    state: State,
    stream: Option<TcpStream>,
    /// What was read and is no whole message yet.
    unread: Vec<u8>,
    /// What the socket didn't take yet.
    unsent: Vec<u8>,
    latest: u32,
}

impl Client {
    pub(super) fn new(token: Token, path: String) -> Self {
        Client {
            token,
            path,
            state: State::Idle,
            stream: None,
            unread: Vec::new(),
            unsent: Vec::new(),
            latest: 0,
        }
    }

    /// The newest push that it has received.
    pub(super) fn latest(&self) -> u32 {
        self.latest
    }

    /// Lets it load its page.
    pub(super) fn start(&mut self, target: &Target) -> Result<()> {
        self.state = State::Page;
        let request =
            format!("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.path, target.address);
        self.connect(target, request)
    }

    /// Its socket can be read or written.
    pub(super) fn ready(&mut self, target: &Target, buffer: &mut [u8], tally: &mut Tally) -> Result<()> {
        self.flush()?;
        while let Some(stream) = &mut self.stream {
            match stream.read(buffer) {
                Ok(0) => return self.closed(target),
                Ok(read) => {
                    self.received(target.kind, &buffer[..read], tally)?;
                    // Whatever comes after a short read is told by another event.
                    if read < buffer.len() && !matches!(self.state, State::Page) {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.flush()
    }

    fn connect(&mut self, target: &Target, request: String) -> Result<()> {
        let mut stream = TcpStream::connect(target.address)?;
        stream.set_nodelay(true)?;
        target.registry.register(&mut stream, self.token, Interest::READABLE | Interest::WRITABLE)?;
        self.stream = Some(stream);
        self.unread = Vec::new();
        self.unsent = request.into_bytes();
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        while !self.unsent.is_empty() {
            match stream.write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                // It is still connecting, or full.
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {
                    break;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The server has closed the connection, which ends a page.
    fn closed(&mut self, target: &Target) -> Result<()> {
        if !matches!(self.state, State::Page) {
            return Err("the server has closed the connection".into());
        }
        let (head, body) = split_head(&self.unread).ok_or("a page without a head")?;
        if !head.starts_with(b"HTTP/1.1 200") {
            return Err(format!("its page: {}", first_line(head)).into());
        }
        let Connection { path, join } = protocol::connection(target.kind, std::str::from_utf8(body)?)?;
        self.state = State::Handshake { join };
        let address = target.address;
        self.connect(
            target,
            format!(
                "GET {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\n\
                 Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
            ),
        )
    }

    fn received(&mut self, kind: Kind, data: &[u8], tally: &mut Tally) -> Result<()> {
        if matches!(self.state, State::Page) {
            self.unread.extend(data);
            return Ok(());
        }
        if !self.unread.is_empty() || matches!(self.state, State::Handshake { .. }) {
            self.unread.extend(data);
            let unread = std::mem::take(&mut self.unread);
            return self.messages(kind, &unread, tally);
        }
        self.messages(kind, data, tally)
    }

    /// Takes whole messages, and keeps what is left.
    fn messages(&mut self, kind: Kind, mut data: &[u8], tally: &mut Tally) -> Result<()> {
        if matches!(self.state, State::Handshake { .. }) {
            let Some((head, rest)) = split_head(data) else {
                self.unread.extend(data);
                return Ok(());
            };
            self.accepted(head, tally)?;
            data = rest;
        }
        while let Some((frame, length)) = frames::first_frame(data)? {
            self.frame(kind, &frame, tally)?;
            data = &data[length..];
        }
        self.unread.extend(data);
        Ok(())
    }

    fn accepted(&mut self, head: &[u8], tally: &mut Tally) -> Result<()> {
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(format!("its WebSocket: {}", first_line(head)).into());
        }
        let State::Handshake { join } = std::mem::replace(&mut self.state, State::Joining) else {
            return Ok(());
        };
        match join {
            Some(join) => frames::write_text(join.as_bytes(), &mut self.unsent),
            None => self.joined(tally),
        }
        Ok(())
    }

    fn joined(&mut self, tally: &mut Tally) {
        self.state = State::Live;
        tally.joined += 1;
    }

    fn frame(&mut self, kind: Kind, frame: &Frame<'_>, tally: &mut Tally) -> Result<()> {
        match frame {
            Frame::Text(text) => match protocol::read(kind, text)? {
                Text::Joined => self.joined(tally),
                Text::Asks(answer) => frames::write_text(answer.as_bytes(), &mut self.unsent),
                Text::Update(n) => {
                    tally.update(self.latest, n, text);
                    self.latest = self.latest.max(n.unwrap_or(0));
                }
                Text::Other => {}
            },
            Frame::Ping(payload) => frames::write_pong(payload, &mut self.unsent),
            Frame::Pong => {}
            Frame::Close(code) => return Err(format!("the server closes it with {code:?}").into()),
        }
        Ok(())
    }
}

/// Splits a head from what follows it.
fn split_head(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = data.windows(HEAD_END.len()).position(|window| window == HEAD_END)?;
    Some((&data[..at], &data[at + HEAD_END.len()..]))
}

fn first_line(head: &[u8]) -> String {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    String::from_utf8_lossy(line).into_owned()
}
