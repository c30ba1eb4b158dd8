//! Makes rustc report where in the template an expression is.
//!
//! On stable Rust, no macro can give a token a position in a file or inside a string. But rustc
//! prints the names of types. So the receiver of a field or a method call is wrapped in a type
//! named after its position, and rustc reports a misspelt `{{ ticket.titel }}` as
//! `no field titel on type ListHtmlLine4Column34<&Ticket>`.
//!
//! This is done only if the wrapper changes nothing: if the whole expression is a chain of fields,
//! or a method of `self`. The wrapper dereferences to its content, and disappears in optimised
//! code.

use crate::template::source::{Location, Sources};

/// Returns an expression with its receivers wrapped, and the wrapper's name; `None` for any other
/// form.
pub(super) fn locate(source: &str, at: Location, sources: &Sources) -> Option<(String, String)> {
    let name = name(at, sources);
    Some((wrapped(source.trim(), &name)?, name))
}

fn wrapped(source: &str, name: &str) -> Option<String> {
    if let Some(call) = source.strip_prefix("self.")
        && let Some((method, arguments)) = call.split_once('(')
        && is_name(method)
        && is_the_last_parenthesis(arguments)
    {
        return Some(format!("{name}(&self).{call}"));
    }
    let mut parts = source.split('.');
    // askama writes `loop.index` itself.
    let first = parts.next().filter(|first| is_name(first) && *first != "loop")?;
    let mut wrapped = first.to_owned();
    for field in parts {
        wrapped = if is_name(field) {
            format!("{name}(&{wrapped}).{field}")
        } else if !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit()) {
            // the wrapper itself has a field of that name
            format!("{wrapped}.{field}")
        } else {
            return None;
        };
    }
    (wrapped != first).then_some(wrapped)
}

/// Whether this is a name: askama reads a capitalised word as a path.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether the last character closes the parenthesis that was opened before `rest`, as far as can
/// be told without reading strings.
fn is_the_last_parenthesis(rest: &str) -> bool {
    let mut depth = 1;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'"' | b'\'' => return false,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1 == rest.len();
        }
    }
    false
}

/// `ListHtmlLine4Column34`
fn name(at: Location, sources: &Sources) -> String {
    let position = sources.position(at);
    let mut parts = position.rsplitn(3, ':');
    let (column, line) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut name = String::new();
    for word in parts.next().unwrap_or_default().split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters);
    }
    format!("At{name}Line{line}Column{column}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::source::Source;

    fn located(source: &str) -> Option<String> {
        let mut sources = Sources::default();
        let text = format!("<p>\n {source}").into();
        let file = sources.add(Source { name: "shop/list.html".into(), path: None, text });
        let (wrapped, name) = locate(source, Location { file, offset: 5 }, &sources)?;
        assert_eq!(name, "AtShopListHtmlLine2Column2");
        Some(wrapped.replace(&name, "At"))
    }

    #[test]
    fn chains_of_fields_and_methods_of_the_view_are_wrapped_and_nothing_else_is() {
        for (source, wrapped) in [
            (" ticket.title ", Some("At(&ticket).title")),
            ("a.b.c", Some("At(&At(&a).b).c")),
            ("pair.0", Some("pair.0")),
            ("a.pair.0", Some("At(&a).pair.0")),
            ("self.title", Some("At(&self).title")),
            ("self.open()", Some("At(&self).open()")),
            ("self.price(ticket, (1, 2))", Some("At(&self).price(ticket, (1, 2))")),
            ("title", None),
            ("loop.index", None),
            ("self.a().b()", None),
            ("self.a() + (1)", None),
            ("self.say(\")\")", None),
            ("ticket.title|upper", None),
            ("ticket.open()", None),
            ("a.b + c.d", None),
            ("1.5", None),
            ("Kind.x", None),
            ("a..b", None),
            ("", None),
        ] {
            assert_eq!(located(source).as_deref(), wrapped, "{source}");
        }
    }
}
