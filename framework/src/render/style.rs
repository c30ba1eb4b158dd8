//! Whether data may supply a part of a style. It may be a number, a colour, a length or a function
//! of these. It may not end its declaration, load anything, or leave the style.

/// Functions that load something, or ran something once.
const LOADING: [&str; 8] =
    ["url(", "src(", "image(", "image-set(", "cross-fade(", "element(", "attr(", "expression("];
/// Properties that ran something once.
const RUNNING: [&str; 2] = ["-moz-binding", "behavior:"];

/// Whether text, escaped as in HTML, may be a part of a style, or a whole style (`whole`).
pub(super) fn is_harmless(text: &str, whole: bool) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            // an ampersand, as in a URL's query
            b'&' if bytes[at..].starts_with(b"&#38;") => at += b"#38;".len(),
            b'\\' | b'{' | b'}' | b'@' | b'<' | b'>' | b'"' | b'\'' | b'`' | b'&' => return false,
            b';' if !whole => return false,
            b'/' if bytes.get(at + 1) == Some(&b'*') => return false,
            b'(' if LOADING.iter().any(|name| ends_with(&bytes[..=at], name)) => return false,
            _ => {}
        }
        at += 1;
    }
    !whole
        || RUNNING
            .iter()
            .all(|name| !bytes.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name.as_bytes())))
}

fn ends_with(bytes: &[u8], name: &str) -> bool {
    let start = bytes.len().checked_sub(name.len());
    start.is_some_and(|start| bytes[start..].eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_pass() {
        for text in [
            "5",
            "12.5%",
            "#fff",
            "red",
            "rgb(1, 2, 3)",
            "calc(1px + 2em)",
            "var(--x)",
            "/a?b&#38;c",
            "10px 2px",
            "",
        ] {
            assert!(is_harmless(text, false), "{text}");
        }
        assert!(is_harmless("width: 5%; color: red", true));
        assert!(is_harmless("transform: translate(1px, 2px);", true));
    }

    #[test]
    fn what_loads_or_leaves_does_not() {
        for text in [
            "url(x)",
            "URL(x)",
            "a;b",
            "x}y",
            "\\75rl(x)",
            "expression(x)",
            "&#39;",
            "&#34;x",
            "/*",
            "@import",
            "image-set(x)",
            "-webkit-image-set(x)",
        ] {
            assert!(!is_harmless(text, false), "{text}");
        }
        for text in ["background: url(x)", "-moz-binding: x", "Behavior:x", "font-family: &#39;x&#39;"] {
            assert!(!is_harmless(text, true), "{text}");
        }
    }
}
