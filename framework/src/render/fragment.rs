//! The static table of a template: text that never changes, and the slots between it.
//!
//! `#[live_view]` emits it as one constant expression. Anchors are part of the static text: the `dj`
//! attributes, `<!--dN-->` … `<!--/-->`, `<!--i-->` at the head of an item that is not exactly one element,
//! and `<!--e-->` at the head of a list's `else`. So HTML is statics and recorded bytes in turn, and nothing
//! else.
//!
//! A slot's number counts within its scope (see the wire protocol): branches and a list's `else` go on with
//! the numbers of the scope around them, an item begins again at 0.

/// A whole template.
#[derive(Debug)]
pub struct Template {
    /// The file's name, or the view's for a `source`; for logs.
    pub name: &'static str,
    /// Changes when the table does; a page rendered by another build is told by it.
    pub fingerprint: u64,
    /// The template's own scope.
    pub root: &'static Fragment,
}

/// A part of a template: `statics[0]`, slot 0, `statics[1]`, slot 1, … and a last static.
#[derive(Debug)]
pub struct Fragment {
    /// One more than there are slots.
    pub statics: &'static [&'static str],
    /// In document order.
    pub slots: &'static [Slot],
}

/// Where something dynamic stands.
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
    /// What `dj-update="ignore"` leaves to the page: written with the HTML around it, and never compared.
    Kept,
    /// `if` or `match`: the branch that [`marks::branch`](super::marks::branch) names.
    Block(&'static [&'static Fragment]),
    /// `for`.
    List {
        /// What each item looks like; a scope of its own.
        item: &'static Fragment,
        /// What tells the items apart when they move.
        key: Key,
        /// What is shown instead of no items.
        otherwise: Option<&'static Fragment>,
    },
}

/// What tells the items of a list apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Their position.
    None,
    /// `dj-key`, which stays on the server.
    Kept,
    /// `dj-key`, which the page is told: an attribute `dj-key` stands after so many bytes of the item's first static. So
    /// the browser knows whose the typed text, the open dialog and the like are when it merges a page.
    Shown(usize),
}
