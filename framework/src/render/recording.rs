//! A recording: what one rendering wrote, without the static text.
//!
//! All dynamic bytes stand in one string, in document order; a list of numbers says how they are divided.
//! What each number means follows from the static table, so there are no tags:
//!
//! | place or part | numbers, followed by those of its content |
//! |---|---|
//! | text, raw, attribute, attributes | its bytes |
//! | block | the branch shown, its numbers, its bytes |
//! | list | how many items, numbers and bytes of all of them, or of the `else` |
//! | item | its numbers, its bytes, bytes of its key |
//!
//! So any block, list or item can be compared or passed over as a whole.

/// What a view showed when it was last rendered: a few words for each place, and the bytes.
///
/// Kept for each connected view, to compare the next rendering with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    numbers: Box<[u32]>,
    bytes: Box<str>,
}

impl Recording {
    pub(super) fn new(numbers: &[u32], bytes: &str) -> Self {
        Recording { numbers: numbers.into(), bytes: bytes.into() }
    }

    /// Bytes of memory that this recording occupies.
    pub fn size(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.numbers) + self.bytes.len()
    }

    pub(super) fn whole(&self) -> Part<'_> {
        Part { numbers: &self.numbers, bytes: &self.bytes }
    }
}

/// A stretch of a recording, read from its front. Reading beyond the end yields zeros and empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Part<'r> {
    numbers: &'r [u32],
    bytes: &'r str,
}

impl<'r> Part<'r> {
    /// Takes the next number: a branch, or how many items there are.
    #[inline]
    pub(super) fn number(&mut self) -> usize {
        let Some((first, rest)) = self.numbers.split_first() else { return 0 };
        self.numbers = rest;
        *first as usize
    }

    /// Takes a text, an attribute or a key.
    #[inline]
    pub(super) fn text(&mut self) -> &'r str {
        let length = self.number();
        let (text, rest) = self.bytes.split_at_checked(length).unwrap_or((self.bytes, ""));
        self.bytes = rest;
        text
    }

    /// Takes the content of a block, a list or an item.
    #[inline]
    pub(super) fn part(&mut self) -> Part<'r> {
        let (numbers, bytes) = (self.number(), self.number());
        let (own_numbers, numbers) = self.numbers.split_at_checked(numbers).unwrap_or((self.numbers, &[]));
        let (own_bytes, bytes) = self.bytes.split_at_checked(bytes).unwrap_or((self.bytes, ""));
        *self = Part { numbers, bytes };
        Part { numbers: own_numbers, bytes: own_bytes }
    }
}
