//! A client that speaks the raw protocol: no browser, no retries, every frame seen.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Error, Message, WebSocket};

const PATIENCE: Duration = Duration::from_secs(10);

/// Fetches a URL: status, headers as text, body.
pub fn get(addr: SocketAddr, path: &str, headers: &str) -> (u16, String, String) {
    try_get(addr, path, headers).expect("the server answers")
}

/// Fetches a URL of a server that may be away, or go away.
///
/// # Errors
/// It is not there, or its answer is not whole.
pub fn try_get(addr: SocketAddr, path: &str, headers: &str) -> io::Result<(u16, String, String)> {
    let head = format!("GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n{headers}\r\n");
    exchange(TcpStream::connect(addr)?, &head, PATIENCE)
}

/// Sends a request that ends with this connection, and reads the answer: status, headers as text, body.
///
/// # Errors
/// The answer is not whole, or nothing comes for this long.
pub fn exchange(
    mut stream: TcpStream,
    request: &str,
    patience: Duration,
) -> io::Result<(u16, String, String)> {
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(ErrorKind::UnexpectedEof)?;
    let status = head.get(9..12).and_then(|code| code.parse().ok()).ok_or(ErrorKind::InvalidData)?;
    Ok((status, head.to_owned(), body.to_owned()))
}

/// An attribute of the live region in a page.
pub fn attribute<'p>(page: &'p str, name: &str) -> &'p str {
    let start =
        page.find(&format!("{name}=\"")).unwrap_or_else(|| panic!("no {name} in {page}")) + name.len() + 2;
    page[start..].split('"').next().expect("closed")
}

/// A connected client.
pub struct Client {
    socket: WebSocket<TcpStream>,
    /// The values of the root scope's text and attribute places that have been sent since the join.
    pub places: BTreeMap<u64, Value>,
    /// The `joined` frame.
    pub joined: Value,
    /// How many patches have come.
    pub patches: u64,
    /// Whether `sync` is answered.
    pub acks: bool,
    next_ref: u64,
}

impl Client {
    /// Fetches a page and joins its view.
    pub fn join(addr: SocketAddr, path: &str) -> Self {
        let (status, _, page) = get(addr, path, "");
        assert_eq!(status, 200, "{page}");
        let mut client = Client::open(addr);
        client.send(&join_frame(&page));
        client.joined = client.until("joined");
        client
    }

    /// Fetches a page and joins its view, where the server may be away, or go away.
    pub fn try_join(addr: SocketAddr, path: &str) -> Option<Self> {
        let (status, _, page) = try_get(addr, path, "").ok()?;
        if status != 200 {
            return None;
        }
        let mut client = Client::connect(addr, "/djust/live", &[]).ok()?.ok()?;
        client.socket.send(Message::text(join_frame(&page).to_string())).ok()?;
        let deadline = Instant::now() + PATIENCE;
        while client.joined.is_null() {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            match client.frame_within(left).ok()?? {
                frame if frame["type"] == "joined" => client.joined = frame,
                frame if frame["type"] == "ended" => return None,
                _ => {}
            }
        }
        Some(client)
    }

    /// Opens a socket and joins nothing.
    pub fn open(addr: SocketAddr) -> Self {
        Self::try_open(addr, &[]).expect("the handshake is accepted")
    }

    /// Opens a socket with more headers; the status code if it is refused.
    pub fn try_open(addr: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        Self::try_open_at(addr, "/djust/live", headers)
    }

    /// The same where djust's routes are elsewhere.
    pub fn try_open_at(addr: SocketAddr, path: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        Client::connect(addr, path, headers).expect("the server listens")
    }

    /// A socket; the status code if it is refused; an error if there is no server, or it goes away.
    fn connect(
        addr: SocketAddr,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> io::Result<Result<Self, u16>> {
        let stream = TcpStream::connect(addr)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{addr}{path}").into_client_request().expect("a URL");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        let socket = match tungstenite::client(request, stream) {
            Ok((socket, _)) => socket,
            Err(tungstenite::HandshakeError::Failure(Error::Http(response))) => {
                return Ok(Err(response.status().as_u16()));
            }
            Err(error) => return Err(io::Error::other(error.to_string())),
        };
        Ok(Ok(Client {
            socket,
            places: BTreeMap::new(),
            joined: Value::Null,
            patches: 0,
            acks: true,
            next_ref: 1,
        }))
    }

