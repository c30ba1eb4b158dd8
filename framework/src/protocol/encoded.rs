//! Frames as they are written to a connection: header and payload (RFC 6455, section 5.2).
//!
//! A server's frames are not masked. So equal frames are equal bytes, and one encoded frame can be
//! sent to any number of clients.

use super::ServerFrame;
use super::outgoing::patch_frame;
use actix_http::ws::{CloseReason, OpCode, Parser};
use actix_web::web::{Bytes, BytesMut};

/// An encoded frame. Its clones share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EncodedFrame(Bytes);

impl EncodedFrame {
    /// Encodes a text.
    pub(crate) fn text(text: &str) -> Self {
        Self::of(text, OpCode::Text)
    }

    /// Encodes a patch for the instance with this number.
    pub(crate) fn patch(view: u32, patch: &str) -> Self {
        Self::text(&patch_frame(view, patch))
    }

    /// A WebSocket ping. Every client answers it by itself.
    pub(crate) fn ping() -> Self {
        Self::of("", OpCode::Ping)
    }

    /// The answer to a WebSocket ping with this payload.
    pub(crate) fn pong(payload: &[u8]) -> Self {
        Self::of(payload, OpCode::Pong)
    }

    /// The last frame of a connection.
    pub(crate) fn close(reason: Option<CloseReason>) -> Self {
        let mut frame = BytesMut::new();
        Parser::write_close(&mut frame, reason, false);
        EncodedFrame(frame.freeze())
    }

    fn of(payload: impl AsRef<[u8]>, kind: OpCode) -> Self {
        // The parser reserves exactly what the frame needs.
        let mut frame = BytesMut::new();
        Parser::write_message(&mut frame, payload, kind, true, false);
        EncodedFrame(frame.freeze())
    }

    /// How many bytes are written.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }

    /// The text, unless this is a control frame.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn as_text(&self) -> Option<&str> {
        let header = match *self.0.get(1)? {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        let is_text = OpCode::from(self.0[0] & 0x0f) == OpCode::Text;
        is_text.then(|| std::str::from_utf8(&self.0[header..]).expect("it was made of a str"))
    }
}

impl From<&ServerFrame<'_>> for EncodedFrame {
    fn from(frame: &ServerFrame<'_>) -> Self {
        Self::text(&frame.encode())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_http::ws::CloseCode;

    #[test]
    fn a_frame_has_the_shortest_header_for_its_length_and_no_mask() {
        let encoded = |length: usize| EncodedFrame::text(&"x".repeat(length)).into_bytes();
        assert_eq!(encoded(2)[..], *b"\x81\x02xx");
        assert_eq!(encoded(125)[..3], *b"\x81\x7dx");
        assert_eq!(encoded(126)[..5], *b"\x81\x7e\x00\x7ex");
        assert_eq!(encoded(65_535)[..5], *b"\x81\x7e\xff\xffx");
        assert_eq!(encoded(65_536)[..11], *b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00x");
        for length in [0, 125, 126, 65_535, 65_536] {
            let frame = EncodedFrame::text(&"x".repeat(length));
            assert_eq!(frame.as_text().map(str::len), Some(length));
        }
    }

    #[test]
    fn control_frames_carry_their_payload() {
        assert_eq!(EncodedFrame::ping().into_bytes()[..], *b"\x89\x00");
        assert_eq!(EncodedFrame::pong(b"7").into_bytes()[..], *b"\x8a\x017");
        assert_eq!(EncodedFrame::close(None).into_bytes()[..], *b"\x88\x00");
        let reason = CloseReason { code: CloseCode::Away, description: Some("bye".to_owned()) };
        assert_eq!(EncodedFrame::close(Some(reason)).into_bytes()[..], *b"\x88\x05\x03\xe9bye");
        assert_eq!(EncodedFrame::ping().as_text(), None);
    }

    #[test]
    fn patches_of_the_main_view_are_bare() {
        assert_eq!(EncodedFrame::patch(0, "[0,\"1\"]").as_text(), Some("[0,\"1\"]"));
        assert_eq!(EncodedFrame::patch(3, "[]").as_text(), Some(r#"{"view":3,"patch":[]}"#));
    }
}
