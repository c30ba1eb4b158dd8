//! The names in a text of attributes, such as `hidden data-a="1"`. A patch needs them to remove
//! attributes that no longer exist.

/// The names of the attributes in `text`, in order.
pub(super) fn names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = skip_blank(text);
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        if !name.is_empty() {
            names.push(name);
        }
        rest = skip_blank(skip_value(tail));
    }
    names
}

/// Whether two names are the same to HTML.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

fn skip_blank(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/')
}

/// The text after `= value`, if there is a value.
fn skip_value(text: &str) -> &str {
    let Some(value) = text.trim_ascii_start().strip_prefix('=') else { return text };
    let value = value.trim_ascii_start();
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).map_or("", |(_, rest)| rest),
        _ => value.find(|c: char| c.is_ascii_whitespace()).map_or("", |end| &value[end..]),
    }
}
