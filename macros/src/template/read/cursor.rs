//! The scanned tokens of one file, taken one by one while askama's tree is walked.
//!
//! Each call says what it expects. A surprise means that scan and parser disagree; that is an
//! error, never a wrong guess.

use super::scan::{Token, TokenKind, scan};
use crate::template::error::{Fault, Problem};
use crate::template::source::Location;
use askama_parser::{Span, Syntax};

/// A position between two tokens.
#[derive(Debug)]
pub(crate) struct Cursor<'t> {
    file: usize,
    text: &'t str,
    block_start: &'t str,
    block_end: &'t str,
    tokens: Vec<Token>,
    next: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(file: usize, text: &'t str, syntax: &'t Syntax<'t>) -> Result<Self, Fault> {
        let tokens =
            scan(text, syntax).map_err(|(offset, problem)| Fault::new(Location { file, offset }, problem))?;
        let (block_start, block_end) = (syntax.block_start, syntax.block_end);
        Ok(Cursor { file, text, block_start, block_end, tokens, next: 0 })
    }

    pub(crate) fn file(&self) -> usize {
        self.file
    }

    pub(crate) fn at(&self, offset: usize) -> Location {
        Location { file: self.file, offset }
    }

    /// Where the next token begins.
    pub(crate) fn here(&self) -> Location {
        self.at(self.tokens.get(self.next).map_or(self.text.len(), |token| token.range.start))
    }

    pub(crate) fn fault(&self, offset: usize, problem: Problem) -> Fault {
        Fault::new(self.at(offset), problem)
    }

    /// The text of a tag between its delimiters.
    pub(crate) fn inner(&self, token: &Token) -> &'t str {
        self.text[token.inner.clone()].trim()
    }

    fn out_of_step(&self) -> Fault {
        Fault::new(self.here(), Problem::OutOfStep)
    }

    fn take(&mut self, is_it: impl FnOnce(&Token) -> bool) -> Result<Token, Fault> {
        match self.tokens.get(self.next) {
            Some(token) if is_it(token) => {
                self.next += 1;
                Ok(token.clone())
            }
            _ => Err(self.out_of_step()),
        }
    }

    /// Takes a literal, which must equal askama's.
    pub(crate) fn literal(&mut self, span: Span) -> Result<Location, Fault> {
        let token = self.take(|token| {
            token.kind == TokenKind::Literal && span.byte_range() == Some(token.range.clone())
        })?;
        Ok(self.at(token.range.start))
    }

    pub(crate) fn raw(&mut self) -> Result<(), Fault> {
        self.take(|token| token.kind == TokenKind::Raw).map(drop)
    }

    pub(crate) fn expression(&mut self) -> Result<Token, Fault> {
        self.take(|token| token.kind == TokenKind::Expression)
    }

    /// Takes a comment, or the `endwhen` that the parser reports as one.
    pub(crate) fn comment(&mut self) -> Result<(), Fault> {
        if self.peek_tag() == Some("endwhen") || self.is_space_before("endwhen") {
            return self.tag(&["endwhen"]).map(drop);
        }
        self.take(|token| token.kind == TokenKind::Comment).map(drop)
    }

    fn is_space_before(&self, word: &str) -> bool {
        let is_space = |token: &Token| {
            token.kind == TokenKind::Literal && self.text[token.range.clone()].trim().is_empty()
        };
        let after = self.tokens.get(self.next + 1);
        self.tokens.get(self.next).is_some_and(is_space)
            && after.is_some_and(|token| matches!(&token.kind, TokenKind::Tag(found) if found == word))
    }

    /// Takes the inside of the next tag, which must be one of these. It skips comments and white
    /// space before it, as between `match` and `when`.
    pub(crate) fn tag(&mut self, words: &[&str]) -> Result<String, Fault> {
        loop {
            let Some(token) = self.tokens.get(self.next) else { return Err(self.out_of_step()) };
            let is_space = self.text[token.range.clone()].trim().is_empty();
            match &token.kind {
                TokenKind::Tag(word) if words.contains(&word.as_str()) => {
                    self.next += 1;
                    return Ok(self.text[self.tokens[self.next - 1].inner.clone()].trim().to_owned());
                }
                TokenKind::Comment => self.next += 1,
                TokenKind::Literal if is_space => self.next += 1,
                _ => return Err(self.out_of_step()),
            }
        }
    }

    pub(crate) fn is_tag(&self, word: &str) -> bool {
        self.peek_tag() == Some(word)
    }

    fn peek_tag(&self) -> Option<&str> {
        match &self.tokens.get(self.next)?.kind {
            TokenKind::Tag(word) => Some(word),
            _ => None,
        }
    }

    /// Copies one tag.
    pub(crate) fn copied_tag(&mut self) -> Result<String, Fault> {
        let token = self.take(|token| matches!(token.kind, TokenKind::Tag(_)))?;
        Ok(self.as_tag(self.inner(&token)))
    }

    /// Makes a tag that keeps the white space around it.
    pub(crate) fn as_tag(&self, inner: &str) -> String {
        format!("{}+ {inner} +{}", self.block_start, self.block_end)
    }

    /// Checks that nothing is left.
    pub(crate) fn finish(&self) -> Result<(), Fault> {
        if self.next < self.tokens.len() { Err(self.out_of_step()) } else { Ok(()) }
    }
}
