//! Leaving out slots of the root: a condition around each, which says for which fields it is
//! rendered.
//!
//! A slot is always rendered if it may read more than fields, or if it defines a name, because that
//! must be visible after it.

use crate::template::html::element::{AttributeKind, Element, Html};
use crate::template::node::Node;
use crate::template::reads::Reads;

/// What is known about the slots of the root.
#[derive(Debug)]
pub(crate) struct Skipping {
    /// What each slot reads, in document order.
    pub reads: Vec<Reads>,
    is_possible: bool,
    in_slot: bool,
}

impl Skipping {
    /// Starts before the first slot. It is possible to leave out slots unless they depend on each
    /// other.
    pub(crate) fn new(is_possible: bool) -> Self {
        Skipping { reads: Vec::new(), is_possible, in_slot: false }
    }

    /// Begins a slot of these nodes, and returns what it reads; `None` inside of another slot.
    pub(super) fn begin(&mut self, nodes: &[&Node]) -> Option<Reads> {
        if std::mem::replace(&mut self.in_slot, true) {
            return None;
        }
        let defines_a_name = nodes.iter().any(|node| node.is_silent());
        let reads = if self.is_possible && !defines_a_name {
            nodes.iter().map(|node| node.reads).collect::<Reads>().of_slot()
        } else {
            Reads::EVERYTHING
        };
        self.reads.push(reads);
        Some(reads)
    }

    /// Ends it.
    pub(super) fn end(&mut self) {
        self.in_slot = false;
    }
}

/// The nodes in this HTML, as far as they are not in other nodes.
pub(super) fn nodes_in<'n>(nodes: &'n [Node], tree: &[Html], found: &mut Vec<&'n Node>) {
    for html in tree {
        match html {
            Html::Node(index) => found.extend(nodes.get(*index)),
            Html::Element(element) => {
                found.extend(attribute_nodes(nodes, element));
                nodes_in(nodes, &element.children, found);
            }
            Html::Text(_) | Html::Comment(_) => {}
        }
    }
}

fn attribute_nodes<'n>(nodes: &'n [Node], element: &Element) -> Vec<&'n Node> {
    let mut found = Vec::new();
    for attribute in &element.attributes {
        match &attribute.kind {
            AttributeKind::Node(index) => found.extend(nodes.get(*index)),
            AttributeKind::Named { value, .. } => {
                found.extend(value.iter().filter_map(|part| part.node(nodes)));
            }
        }
    }
    found
}
