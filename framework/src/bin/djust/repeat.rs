//! Sends the same push many times, and reports how many were accepted, how fast, and why others
//! were not.

use crate::failure::Failure;
use crate::push::warn;
use crate::say;
use crate::transport::{Reach, Transport};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How many different reasons are reported.
const REASONS: usize = 5;
/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// What happened to the pushes.
#[derive(Default)]
struct Tally {
    taken: usize,
    failed: BTreeMap<String, usize>,
    unconfirmed: bool,
}

impl Tally {
    fn add(&mut self, result: Result<(), Failure>) {
        match result {
            Ok(()) => self.taken += 1,
            Err(failure) => {
                self.unconfirmed |= matches!(failure, Failure::Unconfirmed(_));
                *self.failed.entry(failure.message().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
    }

    fn add_confirmed(&mut self, result: Result<Reach, Failure>) -> Option<Reach> {
        match result {
            Ok(taken) => {
                self.add(Ok(()));
                Some(taken)
            }
            Err(failure) => {
                self.add(Err(failure));
                None
            }
        }
    }

    fn failures(&self) -> usize {
        self.failed.values().sum()
    }

    fn done(&self) -> usize {
        self.taken + self.failures()
    }

    /// The result of the command.
    fn result(&self, times: usize) -> Result<(), Failure> {
        let not_taken = times - self.taken;
        if not_taken == 0 {
            return Ok(());
        }
        for (reason, count) in self.failed.iter().take(REASONS) {
            eprintln!("{count} failed: {reason}");
        }
        if self.failed.len() > REASONS {
            eprintln!("and {} other reasons", self.failed.len() - REASONS);
        }
        let mut message = format!("{} of {times} pushes failed", self.failures());
        if self.done() < times {
            message.push_str(&format!(", and {} were not sent", times - self.done()));
        }
        Err(if self.unconfirmed { Failure::Unconfirmed(message) } else { Failure::NotDone(message) })
    }
}

/// Sends the push this many times. The first and the last are confirmed: a push that no server can
/// use is not sent again. It also ends early if nothing of a whole chunk was accepted.
pub fn run(transport: &dyn Transport, times: usize) -> Result<(), Failure> {
    let (mut tally, mut progress, began) = (Tally::default(), Progress::new(times), Instant::now());
    let mut by = tally.add_confirmed(transport.send_and_confirm());
    let mut going = by.is_some();
    while going && tally.done() + 1 < times {
        let chunk = transport.at_once().min(times - 1 - tally.done());
        let before = tally.taken;
        transport.send(chunk).into_iter().for_each(|result| tally.add(result));
        going = tally.taken > before;
        progress.show(tally.done());
    }
    if going && tally.done() < times {
        by = tally.add_confirmed(transport.send_and_confirm());
    }
    let took = began.elapsed();
    progress.clear();
    let result = tally.result(times);
    say(&summary(tally.taken, took, by.as_ref()))?;
    result
}

fn summary(taken: usize, took: Duration, by: Option<&Reach>) -> String {
    let seconds = took.as_secs_f64().max(1e-9);
    #[expect(clippy::cast_precision_loss, reason = "nobody counts 2^52 pushes")]
    let rate = taken as f64 / seconds;
    let by = by.map(|by| {
        warn(by);
        format!("; {by}")
    });
    format!("accepted {taken} times in {seconds:.2} s, {rate:.0} pushes/s{}", by.unwrap_or_default())
}

/// A progress line, rewritten in place on a terminal; nothing elsewhere.
struct Progress {
    times: usize,
    terminal: bool,
    shown: Instant,
}

impl Progress {
    fn new(times: usize) -> Self {
        Progress { times, terminal: std::io::stderr().is_terminal(), shown: Instant::now() }
    }

    fn show(&mut self, done: usize) {
        if self.terminal && self.shown.elapsed() >= PROGRESS_EVERY {
            eprint!("\r{done} of {}", self.times);
            self.shown = Instant::now();
            // It is only progress: a failure to show it does not matter.
            let _ = std::io::stderr().flush();
        }
    }

    fn clear(&self) {
        if self.terminal {
            eprint!("\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Accepts this many, and then fails.
    struct Takes(Cell<usize>, Failure);

    impl Transport for Takes {
        fn at_once(&self) -> usize {
            10
        }

        fn send(&self, times: usize) -> Vec<Result<(), Failure>> {
            (0..times).map(|_| self.send_and_confirm().map(drop)).collect()
        }

        fn send_and_confirm(&self) -> Result<Reach, Failure> {
            match self.0.get().checked_sub(1) {
                None => Err(self.1.clone()),
                Some(left) => {
                    self.0.set(left);
                    Ok(Reach::By { views: 1, servers: 1 })
                }
            }
        }
    }

    #[test]
    fn it_ends_with_the_worst_that_has_happened_and_stops_when_nothing_is_taken() {
        let not_done = Failure::NotDone("no".into());
        assert_eq!(run(&Takes(Cell::new(100), not_done.clone()), 100), Ok(()));
        let result = run(&Takes(Cell::new(25), not_done.clone()), 100);
        assert_eq!(result, Err(Failure::NotDone("16 of 100 pushes failed, and 59 were not sent".into())));
        let result = run(&Takes(Cell::new(99), Failure::Unconfirmed("maybe".into())), 100);
        assert_eq!(result, Err(Failure::Unconfirmed("1 of 100 pushes failed".into())));
        assert_eq!(run(&Takes(Cell::new(1), not_done.clone()), 1), Ok(()));
        let result = run(&Takes(Cell::new(0), not_done), 100);
        assert_eq!(result, Err(Failure::NotDone("1 of 100 pushes failed, and 99 were not sent".into())));
    }
}
