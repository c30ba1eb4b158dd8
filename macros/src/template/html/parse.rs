//! From nodes to an HTML tree.
//!
//! The nodes' literal text goes through an HTML tokenizer; one character of a private use area
//! stands for each other node. So the tokenizer tells what surrounds every dynamic part, and keeps
//! the exact text of the rest. HTML that a browser would repair by moving elements is refused here.

use super::content_model::{self, Surroundings};
use super::element::{Attribute, AttributeKind, Element, Html, ValuePart};
use super::html_source::{HtmlSource, stand_in};
use crate::template::error::{Fault, Problem, Scope};
use crate::template::node::{Node, NodeKind};
use crate::template::source::Location;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Error, Span, Tokenizer};
use std::ops::Range;

/// The HTML tree of a list of nodes that is complete in itself.
pub(crate) fn parse(nodes: &[Node], surroundings: &Surroundings) -> Result<Vec<Html>, Fault> {
    parse_level(nodes, surroundings).map_err(|fault| match fault.problem {
        // a tag that a branch leaves open is noticed first where it is missing
        Problem::NotClosed { .. } | Problem::Mismatched { .. } | Problem::ClosesOutside { .. } => {
            nodes.iter().find_map(unbalanced_within).unwrap_or(fault)
        }
        _ => fault,
    })
}

fn unbalanced_within(node: &Node) -> Option<Fault> {
    let part = if matches!(node.kind, NodeKind::For(_)) { Scope::Loop } else { Scope::Branch };
    node.bodies().into_iter().find_map(|body| {
        let fault = parse(body, &Surroundings::unknown().of(part)).err()?;
        matches!(fault.problem, Problem::NotClosed { .. } | Problem::ClosesOutside { .. }).then_some(fault)
    })
}

fn parse_level(nodes: &[Node], surroundings: &Surroundings) -> Result<Vec<Html>, Fault> {
    let source = HtmlSource::new(nodes)?;
    let mut builder = Builder {
        text: &source.text,
        source: &source,
        surroundings,
        open: Vec::new(),
        top: Vec::new(),
        tag: None,
    };
    for (event, range) in events(&source.text) {
        builder.event(event, range)?;
    }
    builder.finish()
}

/// The tokenizer's events, with exact ranges.
enum Event {
    TagName { len: usize },
    AttributeName,
    AttributeValue,
    TagEnd { self_closing: bool },
    EndTag { len: usize },
    Text,
    Comment,
    Doctype,
    Error(Error),
}

fn events(text: &str) -> Vec<(Event, Range<usize>)> {
    let report = |event: CallbackEvent<'_>, span: Span<usize>| {
        let event = match event {
            CallbackEvent::OpenStartTag { name } => Event::TagName { len: name.len() },
            CallbackEvent::AttributeName { .. } => Event::AttributeName,
            CallbackEvent::AttributeValue { .. } => Event::AttributeValue,
            CallbackEvent::CloseStartTag { self_closing } => Event::TagEnd { self_closing },
            CallbackEvent::EndTag { name } => Event::EndTag { len: name.len() },
            CallbackEvent::String { .. } => Event::Text,
            CallbackEvent::Comment { .. } => Event::Comment,
            CallbackEvent::Doctype { .. } => Event::Doctype,
            CallbackEvent::Error(error) => Event::Error(error),
        };
        Some((event, span.start..span.end.max(span.start)))
    };
    let mut emitter: CallbackEmitter<_, (Event, Range<usize>), usize> = CallbackEmitter::new(report);
    emitter.naively_switch_states(true);
    // reading from a string can't fail
    Tokenizer::new_with_emitter(text, emitter).filter_map(Result::ok).collect()
}

struct Builder<'b> {
    text: &'b str,
    source: &'b HtmlSource,
    surroundings: &'b Surroundings,
    /// Elements that have not ended, outermost first.
    open: Vec<Element>,
    top: Vec<Html>,
    tag: Option<StartTag>,
}

/// A start tag before its `>`.
struct StartTag {
    element: Element,
    /// `element` contains the text up to here.
    taken: usize,
}

type Step = Result<(), Fault>;

