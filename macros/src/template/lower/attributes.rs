//! The attributes of an element with slots. Static ones are copied; a dynamic value is a slot as a
//! whole, and so are conditional attributes. [`value`](super::value) writes the content of a slot.

use super::context::Tag;
use super::lowering::{Lowering, Numbers, Site, Writing};
use super::table::{Draft, SlotKind};
use super::value::{begins_with_space, written_quote};
use crate::template::directives::KEY;
use crate::template::error::Fault;
use crate::template::html::element::{Attribute, AttributeKind, Element, ValuePart};
use crate::template::node::Node;

impl Lowering<'_> {
    /// Writes the attributes of an element. Returns the entries of its `dj` attribute.
    pub(super) fn attributes(
        &mut self,
        site: Site<'_>,
        element: &Element,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<Vec<String>, Fault> {
        let names = self.names(site, element)?;
        let tag = Tag { element, names: &names };
        let mut anchors = Vec::new();
        for attribute in element.attributes.iter().filter(|attribute| attribute.name() != Some(KEY)) {
            let anchor = match &attribute.kind {
                AttributeKind::Node(index) => match site.nodes.get(*index) {
                    Some(node) => self.whole_attributes(site, tag, attribute, node, draft, numbers)?,
                    None => None,
                },
                AttributeKind::Named { .. } => self.named(site, tag, attribute, draft, numbers)?,
            };
            anchors.extend(anchor);
        }
        Ok(anchors)
    }

    fn named(
        &mut self,
        site: Site<'_>,
        tag: Tag<'_>,
        attribute: &Attribute,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<Option<String>, Fault> {
        let AttributeKind::Named { name, equals, value, .. } = &attribute.kind else { return Ok(None) };
        let quote = written_quote(attribute);
        for text in [&attribute.gap, name, equals, &quote] {
            draft.text(text);
        }
        let mut anchor = None;
        match value.as_slice() {
            [] => {}
            [ValuePart::Text(text)] => draft.text(text),
            _ => {
                let number = numbers.next(attribute.at)?;
                let nodes: Vec<&Node> = value.iter().filter_map(|part| part.node(site.nodes)).collect();
                self.slot(&nodes, |lowering| {
                    lowering.code.text_slot();
                    lowering.value(site, tag, attribute)
                })?;
                draft.slot(number, SlotKind::Attribute);
                anchor = Some(format!("{number}@{name}"));
            }
        }
        draft.text(&quote);
        Ok(anchor)
    }

    /// Writes a node that stands in the place of attributes.
    fn whole_attributes(
        &mut self,
        site: Site<'_>,
        tag: Tag<'_>,
        attribute: &Attribute,
        node: &Node,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<Option<String>, Fault> {
        if node.is_silent() {
            draft.text(&attribute.gap);
            self.inline(std::slice::from_ref(node), Writing::MARKUP)?;
            return Ok(None);
        }
        let number = numbers.next(node.at)?;
        let needs_space = attribute.gap.is_empty() && !begins_with_space(node);
        draft.text(if needs_space { " " } else { &attribute.gap });
        self.slot(&[node], |lowering| {
            lowering.code.text_slot();
            lowering.attribute_node(site.around, tag, node)
        })?;
        draft.slot(number, SlotKind::Attributes);
        // If a policy blocks styles, the client applies that of a slot, and no other.
        let has_style = self.names_in(site, tag.element, node)?.iter().any(|name| name == "style");
        Ok(Some(format!("{number}@{}", if has_style { "style" } else { "" })))
    }
}
