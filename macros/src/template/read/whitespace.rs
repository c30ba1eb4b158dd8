//! White space control: `-`, `+`, `~` and the configured default, by askama's rules.
//!
//! White space at the end of a literal waits until the next tag decides about it. White space at
//! the start of one is treated as the tag before it said. The rewritten template then keeps every
//! byte.

use crate::template::node::{Node, NodeKind};
use crate::template::source::Location;
use askama_parser::node::{Lit, Whitespace, Ws};

/// What is known between two tags.
#[derive(Debug)]
pub(crate) struct Spaces {
    default: Whitespace,
    skip: Whitespace,
    pending: Option<(String, Location)>,
}

impl Spaces {
    /// The state at the beginning of a file.
    pub(crate) fn new(default: Whitespace) -> Self {
        Spaces { default, skip: Whitespace::Preserve, pending: None }
    }

    /// A literal that begins at `at`.
    pub(crate) fn literal(&mut self, literal: &Lit<'_>, at: Location, out: &mut Vec<Node>) {
        let (lead, text, trail) = (*literal.lws, *literal.val, *literal.rws);
        if text.is_empty() {
            if self.skip != Whitespace::Suppress && !lead.is_empty() {
                self.pending = Some((lead.to_owned(), at));
            }
            return;
        }
        let middle = at.plus(lead.len());
        push(out, shorten(lead, self.skip), at);
        push(out, text, middle);
        self.skip = Whitespace::Preserve;
        if !trail.is_empty() {
            self.pending = Some((trail.to_owned(), middle.plus(text.len())));
        }
    }

    /// A tag begins, with this control before it.
    pub(crate) fn before(&mut self, control: Option<Whitespace>, out: &mut Vec<Node>) {
        if let Some((text, at)) = self.pending.take() {
            push(out, shorten(&text, control.unwrap_or(self.default)), at);
        }
    }

    /// A tag ends, with this control after it.
    pub(crate) fn after(&mut self, control: Option<Whitespace>) {
        self.skip = control.unwrap_or(self.default);
    }

    /// A whole tag.
    pub(crate) fn around(&mut self, control: Ws, out: &mut Vec<Node>) {
        self.before(control.0, out);
        self.after(control.1);
    }

    /// The end of a file.
    pub(crate) fn end(&mut self, out: &mut Vec<Node>) {
        self.before(Some(self.skip), out);
    }
}

fn shorten(space: &str, control: Whitespace) -> &str {
    match control {
        Whitespace::Preserve => space,
        Whitespace::Suppress => "",
        Whitespace::Minimize if space.is_empty() => "",
        Whitespace::Minimize if space.contains('\n') => "\n",
        Whitespace::Minimize => " ",
    }
}

fn push(out: &mut Vec<Node>, text: &str, at: Location) {
    if !text.is_empty() {
        out.push(Node::new(at, NodeKind::Text(text.to_owned())));
    }
}
