//! What a group remembers of pushes: the last one of each sender, to recognise a repeat, and the
//! outcome of the newest ones.
//!
//! The entries of one sender come in the order of their numbers. So one number for each sender is
//! enough, however long a retry took. It remembers 4,096 senders, and then forgets the one that has
//! been silent longest.

use crate::layer::redis::stream::PushId;
use std::collections::{HashMap, VecDeque};

const SENDERS: usize = 4_096;
const OUTCOMES: usize = 1_024;

/// Recognises the pushes of a group that have been read before.
#[derive(Default)]
pub(crate) struct Deduplicator {
    senders: HashMap<String, Last>,
    /// Counts what has been recorded.
    clock: u64,
    outcomes: VecDeque<(PushId, Result<usize, String>)>,
}

struct Last {
    number: u64,
    at: u64,
}

impl Deduplicator {
    /// Whether this push has been read before.
    pub(crate) fn contains(&self, id: &PushId) -> bool {
        self.senders.get(&id.sender).is_some_and(|last| id.number <= last.number)
    }

    /// This many views got this push, or none did, for a reason.
    pub(crate) fn record(&mut self, id: &PushId, outcome: Result<usize, String>) {
        self.clock = self.clock.saturating_add(1);
        let at = self.clock;
        match self.senders.get_mut(&id.sender) {
            Some(last) => *last = Last { number: last.number.max(id.number), at },
            None => {
                if self.senders.len() >= SENDERS {
                    self.forget_half();
                }
                self.senders.insert(id.sender.clone(), Last { number: id.number, at });
            }
        }
        if self.outcomes.len() >= OUTCOMES {
            self.outcomes.pop_front();
        }
        self.outcomes.push_back((id.clone(), outcome));
    }

    /// The outcome of a push. `None` if it has not been read, or is no longer known.
    pub(crate) fn outcome(&self, id: &PushId) -> Option<Result<usize, String>> {
        self.outcomes.iter().rev().find(|(recorded, _)| recorded == id).map(|(_, outcome)| outcome.clone())
    }

    /// Forgets the senders that have been silent longest. It forgets half at once, so that this is
    /// rare.
    fn forget_half(&mut self) {
        let mut times: Vec<_> = self.senders.values().map(|last| last.at).collect();
        let (_, middle, _) = times.select_nth_unstable(SENDERS / 2);
        let middle = *middle;
        self.senders.retain(|_, last| last.at >= middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(sender: usize, number: u64) -> PushId {
        PushId { sender: format!("s{sender}"), number }
    }

    #[test]
    fn a_repeat_is_known_however_late_and_other_senders_are_not_confused() {
        let mut seen = Deduplicator::default();
        seen.record(&id(1, 5), Ok(3));
        assert!(seen.contains(&id(1, 5)) && seen.contains(&id(1, 4)));
        assert!(!seen.contains(&id(1, 6)) && !seen.contains(&id(2, 5)));
        for number in 6..10_000 {
            seen.record(&id(1, number), Ok(0));
        }
        assert!(seen.contains(&id(1, 5)));
        assert_eq!(seen.outcomes.len(), OUTCOMES);
        assert_eq!(seen.outcome(&id(1, 9_999)), Some(Ok(0)));
        assert_eq!(seen.outcome(&id(1, 5)), None, "it was here, and is forgotten");
        assert_eq!(seen.outcome(&id(2, 5)), None, "it was never here");
    }

    #[test]
    fn of_too_many_senders_those_who_spoke_last_are_kept() {
        let mut seen = Deduplicator::default();
        for sender in 0..10_000 {
            seen.record(&id(sender, 1), Err("why".into()));
        }
        assert!(seen.senders.len() <= SENDERS && seen.senders.len() >= SENDERS / 2);
        assert!(seen.contains(&id(9_999, 1)) && !seen.contains(&id(0, 1)));
        assert_eq!(seen.outcome(&id(9_999, 1)), Some(Err("why".into())));
    }
}
