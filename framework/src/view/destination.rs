//! Where a visitor may be sent: to http and https URLs, and to relative ones.
//!
//! djust reads the scheme as a browser does
//! (<https://url.spec.whatwg.org/#concept-basic-url-parser>): it drops C0 controls and spaces at
//! both ends, and tabs and line ends everywhere. `javascript:`, `data:` and the like would run or
//! show text that a visitor may have written. A line end can't get into the `Location` header
//! either.

use std::fmt::Write;

/// How much of a refused URL is logged, in bytes.
const LONGEST_LOGGED: usize = 100;

/// Why a URL is not a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadDestination {
    /// The scheme runs something, opens a program, or worse.
    #[error("its scheme is neither http nor https: use a relative URL, or begin with https://")]
    Scheme,
    /// A browser would stop reading there.
    #[error("it has a control character")]
    Control,
}

/// The URL as a browser reads it, if a visitor may be sent there.
pub(crate) fn destination(url: &str) -> Result<String, BadDestination> {
    let trimmed = url.trim_matches(|c: char| c <= ' ');
    let clean: String = trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    if clean.chars().any(char::is_control) {
        return Err(BadDestination::Control);
    }
    match scheme(&clean) {
        None => Ok(clean),
        Some(scheme) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            Ok(clean)
        }
        Some(_) => Err(BadDestination::Scheme),
    }
}

/// The text before the colon, if it is a scheme.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(is_part);
    is_scheme.then_some(scheme)
}

/// Escapes and cuts a text from elsewhere, for a log or a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut excerpt = String::new();
    for c in text.chars() {
        let escaped = c.escape_debug();
        if excerpt.len() + escaped.len() > LONGEST_LOGGED {
            excerpt.push('…');
            break;
        }
        write!(excerpt, "{escaped}").expect("a String takes everything");
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn relative_and_http_urls_are_destinations() {
        for url in [
            "/",
            "",
            "/login?next=/a:b",
            "#top",
            "?q=javascript:1",
            "login",
            "//shop.example/",
            "./a:b",
            "http://shop.example/",
            "HTTPS://Shop.Example:8443/ü",
            "1:2",
            ":x",
            "a b",
        ] {
            assert_eq!(destination(url).as_deref(), Ok(url), "{url}");
        }
        assert_eq!(destination(" \u{1}/lo\r\ngin\t ").as_deref(), Ok("/login"));
    }

    #[test]
    fn what_a_browser_reads_as_another_scheme_is_refused() {
        for url in [
            "javascript:alert(1)",
            "JavaScript:x",
            " javascript:x",
            "\u{1}javascript:x",
            "java\nscript:x",
            "java\tscript\r:x",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a/1",
            "file:///etc/passwd",
            "mailto:a@b",
            "intent:x",
            "view-source:http://a",
            "about:blank",
            "ws://a/",
            "x:",
        ] {
            assert_eq!(destination(url), Err(BadDestination::Scheme), "{url:?}");
        }
        assert_eq!(destination("/a\u{0}b"), Err(BadDestination::Control));
        assert_eq!(destination("java\u{0}script:x"), Err(BadDestination::Control));
    }

    #[test]
    fn an_excerpt_is_short_and_on_one_line() {
        assert_eq!(excerpt("a\n\u{1b}[31m"), "a\\n\\u{1b}[31m");
        assert!(excerpt(&"\u{7f}ü".repeat(1_000)).len() <= LONGEST_LOGGED + 3);
    }

    proptest! {
        #[test]
        fn a_destination_has_no_line_end_and_no_other_scheme(url in "[\\x00-\\x20]{0,2}[jJhtps:/.\\x09-\\x0d]{0,12}\\PC{0,8}") {
            if let Ok(clean) = destination(&url) {
                prop_assert!(!clean.chars().any(char::is_control));
                let other = scheme(&clean).is_some_and(|scheme| !scheme.to_ascii_lowercase().starts_with("http"));
                prop_assert!(!other, "{clean}");
                prop_assert_eq!(destination(&clean), Ok(clean.clone()));
            }
        }
    }
}
