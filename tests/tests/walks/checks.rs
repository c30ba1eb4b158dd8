//! What is wrong with a walk: what the pages show is compared with what the senders were told.

use crate::ledger::{Answers, Attempt, Confirmed, Outcome, Record, Viewed};
use djust_tests::walked::{Account, Moment};
use std::collections::{HashMap, HashSet};

/// How long a page may take to notice that its view has come or gone.
const NOTICED_WITHIN: Moment = 500_000;
/// How long a server may take to come back after its link has.
const BACK_WITHIN: Moment = 5_000_000;
/// How much later than one thread of a server another one may take the same push from it.
const ON_ALL_THREADS_WITHIN: Moment = 2_000_000;
/// How often a page may be mounted anew while nothing happens.
const REMOUNTS_IN_QUIET: usize = 1;

/// A kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wrong {
    /// A taken push is neither applied nor known to the mount.
    Lost,
    /// An instance has applied a push twice.
    Repeated,
    /// An instance has applied a push after a later one of its sender.
    Disordered,
    /// A refused push was applied.
    RefusedApplied,
    /// An instance has applied what its server had read before it was mounted.
    ReadAgain,
    /// A confirmation counts too few, or too many.
    Confirm,
    /// So does an answer to who is watching.
    Viewers,
    /// Pages mount again and again.
    Storm,
    /// It took too long until all was well.
    Heal,
    /// An error that a good push never meets.
    Unexpected,
}

/// One mistake, in words.
pub type Finding = (Wrong, String);

/// An instance that a page has shown.
#[derive(Debug, Clone)]
pub struct Seen {
    pub account: Account,
    /// When the last that it said arrived.
    pub last: Moment,
}

/// What one page has shown.
#[derive(Debug, Clone, Default)]
pub struct PageRecord {
    pub server: usize,
    pub room: u32,
    /// In their order; the last one is there now.
    pub instances: Vec<Seen>,
    /// From when to when its view was connected.
    pub stays: Vec<(Moment, Option<Moment>)>,
}

/// A server could not reach Redis, or not in time, or hung; or Redis renewed no server's lease.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// `None` if it was Redis.
    pub server: Option<usize>,
    pub from: Moment,
    pub to: Moment,
}

/// All that a walk has left behind.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    pub senders: Vec<Record>,
    pub pages: Vec<PageRecord>,
    pub answers: Answers,
    pub cuts: Vec<Cut>,
    /// When processes of servers ended.
    pub ends: HashMap<u32, Moment>,
    /// In microseconds.
    pub lease: Moment,
    /// When the walk began; what is told counts from there.
    pub begun: Moment,
}

fn concerns(record: &Record, page: &PageRecord) -> bool {
    record.room.is_none_or(|room| room == page.room)
}

/// The taken pushes that an instance neither has applied nor found stored.
pub fn missing(senders: &[Record], page: &PageRecord) -> Vec<(usize, u64)> {
    let Some(Seen { account, .. }) = page.instances.last() else { return Vec::new() };
    let mut missing = Vec::new();
    for (sender, record) in senders.iter().enumerate().filter(|(_, record)| concerns(record, page)) {
        let applied: HashSet<u64> = account.calls[sender].numbers().collect();
        let taken = (1..).zip(&record.attempts).skip(usize::try_from(account.stored[sender]).expect("small"));
        let taken = taken.filter(|(_, attempt)| attempt.outcome == Outcome::Taken);
        missing.extend(taken.filter(|(n, _)| !applied.contains(n)).map(|(number, _)| (sender, number)));
    }
    missing
}

