//! JSON for patches: numbers, and strings that are escaped while they are written.
//!
//! It is written by hand because a patch's strings come in pieces, statics and recorded bytes in
//! turn, and go into the middle of a buffer. A serializer would need each string whole first.

use super::html::Output;

/// The inside of a JSON string.
pub(super) struct JsonText<'o>(pub(super) &'o mut String);

impl Output for JsonText<'_> {
    fn push(&mut self, text: &str) {
        escape(text, self.0);
    }
}

/// Appends a whole string: quote, `write`'s output, quote.
pub(super) fn string(out: &mut String, write: impl FnOnce(&mut JsonText<'_>)) {
    out.push('"');
    write(&mut JsonText(out));
    out.push('"');
}

/// Appends a string.
pub(super) fn text(text: &str, out: &mut String) {
    string(out, |inside| inside.push(text));
}

/// Appends a comma, unless an array has just begun.
pub(super) fn comma(out: &mut String) {
    if !out.ends_with('[') {
        out.push(',');
    }
}

/// Appends a number.
pub(super) fn number(out: &mut String, number: usize) {
    if number >= 10 {
        self::number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(needs_escape) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut tail = tail.chars();
        escape_char(tail.next().unwrap_or_default(), out);
        rest = tail.as_str();
    }
    out.push_str(rest);
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn escape_char(c: char, out: &mut String) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '"' | '\\' => out.extend(['\\', c]),
        control => {
            let code = control as u32;
            let digit = |value| char::from_digit(value, 16).unwrap_or('0');
            out.push_str("\\u00");
            out.extend([digit(code >> 4), digit(code & 15)]);
        }
    }
}