impl Builder<'_> {
    fn event(&mut self, event: Event, range: Range<usize>) -> Step {
        match event {
            Event::TagName { len } => self.begin_tag(range.start, len),
            Event::AttributeName => self.attribute(range),
            Event::AttributeValue => self.value(range),
            Event::TagEnd { self_closing } => self.end_start_tag(range.start, self_closing),
            Event::EndTag { len } => self.end_tag(range, len),
            Event::Text => self.text(range),
            Event::Comment => self.comment(range),
            Event::Doctype => Err(self.fault(range.start, Problem::OfThePage("DOCTYPE".to_owned()))),
            Event::Error(error) => self.error(error, range),
        }
    }

    fn at(&self, position: usize) -> Location {
        self.source.location(position)
    }

    fn fault(&self, position: usize, problem: Problem) -> Fault {
        Fault::new(self.at(position), problem)
    }

    fn parents(&self) -> content_model::Parents<'_> {
        content_model::Parents::new(self.surroundings, &self.open)
    }

    fn push(&mut self, html: Html) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(html),
            None => self.top.push(html),
        }
    }

    fn begin_tag(&mut self, start: usize, len: usize) -> Step {
        let name = self.text[start + 1..start + 1 + len].to_owned();
        if name.chars().any(|c| stand_in(c).is_some()) {
            return Err(self.fault(start, Problem::DynamicTagName));
        }
        let parents = self.parents();
        let kind = if parents.are_foreign() { name.clone() } else { name.to_ascii_lowercase() };
        content_model::check_element(&kind, &parents).map_err(|problem| self.fault(start, problem))?;
        let element = Element {
            at: self.at(start),
            kind,
            attributes: Vec::new(),
            rest: String::new(),
            children: Vec::new(),
            end: String::new(),
            name,
        };
        self.tag = Some(StartTag { element, taken: start + 1 + len });
        Ok(())
    }

    fn attribute(&mut self, range: Range<usize>) -> Step {
        let (text, at) = (self.text, self.at(range.start));
        let foreign = self.parents().are_foreign();
        let Some(tag) = &mut self.tag else { return Ok(()) };
        tag.take_empty_value(text);
        let gap = text.get(tag.taken..range.start).unwrap_or_default().to_owned();
        tag.taken = range.end;
        let name = &text[range];
        if name.chars().all(|c| stand_in(c).is_none()) {
            let is_foreign = foreign || matches!(tag.element.kind.as_str(), "svg" | "math");
            let name = if is_foreign { name.to_owned() } else { name.to_ascii_lowercase() };
            let kind = AttributeKind::Named { name, equals: String::new(), quote: None, value: Vec::new() };
            tag.element.attributes.push(Attribute { gap, at, kind });
            return Ok(());
        }
        let mut gap = Some(gap);
        for c in name.chars() {
            let Some(node) = stand_in(c) else { return Err(Fault::new(at, Problem::DynamicAttributeName)) };
            let kind = AttributeKind::Node(node);
            tag.element.attributes.push(Attribute { gap: gap.take().unwrap_or_default(), at, kind });
        }
        Ok(())
    }

    fn value(&mut self, range: Range<usize>) -> Step {
        let text = self.text;
        let Some(tag) = &mut self.tag else { return Ok(()) };
        let Some(attribute) = tag.element.attributes.last_mut() else { return Ok(()) };
        let AttributeKind::Named { equals, quote, value, .. } = &mut attribute.kind else {
            return Err(Fault::new(attribute.at, Problem::DynamicAttributeName));
        };
        let between = text.get(tag.taken..range.start).unwrap_or_default();
        *quote = between.chars().next_back().filter(|c| matches!(c, '"' | '\''));
        *equals = between.trim_end_matches(['"', '\'']).to_owned();
        *value = parts(&text[range.clone()]);
        tag.taken = range.end + usize::from(quote.is_some());
        Ok(())
    }

    fn end_start_tag(&mut self, end: usize, self_closing: bool) -> Step {
        let Some(mut tag) = self.tag.take() else { return Ok(()) };
        tag.take_empty_value(self.text);
        tag.element.rest = self.text.get(tag.taken..end).unwrap_or_default().to_owned();
        check_duplicates(&tag.element)?;
        let mut element = tag.element;
        let parents = self.parents();
        if let (Some(kind), Some(attribute)) = (parents.without_dynamic_content(), element.dynamic()) {
            return Err(Fault::new(attribute.at, Problem::DynamicContent(kind.to_owned())));
        }
        let is_foreign = parents.are_foreign() || matches!(element.kind.as_str(), "svg" | "math");
        if content_model::is_void(&element.kind) && !is_foreign {
            self.push(Html::Element(element));
        } else if self_closing && !is_foreign {
            return Err(Fault::new(element.at, Problem::SelfClosing(element.name)));
        } else if self_closing {
            element.end.clear();
            self.push(Html::Element(element));
        } else {
            self.open.push(element);
        }
        Ok(())
    }

    fn end_tag(&mut self, range: Range<usize>, len: usize) -> Step {
        let name = self.text[range.start + 2..range.start + 2 + len].to_owned();
        if name.chars().any(|c| stand_in(c).is_some()) {
            return Err(self.fault(range.start, Problem::DynamicTagName));
        }
        if content_model::is_void(&name.to_ascii_lowercase()) && !self.parents().are_foreign() {
            return Err(self.fault(range.start, Problem::VoidEnd(name)));
        }
        match self.open.pop() {
            Some(mut element) if element.kind == name || element.kind == name.to_ascii_lowercase() => {
                element.end = self.text[range].to_owned();
                self.push(Html::Element(element));
                Ok(())
            }
            Some(element) => {
                let problem = Problem::Mismatched { found: name, expected: element.name };
                Err(self.fault(range.start, problem))
            }
            None => {
                let part = self.surroundings.part;
                Err(self.fault(range.start, Problem::ClosesOutside { name, part }))
            }
        }
    }

    fn text(&mut self, range: Range<usize>) -> Step {
        let start = range.start;
        let parent = self.parents().innermost().unwrap_or_default().to_owned();
        let mut position = start;
        for part in parts(&self.text[range]) {
            match part {
                ValuePart::Text(text) => {
                    position += text.len();
                    if content_model::is_table_part(&parent) && !text.trim_ascii().is_empty() {
                        let at = position - text.trim_ascii_start().len();
                        return Err(self.fault(at, Problem::TextInTable(parent)));
                    }
                    self.push(Html::Text(text));
                }
                ValuePart::Node(node) => {
                    if let Some(kind) = self.parents().without_dynamic_content() {
                        return Err(self.fault(position, Problem::DynamicContent(kind.to_owned())));
                    }
                    if content_model::is_table_part(&parent) && self.source.is_text(node) {
                        return Err(self.fault(position, Problem::TextInTable(parent)));
                    }
                    position += STAND_IN_LEN;
                    self.push(Html::Node(node));
                }
            }
        }
        Ok(())
    }

    fn comment(&mut self, range: Range<usize>) -> Step {
        let text = &self.text[range.clone()];
        if text.chars().any(|c| stand_in(c).is_some()) {
            return Err(self.fault(range.start, Problem::DynamicComment));
        }
        self.push(Html::Comment(text.to_owned()));
        Ok(())
    }

    fn error(&mut self, error: Error, range: Range<usize>) -> Step {
        let boundary = |at: &usize| self.text.is_char_boundary(*at);
        let position = (0..=range.start).rev().find(boundary).unwrap_or_default();
        let (before, rest) = self.text.split_at(position);
        let is_dynamic = rest.chars().next().is_some_and(|c| stand_in(c).is_some());
        let follows_dynamic = before.chars().next_back().is_some_and(|c| stand_in(c).is_some());
        let problem = match error {
            Error::InvalidFirstCharacterOfTagName if is_dynamic || follows_dynamic => Problem::DynamicTagName,
            Error::MissingWhitespaceBetweenAttributes if is_dynamic || follows_dynamic => return Ok(()),
            _ => match content_model::complaint(error) {
                Some(sentence) => Problem::Html(sentence),
                None => return Ok(()),
            },
        };
        if let (Error::EofInTag, Some(tag)) = (error, &self.tag) {
            return Err(Fault::new(tag.element.at, problem));
        }
        let start = match error {
            Error::EofInTag | Error::InvalidFirstCharacterOfTagName => before.rfind('<').unwrap_or(position),
            _ => position,
        };
        Err(self.fault(start, problem))
    }

    fn finish(mut self) -> Result<Vec<Html>, Fault> {
        if let Some(element) = self.open.pop() {
            let part = self.surroundings.part;
            return Err(Fault::new(element.at, Problem::NotClosed { name: element.name, part }));
        }
        Ok(self.top)
    }
}

