//! WebSocket frames (RFC 6455, section 5.2), as far as a client of these servers needs them: whole
//! messages, and no extensions.

use std::fmt;

/// The first byte of a whole text.
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A whole message.
    Text(&'a [u8]),
    /// Asks for a pong with the same payload.
    Ping(&'a [u8]),
    /// The status code, if there is one.
    Close(Option<u16>),
    /// An answer to a ping.
    Pong,
}

/// What a server sent is no frame that it may send.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed(u8);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a WebSocket frame that begins with {:#04x}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// Returns the first frame of the data and the number of its bytes, or nothing if it isn't whole.
///
/// # Errors
/// It is masked, a fragment, or of a kind that these servers don't send.
pub fn first_frame(data: &[u8]) -> Result<Option<(Frame<'_>, usize)>, Malformed> {
    let &[first, length, ref rest @ ..] = data else { return Ok(None) };
    let (header, payload_length) = match (length, rest) {
        (0..126, _) => (2, usize::from(length)),
        (126, &[a, b, ..]) => (4, usize::from(u16::from_be_bytes([a, b]))),
        (127, &[0, 0, 0, 0, a, b, c, d, ..]) => (10, u32::from_be_bytes([a, b, c, d]) as usize),
        (126, _) => return Ok(None),
        (127, _) if rest.len() < 8 => return Ok(None),
        _ => return Err(Malformed(first)),
    };
    let end = header + payload_length;
    let Some(payload) = data.get(header..end) else { return Ok(None) };
    let frame = match first {
        TEXT => Frame::Text(payload),
        PING => Frame::Ping(payload),
        PONG => Frame::Pong,
        CLOSE => Frame::Close(payload.first_chunk().map(|code| u16::from_be_bytes(*code))),
        _ => return Err(Malformed(first)),
    };
    Ok(Some((frame, end)))
}

/// Appends a text of less than 64 KiB.
pub fn write_text(payload: &[u8], out: &mut Vec<u8>) {
    write_frame(TEXT, payload, out);
}

/// Appends the answer to a ping.
pub fn write_pong(payload: &[u8], out: &mut Vec<u8>) {
    write_frame(PONG, payload, out);
}

/// The mask is zero: the payload stays as it is, and the server unmasks it all the same.
fn write_frame(first: u8, payload: &[u8], out: &mut Vec<u8>) {
    const MASKED: u8 = 0x80;
    let length = u16::try_from(payload.len()).expect("clients send short frames");
    match length.to_be_bytes() {
        [0, length @ 0..126] => out.extend([first, MASKED | length]),
        [a, b] => out.extend([first, MASKED | 126, a, b]),
    }
    out.extend([0; 4]);
    out.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_each_length() {
        assert_eq!(first_frame(b"\x81\x02hi\x81"), Ok(Some((Frame::Text(b"hi"), 4))));
        let payload = vec![b'x'; 300];
        let frame = [b"\x81\x7e\x01\x2c", &payload[..]].concat();
        assert_eq!(first_frame(&frame), Ok(Some((Frame::Text(&payload), 304))));
        let payload = vec![b'x'; 70_000];
        let frame = [b"\x81\x7f\0\0\0\0\0\x01\x11\x70", &payload[..]].concat();
        assert_eq!(first_frame(&frame), Ok(Some((Frame::Text(&payload), 70_010))));
    }

    #[test]
    fn a_part_of_a_frame_is_no_frame_yet() {
        let frame = [b"\x81\x7e\x01\x2c", &[b'x'; 300][..]].concat();
        for end in 0..frame.len() {
            assert_eq!(first_frame(&frame[..end]), Ok(None));
        }
        assert_eq!(first_frame(b"\x81\x7f\0\0\0\0\0\x01\x11"), Ok(None));
    }

    #[test]
    fn control_frames() {
        assert_eq!(first_frame(b"\x89\x01?"), Ok(Some((Frame::Ping(b"?"), 3))));
        assert_eq!(first_frame(b"\x8a\x00"), Ok(Some((Frame::Pong, 2))));
        assert_eq!(first_frame(b"\x88\x02\x11\x38"), Ok(Some((Frame::Close(Some(4408)), 4))));
        assert_eq!(first_frame(b"\x88\x00"), Ok(Some((Frame::Close(None), 2))));
    }

    #[test]
    fn fragments_and_masked_frames_are_malformed() {
        assert_eq!(first_frame(b"\x01\x01x"), Err(Malformed(0x01)));
        assert_eq!(first_frame(b"\x81\x81\0\0\0\0x"), Err(Malformed(0x81)));
    }

    #[test]
    fn what_a_client_writes_is_masked() {
        let mut out = Vec::new();
        write_text(b"hi", &mut out);
        write_pong(b"?", &mut out);
        assert_eq!(out, b"\x81\x82\0\0\0\0hi\x8a\x81\0\0\0\0?");
        let mut long = Vec::new();
        write_text(&[b'x'; 300], &mut long);
        assert_eq!(long[..8], *b"\x81\xfe\x01\x2c\0\0\0\0");
        assert_eq!(long.len(), 308);
    }
}
