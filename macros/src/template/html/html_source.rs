//! Nodes joined into one text for the HTML tokenizer, and the original location of each byte.

use crate::template::error::{Fault, Problem};
use crate::template::node::{Node, NodeKind, Writes};
use crate::template::source::Location;

/// Stand-ins are the characters of the first supplementary private use area, except its two
/// noncharacters.
const FIRST: u32 = 0xF0000;
const LAST: u32 = 0xFFFFD;

/// The node that a character stands for.
pub(crate) fn stand_in(c: char) -> Option<usize> {
    let code = u32::from(c);
    (FIRST..=LAST).contains(&code).then(|| (code - FIRST) as usize)
}

/// The text of a list of nodes.
#[derive(Debug)]
pub(crate) struct HtmlSource {
    pub text: String,
    /// Where parts of the text begin, and where they come from.
    stretches: Vec<(usize, Location)>,
    is_text: Vec<bool>,
}

impl HtmlSource {
    pub(crate) fn new(nodes: &[Node]) -> Result<Self, Fault> {
        let mut source = HtmlSource { text: String::new(), stretches: Vec::new(), is_text: Vec::new() };
        for (index, node) in nodes.iter().enumerate() {
            source.push(index, node)?;
        }
        Ok(source)
    }

    fn push(&mut self, index: usize, node: &Node) -> Result<(), Fault> {
        self.stretches.push((self.text.len(), node.at));
        self.is_text.push(matches!(node.kind, NodeKind::Expression { writes: Writes::Text, .. }));
        if let NodeKind::Text(text) = &node.kind {
            if let Some((offset, c)) = text.char_indices().find(|(_, c)| stand_in(*c).is_some()) {
                return Err(Fault::new(node.at.plus(offset), Problem::ReservedCharacter(c.into())));
            }
            self.text.push_str(text);
            return Ok(());
        }
        let code = u32::try_from(index).ok().and_then(|index| FIRST.checked_add(index));
        match code.filter(|code| *code <= LAST).and_then(char::from_u32) {
            Some(c) => self.text.push(c),
            None => return Err(Fault::new(node.at, Problem::TooLarge("template"))),
        }
        Ok(())
    }

    /// The original location of a byte.
    pub(crate) fn location(&self, position: usize) -> Location {
        let after = self.stretches.partition_point(|(start, _)| *start <= position);
        match after.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some((start, at)) => at.plus(position - start),
            None => Location::default(),
        }
    }

    /// Whether a node writes plain text.
    pub(crate) fn is_text(&self, node: usize) -> bool {
        self.is_text.get(node).copied().unwrap_or_default()
    }
}