/// Every stand-in has four bytes.
const STAND_IN_LEN: usize = 4;

impl StartTag {
    /// Takes `=""`, for which there is no event.
    fn take_empty_value(&mut self, text: &str) {
        let rest = text.get(self.taken..).unwrap_or_default();
        let Some(value) = rest.trim_start().strip_prefix('=') else { return };
        let value = value.trim_start();
        let Some(found) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return };
        let Some(Attribute { kind: AttributeKind::Named { equals, quote, .. }, .. }) =
            self.element.attributes.last_mut()
        else {
            return;
        };
        if equals.is_empty() {
            *equals = rest[..rest.len() - value.len()].to_owned();
            *quote = Some(found);
            self.taken += equals.len() + 2;
        }
    }
}

fn check_duplicates(element: &Element) -> Step {
    for (index, attribute) in element.attributes.iter().enumerate() {
        let Some(name) = attribute.name() else { continue };
        if element.attributes[..index].iter().any(|other| other.name() == Some(name)) {
            return Err(Fault::new(attribute.at, Problem::Duplicate(name.to_owned())));
        }
    }
    Ok(())
}

/// Splits text at the stand-ins.
fn parts(text: &str) -> Vec<ValuePart> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    for c in text.chars() {
        match stand_in(c) {
            Some(node) => {
                if !literal.is_empty() {
                    parts.push(ValuePart::Text(std::mem::take(&mut literal)));
                }
                parts.push(ValuePart::Node(node));
            }
            None => literal.push(c),
        }
    }
    if !literal.is_empty() {
        parts.push(ValuePart::Text(literal));
    }
    parts
}
