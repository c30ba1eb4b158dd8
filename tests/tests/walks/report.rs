//! What is said of the walks: each that failed with its seed, plan, trace and mistakes; at the end the sums.

use crate::checks::Wrong;
use crate::walk::Walked;
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io::Write;

/// How many mistakes of a walk are told.
const TOLD: usize = 12;

/// Says something, also in a test that passes and shows nothing.
pub fn say(text: &str) {
    // Without a terminal there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The sums.
#[derive(Default)]
pub struct Totals {
    walks: u64,
    failed: Vec<u64>,
    faults: usize,
    pushes: u64,
    taken: u64,
    calls: u64,
    answers: usize,
    unknown: usize,
    mounts: usize,
    remounts: f64,
    wrong: BTreeMap<Wrong, usize>,
    healed: Vec<u64>,
    /// In KiB.
    memory: u64,
}

impl Totals {
    /// Adds a walk, which has panicked if there is nothing of it.
    pub fn add(&mut self, seed: u64, walked: Option<Walked>) {
        self.walks += 1;
        let Some(walked) = walked else {
            self.failed.push(seed);
            say(&format!("the walk with seed {seed} has panicked"));
            return;
        };
        self.faults += walked.plan.faults.len();
        self.pushes += walked.pushes;
        self.taken += walked.taken;
        self.calls += walked.calls;
        self.answers += walked.answers;
        self.unknown += walked.unknown;
        self.mounts += walked.mounts;
        self.remounts += walked.remounts;
        self.healed.extend(walked.healed);
        self.memory = self.memory.max(walked.memory);
        for (wrong, _) in &walked.findings {
            *self.wrong.entry(*wrong).or_default() += 1;
        }
        if !walked.findings.is_empty() {
            self.failed.push(seed);
            say(&walked.to_string());
        } else {
            // It is small and temporary.
            let _ = std::fs::remove_dir_all(&walked.directory);
        }
    }

    pub fn all_is_well(&self) -> bool {
        self.failed.is_empty()
    }
}

impl Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut healed = self.healed.clone();
        healed.sort_unstable();
        let (median, worst) = (healed.get(healed.len() / 2), healed.last());
        write!(
            f,
            "{} walks, {} faults, {} of {} pushes accepted, {} handler calls, {} mounts ({:.2} in place for each page and \
             fault), {} answers to confirm and viewers ({} more say that they don't know); well again after {} ms (median), {} ms (worst); servers at most {} MiB; ",
            self.walks,
            self.faults,
            self.taken,
            self.pushes,
            self.calls,
            self.mounts,
            self.remounts / self.walks.max(1) as f64,
            self.answers,
            self.unknown,
            median.unwrap_or(&0),
            worst.unwrap_or(&0),
            self.memory / 1_024,
        )?;
        if self.wrong.is_empty() {
            f.write_str("nothing is wrong")?;
        }
        for (wrong, count) in &self.wrong {
            write!(f, "{wrong:?}: {count}; ")?;
        }
        if !self.failed.is_empty() {
            write!(f, "\nfailed seeds: {:?}", self.failed)?;
        }
        Ok(())
    }
}

impl Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plan, seed) = (&self.plan, self.plan.seed);
        writeln!(f, "--- seed {seed}; the servers' logs are in {}", self.directory.display())?;
        writeln!(
            f,
            "{:?}, tls: {}, stream length {}, lease {:?}, timeout {:?}, {} pages on each server, restless: {}, \
             quiet: {}",
            plan.persistence,
            plan.tls,
            plan.stream_length,
            plan.lease,
            plan.timeout,
            plan.pages_each,
            plan.restless,
            plan.quiet
        )?;
        for (number, sender) in plan.senders.iter().enumerate() {
            writeln!(f, "sender {number}: {sender:?}")?;
        }
        for (at, what) in &self.trace {
            writeln!(f, "{at:>6} ms {what}")?;
        }
        for (wrong, text) in self.findings.iter().take(TOLD) {
            writeln!(f, "{wrong:?}: {text}")?;
        }
        if self.findings.len() > TOLD {
            writeln!(f, "and {} more", self.findings.len() - TOLD)?;
        }
        let (taken, pushes, calls) = (self.taken, self.pushes, self.calls);
        let healed = self.healed;
        writeln!(
            f,
            "{taken} of {pushes} pushes taken, {calls} calls, {} mounts, well: {healed:?}",
            self.mounts
        )
    }
}
