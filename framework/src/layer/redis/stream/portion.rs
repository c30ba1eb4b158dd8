//! How much is read from Redis, or sent to it, at once.
//!
//! An answer comes as a whole, and if it does not come in time it may be lost. So both directions
//! begin with little, take twice as much when answers are quick, and less when the link is slow. If
//! no answer comes at all, the connection may be dead, or the link too slow for the amount: the
//! next attempt asks for less and waits longer, so that one entry gets through in the end.

use std::time::Duration;

/// How many bytes at first, at least, and at most. A single entry may be larger.
const FIRST_BYTES: usize = 64 * 1024;
const FEWEST_BYTES: usize = 4 * 1024;
const MOST_BYTES: usize = 1024 * 1024;
/// How many entries of a stream Redis sends before their size is known.
const MOST_UNASKED: usize = 4;
/// How long an answer should take at most.
const LONGEST: Duration = Duration::from_millis(500);
/// How long to wait for an answer, at first and at most.
const FIRST_PATIENCE: Duration = Duration::from_secs(2);
const LONGEST_PATIENCE: Duration = Duration::from_secs(600);

/// How much to read or to send next, and how long to wait for it.
#[derive(Debug)]
pub(crate) struct Portion {
    bytes: usize,
    patience: Duration,
}

impl Portion {
    pub(crate) fn new() -> Self {
        Portion { bytes: FIRST_BYTES, patience: FIRST_PATIENCE }
    }

    /// How many bytes to send or to ask for. A single entry may be larger.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many entries to ask for while their size is not known.
    pub(crate) fn unasked(&self) -> usize {
        if self.patience > FIRST_PATIENCE { 1 } else { MOST_UNASKED }
    }

    /// How long to wait for the answer.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// An answer has come after this time. The next one may be as large.
    pub(crate) fn was_answered(&mut self, time: Duration) {
        self.patience = (time * 2).clamp(FIRST_PATIENCE, LONGEST_PATIENCE);
    }

    /// This many bytes were taken.
    pub(crate) fn was_taken(&mut self, bytes: usize, time: Duration) {
        self.was_answered(time);
        if time > LONGEST {
            self.bytes = (self.bytes / 2).max(FEWEST_BYTES);
        } else if time < LONGEST / 4 && bytes > self.bytes / 2 {
            self.bytes = (self.bytes * 2).min(MOST_BYTES);
        }
    }

    /// There was no answer in time.
    pub(crate) fn was_lost(&mut self) {
        self.bytes = (self.bytes / 4).max(FEWEST_BYTES);
        self.patience = (self.patience * 2).min(LONGEST_PATIENCE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads this many entries of this many bytes over a link with this many bytes a second.
    /// Returns how long that took, if it ends.
    fn read(mut entries: usize, bytes: usize, link: usize) -> Option<Duration> {
        let (mut portion, mut all, mut is_unasked) = (Portion::new(), Duration::ZERO, true);
        while entries > 0 {
            let most = if is_unasked { portion.unasked() } else { (portion.bytes() / bytes).max(1) };
            is_unasked = !is_unasked;
            let count = most.min(entries);
            let time = Duration::from_secs_f64((count * bytes) as f64 / link as f64);
            if time > portion.patience() {
                all += portion.patience();
                if all > Duration::from_secs(3_600) {
                    return None;
                }
                portion.was_lost();
            } else {
                all += time;
                entries -= count;
                portion.was_taken(count * bytes, time);
            }
        }
        Some(all)
    }

    #[test]
    fn whatever_the_link_everything_comes_and_most_of_the_time_is_the_links_own() {
        for bytes in [100, 4_096, 60_000, 1 << 20, 8 << 20] {
            for link in [20_000, 300_000, 4_000_000, 1_000_000_000] {
                let entries = (link * 60 / bytes).clamp(1, 10_000);
                let least = Duration::from_secs_f64((entries * bytes) as f64 / link as f64);
                let took = read(entries, bytes, link).unwrap_or_else(|| panic!("{bytes} at {link}"));
                assert!(
                    took <= least * 3 + Duration::from_secs(60),
                    "{bytes} at {link}: {took:?} of {least:?}"
                );
            }
        }
    }

    #[test]
    fn what_comes_quickly_grows_up_to_a_mebibyte_whatever_its_size() {
        let mut portion = Portion::new();
        for _ in 0..10 {
            portion.was_taken(portion.bytes(), Duration::from_millis(1));
        }
        assert_eq!(portion.bytes(), MOST_BYTES);
        portion.was_lost();
        assert_eq!((portion.bytes(), portion.unasked()), (MOST_BYTES / 4, 1));
    }
}
