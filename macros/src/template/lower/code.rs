//! The rewritten template: marks, expressions and tags in askama's syntax, and nothing static
//! outside slots.
//!
//! askama compiles it under the user's configuration. Every tag written here keeps the white space
//! around it (`+`), because white space control has already been applied.

use super::context::Check;
use crate::template::error::{Fault, Problem};
use crate::template::source::Location;
use askama_parser::Syntax;

const RENDER: &str = "::djust::render";
const MARKS: &str = "::djust::render::marks";
/// The variable in which a buffered value waits for its check.
const BUFFERED: &str = "djust_unchecked";

/// The rewritten template, while it is written.
#[derive(Debug)]
pub(crate) struct Code<'s> {
    text: String,
    syntax: Syntax<'s>,
    pub guard: Guard,
}

/// How a value is checked when it is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// The recorder checks it, between two marks.
    Marks,
    /// In a `let` block: it goes, or may go, through a buffer before the recorder sees it.
    Buffer,
    /// It is not checked: askama reads the source itself.
    None,
}

impl<'s> Code<'s> {
    pub(crate) fn new(syntax: Syntax<'s>) -> Self {
        Code { text: String::new(), syntax, guard: Guard::Marks }
    }

    /// Begins a slot for text; what comes next fills it.
    pub(crate) fn text_slot(&mut self) {
        self.expression(&format!("{MARKS}::TEXT"));
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

    /// Begins a part that is checked.
    pub(crate) fn begin_check(&mut self, at: Location) -> Result<(), Fault> {
        match self.guard {
            Guard::Marks => self.expression(&format!("{MARKS}::CHECKED")),
            Guard::Buffer => self.tag(&format!("let {BUFFERED}")),
            Guard::None => return Err(Fault::new(at, Problem::Imported)),
        }
        Ok(())
    }

    /// Ends the part since [`begin_check`](Code::begin_check), which must pass this check; `place`
    /// is its position in the template.
    pub(crate) fn end_check(&mut self, check: Check, place: &str) {
        match self.guard {
            Guard::Marks => {
                self.expression(&format!("{MARKS}::checked({RENDER}::Check::{check:?}, {place:?})"))
            }
            Guard::Buffer => {
                self.tag("endlet");
                self.expression(&format!(
                    "{RENDER}::checked({RENDER}::Check::{check:?}, {BUFFERED}, {place:?})"
                ));
            }
            Guard::None => {}
        }
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

    /// Copied source, including the delimiters.
    pub(crate) fn verbatim(&mut self, source: &str) {
        self.text.push_str(source);
    }

    /// Text inside a slot.
    pub(crate) fn literal(&mut self, text: &str) {
        if self.could_be_code(text) {
            self.expression(&format!("{text:?}|safe"));
        } else {
            self.text.push_str(text);
        }
    }

    /// Whether askama would read the text, or its end together with a following tag, as a
    /// delimiter.
    fn could_be_code(&self, text: &str) -> bool {
        let starts = [self.syntax.block_start, self.syntax.comment_start, self.syntax.expr_start];
        starts.iter().any(|start| {
            let mut prefixes = start.char_indices().skip(1).map(|(end, _)| &start[..end]);
            text.contains(start) || prefixes.any(|prefix| text.ends_with(prefix))
        })
    }

    /// Takes out everything written since the last time.
    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Continues after the text that [`take`](Code::take) removed.
    pub(crate) fn put_back(&mut self, text: String) {
        self.text.insert_str(0, &text);
    }

    /// The whole template, with its definitions first.
    pub(crate) fn finish(mut self, definitions: &str) -> String {
        // a tag at the end, so that the template does not end in white space
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
