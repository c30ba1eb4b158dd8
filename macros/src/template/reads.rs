//! What a part of a template reads of its view. After a push that only sets fields, the parts that
//! read none of them are not rendered.
//!
//! A set has a bit for each field that a push may set, in the order of the struct; the last of
//! these bits stands for all further fields. One bit stands for all other fields, and one is in
//! every set that a slot reads, so that a whole rendering writes a slot that reads nothing. The
//! framework's counterpart is `djust::render::Fields`.

/// A set of a view's fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reads(u64);

/// The bit of the last field that a push may set, and of those after it.
const LAST: usize = 61;
const NOT_PUSHED: u64 = 1 << 62;
const RENDERED: u64 = 1 << 63;

impl Reads {
    /// All fields, or what is not known.
    pub(crate) const EVERYTHING: Reads = Reads(u64::MAX);

    /// The field number `index` of those that a push may set.
    pub(crate) fn pushed(index: usize) -> Self {
        Reads(1 << index.min(LAST))
    }

    /// A field that no push sets.
    pub(crate) fn not_pushed() -> Self {
        Reads(NOT_PUSHED)
    }

    pub(crate) fn add(&mut self, other: Reads) {
        self.0 |= other.0;
    }

    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// The bits of a slot that reads this.
    pub(crate) fn of_slot(self) -> Self {
        Reads(self.0 | RENDERED)
    }
}

impl FromIterator<Reads> for Reads {
    fn from_iter<T: IntoIterator<Item = Reads>>(sets: T) -> Self {
        sets.into_iter().fold(Reads::default(), |Reads(all), Reads(one)| Reads(all | one))
    }
}
