//! The lowering itself: it walks the HTML tree, and writes the fragment table and the rewritten
//! template side by side.
//!
//! These rules always hold: slots are written to both in the same order, so a recording needs no
//! names; every byte that the rewritten template writes follows a mark; static text is only in the
//! table.

use super::anchor::{self, Anchoring};
use super::lowering::{Lowering, Numbers, Site, Writing, as_text};
use super::plain;
use super::skipping;
use super::table::{Draft, Fragment, SlotKind};
use crate::template::directives::FIELD;
use crate::template::error::{Fault, Problem, Scope};
use crate::template::html;
use crate::template::html::content_model::Surroundings;
use crate::template::html::element::{Attribute, Element, Html};
use crate::template::node::{Branch, Node, NodeKind};
use crate::template::source::Location;

type Step = Result<(), Fault>;

impl<'s> Lowering<'s> {
    /// What one branch of a block shows.
    pub(crate) fn branch(
        &mut self,
        nodes: &[Node],
        around: &Surroundings,
        numbers: &mut Numbers,
    ) -> Result<Fragment, Fault> {
        self.depth += 1;
        let fragment = self.fragment(nodes, around, numbers);
        self.depth -= 1;
        fragment
    }

    /// A list of nodes with separate statics.
    pub(crate) fn fragment(
        &mut self,
        nodes: &[Node],
        around: &Surroundings,
        numbers: &mut Numbers,
    ) -> Result<Fragment, Fault> {
        let children = html::parse(nodes, around)?;
        let mut draft = Draft::default();
        self.content(Site { nodes, around }, &children, &mut draft, numbers)?;
        Ok(draft.finish())
    }

