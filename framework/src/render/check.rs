//! Checks of attribute values that a browser does more with than show them.
//!
//! From an attribute's name the template macro knows what to check. From the static text before an
//! expression it knows whether there is anything to check at all. This module looks at the value as
//! it will stand in the page, static parts included, before it is recorded. So a first paint and a
//! patch agree. A value that doesn't pass is replaced by something harmless, and the log names its
//! position in the template.

use super::{style, url};
use askama::filters::Safe;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A rule for a value, or a part of one. Values come as askama has escaped them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// One URL.
    Url,
    /// The URL of an image, a sound or a film: `data:` is also allowed.
    Media,
    /// URLs separated by spaces.
    Ping,
    /// URLs of images, in the format of `srcset`.
    Srcset,
    /// URLs or anything else, separated by semicolons, as in SVG's `values`.
    Values,
    /// A part of a style.
    Style,
    /// A whole style.
    Declarations,
}

/// Replaces a URL that doesn't pass.
const NO_URL: &str = "about:invalid#djust";
/// Replaces a style that doesn't pass. No browser knows such a value, so it ignores the
/// declaration.
const NO_STYLE: &str = "djust-invalid";
/// The log warns about each slot of a template once in this time.
const QUIET: Duration = Duration::from_secs(60);
/// The log shows this many bytes of a value.
const SHOWN: usize = 100;

impl Check {
    /// The replacement for `text`; none if it passes.
    #[inline]
    pub(super) fn replacement(self, text: &str, place: &'static str) -> Option<&'static str> {
        if self.passes(text) {
            return None;
        }
        warn(text, place);
        Some(if matches!(self, Check::Style | Check::Declarations) { NO_STYLE } else { NO_URL })
    }

    fn passes(self, text: &str) -> bool {
        match self {
            Check::Url => url::is_harmless(text, false),
            Check::Media => url::is_harmless(text, true),
            Check::Ping => text.split_ascii_whitespace().all(|url| url::is_harmless(url, false)),
            Check::Srcset => url::candidates(text).all(|url| url::is_harmless(url, true)),
            Check::Values => url::values(text).all(|url| url::is_harmless(url, false)),
            Check::Style => style::is_harmless(text, false),
            Check::Declarations => style::is_harmless(text, true),
        }
    }
}

/// A value that has passed a check or was replaced; for parts of a template that no recorder sees
/// being written.
pub fn checked(check: Check, text: impl AsRef<str>, place: &'static str) -> Safe<String> {
    let text = text.as_ref();
    Safe(check.replacement(text, place).unwrap_or(text).to_owned())
}

#[cold]
fn warn(text: &str, place: &'static str) {
    static LAST: LazyLock<Mutex<HashMap<&'static str, Instant>>> = LazyLock::new(Mutex::default);
    metrics::counter!("djust_template_values_refused_total").increment(1);
    let now = Instant::now();
    {
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if last.get(place).is_some_and(|last| now.duration_since(*last) < QUIET) {
            return;
        }
        last.insert(place, now);
    }
    let shown = text.char_indices().nth(SHOWN).map_or(text, |(end, _)| &text[..end]);
    tracing::warn!(
        place,
        value = ?shown,
        "a value is not shown because it could run or load something: check it where it comes from, allow its \
         scheme with DjustBuilder::allow_url_scheme, or mark the expression |safe if no visitor has written it"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_urls_pass_if_each_does() {
        assert!(Check::Ping.passes("/a https://b"));
        assert!(!Check::Ping.passes("/a javascript:b"));
        assert!(!Check::Ping.passes("/a\tjavascript:b"));
        assert!(Check::Srcset.passes("/a.png 1x, data:image/png;base64,AA== 2x, b.png"));
        assert!(!Check::Srcset.passes("/a.png 1x, javascript:b 2x"));
        assert!(!Check::Srcset.passes("/a.png,javascript:b"));
        assert!(Check::Values.passes("0;10; 20"));
        assert!(Check::Values.passes("rgb(1,2,3);#fff"));
        assert!(!Check::Values.passes("/a; javascript:b"));
        assert!(!Check::Values.passes("&#34;;javascript:b"));
    }
}
