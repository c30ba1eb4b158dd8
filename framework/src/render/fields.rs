//! Sets of a view's fields: which ones a push has set, and which ones a slot reads.
//!
//! `#[live_view]` decides which bit stands for which field (`macros/src/template/reads.rs`). Here
//! sets are only joined and compared.

/// A set of the fields of one view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields(u64);

impl Fields {
    /// No field.
    pub const NONE: Fields = Fields(0);
    /// All fields. Every slot is rendered for it, also one that reads none.
    pub const ALL: Fields = Fields(u64::MAX);

    /// A set that generated code has.
    pub const fn from_bits(bits: u64) -> Self {
        Fields(bits)
    }

    /// Adds these.
    pub const fn add(&mut self, other: Fields) {
        self.0 |= other.0;
    }

    /// Whether this set and the one with these bits have a field in common. A rewritten template
    /// asks it for each slot, so the bits are a constant there.
    #[inline]
    pub const fn meets(self, bits: u64) -> bool {
        self.0 & bits != 0
    }

    #[inline]
    pub(super) const fn bits(self) -> u64 {
        self.0
    }
}
