//! The only code that writes dynamic text into a tag.
//!
//! Anything dynamic in a tag is in a value that is written here: between quotes, even if the source
//! has none, and after the check that its [context](super::context) requires. Wherever the tag is
//! (in the template, in a branch inside another tag, in a macro), there is no other way: an
//! expression in the place of attributes must be `|safe`, and macros and blocks can't write
//! attributes.

use super::code::Guard;
use super::context::{self, Context, Tag};
use super::lowering::{Lowering, Site, Writing};
use crate::template::error::{Fault, Problem, Scope};
use crate::template::html;
use crate::template::html::content_model::Surroundings;
use crate::template::html::element::{Attribute, AttributeKind, Element, Html, ValuePart, decode, escape};
use crate::template::node::{Branch, Node, NodeKind, Writes};
use crate::template::source::Location;

type Step = Result<(), Fault>;

/// How deeply macros may call each other in a value.
const DEEPEST: usize = 16;

impl Lowering<'_> {
    /// A value, without its quotes.
    pub(super) fn value(&mut self, site: Site<'_>, tag: Tag<'_>, attribute: &Attribute) -> Step {
        let AttributeKind::Named { name, quote, value, .. } = &attribute.kind else { return Ok(()) };
        let nodes = as_nodes(site, value);
        check_quotes(&nodes, name, *quote)?;
        self.check_called(&nodes, name)?;
        let context = context::of(tag, name, &nodes).map_err(|problem| Fault::new(attribute.at, problem))?;
        if self.code.guard == Guard::None && quote.is_none() {
            return Err(Fault::new(attribute.at, Problem::Unquoted(name.clone())));
        }
        let writing = Writing { text: as_value, part: None };
        match context {
            Context::Free => self.inline(&nodes, writing),
            Context::Parts(check) => self.inline(&nodes, Writing { part: Some(check), ..writing }),
            Context::Whole(check) => {
                self.guarded(check, attribute.at, |lowering| lowering.inline(&nodes, writing))
            }
        }
    }

    /// Checks that what a value calls writes only text: neither a quote nor a tag that could end
    /// the value.
    fn check_called(&self, nodes: &[Node], name: &str) -> Step {
        for node in nodes {
            let NodeKind::Expression { source, writes: Writes::Html } = &node.kind else {
                let inner = match &node.kind {
                    NodeKind::Enclosing { body, .. } => vec![body.as_slice()],
                    _ => node.bodies(),
                };
                inner.into_iter().try_for_each(|body| self.check_called(body, name))?;
                continue;
            };
            if !self.writes_text(source, 0) {
                return Err(Fault::new(node.at, Problem::CalledInValue(name.to_owned())));
            }
        }
        Ok(())
    }

    /// Whether a call, or the body that a `let` has kept, writes only text.
    fn writes_text(&self, source: &str, depth: usize) -> bool {
        let called = called(source);
        called != "caller()" && self.bodies.get(&called).is_none_or(|body| self.is_text(body, depth))
    }

    fn is_text(&self, nodes: &[Node], depth: usize) -> bool {
        nodes.iter().all(|node| match &node.kind {
            NodeKind::Text(text) => !text.contains(['"', '\'', '<', '>']),
            NodeKind::Expression { source, writes: Writes::Html } => {
                depth < DEEPEST && self.writes_text(source, depth + 1)
            }
            NodeKind::Enclosing { body, prints: true, .. } => self.is_text(body, depth),
            _ => node.bodies().into_iter().all(|body| self.is_text(body, depth)),
        })
    }

    /// Static and dynamic attributes, as the text of a slot. The caller writes the gap before the
    /// first one.
    pub(super) fn attribute_text(
        &mut self,
        site: Site<'_>,
        tag: Tag<'_>,
        attributes: &[Attribute],
        own_gap: Option<&str>,
    ) -> Step {
        for (number, attribute) in attributes.iter().enumerate() {
            let gap = own_gap.filter(|_| number == 0).unwrap_or(&attribute.gap);
            match &attribute.kind {
                AttributeKind::Named { name, equals, value, .. } => {
                    let quote = written_quote(attribute);
                    self.code.literal(&format!("{gap}{name}{equals}{quote}"));
                    match value.as_slice() {
                        [] => {}
                        [ValuePart::Text(text)] => self.code.literal(text),
                        _ => self.value(site, tag, attribute)?,
                    }
                    self.code.literal(&quote);
                }
                AttributeKind::Node(index) => {
                    let Some(node) = site.nodes.get(*index) else { continue };
                    let is_first_of_body = number == 0 && own_gap.is_some();
                    let needs_space = gap.is_empty() && !is_first_of_body && !begins_with_space(node);
                    self.code.literal(if needs_space { " " } else { gap });
                    self.attribute_node(site.around, tag, node)?;
                }
            }
        }
        Ok(())
    }

    /// A node in the place of attributes, as the text of a slot.
    pub(super) fn attribute_node(&mut self, around: &Surroundings, tag: Tag<'_>, node: &Node) -> Step {
        match &node.kind {
            NodeKind::If(branches) => {
                self.attribute_branches(around, tag, node.at, branches)?;
                self.code.tag("endif");
            }
            NodeKind::Match { head, arms } => {
                self.code.tag(head);
                self.attribute_branches(around, tag, node.at, arms)?;
                self.code.tag("endmatch");
            }
            NodeKind::For(each) => {
                self.code.tag(&each.head);
                if each.body.first().is_some_and(|first| !begins_with_space(first)) {
                    self.code.literal(" ");
                }
                self.attribute_body(around, tag, node.at, &each.body)?;
                if let Some(otherwise) = &each.otherwise {
                    self.code.tag("else");
                    self.attribute_body(around, tag, node.at, otherwise)?;
                }
                self.code.tag("endfor");
            }
            NodeKind::Silent(_) | NodeKind::Enclosing { prints: false, .. } => {
                self.inline(std::slice::from_ref(node), Writing::MARKUP)?;
            }
            NodeKind::Expression { source, writes: Writes::Trusted } => self.code.expression(source),
            // escaping does not make a text a harmless attribute
            NodeKind::Expression { writes: Writes::Text, .. } => {
                return Err(Fault::new(node.at, Problem::DynamicAttributeName));
            }
            NodeKind::Expression { .. } | NodeKind::Enclosing { .. } => {
                return Err(Fault::new(node.at, Problem::CalledAttributes));
            }
            NodeKind::Text(_) => return Err(Fault::new(node.at, Problem::NotAttributes)),
        }
        Ok(())
    }

    fn attribute_branches(
        &mut self,
        around: &Surroundings,
        tag: Tag<'_>,
        at: Location,
        branches: &[Branch],
    ) -> Step {
        for branch in branches {
            self.code.tag(&branch.head);
            self.attribute_body(around, tag, at, &branch.body)?;
        }
        Ok(())
    }

    /// Checks a branch: it must hold whole attributes, and the rules for other attributes apply to
    /// them.
    fn attribute_body(&mut self, around: &Surroundings, tag: Tag<'_>, at: Location, body: &[Node]) -> Step {
        let (nodes, inner) = body_in_a_tag(around, tag.element, at, body)?;
        let site = Site { nodes: &nodes, around };
        for attribute in &inner.attributes {
            if attribute.name() == Some("dj-update") {
                return Err(Fault::new(attribute.at, Problem::ConditionalUpdate));
            }
            self.directives.attribute(tag.element, attribute, false)?;
        }
        let gap = inner.attributes.first().map(|first| first.gap.get(1..).unwrap_or_default());
        self.attribute_text(site, tag, &inner.attributes, gap)?;
        let rest = if gap.is_some() { inner.rest.as_str() } else { inner.rest.get(1..).unwrap_or_default() };
        self.code.literal(rest);
        Ok(())
    }
}

