//! How much the static text before a URL's first expression decides: `/users/{{ id }}` can only be
//! a path, but `java{{ x }}` can still become anything.
//!
//! Text is read as a browser does (<https://url.spec.whatwg.org/#concept-basic-url-parser>): white
//! space and controls at the front are ignored, and so are tabs and line ends anywhere.

use crate::template::html::element::decode;
use crate::template::node::{Node, NodeKind, Writes};

/// What is known at an expression's position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// It is decided that there is a scheme, or that there is none.
    Fixed,
    /// The browser runs what follows.
    Script,
    /// Nothing is decided: data decides.
    Open,
}

/// Whether data can decide a URL's scheme. With `media`, `data:` is checked when it is rendered.
pub(crate) fn begins(value: &[Node], media: bool) -> Beginning {
    let mut reading = Reading { media, found: Beginning::Fixed };
    reading.nodes(value, So::Text(String::new()));
    reading.found
}

/// What has been read so far.
#[derive(Debug, Clone, PartialEq, Eq)]
enum So {
    /// Text that decides nothing yet.
    Text(String),
    Fixed,
    Script,
    /// Trusted text, or one of several texts; what follows it may decide.
    Unknown,
}

struct Reading {
    media: bool,
    found: Beginning,
}

impl Reading {
    fn nodes(&mut self, nodes: &[Node], so: So) -> So {
        nodes.iter().fold(so, |so, node| self.node(node, so))
    }

    fn node(&mut self, node: &Node, so: So) -> So {
        match &node.kind {
            NodeKind::Text(text) => self.text(so, &decode(text)),
            NodeKind::Expression { writes: Writes::Trusted, .. } => match so {
                So::Text(_) => So::Unknown,
                so => so,
            },
            NodeKind::Silent(_) | NodeKind::Enclosing { prints: false, .. } => so,
            NodeKind::Expression { .. } | NodeKind::Enclosing { .. } => self.expression(so),
            NodeKind::If(_) | NodeKind::Match { .. } => self.either(node, so),
            NodeKind::For(_) => {
                // twice, because what an item writes comes before the next item
                let once = self.either(node, so);
                self.either(node, once)
            }
        }
    }

    fn expression(&mut self, so: So) -> So {
        let found = match so {
            So::Fixed => return so,
            So::Script => Beginning::Script,
            So::Text(_) | So::Unknown => Beginning::Open,
        };
        if self.found != Beginning::Script {
            self.found = found;
        }
        so
    }

    fn either(&mut self, node: &Node, so: So) -> So {
        let may_be_nothing = match &node.kind {
            NodeKind::If(branches) => branches.last().is_none_or(|last| last.head != "else"),
            NodeKind::For(each) => each.otherwise.is_none(),
            _ => false,
        };
        let mut ends: Vec<So> = node.bodies().into_iter().map(|body| self.nodes(body, so.clone())).collect();
        ends.extend(may_be_nothing.then(|| so.clone()));
        ends.into_iter().reduce(merge).unwrap_or(so)
    }

    fn text(&self, so: So, text: &str) -> So {
        let so_far = match so {
            So::Text(before) => before + text,
            So::Unknown if text.contains([':', '/', '\\', '?', '#']) => return So::Fixed,
            so => return so,
        };
        let url: String = so_far.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
        let url = url.trim_start_matches(|c: char| c <= ' ');
        match url.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))) {
            None if url.starts_with(|c: char| !c.is_ascii_alphabetic()) => So::Fixed,
            None => So::Text(so_far),
            Some(end) if url[end..].starts_with(':') => match url[..end].to_ascii_lowercase().as_str() {
                "data" if self.media => So::Unknown,
                "javascript" | "vbscript" | "data" => So::Script,
                _ => So::Fixed,
            },
            Some(_) => So::Fixed,
        }
    }
}

fn merge(one: So, other: So) -> So {
    match (one, other) {
        (one, other) if one == other => one,
        (So::Script, _) | (_, So::Script) => So::Script,
        _ => So::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::source::Location;

    fn node(kind: NodeKind) -> Node {
        Node::new(Location::default(), kind)
    }

    /// The result for text followed by an expression.
    fn after(text: &str) -> Beginning {
        let expression = NodeKind::Expression { source: "x".into(), writes: Writes::Text };
        begins(&[node(NodeKind::Text(text.into())), node(expression)], false)
    }

    #[test]
    fn a_path_a_query_or_a_harmless_scheme_decides() {
        for text in
            ["/", "users/", "?q=", "#", "//", "\\", "https:", "HTTP://", "mailto:", "x y", "1", "&#47;"]
        {
            assert_eq!(after(text), Beginning::Fixed, "{text}");
        }
    }

    #[test]
    fn a_word_or_nothing_decides_nothing() {
        for text in ["", " ", "java", "\tjava\n", "a.b-c+d", "\u{1}x"] {
            assert_eq!(after(text), Beginning::Open, "{text}");
        }
    }

    #[test]
    fn a_script_is_found_as_a_browser_reads_it() {
        for text in
            ["javascript:", " JavaScript:", "java\tscript:", "javascript&#58;", "\u{1}vbscript:x", "data:"]
        {
            assert_eq!(after(text), Beginning::Script, "{text}");
        }
    }
}
