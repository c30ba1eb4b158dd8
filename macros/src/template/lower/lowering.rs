//! What all parts of the lowering share: both halves of the template, the position in it, and how
//! nodes are numbered and written.

use super::code::Code;
use super::context::Check;
use super::skipping::Skipping;
use crate::template::directives::Directives;
use crate::template::error::{Fault, Problem};
use crate::template::html::content_model::Surroundings;
use crate::template::html::element::{Html, decode, escape};
use crate::template::node::Node;
use crate::template::reads::Reads;
use crate::template::source::{Location, Sources};
use std::collections::HashMap;

/// Writes both halves of a template.
pub(crate) struct Lowering<'s> {
    pub code: Code<'s>,
    pub directives: Directives<'s>,
    pub sources: &'s Sources,
    /// The nodes that a call of each name writes.
    pub bodies: &'s HashMap<String, Vec<Node>>,
    /// Whether this is inside `dj-update="ignore"`.
    pub is_kept: bool,
    /// How many branches of blocks surround this.
    pub depth: usize,
    /// How many form fields there have been.
    pub fields: usize,
    /// How many things there have been that a person or a script may change: fields, dialogs,
    /// unknown HTML.
    pub changeable: usize,
    pub skipping: Skipping,
}

impl<'s> Lowering<'s> {
    pub(crate) fn new(
        code: Code<'s>,
        directives: Directives<'s>,
        sources: &'s Sources,
        bodies: &'s HashMap<String, Vec<Node>>,
        skipping: Skipping,
    ) -> Self {
        let (is_kept, depth, fields, changeable) = (false, 0, 0, 0);
        Lowering { code, directives, sources, bodies, is_kept, depth, fields, changeable, skipping }
    }
}

impl Lowering<'_> {
    /// Writes a slot, which consists of these nodes. A slot of the root gets a condition.
    pub(super) fn slot<T>(
        &mut self,
        nodes: &[&Node],
        write: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Some(reads) = self.skipping.begin(nodes) else { return write(self) };
        let is_conditional = reads != Reads::EVERYTHING;
        if is_conditional {
            // the second field of the struct around the view says what has to be rendered
            self.code.tag(&format!("if self.1.meets({})", reads.bits()));
        }
        let written = write(self)?;
        if is_conditional {
            self.code.tag("endif");
        }
        self.skipping.end();
        Ok(written)
    }
}

/// Numbers the slots of a scope.
#[derive(Debug, Default)]
pub(crate) struct Numbers(usize);

impl Numbers {
    pub(crate) fn next(&mut self, at: Location) -> Result<u16, Fault> {
        let number = u16::try_from(self.0).map_err(|_| Fault::new(at, Problem::TooLarge("template")))?;
        self.0 += 1;
        Ok(number)
    }
}

/// The nodes from which a tree was made, and what surrounds them.
#[derive(Clone, Copy)]
pub(crate) struct Site<'n> {
    pub nodes: &'n [Node],
    pub around: &'n Surroundings,
}

impl<'n> Site<'n> {
    /// The node behind a part of the tree.
    pub(crate) fn node(&self, html: &Html) -> Option<&'n Node> {
        match html {
            Html::Node(index) => self.nodes.get(*index),
            Html::Element(_) | Html::Text(_) | Html::Comment(_) => None,
        }
    }
}

/// How nodes are written inside a slot.
#[derive(Clone, Copy)]
pub(crate) struct Writing {
    /// Converts static text.
    pub text: fn(&str) -> String,
    /// The check for each expression that nobody vouches for.
    pub part: Option<Check>,
}

impl Writing {
    /// Text as it stands.
    pub(crate) const MARKUP: Writing = Writing { text: str::to_owned, part: None };
}

/// The text of a title or textarea, where `<` may stand for itself, escaped as askama would.
pub(super) fn as_text(text: &str) -> String {
    if text.contains(['&', '<']) { escape(&decode(text)) } else { text.to_owned() }
}
