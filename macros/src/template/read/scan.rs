//! The delimiter scan: it splits a template into literals and tags, with exact ranges.
//!
//! `askama_parser` tells what a tag means, but not where it begins and ends. So this module looks
//! for the delimiters, by askama's rules, and the [reader](super::reader) checks the two against
//! each other: literals, whose spans askama does tell, must agree.

use crate::template::error::Problem;
use askama_parser::Syntax;
use std::ops::Range;

/// What a piece of a template is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Literal,
    /// `{{ … }}`
    Expression,
    /// `{% word … %}`, with its word.
    Tag(String),
    Comment,
    /// `{% raw %}…{% endraw %}` as a whole.
    Raw,
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub kind: TokenKind,
    /// The range with the delimiters.
    pub range: Range<usize>,
    /// The range without the delimiters and white space control.
    pub inner: Range<usize>,
}

/// Splits a template. An error comes with its offset.
pub(crate) fn scan(text: &str, syntax: &Syntax<'_>) -> Result<Vec<Token>, (usize, Problem)> {
    let mut scanner = Scanner { text, syntax, at: 0, tokens: Vec::new() };
    while scanner.at < text.len() {
        scanner.step()?;
    }
    Ok(scanner.tokens)
}

struct Scanner<'t> {
    text: &'t str,
    syntax: &'t Syntax<'t>,
    at: usize,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    fn step(&mut self) -> Result<(), (usize, Problem)> {
        let starts = [self.syntax.block_start, self.syntax.comment_start, self.syntax.expr_start];
        let rest = &self.text[self.at..];
        let literal = starts.iter().filter_map(|start| rest.find(start)).min().unwrap_or(rest.len());
        if literal > 0 {
            let range = self.at..self.at + literal;
            self.at = range.end;
            self.tokens.push(plain(TokenKind::Literal, range));
            return Ok(());
        }
        if rest.starts_with(self.syntax.block_start) {
            self.block()
        } else if rest.starts_with(self.syntax.comment_start) {
            self.comment()
        } else {
            let (start, end) = (self.syntax.expr_start, self.syntax.expr_end);
            let token = self.delimited(start, end, TokenKind::Expression)?;
            self.push(token);
            Ok(())
        }
    }

    fn push(&mut self, token: Token) {
        self.at = token.range.end;
        self.tokens.push(token);
    }

    fn unclosed(&self, delimiter: &str) -> (usize, Problem) {
        (self.at, Problem::Unclosed(delimiter.to_owned()))
    }

    fn delimited(&self, start: &str, end: &str, kind: TokenKind) -> Result<Token, (usize, Problem)> {
        let body = self.at + start.len();
        let close = find_end(self.text, body, end).ok_or_else(|| self.unclosed(start))?;
        let mut inner = body..close;
        inner.start += usize::from(self.text[inner.clone()].starts_with(is_control));
        inner.end -= usize::from(self.text[inner.clone()].ends_with(is_control));
        Ok(Token { kind, range: self.at..close + end.len(), inner })
    }

    fn block(&mut self) -> Result<(), (usize, Problem)> {
        let (start, end) = (self.syntax.block_start, self.syntax.block_end);
        let mut token = self.delimited(start, end, TokenKind::Literal)?;
        let word = first_word(&self.text[token.inner.clone()]);
        if word == "raw" {
            token = self.raw(token)?;
        } else {
            token.kind = TokenKind::Tag(word);
        }
        self.push(token);
        Ok(())
    }

    /// From `{% raw %}` on: everything up to `{% endraw %}` is literal.
    fn raw(&self, open: Token) -> Result<Token, (usize, Problem)> {
        let (start, end) = (self.syntax.block_start, self.syntax.block_end);
        let mut from = open.range.end;
        while let Some(found) = self.text[from..].find(start) {
            let tag = from + found;
            let inside = self.text[tag + start.len()..].trim_start_matches(['-', '+', '~']).trim_start();
            if inside.starts_with("endraw") {
                let close = self.text[tag..].find(end).ok_or_else(|| self.unclosed(start))?;
                let range = self.at..tag + close + end.len();
                return Ok(plain(TokenKind::Raw, range));
            }
            from = tag + start.len();
        }
        Err(self.unclosed(start))
    }

    /// Skips a comment. Comments nest.
    fn comment(&mut self) -> Result<(), (usize, Problem)> {
        let (start, end) = (self.syntax.comment_start, self.syntax.comment_end);
        let (mut depth, mut from) = (0usize, self.at);
        loop {
            let close = self.text[from..].find(end).ok_or_else(|| self.unclosed(start))?;
            match self.text[from..].find(start) {
                Some(open) if open < close => {
                    depth += 1;
                    from += open + start.len();
                }
                _ => {
                    depth -= 1;
                    from += close + end.len();
                }
            }
            if depth == 0 {
                self.push(plain(TokenKind::Comment, self.at..from));
                return Ok(());
            }
        }
    }
}

