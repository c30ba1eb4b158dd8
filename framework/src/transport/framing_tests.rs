//! Random streams against [`Framing`]. A model reads the frames one by one, as RFC 6455 describes
//! them, with no state but the present message, and says which byte breaks the rules. `Framing`
//! gets the same bytes in random parts.

use super::*;
use proptest::prelude::*;

/// A frame as a peer may write it: right, or wrong in any way.
#[derive(Debug, Clone)]
struct Frame {
    is_final: bool,
    reserved: u8,
    opcode: u8,
    is_masked: bool,
    /// The length in its header.
    announced: u64,
    /// How many bytes its length field has: 1, 3 or 9, and at least as many as the length needs.
    least_form: usize,
}

impl Frame {
    fn form(&self) -> usize {
        let needed = match self.announced {
            0..=125 => 1,
            126..=0xffff => 3,
            _ => 9,
        };
        self.least_form.max(needed)
    }

    /// Its bytes; only the first ones of a payload that is far too large.
    fn bytes(&self) -> Vec<u8> {
        let mask = u8::from(self.is_masked) << 7;
        let mut bytes = vec![u8::from(self.is_final) << 7 | self.reserved << 4 | self.opcode];
        match self.form() {
            1 => bytes.push(mask | self.announced.to_be_bytes()[7]),
            3 => {
                bytes.push(mask | 126);
                bytes.extend_from_slice(&self.announced.to_be_bytes()[6..]);
            }
            _ => {
                bytes.push(mask | 127);
                bytes.extend_from_slice(&self.announced.to_be_bytes());
            }
        }
        bytes.extend_from_slice(if self.is_masked { &[1, 2, 3, 4] } else { &[] });
        bytes.extend((0..self.announced.min(3_000)).map(|i| i.to_le_bytes()[0]));
        bytes
    }

    /// The fault of this frame, and the byte that shows it; `message` is the size of the present
    /// message.
    fn fault(&self, message: &mut Option<u64>, limit: u64) -> Option<(usize, bool)> {
        let is_control = self.opcode & 8 != 0;
        let in_sequence = match self.opcode {
            0 => message.is_some(),
            1 | 2 => message.is_none(),
            8..=10 => self.is_final,
            _ => false,
        };
        if self.reserved != 0 || !in_sequence {
            return Some((0, false));
        }
        if !self.is_masked || is_control && self.form() > 1 {
            return Some((1, false));
        }
        if is_control {
            return None;
        }
        let size = message.unwrap_or(0).saturating_add(self.announced);
        *message = (!self.is_final).then_some(size);
        (size > limit).then_some((self.form(), true))
    }
}

fn frames() -> impl Strategy<Value = Vec<Frame>> {
    let length = prop_oneof![
        6 => 0..126_u64,
        3 => 126..1_200_u64,
        1 => 60_000..70_000_u64,
        1 => prop_oneof![Just(u64::MAX), Just(1 << 63), Just((1 << 63) - 1), Just(u64::from(u32::MAX))],
    ];
    let opcode = prop_oneof![8 => Just(0_u8), 8 => Just(1), 2 => Just(2), 6 => 8..11_u8, 1 => 0..16_u8];
    let reserved = prop_oneof![30 => Just(0_u8), 1 => 1..8_u8];
    let form = prop_oneof![8 => Just(1_usize), 1 => Just(3), 1 => Just(9)];
    let frame = (prop::bool::weighted(0.6), reserved, opcode, prop::bool::weighted(0.97), length, form);
    let frame = frame.prop_map(|(is_final, reserved, opcode, is_masked, announced, least_form)| Frame {
        is_final,
        reserved,
        opcode,
        is_masked,
        announced,
        least_form,
    });
    prop::collection::vec(frame, 1..12)
}

/// Makes most of the frames follow the rules of a sequence, and always the first few, so that a
/// stream does not fail at once.
fn put_in_order(frames: &mut [Frame], legal: usize) {
    let mut is_open = false;
    for frame in frames.iter_mut().take(legal) {
        (frame.reserved, frame.is_masked) = (0, true);
        if frame.opcode >= 8 {
            (frame.opcode, frame.is_final, frame.least_form) = (frame.opcode.min(10), true, 1);
            frame.announced %= 126;
        } else {
            frame.opcode = if is_open { 0 } else { frame.opcode.clamp(1, 2) };
            frame.announced %= 300;
            is_open = !frame.is_final;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn exactly_the_bytes_of_legal_frames_pass_and_a_stream_is_refused_at_the_byte_that_condemns_it(
        mut frames in frames(),
        legal in 0..10_usize,
        parts in prop::collection::vec(prop_oneof![1..4_usize, 1..40_usize, 1..4_000_usize], 1..40),
        limit in 300..2_500_usize,
    ) {
        put_in_order(&mut frames, legal);
        let (mut stream, mut expected, mut condemned) = (Vec::new(), Vec::new(), None);
        let (mut message, mut whole) = (None, 0);
        for frame in &frames {
            if condemned.is_none() {
                let fault = frame.fault(&mut message, limit as u64);
                condemned = fault.map(|(byte, is_too_large)| (stream.len() + byte, is_too_large));
            }
            stream.extend(frame.bytes());
            if condemned.is_none() {
                expected.clone_from(&stream);
                whole += 1;
            }
        }

        let mut framing = Framing::new(limit);
        let (mut passed, mut ends, mut at, mut fault) = (Vec::new(), 0, 0, None);
        let mut parts = parts.iter().cycle();
        'stream: while at < stream.len() {
            let part = (*parts.next().expect("a cycle")).min(stream.len() - at);
            let mut chunk = Bytes::copy_from_slice(&stream[at..at + part]);
            at += part;
            loop {
                match framing.pass(&mut chunk) {
                    Ok(Some(some)) => {
                        prop_assert!(!some.bytes.is_empty());
                        passed.extend_from_slice(&some.bytes);
                        ends += usize::from(some.is_end);
                    }
                    Ok(None) => break,
                    Err(error) => {
                        fault = Some((at - part, at, error));
                        break 'stream;
                    }
                }
                prop_assert!(framing.held() < MAX_HEADER);
            }
            prop_assert!(chunk.is_empty(), "what is not passed is held");
            prop_assert!(framing.held() < MAX_HEADER);
        }

        prop_assert_eq!(&passed, &expected);
        prop_assert_eq!(ends, whole);
        match (condemned, fault) {
            (None, None) => {}
            (Some((byte, is_too_large)), Some((from, to, fault))) => {
                prop_assert!((from..to).contains(&byte), "byte {byte}, refused in {from}..{to}");
                prop_assert_eq!(is_too_large, fault == Fault::TooLarge, "{:?}", fault);
            }
            (condemned, fault) => prop_assert!(false, "expected {condemned:?}, got {fault:?}"),
        }
    }
}
