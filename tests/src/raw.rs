//! A peer that writes WebSocket frames byte by byte, right or wrong, over a plain connection.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// The first byte of a whole text.
pub const TEXT: u8 = 0x81;
/// Of a text whose fragments follow.
pub const FIRST: u8 = 0x01;
/// Of a fragment that is not the last.
pub const NEXT: u8 = 0x00;
/// Of the last fragment.
pub const LAST: u8 = 0x80;
/// Of a close.
pub const CLOSE: u8 = 0x88;
/// Of a ping.
pub const PING: u8 = 0x89;
/// Of a pong.
pub const PONG: u8 = 0x8a;

/// Asks for a socket with more header lines; the status and the connection.
pub fn open(addr: SocketAddr, headers: &str) -> (u16, TcpStream) {
    let mut stream = TcpStream::connect(addr).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a fresh stream");
    let head = format!(
        "GET /djust/live HTTP/1.1\r\nHost: {addr}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        answer.push(byte[0]);
    }
    let status = String::from_utf8_lossy(&answer).get(9..12).and_then(|status| status.parse().ok());
    (status.expect("a status"), stream)
}

/// A frame, masked with zeros: its payload reads as it is written.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match u16::try_from(payload.len()).expect("a short frame") {
        length @ 0..126 => frame.push(0x80 | length.to_be_bytes()[1]),
        length => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// The server's next frame, its first byte and its payload; nothing if the connection has ended.
pub fn read(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    let mut length = usize::from(head[1]);
    if length == 126 {
        let mut long = [0; 2];
        stream.read_exact(&mut long).ok()?;
        length = usize::from(u16::from_be_bytes(long));
    }
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).ok()?;
    Some((head[0], payload))
}

/// Reads up to the close; its code, or nothing if the connection ends without one.
pub fn close_code(stream: &mut TcpStream) -> Option<u16> {
    loop {
        let (first, payload) = read(stream)?;
        if first == CLOSE {
            return Some(u16::from_be_bytes([*payload.first()?, *payload.get(1)?]));
        }
    }
}

/// Writes the same bytes again and again for a while and reads nothing; how many the server has taken.
pub fn flood(stream: &mut TcpStream, frame: &[u8], time: Duration) -> usize {
    stream.set_write_timeout(Some(Duration::from_millis(100))).expect("an open stream");
    let (chunk, end) = (frame.repeat(8_192 / frame.len() + 1), Instant::now() + time);
    let (mut written, mut at) = (0, 0);
    while Instant::now() < end {
        match stream.write(&chunk[at..]) {
            // What was cut off is written on, so that the frames stay whole.
            Ok(length) => (written, at) = (written + length, (at + length) % chunk.len()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    written
}
