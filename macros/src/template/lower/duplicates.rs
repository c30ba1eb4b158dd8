//! Each attribute of a tag has one place. With two, a patch for one would overwrite or remove the
//! other's value, and a browser reads only the first.

use super::lowering::{Lowering, Site};
use super::value::body_in_a_tag;
use crate::template::error::{Fault, Problem};
use crate::template::html::content_model::Surroundings;
use crate::template::html::element::{Attribute, AttributeKind, Element};
use crate::template::node::{Node, NodeKind};
use crate::template::source::Location;

/// An attribute that a tag may have.
#[derive(Clone)]
struct Named {
    name: String,
    at: Location,
    is_conditional: bool,
}

type Found = Result<Vec<Named>, Fault>;

impl Lowering<'_> {
    /// The lower-case names of all attributes that an element may have. Each must be in one place
    /// only.
    pub(super) fn names(&self, site: Site<'_>, element: &Element) -> Result<Vec<String>, Fault> {
        let found = one_after_the_other(site, element, &element.attributes, false)?;
        Ok(found.into_iter().map(|named| named.name).collect())
    }

    /// The names that a node in the place of attributes may give the element.
    pub(super) fn names_in(
        &self,
        site: Site<'_>,
        element: &Element,
        node: &Node,
    ) -> Result<Vec<String>, Fault> {
        let found = of_node(site.around, element, node)?;
        Ok(found.into_iter().map(|named| named.name).collect())
    }
}

fn one_after_the_other(
    site: Site<'_>,
    element: &Element,
    attributes: &[Attribute],
    is_conditional: bool,
) -> Found {
    let mut all: Vec<Named> = Vec::new();
    for attribute in attributes {
        let more = match &attribute.kind {
            AttributeKind::Named { name, .. } => {
                vec![Named { name: name.to_ascii_lowercase(), at: attribute.at, is_conditional }]
            }
            AttributeKind::Node(index) => match site.nodes.get(*index) {
                Some(node) => of_node(site.around, element, node)?,
                None => Vec::new(),
            },
        };
        for named in &more {
            let Some(other) = all.iter().find(|other| other.name == named.name) else { continue };
            let is_static = !(named.is_conditional && other.is_conditional);
            let problem = if is_static { Problem::Duplicate } else { Problem::TwoPlaces };
            return Err(Fault::new(named.at, problem(named.name.clone())));
        }
        all.extend(more);
    }
    Ok(all)
}

/// Only one branch is shown, so branches may have the same names.
fn of_node(around: &Surroundings, element: &Element, node: &Node) -> Found {
    let mut all: Vec<Named> = Vec::new();
    for (index, body) in node.bodies().into_iter().enumerate() {
        let (nodes, inner) = body_in_a_tag(around, element, node.at, body)?;
        let site = Site { nodes: &nodes, around };
        let found = one_after_the_other(site, element, &inner.attributes, true)?;
        if let (NodeKind::For(_), 0, Some(named)) = (&node.kind, index, found.first()) {
            return Err(Fault::new(named.at, Problem::RepeatedAttribute(named.name.clone())));
        }
        for named in found {
            if all.iter().all(|known| known.name != named.name) {
                all.push(named);
            }
        }
    }
    Ok(all)
}
