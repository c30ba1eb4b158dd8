//! A template as a tree of nodes, each with its exact source text.
//!
//! White space control has been applied, includes are inlined, `block`s flattened, comments gone.

use super::source::Location;

/// A piece of a template.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub at: Location,
    pub kind: NodeKind,
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
    /// A tag that writes nothing, copied as it stands: `let`, `mut` and the like.
    Silent(String),
    /// `filter`, `call`, and a `let` with a body: the inside of both tags and what is between them.
    Enclosing { open: String, body: Vec<Node>, close: &'static str, prints: bool },
}

/// What an expression writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// Text, escaped.
    Text,
    /// HTML that djust or askama has escaped inside: calls of macros, `|linebreaks`.
    Html,
    /// Whatever its author vouches for: `|safe`.
    Trusted,
}

/// A branch: the inside of its tag (`elif x > 3`) and what follows it.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub head: String,
    pub body: Vec<Node>,
}

/// A `for` with its `else`.
#[derive(Debug, Clone)]
pub(crate) struct Loop {
    pub head: String,
    pub body: Vec<Node>,
    pub otherwise: Option<Vec<Node>>,
}

/// What is written at the top of the rewritten template.
#[derive(Debug, Clone)]
pub(crate) enum Definition {
    /// An `import`, copied as it stands.
    Import(String),
    /// A `macro`: the inside of its tag, and its body. askama itself reads those of an imported
    /// file.
    Macro { head: String, body: Vec<Node>, is_imported: bool },
}

impl Node {
    /// `if`, `match` or `for`: what has a slot with fragments of its own.
    pub(crate) fn is_block(&self) -> bool {
        matches!(self.kind, NodeKind::If(_) | NodeKind::Match { .. } | NodeKind::For(_))
    }

    /// Whether it writes nothing.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.kind, NodeKind::Silent(_) | NodeKind::Enclosing { prints: false, .. })
    }

    /// Whether it writes HTML that nobody looks into.
    pub(crate) fn is_html(&self) -> bool {
        match self.kind {
            NodeKind::Expression { writes, .. } => writes != Writes::Text,
            NodeKind::Enclosing { prints, .. } => prints,
            _ => false,
        }
    }

    /// The lists of nodes inside of it that are part of the page.
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
