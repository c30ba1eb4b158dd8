//! The scanned tokens of one file, taken one after the other while askama's tree is walked.
//!
//! Each taking says what is expected. A surprise means that scan and parser disagree, which is an error, never
//! a wrong guess.

use super::error::{Fault, Problem};
use super::scan::{Token, TokenKind, scan};
use super::source::Location;
use askama_parser::{Span, Syntax};
use std::collections::HashMap;
use std::path::Path;

/// A position between two tokens.
#[derive(Debug)]
pub(crate) struct Cursor<'t> {
    file: usize,
    text: &'t str,
    block_start: &'t str,
    block_end: &'t str,
    tokens: Vec<Token>,
    next: usize,
    /// The inside of `include` and `import` tags with the path resolved, by token.
    resolved: HashMap<usize, String>,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(file: usize, text: &'t str, syntax: &'t Syntax<'t>) -> Result<Self, Fault> {
        let tokens =
            scan(text, syntax).map_err(|(offset, problem)| Fault::new(Location { file, offset }, problem))?;
        let (block_start, block_end) = (syntax.block_start, syntax.block_end);
        Ok(Cursor { file, text, block_start, block_end, tokens, next: 0, resolved: HashMap::new() })
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

    /// What a tag has between its delimiters.
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

    /// A literal, which must be exactly askama's.
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

    /// A comment, or the `endwhen` that the parser reports as one.
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

    /// The inside of the next tag, which is one of these. Comments and white space before it, as between
    /// `match` and `when`, are passed over.
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

    /// The next token's number, for [`verbatim`](Cursor::verbatim).
    pub(crate) fn mark(&self) -> usize {
        self.next
    }

    /// The tag just taken names this file.
    pub(crate) fn resolve(&mut self, tag: String) {
        self.resolved.insert(self.next - 1, tag);
    }

    /// `include` or `import` with an absolute path, since the rewritten template is no file.
    pub(crate) fn with_path(word: &str, path: &Path, rest: &str) -> String {
        format!("{word} {:?}{rest}", path.display().to_string())
    }

    /// One tag, copied.
    pub(crate) fn verbatim_tag(&mut self) -> Result<String, Fault> {
        let from = self.next;
        self.take(|token| matches!(token.kind, TokenKind::Tag(_)))?;
        Ok(self.verbatim(from))
    }

    /// Everything from that token up to here, copied. White space around it is kept, white space inside is
    /// treated as its tags say.
    pub(crate) fn verbatim(&self, from: usize) -> String {
        let mut out = String::new();
        for index in from..self.next {
            let token = &self.tokens[index];
            let (is_first, is_last) = (index == from, index + 1 == self.next);
            let is_tag = matches!(token.kind, TokenKind::Tag(_));
            if !is_tag || !(is_first || is_last || self.resolved.contains_key(&index)) {
                out.push_str(&self.text[token.range.clone()]);
                continue;
            }
            let inner = self.resolved.get(&index).map_or(self.inner(token), String::as_str);
            let before = if is_first { Some('+') } else { token.control_before };
            let after = if is_last { Some('+') } else { token.control_after };
            out.push_str(self.block_start);
            out.extend(before);
            out.push(' ');
            out.push_str(inner);
            out.push(' ');
            out.extend(after);
            out.push_str(self.block_end);
        }
        out
    }

    /// Nothing may be left.
    pub(crate) fn finish(&self) -> Result<(), Fault> {
        if self.next < self.tokens.len() { Err(self.out_of_step()) } else { Ok(()) }
    }
}