impl Evidence {
    /// All that is wrong but for storms and healing.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (number, page) in self.pages.iter().enumerate() {
            self.losses(number, page, &mut findings);
            for seen in &page.instances {
                self.calls(number, page, &seen.account, &mut findings);
            }
        }
        self.read_again(&mut findings);
        findings.extend(self.answers.confirmed.iter().filter_map(|confirmed| self.confirmed(confirmed)));
        findings.extend(self.answers.viewed.iter().filter_map(|viewed| self.viewed(viewed)));
        findings.extend(self.answers.unexpected.iter().map(|what| (Wrong::Unexpected, what.clone())));
        findings
    }

    /// In milliseconds since the walk began.
    fn at(&self, moment: Moment) -> u64 {
        moment.saturating_sub(self.begun) / 1_000
    }

    fn attempt(&self, sender: usize, number: u64) -> Option<&Attempt> {
        self.senders[sender].attempts.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    fn losses(&self, number: usize, page: &PageRecord, findings: &mut Vec<Finding>) {
        let lost = missing(&self.senders, page);
        if let Some((sender, first)) = lost.first() {
            let text = format!(
                "page {number} misses {} taken pushes, such as {first} of sender {sender}",
                lost.len()
            );
            findings.push((Wrong::Lost, text));
        }
    }

    /// Once, in order, and only what was sent here and not refused.
    fn calls(&self, page: usize, record: &PageRecord, account: &Account, findings: &mut Vec<Finding>) {
        for (sender, calls) in account.calls.iter().enumerate() {
            let (mut applied, mut greatest) = (HashSet::new(), 0);
            for number in calls.numbers() {
                let attempt =
                    self.attempt(sender, number).filter(|_| concerns(&self.senders[sender], record));
                let outcome = attempt.map_or(Outcome::Refused, |attempt| attempt.outcome);
                let may_be_late = self.senders[sender].forgets && outcome != Outcome::Taken;
                let wrong = if !applied.insert(number) {
                    Wrong::Repeated
                } else if outcome == Outcome::Refused {
                    Wrong::RefusedApplied
                } else if number < greatest && !may_be_late {
                    Wrong::Disordered
                } else {
                    greatest = greatest.max(number);
                    continue;
                };
                let name = &account.name;
                findings.push((wrong, format!("page {page}, instance {name}: {number} of sender {sender}")));
            }
        }
    }

    /// What a server has read and shown, it has not read again for an instance that was mounted later.
    fn read_again(&self, findings: &mut Vec<Finding>) {
        let mut by_process = HashMap::<u32, Vec<&Seen>>::new();
        for seen in self.pages.iter().flat_map(|page| &page.instances) {
            by_process.entry(seen.account.process).or_default().push(seen);
        }
        for instances in by_process.values() {
            for later in instances {
                let is_before = |seen: &&&Seen| seen.last + ON_ALL_THREADS_WITHIN < later.account.mounted;
                let before = instances.iter().filter(is_before);
                for (sender, calls) in later.account.calls.iter().enumerate() {
                    let read = |number| before.clone().any(|seen| seen.account.calls[sender].contain(number));
                    if let Some(number) = calls.numbers().find(|&number| read(number)) {
                        let name = &later.account.name;
                        let text = format!("instance {name} was told {number} of sender {sender}");
                        findings.push((Wrong::ReadAgain, text));
                    }
                }
            }
        }
    }

    /// Whether a server's lease may have been over at this time: it may have been renewed for the last time a fifth before it was cut
    /// off, and it is renewed some time after it is back. What comes shortly after another cut, before a renewal, makes one of both.
    /// While Redis renews no lease at all, nobody is counted out: that alone is no cut.
    fn is_cut(&self, server: usize, at: Moment) -> bool {
        let concerns = |cut: &&Cut| cut.server.is_none_or(|other| other == server);
        let mut cuts: Vec<Cut> = self.cuts.iter().filter(concerns).copied().collect();
        cuts.sort_unstable_by_key(|cut| cut.from);
        let mut joined: Vec<Cut> = Vec::new();
        for cut in cuts {
            match joined.last_mut() {
                Some(last) if cut.from <= last.to + self.lease / 5 + NOTICED_WITHIN => {
                    (last.to, last.server) = (last.to.max(cut.to), last.server.or(cut.server));
                }
                _ => joined.push(cut),
            }
        }
        let lease = self.lease * 4 / 5;
        let is_over = |cut: &Cut| cut.from + lease <= at.min(cut.to) && at <= cut.to + BACK_WITHIN;
        joined.iter().any(|cut| cut.server.is_some() && is_over(cut))
    }

    fn confirmed(&self, confirmed: &Confirmed) -> Option<Finding> {
        let &Confirmed { sender, number, answered, views } = confirmed;
        let stored = self.attempt(sender, number).expect("it was sent").stored;
        let instances = self.pages.iter().flat_map(|page| &page.instances);
        let lived = |process| self.ends.get(&process).is_none_or(|&ended| ended > answered + NOTICED_WITHIN);
        let has_taken = |account: &Account| {
            account.mounted < stored && lived(account.process) && account.calls[sender].contain(number)
        };
        let took = instances.filter(|seen| has_taken(&seen.account)).count();
        let at = self.at(answered);
        let text =
            format!("confirm of {number} of sender {sender}: {views} views, at {at} ms; {took} took it");
        (views < took || views > self.pages.len()).then_some((Wrong::Confirm, text))
    }

    fn viewed(&self, viewed: &Viewed) -> Option<Finding> {
        let (from, to) = (viewed.asked - NOTICED_WITHIN, viewed.answered + NOTICED_WITHIN);
        let (mut least, mut most) = (0, 0);
        for page in self.pages.iter().filter(|page| viewed.room.is_none_or(|room| room == page.room)) {
            if is_joined(page, from, to)? {
                most += 1;
                let cut = self.is_cut(page.server, viewed.answered) || self.is_cut(page.server, viewed.asked);
                least += usize::from(!cut);
            }
        }
        let text = format!(
            "viewers of room {:?}, asked at {} and answered at {} ms: {}, not {least} to {most}",
            viewed.room,
            self.at(viewed.asked),
            self.at(viewed.answered),
            viewed.views
        );
        (!(least..=most).contains(&viewed.views)).then_some((Wrong::Viewers, text))
    }
}

/// Whether a page was joined for all of this time, or for none of it; nothing if it came or went.
fn is_joined(page: &PageRecord, from: Moment, to: Moment) -> Option<bool> {
    let end = |left: Option<Moment>| left.unwrap_or(Moment::MAX);
    if page.stays.iter().any(|&(joined, left)| joined <= from && to <= end(left)) {
        return Some(true);
    }
    page.stays.iter().all(|&(joined, left)| to < joined || end(left) < from).then_some(false)
}

/// Pages that were mounted too often while nothing happened; `before` is how often each had been before.
pub fn storms(before: &[usize], pages: &[PageRecord]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, (before, page)) in before.iter().zip(pages).enumerate() {
        let remounts = page.instances.len() - before;
        if remounts > REMOUNTS_IN_QUIET {
            findings.push((Wrong::Storm, format!("page {number} was mounted {remounts} times in quiet")));
        }
    }
    findings
}