    /// Sends a frame.
    pub fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string());
    }

    /// Sends any text.
    pub fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).expect("the server reads");
    }

    /// Sends an event; answers its reference.
    pub fn event(&mut self, name: &str, args: Value) -> u64 {
        let reference = self.next_ref;
        self.next_ref += 1;
        self.send(&json!({"type": "event", "view": 0, "ref": reference, "name": name, "args": args}));
        reference
    }

    /// Sends an event and waits for its reply.
    pub fn call(&mut self, name: &str, args: Value) -> Value {
        let reference = self.event(name, args);
        loop {
            let reply = self.until("reply");
            if reply["ref"] == reference {
                return reply;
            }
        }
    }

    /// The next frame, or the close code; patches are counted and their values kept.
    pub fn frame(&mut self) -> Result<Value, u16> {
        self.socket.get_ref().set_read_timeout(Some(PATIENCE)).map_err(|_| 1006_u16)?;
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).expect("frames are JSON");
                    self.take(&frame);
                    return Ok(frame);
                }
                Ok(Message::Close(reason)) => return Err(reason.map_or(1005, |frame| frame.code.into())),
                Ok(_) => {}
                Err(Error::ConnectionClosed | Error::AlreadyClosed) => return Err(1006),
                Err(error) => panic!("{error}: the server said nothing for 10 s, or broke off"),
            }
        }
    }

    /// The next frame, if one comes in time; `Err` is the close code, or 1006 if the connection broke.
    pub fn frame_within(&mut self, time: Duration) -> Result<Option<Value>, u16> {
        self.socket.get_ref().set_read_timeout(Some(time)).map_err(|_| 1006_u16)?;
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).expect("frames are JSON");
                    self.take(&frame);
                    return Ok(Some(frame));
                }
                Ok(Message::Close(reason)) => return Err(reason.map_or(1005, |frame| frame.code.into())),
                Ok(_) => {}
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return Ok(None);
                }
                Err(_) => return Err(1006),
            }
        }
    }

    fn take(&mut self, frame: &Value) {
        if let Some(patch) = frame.as_array() {
            self.patches += 1;
            for pair in patch.chunks(2) {
                self.places.insert(pair[0].as_u64().expect("a place"), pair[1].clone());
            }
        } else if frame["type"] == "sync" && self.acks {
            self.acknowledge(frame);
        }
    }

    /// Answers a `sync`. That the connection has broken is found by the next reading.
    pub fn acknowledge(&mut self, sync: &Value) {
        let ack = json!({"type": "ack", "view": sync["view"], "mark": sync["mark"]});
        let _ = self.socket.send(Message::text(ack.to_string()));
    }

    /// Reads up to the next frame of this type.
    pub fn until(&mut self, kind: &str) -> Value {
        loop {
            let frame =
                self.frame().unwrap_or_else(|code| panic!("closed with {code} before a {kind} frame"));
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Reads until a text place shows this.
    pub fn until_shows(&mut self, place: u64, value: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.places.get(&place).and_then(Value::as_str) != Some(value) {
            assert!(
                Instant::now() < deadline,
                "place {place} shows {:?}, not {value}",
                self.places.get(&place)
            );
            self.frame().unwrap_or_else(|code| panic!("closed with {code}; {:?}", self.places));
        }
    }

    /// Reads up to the close; answers the code.
    pub fn until_closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.frame() {
                return code;
            }
        }
    }

    /// What has come within this time.
    pub fn within(&mut self, time: Duration) -> Vec<Value> {
        let mut frames = Vec::new();
        let deadline = Instant::now() + time;
        loop {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.socket.get_ref().set_read_timeout(Some(left)).expect("an open stream");
            let Ok(message) = self.socket.read() else { break };
            if let Message::Text(text) = message {
                let frame = serde_json::from_str(&text).expect("frames are JSON");
                self.take(&frame);
                frames.push(frame);
            }
            if Instant::now() >= deadline {
                break;
            }
        }
        self.socket.get_ref().set_read_timeout(Some(PATIENCE)).expect("an open stream");
        frames
    }
}

/// The frame that joins a page's view.
pub fn join_frame(page: &str) -> Value {
    json!({
        "type": "join",
        "view": 0,
        "token": attribute(page, "dj-token"),
        "template": attribute(page, "dj-template"),
        "digests": attribute(page, "dj-digests"),
    })
}