/// A branch as the attributes of an element like this one, with the nodes that the element refers
/// to.
pub(super) fn body_in_a_tag(
    around: &Surroundings,
    element: &Element,
    at: Location,
    body: &[Node],
) -> Result<(Vec<Node>, Element), Fault> {
    let text = |text: &str| Node::new(at, NodeKind::Text(text.to_owned()));
    let nodes: Vec<Node> =
        std::iter::once(text("<g ")).chain(body.iter().cloned()).chain([text("></g>")]).collect();
    let elements = if around.is_foreign(element) { vec!["svg".to_owned()] } else { Vec::new() };
    let surroundings = Surroundings { elements, part: Scope::Tag, is_known: false };
    let tree = html::parse(&nodes, &surroundings).map_err(|fault| match fault.problem {
        Problem::Html(_) => Fault::new(fault.at, Problem::NotAttributes),
        problem => Fault { problem, ..fault },
    })?;
    match <[Html; 1]>::try_from(tree) {
        Ok([Html::Element(inner)]) if inner.children.is_empty() => Ok((nodes, inner)),
        _ => Err(Fault::new(at, Problem::NotAttributes)),
    }
}

/// `name()` of the macro that an expression calls, or the `name` of the `let` that it shows.
fn called(source: &str) -> String {
    let end = source.find(['(', '|']).unwrap_or(source.len());
    let name = source[..end].rsplit("::").next().unwrap_or_default().trim();
    if source[end..].starts_with('(') { format!("{name}()") } else { name.to_owned() }
}

