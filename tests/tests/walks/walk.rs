//! One walk: a site is started, pushed to and broken; then it is mended, and has to be well soon.

use crate::checks::{Cut, Evidence, Finding, Wrong, missing, storms};
use crate::ledger::Outcome;
use crate::pages::Pages;
use crate::plan::{Plan, Planned};
use crate::questions::Questions;
use crate::senders::Senders;
use crate::site::Site;
use djust_tests::server::wait_until;
use djust_tests::walked::{Moment, now};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

/// Within which everything has to be well after the last fault.
const HEALED_WITHIN: Duration = Duration::from_secs(10);
/// How long servers may take then to find by themselves what the last fault has lost.
const FOUND_WITHIN: Duration = Duration::from_millis(2_500);
/// For how long nothing happens then, and nothing may be mounted again and again.
const QUIET: Duration = Duration::from_secs(5);
/// How often it is looked whether all is well.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What came of a walk.
pub struct Walked {
    pub plan: Plan,
    /// What happened when, in milliseconds from the start.
    pub trace: Vec<(u64, String)>,
    pub findings: Vec<Finding>,
    pub pushes: u64,
    pub taken: u64,
    pub calls: u64,
    pub answers: usize,
    pub unknown: usize,
    pub mounts: usize,
    /// How often a view was mounted anew in its place, for each page and fault.
    pub remounts: f64,
    /// In milliseconds from when nothing failed and nobody pushed any more; nothing if it never was.
    pub healed: Option<u64>,
    /// In KiB.
    pub memory: u64,
    /// What the servers have logged.
    pub directory: PathBuf,
}

struct Walk {
    plan: Plan,
    begun: Moment,
    trace: Vec<(u64, String)>,
    site: Site,
}

/// Does what a seed says.
pub fn walk(seed: u64) -> Walked {
    let plan = Plan::of(seed);
    let directory = std::env::temp_dir().join(format!("djust-walk-{}-{seed}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a place for temporary files");
    let site = Site::start(&plan, directory.clone());
    let pages = Pages::open(&site.desk, &plan);
    wait_until("all pages to join", || pages.are_joined());
    let mut senders = Senders::start(&site.desk);
    let questions = Questions::start(&site.desk, seed);
    let mut walk = Walk { plan, begun: now(), trace: Vec::new(), site };
    walk.break_things(&mut senders);
    sleep(Duration::from_millis(if walk.plan.quiet { 0 } else { walk.plan.after }));
    senders.end();
    let healed = walk.heal(&pages);
    walk.note("well, or given up".to_owned());
    walk.site.measure();
    sleep(FOUND_WITHIN);
    let before: Vec<usize> = pages.read().iter().map(|page| page.instances.len()).collect();
    sleep(QUIET);
    drop(questions);
    walk.verdict(&pages, &before, healed, directory)
}

impl Walk {
    fn note(&mut self, what: String) {
        self.trace.push(((now() - self.begun) / 1_000, what));
    }

    /// Begins and ends each fault in its time.
    fn break_things(&mut self, senders: &mut Senders) {
        let faults = self.plan.faults.clone();
        let mut events: Vec<(u64, bool, usize)> = Vec::new();
        for (number, planned) in faults.iter().enumerate() {
            events.extend([(planned.begin, true, number), (planned.end, false, number)]);
        }
        // The end of one that does not last comes after its beginning.
        events.sort_by_key(|&(at, begins, number)| (at, number, !begins));
        let (mut begun, mut waited) = (vec![0; faults.len()], 0);
        for (at, begins, number) in events {
            let planned = &faults[number];
            let due = self.begun + waited + at * 1_000;
            sleep(Duration::from_micros(due.saturating_sub(now())));
            if begins {
                if self.plan.quiet && number + 1 == faults.len() {
                    let from = now();
                    senders.end();
                    waited += now() - from;
                    self.note("nobody pushes any more".to_owned());
                }
                begun[number] = now();
                self.begin(number, planned);
            } else {
                self.end(number, planned, begun[number]);
            }
        }
    }

    fn begin(&mut self, number: usize, planned: &Planned) {
        if let Some(unseen) = planned.unseen {
            self.note(format!("the servers read nothing for {unseen} ms"));
            self.site.let_servers_read(false);
            sleep(Duration::from_millis(unseen));
        }
        self.note(format!("{number} begins: {:?}", planned.fault));
        planned.fault.begin(&mut self.site);
    }

    fn end(&mut self, number: usize, planned: &Planned, from: Moment) {
        let fault = planned.fault;
        fault.end(&mut self.site);
        if planned.unseen.is_some() {
            self.site.let_servers_read(true);
        }
        let server = fault.cuts_off();
        if server.is_some() || fault.renews_no_lease() {
            self.site.cuts.push(Cut { server, from, to: now() });
        }
        self.note(format!("{number} has ended"));
    }

    /// Waits until each page shows what was taken, or was mounted after it; how many milliseconds that took.
    fn heal(&mut self, pages: &Pages) -> Option<u64> {
        self.note("nothing fails, and nobody pushes".to_owned());
        let (begun, (senders, _)) = (now(), self.site.desk.ledger.read());
        let deadline = begun + u64::try_from(HEALED_WITHIN.as_micros()).expect("short");
        loop {
            let well =
                pages.are_joined() && pages.read().iter().all(|page| missing(&senders, page).is_empty());
            if well {
                return Some((now() - begun) / 1_000);
            }
            if now() > deadline {
                return None;
            }
            sleep(LOOK_EVERY);
        }
    }

    fn verdict(mut self, pages: &Pages, before: &[usize], healed: Option<u64>, directory: PathBuf) -> Walked {
        self.site.measure();
        let pages_shown = pages.read();
        let mut findings = storms(before, &pages_shown);
        let (senders, answers) = self.site.desk.ledger.read();
        let evidence = Evidence {
            senders,
            pages: pages_shown,
            answers,
            cuts: std::mem::take(&mut self.site.cuts),
            ends: std::mem::take(&mut self.site.ends),
            begun: self.begun,
            lease: u64::try_from(self.plan.lease.as_micros()).expect("short"),
        };
        findings.extend(evidence.findings());
        if !pages.are_joined() {
            findings.push((Wrong::Heal, "a page is not back".to_owned()));
        } else if healed.is_none() {
            findings.push((Wrong::Heal, format!("not within {HEALED_WITHIN:?}")));
        }
        let attempts = || evidence.senders.iter().flat_map(|record| &record.attempts);
        let instances = || evidence.pages.iter().flat_map(|page| &page.instances);
        let joins: usize = evidence.pages.iter().map(|page| page.stays.len()).sum();
        let places = evidence.pages.len() * self.plan.faults.len();
        let calls = instances().flat_map(|seen| &seen.account.calls).map(|calls| calls.count());
        Walked {
            trace: self.trace,
            pushes: attempts().count() as u64,
            taken: attempts().filter(|attempt| attempt.outcome == Outcome::Taken).count() as u64,
            calls: calls.sum(),
            answers: evidence.answers.confirmed.len() + evidence.answers.viewed.len(),
            unknown: evidence.answers.unknown,
            mounts: instances().count(),
            remounts: instances().count().saturating_sub(joins) as f64 / places as f64,
            findings,
            healed,
            memory: self.site.memory,
            plan: self.plan,
            directory,
        }
    }
}
