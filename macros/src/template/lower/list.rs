//! Lists: what a `for` repeats, its key, and its `else`.

use super::anchor::{self, Item};
use super::lowering::{Lowering, Numbers, Site, Writing};
use super::table::{Draft, Fragment, Key, SlotKind};
use crate::template::directives::KEY;
use crate::template::error::{Fault, Scope};
use crate::template::html;
use crate::template::html::content_model::Surroundings;
use crate::template::html::element::{AttributeKind, Element, Html, ValuePart};
use crate::template::node::{Loop, Node};

impl Lowering<'_> {
    /// Writes a `for`, from the list's mark to its end.
    pub(super) fn list(
        &mut self,
        around: &Surroundings,
        each: &Loop,
        numbers: &mut Numbers,
    ) -> Result<SlotKind, Fault> {
        self.code.list();
        self.code.tag(&each.head);
        self.code.item();
        let (item, key) = self.item(&each.body, &around.of(Scope::Loop))?;
        self.code.end();
        let mut otherwise = None;
        if let Some(nodes) = &each.otherwise {
            self.code.tag("else");
            let mut fragment = self.branch(nodes, &around.of(Scope::Branch), numbers)?;
            if let Some(first) = fragment.statics.first_mut() {
                first.insert_str(0, "<!--e-->");
            }
            otherwise = Some(Box::new(fragment));
        }
        self.code.tag("endfor");
        self.code.end();
        Ok(SlotKind::List { item: Box::new(item), key, otherwise })
    }

    /// Writes an item, which is a separate scope. Its key comes first, after the `let`s that it may
    /// need. If the item holds something that a person or a script changes, the page gets the key,
    /// and the browser uses it to find the item again.
    fn item(&mut self, nodes: &[Node], around: &Surroundings) -> Result<(Fragment, Key), Fault> {
        let children = html::parse(nodes, around)?;
        let site = Site { nodes, around };
        let (mut draft, mut numbers) = (Draft::default(), Numbers::default());
        let item = anchor::item(&children, nodes, around.innermost());
        let is_lead = |child: &&Html| child.is_blank() || site.node(child).is_some_and(Node::is_silent);
        let lead = children.iter().take_while(is_lead).count();
        let root = match item {
            Item::Element(index) | Item::Mixed { root: Some(index) } => children.get(index),
            Item::Mixed { root: None } => None,
        };
        self.silent(site, &children[..lead])?;
        let keyed = match root {
            Some(Html::Element(element)) => self.key(site, element)?,
            _ => false,
        };
        let changeable = self.changeable;
        match (item, root) {
            (Item::Element(index), Some(Html::Element(element))) => {
                self.element(site, element, true, &mut draft, &mut numbers)?;
                self.silent(site, &children[index + 1..])?;
            }
            _ => {
                draft.text("<!--i-->");
                children[..lead].iter().for_each(|child| blank(child, &mut draft));
                self.mixed(site, &children[lead..], root.is_some(), &mut draft, &mut numbers)?;
            }
        }
        let key = match draft.key_at() {
            _ if !keyed => Key::None,
            Some(at) if self.changeable > changeable => Key::Shown(at),
            _ => Key::Kept,
        };
        Ok((draft.finish(), key))
    }

    /// Writes the content of an item with `<!--i-->`. An element in it may be the root with the
    /// key.
    fn mixed(
        &mut self,
        site: Site<'_>,
        children: &[Html],
        has_root: bool,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<(), Fault> {
        if !has_root {
            return self.content(site, children, draft, numbers);
        }
        for child in children {
            match child {
                Html::Element(element) => self.element(site, element, true, draft, numbers)?,
                Html::Node(_) => self.silent(site, std::slice::from_ref(child))?,
                Html::Text(_) | Html::Comment(_) => blank(child, draft),
            }
        }
        Ok(())
    }

    /// Writes the nodes that produce no output.
    fn silent(&mut self, site: Site<'_>, children: &[Html]) -> Result<(), Fault> {
        children
            .iter()
            .filter_map(|child| site.node(child))
            .try_for_each(|node| self.inline(std::slice::from_ref(node), Writing::MARKUP))
    }

    /// Writes the key, if there is one.
    fn key(&mut self, site: Site<'_>, element: &Element) -> Result<bool, Fault> {
        let attribute = element.attributes.iter().find(|attribute| attribute.name() == Some(KEY));
        let Some(AttributeKind::Named { value, .. }) = attribute.map(|attribute| &attribute.kind) else {
            return Ok(false);
        };
        for part in value {
            match part {
                ValuePart::Text(text) => self.code.literal(text),
                ValuePart::Node(index) => {
                    let node = site.nodes.get(*index).map(std::slice::from_ref).unwrap_or_default();
                    self.inline(node, Writing::MARKUP)?;
                }
            }
        }
        Ok(true)
    }
}

fn blank(child: &Html, draft: &mut Draft) {
    if let Html::Text(text) = child {
        draft.text(text);
    }
}