/// The parts of a value as nodes.
fn as_nodes(site: Site<'_>, value: &[ValuePart]) -> Vec<Node> {
    let mut nodes = Vec::new();
    for part in value {
        match part {
            ValuePart::Text(text) => {
                nodes.push(Node::new(Location::default(), NodeKind::Text(text.clone())));
            }
            ValuePart::Node(index) => nodes.extend(site.nodes.get(*index).cloned()),
        }
    }
    nodes
}

/// The quote around a value. A dynamic value without quotes gets some.
pub(super) fn written_quote(attribute: &Attribute) -> String {
    let AttributeKind::Named { quote, .. } = &attribute.kind else { return String::new() };
    quote.or(attribute.is_dynamic().then_some('"')).map(String::from).unwrap_or_default()
}

/// Static text of a dynamic value, so that a client only meets the entities that askama writes.
fn as_value(text: &str) -> String {
    if text.contains('&') { escape(&decode(text)) } else { text.to_owned() }
}

/// Checks that a value does not end inside a branch, a macro or a block.
fn check_quotes(nodes: &[Node], name: &str, quote: Option<char>) -> Step {
    for node in nodes.iter().filter(|node| !matches!(node.kind, NodeKind::Text(_))) {
        for body in node.bodies() {
            check_text(body, name, quote)?;
            check_quotes(body, name, quote)?;
        }
        if let NodeKind::Enclosing { body, prints: true, .. } = &node.kind {
            check_text(body, name, quote.or(Some('"')))?;
            check_quotes(body, name, quote.or(Some('"')))?;
        }
    }
    Ok(())
}

fn check_text(nodes: &[Node], name: &str, quote: Option<char>) -> Step {
    for node in nodes {
        let NodeKind::Text(text) = &node.kind else { continue };
        let found = match quote {
            Some(quote) => text.find(quote),
            None => text.find(|c: char| c.is_ascii_whitespace() || "\"'`=<>".contains(c)),
        };
        if let Some(offset) = found {
            let problem = if quote.is_some() { Problem::QuoteInBranch } else { Problem::Unquoted };
            return Err(Fault::new(node.at.plus(offset), problem(name.to_owned())));
        }
    }
    Ok(())
}

/// Whether what a node writes is separated from the attribute before it.
pub(super) fn begins_with_space(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Text(text) => text.starts_with(|c: char| c.is_ascii_whitespace()),
        NodeKind::Expression { .. } | NodeKind::Silent(_) | NodeKind::Enclosing { .. } => false,
        NodeKind::If(_) | NodeKind::Match { .. } => {
            node.bodies().iter().all(|body| body.first().is_none_or(begins_with_space))
        }
        NodeKind::For(each) => {
            each.otherwise.as_ref().is_none_or(|body| body.first().is_none_or(begins_with_space))
        }
    }
}
