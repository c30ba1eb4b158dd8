//! Attributes: static ones are copied, whole values are places, and so are conditional attributes.

use super::content::Surroundings;
use super::element::{Attribute, AttributeKind, Element, Html, Part as ValuePart, decode, escape};
use super::error::{Fault, Part, Problem};
use super::html;
use super::list::KEY;
use super::node::{Node, NodeKind};
use super::source::Location;
use super::split::{Numbers, Site, Splitter};
use super::table::{Draft, PlaceKind};

type Step = Result<(), Fault>;

impl Splitter<'_> {
    /// The attributes of an element. Returns the entries of its `dj` attribute.
    pub(super) fn attributes(
        &mut self,
        site: Site<'_>,
        element: &Element,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<Vec<String>, Fault> {
        let mut anchors = Vec::new();
        for attribute in element.attributes.iter().filter(|attribute| attribute.name() != Some(KEY)) {
            let anchor = match &attribute.kind {
                AttributeKind::Node(index) => match site.nodes.get(*index) {
                    Some(node) => self.whole_attributes(element, attribute, node, draft, numbers)?,
                    None => None,
                },
                AttributeKind::Named { .. } => self.named(site, attribute, draft, numbers)?,
            };
            anchors.extend(anchor);
        }
        Ok(anchors)
    }

    fn named(
        &mut self,
        site: Site<'_>,
        attribute: &Attribute,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<Option<String>, Fault> {
        let AttributeKind::Named { name, equals, quote, value } = &attribute.kind else { return Ok(None) };
        let dynamic = value.iter().any(|part| matches!(part, ValuePart::Node(_)));
        let written_quote = quote.or(dynamic.then_some('"')).map(String::from).unwrap_or_default();
        for text in [&attribute.gap, name, equals, &written_quote] {
            draft.text(text);
        }
        if !dynamic {
            if let Some(ValuePart::Text(text)) = value.first() {
                draft.text(text);
            }
            draft.text(&written_quote);
            return Ok(None);
        }
        let number = numbers.next(attribute.at)?;
        self.code.slot();
        for part in value {
            match part {
                ValuePart::Text(text) => self.code.literal(&as_value(text)),
                ValuePart::Node(index) => {
                    let nodes = site.nodes.get(*index).map(std::slice::from_ref).unwrap_or_default();
                    check_quotes(nodes, name, *quote)?;
                    self.code.inline(nodes, &as_value);
                }
            }
        }
        draft.place(number, PlaceKind::Attribute);
        draft.text(&written_quote);
        Ok(Some(format!("{number}@{name}")))
    }

    /// A node where attributes stand.
    fn whole_attributes(
        &mut self,
        element: &Element,
        attribute: &Attribute,
        node: &Node,
        draft: &mut Draft,
        numbers: &mut Numbers,
    ) -> Result<Option<String>, Fault> {
        let nodes = std::slice::from_ref(node);
        if node.is_silent() {
            self.code.inline(nodes, &str::to_owned);
            return Ok(None);
        }
        check_trusted(node)?;
        let names: Vec<&str> = element.attributes.iter().filter_map(Attribute::name).collect();
        self.check_conditional(element, &names, node)?;
        let number = numbers.next(node.at)?;
        let needs_space = attribute.gap.is_empty() && !begins_with_space(node);
        draft.text(if needs_space { " " } else { &attribute.gap });
        self.code.slot();
        self.code.inline(nodes, &str::to_owned);
        draft.place(number, PlaceKind::Attributes);
        Ok(Some(format!("{number}@")))
    }

    /// Each branch of a conditional attribute must hold whole attributes, and what holds for others holds
    /// for them.
    pub(super) fn check_conditional(&mut self, element: &Element, taken: &[&str], node: &Node) -> Step {
        for body in node.bodies() {
            let nodes = in_a_tag(node.at, body);
            let surroundings = Surroundings { part: Part::Tag, ..Surroundings::unknown() };
            let tree = html::parse(&nodes, &surroundings).map_err(|fault| match fault.problem {
                Problem::Html(_) => Fault::new(fault.at, Problem::NotAttributes),
                problem => Fault { problem, ..fault },
            })?;
            let [Html::Element(tag)] = tree.as_slice() else {
                return Err(Fault::new(node.at, Problem::NotAttributes));
            };
            let site = Site { nodes: &nodes, around: &surroundings };
            self.check_conditional_attributes(site, element, tag, taken)?;
        }
        Ok(())
    }

    fn check_conditional_attributes(
        &mut self,
        site: Site<'_>,
        element: &Element,
        tag: &Element,
        taken: &[&str],
    ) -> Step {
        for attribute in &tag.attributes {
            match &attribute.kind {
                AttributeKind::Named { name, .. } if taken.contains(&name.as_str()) => {
                    return Err(Fault::new(attribute.at, Problem::Duplicate(name.clone())));
                }
                AttributeKind::Named { name, quote, value, .. } => {
                    self.dialect.attribute(element, attribute, false)?;
                    for part in value {
                        let ValuePart::Node(index) = part else { continue };
                        let nodes = site.nodes.get(*index).map(std::slice::from_ref).unwrap_or_default();
                        check_quotes(nodes, name, *quote)?;
                    }
                }
                AttributeKind::Node(index) => {
                    if let Some(node) = site.nodes.get(*index) {
                        check_trusted(node)?;
                        self.check_conditional(element, taken, node)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Escaping does not make a text a harmless attribute: only what is `|safe` may stand for whole ones.
fn check_trusted(node: &Node) -> Step {
    match &node.kind {
        NodeKind::Expression { html: false, .. } => Err(Fault::new(node.at, Problem::DynamicAttributeName)),
        _ => Ok(()),
    }
}

/// A branch as the attributes of some tag.
fn in_a_tag(at: Location, body: &[Node]) -> Vec<Node> {
    let text = |text: &str| Node { at, kind: NodeKind::Text(text.to_owned()) };
    std::iter::once(text("<br ")).chain(body.iter().cloned()).chain([text(">")]).collect()
}

/// Static text of a dynamic value, so that a client only meets the entities that askama writes.
fn as_value(text: &str) -> String {
    if text.contains('&') { escape(&decode(text)) } else { text.to_owned() }
}

/// A value must not end inside of a branch.
fn check_quotes(nodes: &[Node], name: &str, quote: Option<char>) -> Step {
    for node in nodes {
        if let NodeKind::Text(text) = &node.kind {
            let found = match quote {
                Some(quote) => text.find(quote),
                None => text.find(|c: char| c.is_ascii_whitespace() || "\"'`=<>".contains(c)),
            };
            if let Some(offset) = found {
                let problem = if quote.is_some() { Problem::QuoteInBranch } else { Problem::Unquoted };
                return Err(Fault::new(node.at.plus(offset), problem(name.to_owned())));
            }
        }
        for body in node.bodies() {
            check_quotes(body, name, quote)?;
        }
    }
    Ok(())
}

/// Whether what a node writes is set apart from the attribute before it.
fn begins_with_space(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Text(text) => text.starts_with(|c: char| c.is_ascii_whitespace()),
        NodeKind::Expression { .. } | NodeKind::Verbatim { .. } => false,
        NodeKind::If(_) | NodeKind::Match { .. } | NodeKind::For(_) => {
            node.bodies().iter().all(|body| body.first().is_none_or(begins_with_space))
        }
    }
}
