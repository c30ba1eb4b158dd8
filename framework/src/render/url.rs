//! Whether a URL may stand in a page: its scheme as a browser reads it, and whether that scheme is
//! allowed.
//!
//! A browser drops C0 controls and spaces from the front, and tabs and line ends from anywhere
//! (<https://url.spec.whatwg.org/#concept-basic-url-parser>). Then letters, digits, `+`, `-` and
//! `.` up to a colon are a scheme. Without one, a URL is relative to the page: to a path, a query,
//! a fragment, or another host (`//host`) under the page's own scheme. Nothing is allocated.

use std::sync::{PoisonError, RwLock};

/// Schemes that need no setting.
const ALLOWED: [&str; 4] = ["http", "https", "mailto", "tel"];
/// Schemes that run or show the text after them, as part of the page that loads them or instead of
/// it.
const NEVER: [&str; 3] = ["javascript", "vbscript", "data"];
/// Data that may stand for an image, a sound or a film.
const MEDIA: [&str; 3] = ["image/", "audio/", "video/"];
/// The most bytes of a scheme: no longer one is registered.
const LONGEST: usize = 32;

/// The application's own schemes. They hold for the whole process.
static MORE: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Why a scheme can't be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SchemeError {
    /// It is not a scheme.
    Malformed,
    /// A browser runs what it loads.
    Runs,
}

/// Allows this scheme in URLs from now on.
pub(crate) fn allow_scheme(scheme: &str) -> Result<(), SchemeError> {
    let scheme = scheme.to_ascii_lowercase();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        || !scheme.bytes().all(is_part)
        || scheme.len() > LONGEST
    {
        return Err(SchemeError::Malformed);
    }
    if NEVER.contains(&scheme.as_str()) {
        return Err(SchemeError::Runs);
    }
    let mut more = MORE.write().unwrap_or_else(PoisonError::into_inner);
    if !more.contains(&scheme) {
        more.push(scheme);
    }
    Ok(())
}

/// Whether a browser may follow or load a URL that is escaped as in HTML.
pub(super) fn is_harmless(url: &str, media: bool) -> bool {
    let mut scheme = [0; LONGEST];
    let mut length = 0;
    for (at, byte) in url.bytes().enumerate() {
        match byte {
            0..=b' ' if length == 0 => {}
            b'\t' | b'\n' | b'\r' => {}
            b'a'..=b'z' | b'A'..=b'Z' => push(&mut scheme, &mut length, byte),
            b'0'..=b'9' | b'+' | b'-' | b'.' if length > 0 => push(&mut scheme, &mut length, byte),
            b':' if length == 0 => return true,
            b':' => return is_allowed(scheme.get(..length), &url[at + 1..], media),
            b'&' => return is_plain_entity(&url[at..]),
            _ => return true,
        }
    }
    true
}

/// A scheme that is too long ends up longer than its buffer.
fn push(scheme: &mut [u8; LONGEST], length: &mut usize, byte: u8) {
    if let Some(place) = scheme.get_mut(*length) {
        *place = byte.to_ascii_lowercase();
    }
    *length += 1;
}

fn is_allowed(scheme: Option<&[u8]>, rest: &str, media: bool) -> bool {
    let Some(scheme) = scheme else { return false };
    if ALLOWED.iter().any(|allowed| allowed.as_bytes() == scheme) {
        return true;
    }
    if media && scheme == b"data" {
        let starts =
            |kind: &&str| rest.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind));
        return MEDIA.iter().any(starts);
    }
    let more = MORE.read().unwrap_or_else(PoisonError::into_inner);
    more.iter().any(|allowed| allowed.as_bytes() == scheme)
}

/// Whether this is one of the characters that askama escapes, none of which is part of a scheme.
/// Text marked `|safe` may hold others, such as `&colon;`.
fn is_plain_entity(text: &str) -> bool {
    const PLAIN: [&str; 9] = ["&#34;", "&#38;", "&#39;", "&#60;", "&#62;", "&quot;", "&amp;", "&lt;", "&gt;"];
    PLAIN.iter().any(|entity| text.starts_with(entity))
}

/// The URLs of a `srcset`: each begins after white space and commas and ends at white space. The
/// text from there to a comma describes it. A comma inside a URL may also be a separator, so both
/// readings are checked.
pub(super) fn candidates(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_ascii_whitespace());
    words.flat_map(|word| {
        let is_data = word.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"));
        word.split(move |c| c == ',' && !is_data)
    })
}

/// The values between semicolons, except the semicolons of character references.
pub(super) fn values(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let mut from = 0;
        while let Some(at) = whole[from..].find(';').map(|at| from + at) {
            let is_reference = whole[from..at].rfind("&#").is_some_and(|start| at - from - start <= 4);
            if !is_reference {
                rest = Some(&whole[at + 1..]);
                return Some(&whole[..at]);
            }
            from = at + 1;
        }
        rest = None;
        Some(whole)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_links_to_is_harmless() {
        for url in [
            "",
            "/",
            "/a:b",
            "a/b:c",
            "?q=a:b",
            "#a:b",
            "//host/x",
            "http://a",
            "HTTPS://a",
            "mailto:a@b",
            "tel:+49",
            " https://a",
            "ht\ntps://a",
            "1:2",
            ":x",
            "a b:c",
            "é:x",
            "&#39;javascript:x",
            "&#34;:",
            "x&#38;y:z",
            "%6Aavascript:x",
            "java script:x",
        ] {
            assert!(is_harmless(url, false), "{url:?}");
        }
    }

    #[test]
    fn what_runs_is_not() {
        for url in [
            "javascript:x",
            "JaVaScRiPt:x",
            " javascript:x",
            "\u{1}\u{1f}javascript:x",
            "\0javascript:x",
            "java\tscript:x",
            "java\nscript:x",
            "java\rscript\n:x",
            "javascript\t:x",
            "vbscript:x",
            "data:text/html,x",
            "data:image/svg+xml,x",
            "blob:x",
            "file:///x",
            "javascript&colon;x",
            "&#9;javascript:x",
            "&Tab;x",
            "java&NewLine;script:x",
            "view-source:x",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:x",
        ] {
            assert!(!is_harmless(url, false), "{url:?}");
        }
    }

    #[test]
    fn an_image_may_be_written_out() {
        assert!(is_harmless("data:image/png;base64,AA", true));
        assert!(is_harmless("DATA:Image/PNG,AA", true));
        assert!(!is_harmless("data:text/html,x", true));
        assert!(!is_harmless("data:,x", true));
        assert!(!is_harmless("javascript:x", true));
    }

    #[test]
    fn a_scheme_of_the_applications_own_can_be_allowed() {
        assert!(!is_harmless("web+test:x", false));
        assert_eq!(allow_scheme("Web+Test"), Ok(()));
        assert!(is_harmless("web+TEST:x", false));
        assert_eq!(allow_scheme("javascript"), Err(SchemeError::Runs));
        assert_eq!(allow_scheme("a:"), Err(SchemeError::Malformed));
        assert_eq!(allow_scheme(""), Err(SchemeError::Malformed));
    }
}
