//! HTML as the template has it: elements with their exact text, and template nodes between them.

use crate::template::node::Node;
use crate::template::source::Location;
use std::borrow::Cow;

/// A node of the HTML tree.
#[derive(Debug)]
pub(crate) enum Html {
    Element(Element),
    /// Text as written, entities and all.
    Text(String),
    /// A comment, delimiters included.
    Comment(String),
    /// A template node, by its index in the list from which the tree was made.
    Node(usize),
}

/// An element.
#[derive(Debug)]
pub(crate) struct Element {
    /// As written; use [`kind`](Element::kind) to compare.
    pub name: String,
    /// In lower case, but inside SVG and MathML as written.
    pub kind: String,
    pub at: Location,
    pub attributes: Vec<Attribute>,
    /// The text between the last attribute and `>`.
    pub rest: String,
    pub children: Vec<Html>,
    /// The end tag as written; empty for void and self-closed elements.
    pub end: String,
}

/// An attribute.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// The white space before it.
    pub gap: String,
    pub at: Location,
    pub kind: AttributeKind,
}

/// The kinds of attribute.
#[derive(Debug)]
pub(crate) enum AttributeKind {
    /// A template node in the place of attributes.
    Node(usize),
    /// `name`, `name=value`, `name="value"`.
    Named {
        name: String,
        /// The equals sign and the white space around it; empty without a value.
        equals: String,
        /// `"`, `'` or `None`.
        quote: Option<char>,
        value: Vec<ValuePart>,
    },
}

/// A part of an attribute's value.
#[derive(Debug)]
pub(crate) enum ValuePart {
    Text(String),
    Node(usize),
}

impl ValuePart {
    /// The node among `nodes` that it stands for, unless it is text.
    pub(crate) fn node<'n>(&self, nodes: &'n [Node]) -> Option<&'n Node> {
        match self {
            ValuePart::Node(index) => nodes.get(*index),
            ValuePart::Text(_) => None,
        }
    }
}

impl Element {
    /// Whether the server leaves the content alone.
    pub(crate) fn keeps_content(&self) -> bool {
        self.attributes.iter().any(|attribute| attribute.name() == Some("dj-update"))
    }

    /// The first attribute that is not static.
    pub(crate) fn dynamic(&self) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.is_dynamic())
    }
}

impl Attribute {
    /// Whether this is a template node, or has one in its value.
    pub(crate) fn is_dynamic(&self) -> bool {
        match &self.kind {
            AttributeKind::Node(_) => true,
            AttributeKind::Named { value, .. } => value.iter().any(|part| matches!(part, ValuePart::Node(_))),
        }
    }

    /// The name, in lower case unless the element is foreign; `None` for a template node.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.kind {
            AttributeKind::Named { name, .. } => Some(name),
            AttributeKind::Node(_) => None,
        }
    }
}

impl Html {
    /// Whether this is only white space.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Html::Text(text) if text.bytes().all(|byte| byte.is_ascii_whitespace()))
    }
}

/// The text of a value without entities, if it has no dynamic part.
pub(crate) fn static_text(parts: &[ValuePart]) -> Option<Cow<'_, str>> {
    match parts {
        [] => Some("".into()),
        [ValuePart::Text(text)] => Some(decode(text)),
        _ => None,
    }
}

/// Text with its character references resolved.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    // as in an attribute's value, where each character but the quote stands for itself
    let probe = format!("<x y=\"{}\">", text.replace('"', "&quot;"));
    for token in html5gum::Tokenizer::new(probe.as_str()) {
        let Ok(html5gum::Token::StartTag(tag)) = token else { continue };
        if let Some(value) = tag.attributes.values().next() {
            return String::from_utf8_lossy(value).into_owned().into();
        }
    }
    text.into()
}

/// Escapes as askama does.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("&#34;"),
            '&' => out.push_str("&#38;"),
            '\'' => out.push_str("&#39;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_resolved_and_written_as_askama_does() {
        assert_eq!(escape(&decode("a &amp; \"b\" &eacute; < c")), "a &#38; &#34;b&#34; é &#60; c");
    }
}
