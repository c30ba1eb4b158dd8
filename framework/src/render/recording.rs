//! A recording: what one rendering wrote, without the static text.
//!
//! All dynamic bytes stand in one string, in document order; a list of numbers says how they are divided.
//! What each number means follows from the static table, so there are no tags:
//!
//! | slot or part | numbers, followed by those of its content |
//! |---|---|
//! | text, raw, attribute, attributes, kept | its bytes |
//! | block | the branch shown, its numbers, its bytes |
//! | list | how many items, numbers and bytes of all of them, or of the `else` |
//! | item | its numbers, its bytes, bytes of its key |
//!
//! So any block, list or item can be compared or passed over as a whole.

/// What a view showed when it was last rendered: a few words for each slot, and the bytes.
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

    /// How many numbers and bytes at the front are the same in both, as far as [`WINDOW`] shows.
    pub(super) fn equal_front(&self, other: &Part<'_>) -> Extent {
        Extent {
            numbers: equal_front(self.numbers, other.numbers),
            bytes: equal_front(self.bytes.as_bytes(), other.bytes.as_bytes()),
        }
    }

    /// How much of this part has been taken when `rest` is what is left.
    #[inline]
    pub(super) fn extent_before(&self, rest: &Part<'_>) -> Extent {
        Extent {
            numbers: self.numbers.len() - rest.numbers.len(),
            bytes: self.bytes.len() - rest.bytes.len(),
        }
    }

    /// Passes over so much.
    pub(super) fn skip(&mut self, extent: Extent) {
        self.numbers = self.numbers.get(extent.numbers..).unwrap_or(&[]);
        self.bytes = self.bytes.get(extent.bytes..).unwrap_or("");
    }
}

/// The length of a stretch of a recording.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    numbers: usize,
    bytes: usize,
}

impl Extent {
    #[inline]
    pub(super) fn fits_in(self, other: Extent) -> bool {
        self.numbers <= other.numbers && self.bytes <= other.bytes
    }
}

/// How many bytes of memory are compared at once: many items of a list, and yet so few that comparing them
/// again after each changed item stays cheap.
const WINDOW: usize = 1024;

/// How many elements at the front are the same; whole chunks are compared at once, which is much faster.
fn equal_front<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    const CHUNK: usize = 64;
    let window = WINDOW / size_of::<T>();
    let (a, b) = (&a[..a.len().min(window)], &b[..b.len().min(window)]);
    let chunks = a.chunks_exact(CHUNK).zip(b.chunks_exact(CHUNK)).take_while(|(a, b)| a == b).count();
    let from = chunks * CHUNK;
    from + a[from..].iter().zip(&b[from..]).take_while(|(a, b)| a == b).count()
}
