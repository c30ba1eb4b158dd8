//! Parts of the page without slots: what macros and blocks enclose, what `dj-update="ignore"`
//! keeps, and nodes inside a slot. They are parsed as HTML like everything else, so that the same
//! rules hold, and written out unchanged.

use super::anchor;
use super::code::Guard;
use super::context::{self, Check, Tag};
use super::lowering::{Lowering, Site, Writing, as_text};
use crate::template::error::Fault;
use crate::template::html;
use crate::template::html::content_model::Surroundings;
use crate::template::html::element::{Element, Html};
use crate::template::node::{Branch, Definition, Node, NodeKind};
use crate::template::source::Location;

type Step = Result<(), Fault>;

impl Lowering<'_> {
    /// Nodes inside a slot.
    pub(super) fn inline(&mut self, nodes: &[Node], writing: Writing) -> Step {
        nodes.iter().try_for_each(|node| self.inline_node(node, writing))
    }

    fn inline_node(&mut self, node: &Node, writing: Writing) -> Step {
        match &node.kind {
            NodeKind::Text(text) => self.code.literal(&(writing.text)(text)),
            NodeKind::Silent(source) => self.code.verbatim(source),
            NodeKind::Expression { .. } | NodeKind::Enclosing { prints: true, .. } => match writing.part {
                Some(check) if context::is_from_data(std::slice::from_ref(node)) => {
                    self.guarded(check, node.at, |lowering| lowering.printed(node))?;
                }
                _ => self.printed(node)?,
            },
            NodeKind::Enclosing { .. } => self.printed(node)?,
            NodeKind::If(_) | NodeKind::Match { .. } | NodeKind::For(_) => {
                self.block_text(node, &mut |lowering, body| lowering.inline(body, writing))?;
            }
        }
        Ok(())
    }

    /// An expression, or tags with the nodes between them.
    fn printed(&mut self, node: &Node) -> Step {
        match &node.kind {
            NodeKind::Expression { source, .. } => self.code.expression(source),
            NodeKind::Enclosing { open, body, close, .. } => {
                self.code.tag(open);
                self.buffered(|lowering| lowering.body(body, &Surroundings::unknown()))?;
                self.code.tag(close);
            }
            _ => {}
        }
        Ok(())
    }

    /// A block's tags, with `write` for each body.
    fn block_text(&mut self, node: &Node, write: &mut dyn FnMut(&mut Self, &[Node]) -> Step) -> Step {
        let mut branches = |lowering: &mut Self, branches: &[Branch], end: &str| {
            for branch in branches {
                lowering.code.tag(&branch.head);
                write(lowering, &branch.body)?;
            }
            lowering.code.tag(end);
            Ok(())
        };
        match &node.kind {
            NodeKind::If(all) => branches(self, all, "endif"),
            NodeKind::Match { head, arms } => {
                self.code.tag(head);
                branches(self, arms, "endmatch")
            }
            NodeKind::For(each) => {
                self.code.tag(&each.head);
                write(self, &each.body)?;
                if let Some(otherwise) = &each.otherwise {
                    self.code.tag("else");
                    write(self, otherwise)?;
                }
                self.code.tag("endfor");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Writes something that passes through askama's buffer, where marks don't arrive.
    fn buffered<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.code.guard;
        if outer == Guard::Marks {
            self.code.guard = Guard::Buffer;
        }
        let result = write(self);
        self.code.guard = outer;
        result
    }

    /// Writes something that is checked when it is rendered.
    pub(super) fn guarded(
        &mut self,
        check: Check,
        at: Location,
        write: impl FnOnce(&mut Self) -> Step,
    ) -> Step {
        let position = self.sources.position(at);
        self.code.begin_check(at)?;
        write(self)?;
        self.code.end_check(check, &position);
        Ok(())
    }

    /// Writes the macros, from first to last, each once.
    pub(crate) fn definitions(&mut self, definitions: &[Definition]) -> Result<String, Fault> {
        let mut written: Vec<String> = Vec::new();
        let template = self.code.take();
        for definition in definitions {
            let text = self.definition(definition)?;
            if !written.contains(&text) {
                written.push(text);
            }
        }
        self.code.put_back(template);
        Ok(written.concat())
    }

    fn definition(&mut self, definition: &Definition) -> Result<String, Fault> {
        let (head, body, is_imported) = match definition {
            Definition::Import(tag) => return Ok(tag.clone()),
            Definition::Macro { head, body, is_imported } => (head, body, *is_imported),
        };
        self.code.guard = if is_imported { Guard::None } else { Guard::Buffer };
        self.code.tag(head);
        let result = self.body(body, &Surroundings::unknown());
        self.code.tag("endmacro");
        self.code.guard = Guard::Marks;
        let text = self.code.take();
        // askama reads the imported file itself: here it only matters that it has no mistakes
        result.map(|()| if is_imported { String::new() } else { text })
    }

    /// Nodes as HTML.
    fn body(&mut self, nodes: &[Node], around: &Surroundings) -> Step {
        let tree = html::parse(nodes, around)?;
        self.tree(Site { nodes, around }, &tree)
    }

    /// HTML without slots.
    pub(super) fn tree(&mut self, site: Site<'_>, tree: &[Html]) -> Step {
        for html in tree {
            match html {
                Html::Element(element) => self.plain_element(site, element)?,
                Html::Text(text) | Html::Comment(text) => self.code.literal(text),
                Html::Node(_) => {
                    let Some(node) = site.node(html) else { continue };
                    if node.is_block() {
                        let around = site.around;
                        self.block_text(node, &mut |lowering, body| lowering.body(body, around))?;
                    } else {
                        self.inline(std::slice::from_ref(node), Writing::MARKUP)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn plain_element(&mut self, site: Site<'_>, element: &Element) -> Step {
        self.directives.element(element, self.is_kept)?;
        let names = self.names(site, element)?;
        let tag = Tag { element, names: &names };
        self.code.literal(&format!("<{}", element.name));
        self.attribute_text(site, tag, &element.attributes, None)?;
        self.code.literal(&format!("{}>", element.rest));
        let inner = site.around.within(&element.kind);
        let inside = Site { around: &inner, ..site };
        if anchor::is_text_only(&element.kind) {
            self.text_only(inside, &element.children)?;
        } else {
            self.tree(inside, &element.children)?;
        }
        self.code.literal(&element.end);
        Ok(())
    }

    /// Writes text without a bare `<`, because inside SVG a browser would read tags there.
    fn text_only(&mut self, site: Site<'_>, children: &[Html]) -> Step {
        for html in children {
            match (html, site.node(html)) {
                (Html::Text(text), _) => self.code.literal(&as_text(text)),
                (_, Some(node)) => {
                    self.inline(std::slice::from_ref(node), Writing { text: as_text, part: None })?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether anything in this HTML is dynamic.
pub(super) fn is_dynamic(tree: &[Html]) -> bool {
    tree.iter().any(|html| match html {
        Html::Node(_) => true,
        Html::Text(_) | Html::Comment(_) => false,
        Html::Element(element) => element.dynamic().is_some() || is_dynamic(&element.children),
    })
}
