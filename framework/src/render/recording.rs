//! A recording: the output of one rendering, without the static text.
//!
//! It is one stretch of bytes, in document order, each part after its length. The static table says
//! what each part means, so there are no tags:
//!
//! | slot or part | bytes after its length |
//! |---|---|
//! | text, raw, attribute, attributes, kept, key | the text |
//! | block | the branch shown, its slots |
//! | list | 1, its items |
//! | list without items | 0, the slots of its `else` |
//! | item | its key, its slots |
//!
//! So any part can be compared or skipped as a whole. A number has seven bits in each byte, the
//! least significant first; all bytes but the last have the eighth bit set (LEB128).

/// What a view showed when it was last rendered: a byte or two for each slot, and the text.
///
/// djust keeps it for each connected view, to compare the next rendering with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording(Box<[u8]>);

impl Recording {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Recording(bytes.into())
    }

    /// The bytes of memory that this recording occupies.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.0.len()
    }

    /// Becomes a recording of these bytes. Its memory is used again if it has the right size: most
    /// changes replace a number by one with as many digits.
    pub(super) fn replace(&mut self, bytes: &[u8]) {
        if self.0.len() == bytes.len() {
            self.0.copy_from_slice(bytes);
        } else {
            self.0 = bytes.into();
        }
    }

    pub(super) fn whole(&self) -> Part<'_> {
        Part(&self.0)
    }
}

/// A stretch of a recording, read from its front. Reading past the end yields zeros and empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Part<'r>(&'r [u8]);

impl<'r> Part<'r> {
    pub(super) fn new(bytes: &'r [u8]) -> Self {
        Part(bytes)
    }

    pub(super) fn bytes(&self) -> &'r [u8] {
        self.0
    }

    /// What has been taken of this, if `rest` is left.
    #[inline]
    pub(super) fn before(&self, rest: &Part<'_>) -> &'r [u8] {
        &self.0[..self.0.len().saturating_sub(rest.0.len())]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the next number: a branch, whether a list has items, or a length.
    #[inline]
    pub(super) fn number(&mut self) -> usize {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        if first < MORE { first.into() } else { self.long_number(first) }
    }

    fn long_number(&mut self, first: u8) -> usize {
        let mut number = usize::from(first & !MORE);
        for index in 1..LONGEST_NUMBER {
            let Some((&byte, rest)) = self.0.split_first() else { break };
            self.0 = rest;
            number |= usize::from(byte & !MORE) << (7 * index);
            if byte < MORE {
                break;
            }
        }
        number
    }

    /// This part as a text, an attribute or a key.
    #[inline]
    pub(super) fn as_text(self) -> Text<'r> {
        Text(self.0)
    }

    /// Takes the next part: a slot, an item or a key.
    #[inline]
    pub(super) fn part(&mut self) -> Part<'r> {
        let length = self.number();
        let (part, rest) = self.0.split_at_checked(length).unwrap_or((self.0, &[]));
        self.0 = rest;
        Part(part)
    }

    /// How many bytes at the front of both are equal, within a [`WINDOW`].
    pub(super) fn equal_front(&self, other: &Part<'_>) -> usize {
        equal_front(&self.0[..self.0.len().min(WINDOW)], &other.0[..other.0.len().min(WINDOW)])
    }

    /// Skips so many bytes.
    #[inline]
    pub(super) fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or(&[]);
    }
}

/// A recorded text. It can be compared without looking at its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Text<'r>(&'r [u8]);

impl<'r> Text<'r> {
    /// The text itself. A recorder is given whole texts, so only the table of another template can
    /// find something else here: that reads as empty.
    pub(super) fn as_str(self) -> &'r str {
        str::from_utf8(self.0).unwrap_or_default()
    }
}

/// The bit that says that a number has more bytes.
const MORE: u8 = 0x80;
/// Bytes of the largest number, with which 4 GiB can be counted.
const LONGEST_NUMBER: usize = 5;

/// Appends a number.
pub(super) fn push_number(mut number: usize, bytes: &mut Vec<u8>) {
    while number >= usize::from(MORE) {
        bytes.push(number as u8 | MORE);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Leaves room for a length that is not known yet, and returns its place.
#[inline]
pub(super) fn reserve_length<const ROOM: usize>(bytes: &mut Vec<u8>) -> usize {
    bytes.extend_from_slice(&[0; ROOM]);
    bytes.len() - ROOM
}

/// Writes the length of everything after the `ROOM` bytes that were left for it. What is too long
/// for them moves.
#[inline]
pub(super) fn fill_in_length<const ROOM: usize>(at: usize, bytes: &mut Vec<u8>) {
    let length = bytes.len() - at - ROOM;
    if length >> (7 * ROOM) != 0 {
        return make_room_for_length(at, ROOM, bytes);
    }
    for index in 0..ROOM {
        let more = if index + 1 < ROOM { MORE } else { 0 };
        bytes[at + index] = (length >> (7 * index)) as u8 & !MORE | more;
    }
}

#[cold]
fn make_room_for_length(at: usize, room: usize, bytes: &mut Vec<u8>) {
    let mut length = Vec::with_capacity(LONGEST_NUMBER);
    push_number(bytes.len() - at - room, &mut length);
    bytes.splice(at..at + room, length);
}

/// The bytes compared at once: many items of a list, but few enough that comparing them again after
/// each changed item stays cheap.
const WINDOW: usize = 1024;

/// How many bytes at the front are equal. Whole chunks are compared at once, which is much faster.
fn equal_front(a: &[u8], b: &[u8]) -> usize {
    const CHUNK: usize = 32;
    let (chunks, other_chunks) = (a.as_chunks::<CHUNK>().0, b.as_chunks::<CHUNK>().0);
    let from = CHUNK * chunks.iter().zip(other_chunks).take_while(|(a, b)| a == b).count();
    from + a[from..].iter().zip(&b[from..]).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_they_were_written() {
        for length in [0, 1, 127, 128, 300, 16_383, 16_384, 70_000, 3_000_000] {
            let content = vec![b'x'; length];
            let (mut one, mut two, mut plain) = (vec![], vec![], vec![]);
            let at = reserve_length::<1>(&mut one);
            one.extend_from_slice(&content);
            fill_in_length::<1>(at, &mut one);
            let at = reserve_length::<2>(&mut two);
            two.extend_from_slice(&content);
            fill_in_length::<2>(at, &mut two);
            push_number(length, &mut plain);
            plain.extend_from_slice(&content);
            for bytes in [&one, &two, &plain] {
                let mut part = Part(bytes);
                assert_eq!(part.part(), Part(&content), "{length}");
                assert!(part.is_empty());
            }
            assert_eq!(one, plain);
        }
    }

    #[test]
    fn a_number_that_does_not_end_ends_with_the_recording() {
        let mut part = Part(&[0xff, 0xff]);
        assert!(part.number() > 0);
        assert!(part.is_empty());
        assert_eq!(part.number(), 0);
        assert_eq!(Part(&[0xff; 20]).part().as_text().as_str(), "");
    }

    #[test]
    fn the_equal_front_ends_at_the_first_difference() {
        let a: Vec<u8> = (0..200).collect();
        for at in [0, 1, 31, 32, 33, 63, 64, 150, 199] {
            let mut b = a.clone();
            b[at] ^= 1;
            assert_eq!(Part(&a).equal_front(&Part(&b)), at);
        }
        assert_eq!(Part(&a).equal_front(&Part(&a[..77])), 77);
        assert_eq!(Part(&[1; 5000]).equal_front(&Part(&[1; 5000])), WINDOW);
    }
}
