//! The static table of a template: text that never changes, and the slots between it.
//!
//! `#[live_view]` emits it as one constant expression. Anchors are part of the static text: the
//! `dj` attributes, `<!--dN-->` … `<!--/-->`, `<!--i-->` at the head of an item that is not exactly
//! one element, and `<!--e-->` at the head of a list's `else`. So HTML is only statics and recorded
//! bytes in turn.
//!
//! A slot's number counts within its scope (see the wire protocol). Branches and a list's `else`
//! continue the numbers of the scope around them; an item begins again at 0.

/// A whole template.
#[derive(Debug)]
pub struct Template {
    /// The file's name, or the view's name for a `source`; for logs.
    pub name: &'static str,
    /// Changes when the table does. It identifies a page rendered by another build.
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
    pub places: &'static [Place],
}

/// The position of a dynamic part.
#[derive(Debug)]
pub struct Place {
    /// Its number in the scope.
    pub number: u16,
    /// What it covers.
    pub kind: PlaceKind,
}

/// What a slot covers, and how it is recorded and patched.
#[derive(Debug)]
pub enum PlaceKind {
    /// A run of text.
    Text,
    /// HTML that the template does not look into: `|safe`, filter blocks.
    Raw,
    /// The whole value of one attribute.
    Attribute,
    /// Zero or more whole attributes.
    Attributes,
    /// Content that `dj-update="ignore"` leaves to the page: written with the HTML around it, and
    /// never compared.
    Kept,
    /// `if` or `match`: the branch that [`marks::branch`](super::marks::branch) names.
    Block(&'static [&'static Fragment]),
    /// `for`.
    List {
        /// The fragment of each item, which is a separate scope.
        item: &'static Fragment,
        /// How items are told apart when they move.
        key: Key,
        /// The content shown when there are no items.
        otherwise: Option<&'static Fragment>,
    },
}

/// How the items of a list are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// By their position.
    None,
    /// By a `dj-key` that stays on the server.
    Kept,
    /// By a `dj-key` that the page gets: an attribute `dj-key` stands after this many bytes of the
    /// item's first static. With it, the browser knows which item typed text, an open dialog and
    /// the like belong to when it merges a page.
    Shown(usize),
}
