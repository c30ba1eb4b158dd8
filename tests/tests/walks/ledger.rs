//! What the senders of a walk were told: each number, when it was stored, and what became of its push.

use djust::push::{LayerError, PushError, QueryError, Viewers};
use djust_tests::walked::{Moment, Stored, now};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard};

/// What a sender was told of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet. It may be applied, as an unknown one.
    UnderWay,
    /// It is accepted: it has to be applied.
    Taken,
    /// It has no effect.
    Refused,
    /// It may be applied, once at most.
    Unknown,
}

/// One push.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// When its number was going to be stored.
    pub stored: Moment,
    /// When its sender heard of it.
    pub ended: Moment,
    pub outcome: Outcome,
}

/// The pushes of one sender: number 1 is the first.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Each push is sent by a layer of its own, or a process that may be killed: then nobody remembers it for its sender.
    pub forgets: bool,
    /// The pushes are for this room only.
    pub room: Option<u32>,
    pub attempts: Vec<Attempt>,
}

/// A confirmation that said how many views took a push.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed {
    pub sender: usize,
    pub number: u64,
    pub answered: Moment,
    pub views: usize,
}

/// An answer to the question who is watching.
#[derive(Debug, Clone, Copy)]
pub struct Viewed {
    pub room: Option<u32>,
    pub asked: Moment,
    pub answered: Moment,
    pub views: usize,
}

/// What has been asked, and answered with a number.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    pub confirmed: Vec<Confirmed>,
    pub viewed: Vec<Viewed>,
    /// How many said that they don't know.
    pub unknown: usize,
    /// Errors that a good push or question should never meet.
    pub unexpected: Vec<String>,
}

/// See the module.
pub struct Ledger {
    stored: Stored,
    records: Vec<Mutex<Record>>,
    answers: Mutex<Answers>,
}

impl Ledger {
    pub fn new(stored: Stored, records: Vec<Record>) -> Self {
        Ledger { stored, records: records.into_iter().map(Mutex::new).collect(), answers: Mutex::default() }
    }

    fn record(&self, sender: usize) -> MutexGuard<'_, Record> {
        self.records[sender].lock().expect("nobody panics with it")
    }

    fn answers_so_far(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().expect("nobody panics with it")
    }

    /// Stores the next so many numbers of a sender, which is going to push them now.
    pub fn begin(&self, sender: usize, count: u64) -> Range<u64> {
        let mut record = self.record(sender);
        let first = record.attempts.len() as u64 + 1;
        let attempt = Attempt { stored: now(), ended: 0, outcome: Outcome::UnderWay };
        record.attempts.extend((0..count).map(|_| attempt));
        drop(record);
        self.stored.store(sender, first + count - 1).expect("the file is there until the walk is over");
        first..first + count
    }

    /// A sender process has begun to push its next number, which it has stored itself.
    pub fn begun_elsewhere(&self, sender: usize) {
        let attempt = Attempt { stored: now(), ended: 0, outcome: Outcome::UnderWay };
        self.record(sender).attempts.push(attempt);
    }

    /// How far a sender has gone.
    pub fn last(&self, sender: usize) -> u64 {
        self.record(sender).attempts.len() as u64
    }

    /// This has become of a push; answers whether it is taken.
    pub fn end(&self, sender: usize, number: u64, outcome: Outcome) -> bool {
        let at = usize::try_from(number).expect("it was begun") - 1;
        let attempt = &mut self.record(sender).attempts[at];
        (attempt.ended, attempt.outcome) = (now(), outcome);
        outcome == Outcome::Taken
    }

    /// The same of a push with this result.
    pub fn end_with<T>(&self, sender: usize, number: u64, result: &Result<T, PushError>) -> bool {
        let outcome = match result {
            Ok(_) => Outcome::Taken,
            Err(PushError::Unavailable(LayerError::NotStored { .. } | LayerError::QueueFull { .. })) => {
                Outcome::Refused
            }
            Err(PushError::Unavailable(LayerError::Unconfirmed { .. })) => Outcome::Unknown,
            Err(error) => {
                self.unexpected(format!("push {number} of sender {sender}: {error}"));
                Outcome::Unknown
            }
        };
        self.end(sender, number, outcome)
    }

    /// A confirmation was asked for.
    pub fn confirmed(&self, sender: usize, number: u64, result: Result<usize, QueryError>) {
        let mut answers = self.answers_so_far();
        match result {
            Ok(views) => {
                answers.confirmed.push(Confirmed { sender, number, answered: now(), views });
            }
            Err(
                QueryError::Unanswered { .. }
                | QueryError::Unreachable { .. }
                | QueryError::Push(PushError::Unavailable(LayerError::Unconfirmed { .. })),
            ) => {
                answers.unknown += 1;
            }
            Err(error) => answers.unexpected.push(format!("confirm {number} of sender {sender}: {error}")),
        }
    }

    /// It was asked who is watching.
    pub fn viewed(&self, room: Option<u32>, asked: Moment, result: Result<Viewers, QueryError>) {
        let mut answers = self.answers_so_far();
        match result {
            Ok(viewers) => {
                answers.viewed.push(Viewed { room, asked, answered: now(), views: viewers.views });
            }
            Err(QueryError::Unanswered { .. } | QueryError::Unreachable { .. }) => answers.unknown += 1,
            Err(error) => answers.unexpected.push(format!("viewers: {error}")),
        }
    }

    pub fn unexpected(&self, what: String) {
        self.answers_so_far().unexpected.push(what);
    }

    /// All that was told until now.
    pub fn read(&self) -> (Vec<Record>, Answers) {
        let records = (0..self.records.len()).map(|sender| self.record(sender).clone()).collect();
        (records, self.answers_so_far().clone())
    }
}