    /// Content whose slots are anchored by comments.
    pub(crate) fn content(
        &mut self,
        site: Site<'_>,
        children: &[Html],
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Step {
        let mut at = 0;
        while let Some(child) = children.get(at) {
            at += 1;
            match child {
                Html::Text(text) => draft.text(text),
                Html::Comment(text) => draft.text(&without_anchor(text)),
                Html::Element(element) => self.element(site, element, false, draft, numbers)?,
                Html::Node(_) => {
                    let Some(node) = site.node(child) else { continue };
                    if node.is_silent() {
                        self.inline(std::slice::from_ref(node), Writing::MARKUP)?;
                    } else if node.is_block() {
                        let number = numbers.next(node.at)?;
                        draft.text(&format!("<!--d{number}{}-->", anchor::sign(node)));
                        self.block(site.around, node, number, draft, numbers)?;
                        draft.text("<!--/-->");
                    } else {
                        at += self.run(site, &children[at - 1..], draft, numbers)? - 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes one slot of adjacent expressions. Returns how many there are.
    fn run(
        &mut self,
        site: Site<'_>,
        children: &[Html],
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<usize, Fault> {
        let run: Vec<&Node> = children
            .iter()
            .map_while(|child| site.node(child))
            .take_while(|node| !node.is_block() && !node.is_silent())
            .collect();
        let number = numbers.next(run.first().map_or_else(Location::default, |node| node.at))?;
        draft.text(&format!("<!--d{number}-->"));
        self.slot(&run, |lowering| {
            lowering.code.text_slot();
            run.iter().try_for_each(|node| lowering.inline(std::slice::from_ref(*node), Writing::MARKUP))
        })?;
        let html = run.iter().any(|node| node.is_html());
        self.changeable += usize::from(html);
        draft.slot(number, text_kind(html));
        draft.text("<!--/-->");
        Ok(run.len())
    }

    /// An element; `is_item` if it is the root of what a `for` repeats.
    pub(crate) fn element(
        &mut self,
        site: Site<'_>,
        element: &Element,
        is_item: bool,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Step {
        self.directives.element(element, is_item)?;
        draft.text("<");
        draft.text(&element.name);
        if is_item {
            draft.key();
        }
        self.changeable += usize::from(is_changeable(element));
        self.number_field(element, draft);
        let mut anchors = self.attributes(site, element, draft, numbers)?;
        let is_kept = element.keeps_content() && plain::is_dynamic(&element.children);
        let anchoring = if is_kept { Anchoring::Within } else { anchor::of(element, site.nodes) };
        let mut number = 0;
        if anchoring != Anchoring::Within {
            number = numbers.next(element.at)?;
            let sign = match anchoring {
                Anchoring::Sole(index) => site.nodes.get(index).map(anchor::sign),
                Anchoring::Whole { .. } | Anchoring::Within => None,
            };
            anchors.push(sign.map_or(number.to_string(), |sign| format!("{number}{sign}")));
        }
        draft.text(&anchor_attribute(&anchors, &element.rest));
        draft.text(&element.rest);
        draft.text(">");
        let inner = site.around.within(&element.kind);
        let inside = Site { around: &inner, ..site };
        match anchoring {
            _ if is_kept => self.kept(inside, element, draft, numbers)?,
            Anchoring::Whole { html } => self.whole(inside, element, number, html, draft)?,
            Anchoring::Sole(_) => self.sole(inside, element, number, draft, numbers)?,
            Anchoring::Within => self.content(inside, &element.children, draft, numbers)?,
        }
        draft.text(&element.end);
        Ok(())
    }

    /// Gives a field a number. Fields with the same name in different branches are different
    /// fields: in a wizard's steps, say.
    fn number_field(&mut self, element: &Element, draft: &mut Draft) {
        if !is_field(&element.kind) {
            return;
        }
        if self.depth > 0 {
            draft.text(&format!(" {FIELD}=\"{}\"", self.fields));
        }
        self.fields += 1;
    }

    /// Writes content that the server leaves alone: it is written with the element, and never
    /// compared.
    fn kept(&mut self, site: Site<'_>, element: &Element, draft: &mut Draft, numbers: &mut Numbers) -> Step {
        let number = numbers.next(element.at)?;
        let mut nodes = Vec::new();
        skipping::nodes_in(site.nodes, &element.children, &mut nodes);
        self.slot(&nodes, |lowering| {
            lowering.code.text_slot();
            let outer = std::mem::replace(&mut lowering.is_kept, true);
            lowering.tree(site, &element.children)?;
            lowering.is_kept = outer;
            Ok(())
        })?;
        draft.slot(number, SlotKind::Kept);
        Ok(())
    }

    /// Writes content that is one slot.
    fn whole(
        &mut self,
        site: Site<'_>,
        element: &Element,
        number: u16,
        html: bool,
        draft: &mut Draft,
    ) -> Step {
        let drops_newline = matches!(element.kind.as_str(), "textarea" | "pre");
        if drops_newline {
            draft.text("\n"); // HTML ignores it, and so keeps one that the value may begin with
        }
        let nodes: Vec<&Node> = element.children.iter().filter_map(|child| site.node(child)).collect();
        self.slot(&nodes, |lowering| lowering.whole_text(site, element, drops_newline))?;
        self.changeable += usize::from(html);
        draft.slot(number, text_kind(html));
        Ok(())
    }

    fn whole_text(&mut self, site: Site<'_>, element: &Element, drops_newline: bool) -> Step {
        let write = if anchor::is_text_only(&element.kind) { as_text } else { str::to_owned };
        self.code.text_slot();
        for (index, child) in element.children.iter().enumerate() {
            match child {
                Html::Text(text) => {
                    let is_first = index == 0 && drops_newline;
                    let text = if is_first { text.strip_prefix('\n').unwrap_or(text) } else { text };
                    self.code.literal(&write(text));
                }
                Html::Node(_) => {
                    let node = site.node(child).map(std::slice::from_ref).unwrap_or_default();
                    self.inline(node, Writing { text: write, part: None })?;
                }
                Html::Element(_) | Html::Comment(_) => {}
            }
        }
        Ok(())
    }

    /// Writes content that is one block or list; white space around it is left out.
    fn sole(
        &mut self,
        site: Site<'_>,
        element: &Element,
        number: u16,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Step {
        for node in element.children.iter().filter_map(|child| site.node(child)) {
            if node.is_block() {
                self.block(site.around, node, number, draft, numbers)?;
            } else {
                self.inline(std::slice::from_ref(node), Writing::MARKUP)?;
            }
        }
        Ok(())
    }

    /// Writes an `if`, `match` or `for`.
    fn block(
        &mut self,
        around: &Surroundings,
        node: &Node,
        number: u16,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Step {
        let kind = self.slot(&[node], |lowering| lowering.block_kind(around, node, numbers))?;
        kind.into_iter().for_each(|kind| draft.slot(number, kind));
        Ok(())
    }

    /// Writes what a block or list shows; `None` for other nodes.
    fn block_kind(
        &mut self,
        around: &Surroundings,
        node: &Node,
        numbers: &mut Numbers,
    ) -> Result<Option<SlotKind>, Fault> {
        let fragments = match &node.kind {
            NodeKind::If(branches) => {
                let mut fragments = self.branches(around, branches, node.at, numbers)?;
                if branches.last().is_none_or(|last| last.head != "else") {
                    self.code.tag("else");
                    self.code.branch(fragments.len());
                    self.code.end();
                    fragments.push(Fragment::empty());
                }
                self.code.tag("endif");
                fragments
            }
            NodeKind::Match { head, arms } => {
                self.code.tag(head);
                let fragments = self.branches(around, arms, node.at, numbers)?;
                self.code.tag("endmatch");
                fragments
            }
            NodeKind::For(each) => return self.list(around, each, numbers).map(Some),
            NodeKind::Text(_)
            | NodeKind::Expression { .. }
            | NodeKind::Silent(_)
            | NodeKind::Enclosing { .. } => return Ok(None),
        };
        Ok(Some(SlotKind::Block(fragments)))
    }

    fn branches(
        &mut self,
        around: &Surroundings,
        branches: &[Branch],
        at: Location,
        numbers: &mut Numbers,
    ) -> Result<Vec<Fragment>, Fault> {
        if branches.len() >= usize::from(u16::MAX) {
            return Err(Fault::new(at, Problem::TooLarge("match")));
        }
        let around = around.of(Scope::Branch);
        let mut fragments = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            self.code.tag(&branch.head);
            self.code.branch(index);
            fragments.push(self.branch(&branch.body, &around, numbers)?);
            self.code.end();
        }
        Ok(fragments)
    }
}

/// Whether an element holds a value that a person enters.
fn is_field(kind: &str) -> bool {
    matches!(kind, "input" | "select" | "textarea")
}

/// Whether a person or a script may change an element beyond what the server has written.
fn is_changeable(element: &Element) -> bool {
    let kind = element.kind.as_str();
    let by_kind =
        matches!(kind, "details" | "dialog" | "video" | "audio" | "iframe" | "canvas" | "object" | "embed");
    let by_attribute = |name: &str| matches!(name, "contenteditable" | "dj-update" | "popover");
    is_field(kind)
        || by_kind
        || kind.contains('-')
        || element.attributes.iter().filter_map(Attribute::name).any(by_attribute)
}

/// The kind of a slot for text.
fn text_kind(html: bool) -> SlotKind {
    if html { SlotKind::Raw } else { SlotKind::Text }
}

/// Changes a comment of the template, so that it does not look like an anchor.
fn without_anchor(comment: &str) -> String {
    let looks_like_one = ["<!--d", "<!--/", "<!--i", "<!--e"].iter().any(|sign| comment.starts_with(sign));
    if looks_like_one { comment.replacen("<!--", "<!-- ", 1) } else { comment.to_owned() }
}

/// The `dj` attribute, before the rest of its tag. It has no quotes if HTML allows that: in a patch
/// each quote costs two bytes.
fn anchor_attribute(anchors: &[String], rest: &str) -> String {
    match anchors {
        [] => String::new(),
        [anchor] if !rest.starts_with('/') => format!(" dj={anchor}"),
        anchors => format!(" dj=\"{}\"", anchors.join(" ")),
    }
}
