//! The rewritten template: marks, expressions and tags in askama's syntax, and nothing static outside of slots.
//!
//! It is compiled by askama under the user's configuration. Every tag written here keeps the white space around
//! it (`+`), since white space control has been applied already.

use super::node::Node;
use super::node::NodeKind;
use askama_parser::Syntax;

const MARKS: &str = "::djust::render::marks";

/// The rewritten template in the making.
#[derive(Debug)]
pub(crate) struct Code<'s> {
    text: String,
    syntax: Syntax<'s>,
}

impl<'s> Code<'s> {
    pub(crate) fn new(syntax: Syntax<'s>) -> Self {
        Code { text: String::new(), syntax }
    }

    /// A place begins that is filled by what comes next.
    pub(crate) fn slot(&mut self) {
        self.expression(&format!("{MARKS}::SLOT"));
    }

    pub(crate) fn list(&mut self) {
        self.expression(&format!("{MARKS}::LIST"));
    }

    pub(crate) fn item(&mut self) {
        self.expression(&format!("{MARKS}::ITEM"));
    }

    pub(crate) fn branch(&mut self, number: usize) {
        self.expression(&format!("{MARKS}::branch({number})"));
    }

    pub(crate) fn end(&mut self) {
        self.expression(&format!("{MARKS}::END"));
    }

    /// `{{ source }}`
    pub(crate) fn expression(&mut self, source: &str) {
        let (start, end) = (self.syntax.expr_start, self.syntax.expr_end);
        self.text.push_str(&format!("{start}+ {source} +{end}"));
    }

    /// `{% head %}`
    pub(crate) fn tag(&mut self, head: &str) {
        let (start, end) = (self.syntax.block_start, self.syntax.block_end);
        self.text.push_str(&format!("{start}+ {head} +{end}"));
    }

    /// Copied source, delimiters included.
    pub(crate) fn verbatim(&mut self, source: &str) {
        self.text.push_str(source);
    }

    /// Text inside of a slot.
    pub(crate) fn literal(&mut self, text: &str) {
        if self.could_be_code(text) {
            self.expression(&format!("{text:?}|safe"));
        } else {
            self.text.push_str(text);
        }
    }

    /// Whether askama would take it, or its end together with a tag that follows, for a delimiter.
    fn could_be_code(&self, text: &str) -> bool {
        let starts = [self.syntax.block_start, self.syntax.comment_start, self.syntax.expr_start];
        starts.iter().any(|start| {
            let mut prefixes = start.char_indices().skip(1).map(|(end, _)| &start[..end]);
            text.contains(start) || prefixes.any(|prefix| text.ends_with(prefix))
        })
    }

    /// Nodes inside of a slot, their text passed through `write`.
    pub(crate) fn inline(&mut self, nodes: &[Node], write: &dyn Fn(&str) -> String) {
        for node in nodes {
            self.inline_node(node, write);
        }
    }

    fn inline_node(&mut self, node: &Node, write: &dyn Fn(&str) -> String) {
        match &node.kind {
            NodeKind::Text(text) => self.literal(&write(text)),
            NodeKind::Expression { source, .. } => self.expression(source),
            NodeKind::Verbatim { source, .. } => self.verbatim(source),
            NodeKind::If(branches) => {
                for branch in branches {
                    self.tag(&branch.head);
                    self.inline(&branch.body, write);
                }
                self.tag("endif");
            }
            NodeKind::Match { head, arms } => {
                self.tag(head);
                for arm in arms {
                    self.tag(&arm.head);
                    self.inline(&arm.body, write);
                }
                self.tag("endmatch");
            }
            NodeKind::For(each) => {
                self.tag(&each.head);
                self.inline(&each.body, write);
                if let Some(otherwise) = &each.otherwise {
                    self.tag("else");
                    self.inline(otherwise, write);
                }
                self.tag("endfor");
            }
        }
    }

    /// The whole template, its definitions first.
    pub(crate) fn finish(mut self, definitions: &str) -> String {
        // a tag at the end, so that white space before it is not the template's last
        let (start, end) = (self.syntax.comment_start, self.syntax.comment_end);
        self.text.push_str(&format!("{start}+ end +{end}"));
        self.text.insert_str(0, definitions);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_code_is_protected() {
        for text in ["{{ x }}", "a {% if %}", "{#", "function() {"] {
            let mut code = Code::new(Syntax::default());
            code.literal(text);
            assert_eq!(code.text, format!("{{{{+ {text:?}|safe +}}}}"));
        }
        let mut code = Code::new(Syntax::default());
        code.literal("{ } %}");
        assert_eq!(code.text, "{ } %}");
    }
}
