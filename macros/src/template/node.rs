//! A template as a tree of nodes, each with its exact source text.
//!
//! White space control has been applied, includes are inlined, `block`s are flattened, and comments
//! are removed.

use super::reads::Reads;
use super::source::Location;

/// A piece of a template.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub at: Location,
    pub kind: NodeKind,
    /// What it reads of the view, and everything in it.
    pub reads: Reads,
}

/// What a [`Node`] is.
#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    /// Literal text.
    Text(String),
    /// `{{ source }}`.
    Expression { source: String, writes: Writes },
    /// `if`, `elif`s, `else`.
    If(Vec<Branch>),
    /// `match`.
    Match { head: String, arms: Vec<Branch> },
    /// `for`.
    For(Loop),
    /// A tag that writes nothing, such as `let` or `mut`. It is copied as it stands.
    Silent(String),
    /// `filter`, `call`, or a `let` with a body: the inside of both tags, and the nodes between
    /// them.
    Enclosing { open: String, body: Vec<Node>, close: &'static str, prints: bool },
}

/// What an expression writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// Escaped text.
    Text,
    /// HTML whose parts djust or askama has escaped: calls of macros, `|linebreaks`.
    Html,
    /// HTML that its author vouches for: `|safe`.
    Trusted,
}

/// A branch: the inside of its tag (`elif x > 3`) and what follows it.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub head: String,
    pub body: Vec<Node>,
}

/// A `for`, with its `else`.
#[derive(Debug, Clone)]
pub(crate) struct Loop {
    pub head: String,
    pub body: Vec<Node>,
    pub otherwise: Option<Vec<Node>>,
}

/// A definition at the top of the rewritten template.
#[derive(Debug, Clone)]
pub(crate) enum Definition {
    /// An `import`, copied as it stands.
    Import(String),
    /// A `macro`: the inside of its tag, and its body. askama itself reads those of an imported
    /// file.
    Macro { head: String, body: Vec<Node>, is_imported: bool },
}

impl Node {
    /// A node that reads nothing.
    pub(crate) fn new(at: Location, kind: NodeKind) -> Self {
        Node { at, kind, reads: Reads::default() }
    }

    /// Whether this is an `if`, `match` or `for`: its slot has fragments.
    pub(crate) fn is_block(&self) -> bool {
        matches!(self.kind, NodeKind::If(_) | NodeKind::Match { .. } | NodeKind::For(_))
    }

    /// Whether it writes nothing.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.kind, NodeKind::Silent(_) | NodeKind::Enclosing { prints: false, .. })
    }

    /// Whether it writes HTML that djust does not look into.
    pub(crate) fn is_html(&self) -> bool {
        match self.kind {
            NodeKind::Expression { writes, .. } => writes != Writes::Text,
            NodeKind::Enclosing { prints, .. } => prints,
            _ => false,
        }
    }

    /// The lists of nodes inside it that are part of the page.
    pub(crate) fn bodies(&self) -> Vec<&[Node]> {
        match &self.kind {
            NodeKind::If(branches) | NodeKind::Match { arms: branches, .. } => {
                branches.iter().map(|branch| branch.body.as_slice()).collect()
            }
            NodeKind::For(each) => {
                std::iter::once(&each.body).chain(&each.otherwise).map(Vec::as_slice).collect()
            }
            NodeKind::Text(_)
            | NodeKind::Expression { .. }
            | NodeKind::Silent(_)
            | NodeKind::Enclosing { .. } => Vec::new(),
        }
    }
}
