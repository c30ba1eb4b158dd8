//! The text of a key, `"ticket:{id}"`: a format string over fields.

use syn::{Error, LitStr};

/// The names in braces, each once: names of fields, or numbers of a tuple struct's fields.
pub(crate) fn placeholders(key: &LitStr) -> syn::Result<Vec<String>> {
    let fail = |sentence: String| Err(Error::new(key.span(), sentence));
    let text = key.value().replace("{{", "").replace("}}", "");
    let mut names: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else {
            return fail("a `{` in the key is not closed".to_owned());
        };
        let inside = &rest[open + 1..open + close];
        let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
        let name = name.trim();
        if !is_name(name) {
            return fail(format!(
                "the key has a field's name in braces, as in \"room:{{room}}\", not `{name}`"
            ));
        }
        if format.contains('$') {
            return fail(format!("`{format}` in the key takes its width from an argument: write the number"));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        rest = &rest[open + close + 1..];
    }
    if rest.contains('}') {
        return fail("a `}` in the key has no `{` before it".to_owned());
    }
    Ok(names)
}

fn is_name(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    !text.is_empty() && (is_number || is_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn names(text: &str) -> Result<Vec<String>, String> {
        placeholders(&LitStr::new(text, Span::call_site())).map_err(|error| error.to_string())
    }

    #[test]
    fn each_field_in_braces_is_named_once() {
        assert_eq!(names("lobby"), Ok(vec![]));
        assert_eq!(names("{{{a:03}}}:{b}:{a}"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(names("{0}{12}"), Ok(vec!["0".to_owned(), "12".to_owned()]));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["{}", "{a", "a}", "{a + 1}", "{1a}", "{a:b$}"] {
            assert!(names(text).is_err(), "{text}");
        }
    }
}
