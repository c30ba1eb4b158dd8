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
    /// `{{ source }}`; `html` when it writes unescaped HTML.
    Expression { source: String, html: bool },
    /// `if`, `elif`s, `else`.
    If(Vec<Branch>),
    /// `match`.
    Match { head: String, arms: Vec<Branch> },
    /// `for`.
    For(Loop),
    /// Copied as it stands: `let`, `filter`, `call` and the like. `body` is what it encloses.
    Verbatim { source: String, body: Vec<Node>, prints: bool },
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

/// A `macro` or an `import`: written at the top of the rewritten template.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    /// Empty for the macros of an imported file.
    pub source: String,
    pub body: Vec<Node>,
}

impl Node {
    /// `if`, `match` or `for`: what has a place with fragments of its own.
    pub(crate) fn is_block(&self) -> bool {
        matches!(self.kind, NodeKind::If(_) | NodeKind::Match { .. } | NodeKind::For(_))
    }

    /// Whether it writes nothing.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.kind, NodeKind::Verbatim { prints: false, .. })
    }

    /// Whether it writes HTML that nobody looks into.
    pub(crate) fn is_html(&self) -> bool {
        matches!(self.kind, NodeKind::Expression { html: true, .. } | NodeKind::Verbatim { prints: true, .. })
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
            NodeKind::Text(_) | NodeKind::Expression { .. } | NodeKind::Verbatim { .. } => Vec::new(),
        }
    }
}