fn plain(kind: TokenKind, range: Range<usize>) -> Token {
    Token { kind, inner: range.clone(), range }
}

fn is_control(c: char) -> bool {
    matches!(c, '-' | '+' | '~')
}

fn first_word(inner: &str) -> String {
    inner.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first `end` outside string and character literals and outside braces.
fn find_end(text: &str, from: usize, end: &str) -> Option<usize> {
    let mut depth = 0i32;
    let mut at = from;
    while at < text.len() {
        let rest = &text[at..];
        if depth <= 0 && rest.starts_with(end) {
            return Some(at);
        }
        let c = rest.chars().next()?;
        match c {
            '"' => at += string_len(&text[from..at], rest)?,
            '\'' => at += character_len(rest),
            _ => at += c.len_utf8(),
        }
        depth += i32::from(c == '{') - i32::from(c == '}');
    }
    None
}

/// The length of the string literal at the start of `rest`; `before` tells whether it is a raw one.
fn string_len(before: &str, rest: &str) -> Option<usize> {
    let unhashed = before.trim_end_matches('#');
    if unhashed.ends_with('r') {
        let close = format!("\"{}", "#".repeat(before.len() - unhashed.len()));
        return Some(1 + rest[1..].find(&close)? + close.len());
    }
    let mut escaped = false;
    rest.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at + 1)
    })
}

/// The length of the character literal at the start of `rest`; 1 for the quote of a lifetime.
fn character_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((escaped, _))) => {
            let from = escaped + 1;
            rest.get(from..).and_then(|rest| rest.find('\'')).map_or(1, |close| from + close + 1)
        }
        (Some(_), Some((close, '\''))) => close + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = scan(text, &Syntax::default()).expect("scans");
        tokens.into_iter().map(|token| (token.kind, &text[token.range])).collect()
    }

    #[test]
    fn closing_delimiters_in_literals_end_nothing() {
        let text = r##"{{ "}}" }}{{ r#"}}"# }}{{ '"' }}{{ '\'' }}{{ f(A { b: { c } }) }}x"##;
        let found = kinds(text);
        assert_eq!(found.len(), 6, "{found:?}");
        assert_eq!(found[5], (TokenKind::Literal, "x"));
    }

    #[test]
    fn comments_nest_and_raw_is_one_piece() {
        let found = kinds("{# a {# b #} c #}{% raw %}{{ x }}{% endraw %}y");
        let just: Vec<_> = found.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(just, [TokenKind::Comment, TokenKind::Raw, TokenKind::Literal]);
    }

    #[test]
    fn white_space_control_is_not_part_of_the_inside() {
        let text = "{%- if a ~%}";
        let tokens = scan(text, &Syntax::default()).expect("scans");
        assert_eq!(&text[tokens[0].inner.clone()], " if a ");
    }
}
