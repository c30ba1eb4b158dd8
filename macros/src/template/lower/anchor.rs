//! How the content of an element is anchored: on the element itself if possible, otherwise by
//! comments.

use crate::template::html::content_model::is_table_part;
use crate::template::html::element::{Element, Html};
use crate::template::node::{Node, NodeKind};

/// Static text shorter than this may be sent again, together with the dynamic text beside it.
const SHORT: usize = 24;
/// The limit if there is only one dynamic part.
const SHORT_BESIDE_ONE: usize = 48;

/// How an element's content is anchored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Anchoring {
    /// The whole content is one text or raw slot: `dj="N"`.
    Whole { html: bool },
    /// The whole content is one block or list, the node with this index: `dj="N["`, `dj="N*"`.
    Sole(usize),
    /// Each slot has comments around it, or there are no slots.
    Within,
}

/// Decides for an element.
pub(crate) fn of(element: &Element, nodes: &[Node]) -> Anchoring {
    let node_of = |html: &Html| match html {
        Html::Node(index) => nodes.get(*index),
        Html::Element(_) | Html::Text(_) | Html::Comment(_) => None,
    };
    let dynamic: Vec<&Node> =
        element.children.iter().filter_map(node_of).filter(|node| !node.is_silent()).collect();
    if dynamic.is_empty() {
        return Anchoring::Within;
    }
    let html = dynamic.iter().any(|node| node.is_html());
    if is_text_only(&element.kind) || is_short_text(element, &dynamic) {
        return Anchoring::Whole { html };
    }
    sole(element, nodes).map_or(Anchoring::Within, Anchoring::Sole)
}

/// Elements that can't contain comments.
pub(crate) fn is_text_only(kind: &str) -> bool {
    matches!(kind, "title" | "textarea")
}

fn is_short_text(element: &Element, dynamic: &[&Node]) -> bool {
    let mut len = 0;
    for child in &element.children {
        match child {
            // sending them as text would require resolving entities
            Html::Text(text) if text.contains('&') => return false,
            Html::Text(text) => len += text.len(),
            Html::Node(_) => {}
            Html::Element(_) | Html::Comment(_) => return false,
        }
    }
    let limit = if dynamic.len() == 1 { SHORT_BESIDE_ONE } else { SHORT };
    len <= limit && dynamic.iter().all(|node| !node.is_block())
}

/// The only block or list of the element, if everything else in it is white space that does not
/// show.
fn sole(element: &Element, nodes: &[Node]) -> Option<usize> {
    let mut found = None;
    for child in &element.children {
        match child {
            child if child.is_blank() && hides_space(&element.kind) => {}
            Html::Node(index) => match nodes.get(*index) {
                Some(node) if node.is_silent() => {}
                Some(node) if node.is_block() && found.is_none() => found = Some(*index),
                _ => return None,
            },
            Html::Element(_) | Html::Text(_) | Html::Comment(_) => return None,
        }
    }
    found
}

/// Elements at whose edges white space is not shown.
fn hides_space(kind: &str) -> bool {
    is_table_part(kind) || is_spaceless(kind) || is_block_level(kind)
}

/// Elements in which white space between elements is not shown.
fn is_spaceless(kind: &str) -> bool {
    is_table_part(kind)
        || matches!(
            kind,
            "ul" | "ol" | "menu" | "dl" | "select" | "optgroup" | "datalist" | "svg" | "g" | "defs"
        )
}

/// Elements that are blocks by default: white space around them and at their edges is not shown.
fn is_block_level(kind: &str) -> bool {
    matches!(
        kind,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "p"
            | "search"
            | "section"
            | "summary"
            | "td"
            | "th"
            | "caption"
            | "table"
            | "ul"
            | "ol"
            | "menu"
            | "dl"
            | "tr"
            | "tbody"
            | "thead"
            | "tfoot"
            | "option"
            | "optgroup"
    )
}

/// What a `for` repeats.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// One element, the child with this index. White space around it does not show and is left out.
    Element(usize),
    /// One element with white space that shows, or anything else. It begins with `<!--i-->`.
    Mixed { root: Option<usize> },
}

/// Decides for a loop's body.
pub(crate) fn item(children: &[Html], nodes: &[Node], parent: Option<&str>) -> Item {
    let is_silent =
        |html: &Html| matches!(html, Html::Node(index) if nodes.get(*index).is_some_and(Node::is_silent));
    let mut shown = children.iter().enumerate().filter(|(_, html)| !html.is_blank() && !is_silent(html));
    let root = match (shown.next(), shown.next()) {
        (Some((index, Html::Element(element))), None) => (index, element),
        _ => return Item::Mixed { root: None },
    };
    let has_space = children.iter().any(Html::is_blank);
    let hides = parent.is_some_and(is_spaceless) || is_block_level(&root.1.kind) || root.1.kind == "pre";
    if has_space && !hides { Item::Mixed { root: Some(root.0) } } else { Item::Element(root.0) }
}

/// The comment or attribute entry that begins a block or list.
pub(crate) fn sign(node: &Node) -> char {
    if matches!(node.kind, NodeKind::For(_)) { '*' } else { '[' }
}
