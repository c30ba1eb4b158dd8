//! Log lines that a peer can cause: its text is cut and escaped, and a flood of mistakes makes few
//! lines.

use std::fmt::{self, Display, Formatter, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many bytes of a peer's text are logged.
const EXCERPT: usize = 100;
/// How many lines of a kind the whole process logs in a second.
const LINES: u32 = 10;

/// The first 100 bytes of a peer's text, escaped so that it stays on one line.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl Display for Excerpt<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        for escaped in self.0.chars().map(char::escape_debug) {
            let bytes: usize = escaped.clone().map(char::len_utf8).sum();
            if written + bytes > EXCERPT {
                return f.write_char('…');
            }
            written += bytes;
            write!(f, "{escaped}")?;
        }
        Ok(())
    }
}

/// Limits one kind of log line.
pub(crate) struct LogLimit(Mutex<Option<Second>>);

struct Second {
    began: Instant,
    lines: u32,
    suppressed: u64,
}

impl LogLimit {
    pub(crate) const fn new() -> Self {
        LogLimit(Mutex::new(None))
    }

    /// Whether a line may be logged, and if so, how many were suppressed since the last one.
    pub(crate) fn admit(&self) -> Option<u64> {
        self.admit_at(Instant::now())
    }

    fn admit_at(&self, now: Instant) -> Option<u64> {
        let mut second = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let second = second.get_or_insert(Second { began: now, lines: 0, suppressed: 0 });
        if now.saturating_duration_since(second.began) >= Duration::from_secs(1) {
            (second.began, second.lines) = (now, 0);
        }
        if second.lines >= LINES {
            second.suppressed += 1;
            return None;
        }
        second.lines += 1;
        Some(std::mem::take(&mut second.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_sent_is_cut_and_stays_on_its_line() {
        assert_eq!(Excerpt("a\nb\u{1b}[31m\"").to_string(), "a\\nb\\u{1b}[31m\\\"");
        let long = Excerpt(&"é\n".repeat(100_000)).to_string();
        assert!(long.len() <= EXCERPT + '…'.len_utf8() && long.ends_with('…'), "{long}");
        assert_eq!(Excerpt(&"x".repeat(100)).to_string(), "x".repeat(100));
    }

    #[test]
    fn a_flood_is_ten_lines_a_second_that_say_how_many_are_missing() {
        let (limit, now) = (LogLimit::new(), Instant::now());
        let admitted = (0..1_000).filter(|_| limit.admit_at(now).is_some()).count();
        assert_eq!(admitted, 10);
        assert_eq!(limit.admit_at(now + Duration::from_secs(1)), Some(990));
        assert_eq!(limit.admit_at(now + Duration::from_secs(1)), Some(0));
    }
}
