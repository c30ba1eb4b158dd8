//! Finds where WebSocket frames begin and end in a stream of bytes, and which are refused (RFC
//! 6455, section 5.2).
//!
//! A pure state machine over headers: it holds at most the 14 bytes of one header, and never a
//! payload. It refuses a frame as soon as the offending bytes arrive: its reserved bits, opcode,
//! mask bit or length. So an announced length costs nothing, however large.
//!
//! | state | on | becomes |
//! |---|---|---|
//! | between frames | part of a header | between frames, holding that part |
//! | between frames | a whole header | inside a frame, or between frames if it is empty |
//! | inside a frame | its last byte | between frames |

use actix_web::web::Bytes;

/// The longest header: two bytes, a length of eight, a mask of four.
const MAX_HEADER: usize = 14;
/// The longest payload of a control frame (section 5.5).
const MAX_CONTROL: u64 = 125;

/// Why a frame is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The frame, or the message that it is a fragment of, is larger than the limit.
    TooLarge,
    /// The peer breaks the protocol.
    Broken(&'static str),
}

/// Follows the frames of one stream.
pub(super) struct Framing {
    limit: u64,
    /// The header so far, if it came in parts.
    held: Vec<u8>,
    /// How much of the present frame is yet to come.
    left: u64,
    /// The size so far of the message that is coming in fragments.
    message: Option<u64>,
}

/// Bytes of one frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) bytes: Bytes,
    /// Whether they complete the frame.
    pub(super) is_end: bool,
}

/// The content of a header.
#[derive(Debug, Clone, Copy)]
struct Header {
    len: usize,
    payload: u64,
    is_final: bool,
    opcode: u8,
}

impl Framing {
    pub(super) fn new(limit: usize) -> Self {
        Framing { limit: limit as u64, held: Vec::new(), left: 0, message: None }
    }

    /// Takes from a chunk the bytes of one frame. Returns nothing if the chunk ends inside a
    /// header.
    pub(super) fn pass(&mut self, chunk: &mut Bytes) -> Result<Option<Passed>, Fault> {
        if chunk.is_empty() {
            return Ok(None);
        }
        if self.left > 0 {
            return Ok(Some(self.payload(chunk, 0)));
        }
        if self.held.is_empty() {
            return match self.header(chunk)? {
                Some(header) => {
                    self.begin(header)?;
                    Ok(Some(self.payload(chunk, header.len)))
                }
                None => {
                    self.held.extend_from_slice(&chunk.split_off(0));
                    Ok(None)
                }
            };
        }
        while !chunk.is_empty() {
            self.held.extend_from_slice(&chunk.split_to(1));
            if let Some(header) = self.header(&self.held)? {
                self.begin(header)?;
                let bytes = Bytes::from(std::mem::take(&mut self.held));
                return Ok(Some(Passed { bytes, is_end: self.left == 0 }));
            }
        }
        Ok(None)
    }

    /// The rest of the present frame, after this many bytes of header, as far as it has arrived.
    fn payload(&mut self, chunk: &mut Bytes, header: usize) -> Passed {
        let here = usize::try_from(self.left).unwrap_or(usize::MAX).min(chunk.len() - header);
        self.left -= here as u64;
        Passed { bytes: chunk.split_to(header + here), is_end: self.left == 0 }
    }

    /// A frame begins.
    fn begin(&mut self, header: Header) -> Result<(), Fault> {
        self.left = header.payload;
        if header.is_control() {
            return Ok(());
        }
        let size = self.message.unwrap_or(0) + header.payload;
        self.message = (!header.is_final).then_some(size);
        Ok(())
    }

    /// Reads a header, if it is complete, and refuses it as early as possible.
    fn header(&self, bytes: &[u8]) -> Result<Option<Header>, Fault> {
        let bytes = &bytes[..bytes.len().min(MAX_HEADER)];
        let Some(&first) = bytes.first() else { return Ok(None) };
        let (is_final, opcode) = (first & 0x80 != 0, first & 0x0f);
        self.check_first(first, is_final, opcode)?;
        let Some(&second) = bytes.get(1) else { return Ok(None) };
        if second & 0x80 == 0 {
            return Err(Fault::Broken("a frame is not masked"));
        }
        let (len, payload) = match second & 0x7f {
            126 => match bytes.get(2..4) {
                Some(length) => (4, length.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))),
                None => (4, 0),
            },
            127 => match bytes.get(2..10) {
                Some(length) => (10, length.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))),
                None => (10, 0),
            },
            short => (2, u64::from(short)),
        };
        let header = Header { len: len + 4, payload, is_final, opcode };
        // A control frame has no room for a long length.
        if header.is_control() && (len > 2 || payload > MAX_CONTROL) {
            return Err(Fault::Broken("a control frame is longer than 125 bytes"));
        }
        let before = if header.is_control() { 0 } else { self.message.unwrap_or(0) };
        if payload.saturating_add(before) > self.limit && !header.is_control() {
            return Err(Fault::TooLarge);
        }
        Ok((bytes.len() >= header.len).then_some(header))
    }

    fn check_first(&self, first: u8, is_final: bool, opcode: u8) -> Result<(), Fault> {
        if first & 0x70 != 0 {
            return Err(Fault::Broken("a frame has reserved bits"));
        }
        match (opcode, self.message) {
            (0, None) => Err(Fault::Broken("a fragment continues no message")),
            (1 | 2, Some(_)) => Err(Fault::Broken("a message begins inside of another")),
            (0..=2, _) => Ok(()),
            (8..=10, _) if is_final => Ok(()),
            (8..=10, _) => Err(Fault::Broken("a control frame is fragmented")),
            _ => Err(Fault::Broken("a frame has an unknown opcode")),
        }
    }

    /// How many bytes are kept here.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }
}

impl Header {
    fn is_control(&self) -> bool {
        self.opcode >= 8
    }
}

#[cfg(test)]
#[path = "framing_tests.rs"]
mod tests;
