//! What is copied without being split still becomes HTML: the bodies of macros and of `filter`, `call` and `let`
//! blocks are checked like everything else.

use super::content::Surroundings;
use super::element::{Attribute, AttributeKind, Html};
use super::error::Fault;
use super::html;
use super::node::{Node, NodeKind};
use super::split::Splitter;

type Step = Result<(), Fault>;

impl Splitter<'_> {
    /// Checks what blocks enclose, wherever they are.
    pub(crate) fn check_enclosed(&mut self, nodes: &[Node]) -> Step {
        for node in nodes {
            if let NodeKind::Verbatim { body, .. } = &node.kind {
                self.check_body(body, &Surroundings::unknown())?;
                self.check_enclosed(body)?;
            }
            for body in node.bodies() {
                self.check_enclosed(body)?;
            }
        }
        Ok(())
    }

    /// Checks nodes as HTML.
    pub(crate) fn check_body(&mut self, nodes: &[Node], around: &Surroundings) -> Step {
        let tree = html::parse(nodes, around)?;
        self.check_tree(nodes, &tree, around)
    }

    fn check_tree(&mut self, nodes: &[Node], tree: &[Html], around: &Surroundings) -> Step {
        for html in tree {
            match html {
                Html::Element(element) => {
                    self.dialect.element(element, false)?;
                    let names: Vec<&str> = element.attributes.iter().filter_map(Attribute::name).collect();
                    for attribute in &element.attributes {
                        let AttributeKind::Node(index) = attribute.kind else { continue };
                        if let Some(node) = nodes.get(index) {
                            self.check_conditional(element, &names, node)?;
                        }
                    }
                    self.check_tree(nodes, &element.children, &around.within(&element.kind))?;
                }
                Html::Node(index) => {
                    let bodies = nodes.get(*index).map(Node::bodies).unwrap_or_default();
                    bodies.into_iter().try_for_each(|body| self.check_body(body, around))?;
                }
                Html::Text(_) | Html::Comment(_) => {}
            }
        }
        Ok(())
    }
}
