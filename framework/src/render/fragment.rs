//! The static table of a template: text that never changes, and the slots between it.
//!
//! `#[live_view]` emits it as one constant expression. Anchors are part of the static text: the
//! `dj` attributes, `<!--dN-->` … `<!--/-->`, `<!--i-->` at the head of an item that is not exactly
//! one element, and `<!--e-->` at the head of a list's `else`. So HTML is statics and recorded
//! bytes in turn, and nothing else.
//!
//! A slot's number counts within its scope (see the wire protocol): branches and a list's `else`
//! continue the numbers of the scope around them, and an item starts again at 0.

use super::Fields;

/// A whole template.
#[derive(Debug)]
pub struct Template {
    /// The file's name, or the view's for a `source`; logs show it.
    pub name: &'static str,
    /// Changes when the table does, so that a page rendered by another build is noticed.
    pub fingerprint: u64,
    /// The template's own scope.
    pub root: &'static Fragment,
    /// What each slot of the root reads. The rewritten template leaves it out if nothing of that
    /// has changed. Slots without an entry are always rendered.
    pub reads: &'static [Fields],
}

impl Template {
    /// Whether a rendering of these fields has the root's slot at this index.
    #[inline]
    pub(super) fn is_due(&self, index: usize, due: Fields) -> bool {
        self.reads.get(index).is_none_or(|reads| due.meets(reads.bits()))
    }
}

/// A part of a template: `statics[0]`, slot 0, `statics[1]`, slot 1, … and a last static.
#[derive(Debug)]
pub struct Fragment {
    /// One more than there are slots.
    pub statics: &'static [&'static str],
    /// In document order.
    pub slots: &'static [Slot],
}

/// A position in the template with dynamic content.
#[derive(Debug)]
pub struct Slot {
    /// Its number in the scope.
    pub number: u16,
    /// What it covers.
    pub kind: SlotKind,
}

/// What a slot covers, and how it is recorded and patched.
#[derive(Debug)]
pub enum SlotKind {
    /// A run of text.
    Text,
    /// HTML that the template does not look into: `|safe`, filter blocks.
    Raw,
    /// The whole value of one attribute.
    Attribute,
    /// Zero or more whole attributes.
    Attributes,
    /// The content that `dj-update="ignore"` leaves to the page: written with the HTML around it,
    /// and never compared.
    Kept,
    /// `if` or `match`: the branch that [`marks::branch`](super::marks::branch) names.
    Block(&'static [&'static Fragment]),
    /// `for`.
    List {
        /// What each item looks like; it is a separate scope.
        item: &'static Fragment,
        /// What identifies the items when they move.
        key: Key,
        /// What is shown if there are no items.
        otherwise: Option<&'static Fragment>,
    },
}

/// What identifies the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Their position.
    None,
    /// `dj-key`, which stays on the server.
    Kept,
    /// `dj-key`, which the page also gets: an attribute `dj-key` stands after this many bytes of
    /// the item's first static. When the browser merges a page, it uses the key to keep typed text,
    /// open dialogs and the like with their items.
    Shown(usize),
}
