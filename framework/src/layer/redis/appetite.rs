//! How much is read from Redis, or sent to it, at once.
//!
//! Redis counts entries, not bytes, and an answer comes as a whole. So the reader asks for few entries at first, for more where they
//! are small and come quickly, and for fewer where they are large or the link is slow. Where nothing comes at all in time, the
//! connection may be dead or the link too slow for what was asked: the next attempt asks for less and waits longer, so that one entry
//! gets through in the end. What is sent is measured in the same way.

use std::time::Duration;

/// How many entries of a stream are asked for at first, and at most.
const FIRST_COUNT: usize = 16;
const MOST_COUNT: usize = 256;
/// An answer should not have more bytes than that, or take longer.
const MOST_BYTES: usize = 1024 * 1024;
/// How many bytes are sent at first, and at least.
const FIRST_BYTES: usize = 64 * 1024;
const FEWEST_BYTES: usize = 4 * 1024;
const LONGEST: Duration = Duration::from_millis(500);
/// How long an answer may take beyond the time that Redis has been told to wait, at first and at most.
const FIRST_PATIENCE: Duration = Duration::from_secs(2);
const LONGEST_PATIENCE: Duration = Duration::from_secs(60);

/// See the module.
#[derive(Debug, PartialEq)]
pub(super) struct Appetite {
    count: usize,
    patience: Duration,
}

impl Appetite {
    pub(super) fn new() -> Self {
        Appetite { count: FIRST_COUNT, patience: FIRST_PATIENCE }
    }

    /// How many entries of each stream to ask for.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How long to wait for the answer.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// An answer has come: at most so many entries of one stream, and its bytes.
    pub(super) fn had(&mut self, entries: usize, bytes: usize, time: Duration) {
        self.patience = FIRST_PATIENCE;
        if entries < self.count {
            // Most of the time was spent waiting for them, and of what comes next nothing is known.
            self.count = self.count.min(FIRST_COUNT);
        } else if bytes < MOST_BYTES / 2 && time < LONGEST / 2 {
            self.count = (self.count * 2).min(MOST_COUNT);
        } else if bytes > MOST_BYTES || time > LONGEST {
            self.count = (self.count / 2).max(1);
        }
    }

    /// None has come in time.
    pub(super) fn had_nothing(&mut self) {
        self.count = (self.count / 4).max(1);
        self.patience = (self.patience * 2).min(LONGEST_PATIENCE);
    }
}

/// How many bytes are sent at once. A batch that has no answer is sent again, and may be in the stream already: so the first one is
/// small.
#[derive(Debug)]
pub(super) struct Portion {
    bytes: usize,
    patience: Duration,
}

impl Portion {
    pub(super) fn new() -> Self {
        Portion { bytes: FIRST_BYTES, patience: FIRST_PATIENCE }
    }

    /// How many bytes to send, unless one push has more.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How long to wait for the answer.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// So many bytes were taken.
    pub(super) fn was_taken(&mut self, bytes: usize, time: Duration) {
        self.patience = FIRST_PATIENCE;
        if time > LONGEST {
            self.bytes = (self.bytes / 2).max(FEWEST_BYTES);
        } else if time < LONGEST / 4 && bytes > self.bytes / 2 {
            self.bytes = (self.bytes * 2).min(MOST_BYTES);
        }
    }

    /// There was no answer in time.
    pub(super) fn was_lost(&mut self) {
        self.bytes = (self.bytes / 4).max(FEWEST_BYTES);
        self.patience = (self.patience * 2).min(LONGEST_PATIENCE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads so many entries of so many bytes over a link of so many bytes a second; how long that took, if it ends.
    fn read(mut entries: usize, bytes: usize, link: usize) -> Option<Duration> {
        let (mut appetite, mut all) = (Appetite::new(), Duration::ZERO);
        while entries > 0 {
            let count = appetite.count().min(entries);
            let time = Duration::from_secs_f64((count * bytes) as f64 / link as f64);
            if time > appetite.patience() {
                all += appetite.patience();
                if all > Duration::from_secs(600) {
                    return None;
                }
                appetite.had_nothing();
            } else {
                all += time;
                entries -= count;
                appetite.had(count, count * bytes, time);
            }
        }
        Some(all)
    }

    #[test]
    fn whatever_the_link_everything_comes_and_most_of_the_time_is_the_links_own() {
        for bytes in [100, 4_096, 60_000, 1 << 20] {
            for link in [20_000, 300_000, 4_000_000, 1_000_000_000] {
                let entries = (link * 60 / bytes).clamp(1, 10_000);
                let least = Duration::from_secs_f64((entries * bytes) as f64 / link as f64);
                let took = read(entries, bytes, link).unwrap_or_else(|| panic!("{bytes} at {link}"));
                assert!(
                    took <= least + 3 * LONGEST_PATIENCE,
                    "{bytes} at {link}: {took:?}, at least {least:?}"
                );
            }
        }
    }

    #[test]
    fn small_entries_are_soon_read_by_hundreds_and_after_a_pause_by_few() {
        let mut appetite = Appetite::new();
        for _ in 0..4 {
            let count = appetite.count();
            appetite.had(count, count * 100, Duration::from_millis(1));
        }
        assert_eq!(appetite.count(), MOST_COUNT);
        appetite.had(3, 300, Duration::from_millis(900));
        assert_eq!(appetite, Appetite::new());
    }
}
