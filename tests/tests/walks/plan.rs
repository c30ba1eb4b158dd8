//! What a seed decides: how Redis is set up, who sends, what fails when. The timing is the machine's.

use crate::faults::Fault;
use djust_tests::proxy::Way;
use fastrand::Rng;
use std::time::Duration;

/// The servers of a site, and the links: one for each server, and one for the senders.
pub const SERVERS: usize = 2;
pub const LINKS: usize = 3;
/// The link that the senders share.
pub const SENDERS_LINK: usize = 2;
/// Pages are of rooms 0 and 1.
pub const ROOMS: u32 = 2;

/// How Redis keeps what it has taken over a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    Always,
    EverySecond,
    Nothing,
}

impl Persistence {
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Persistence::Always => &["--save", "", "--appendonly", "yes", "--appendfsync", "always"],
            Persistence::EverySecond => &["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"],
            Persistence::Nothing => &["--save", "", "--appendonly", "no"],
        }
    }
}

/// How a sender sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Each push blocks its thread.
    Blocking,
    /// Each is awaited in a runtime.
    Awaited,
    /// They are queued in a runtime.
    Queued,
    /// `push_many`, from a thread.
    Many,
    /// Over HTTP, through the first server.
    Http,
    /// Each push has a layer of its own, as `cron` and the command have.
    Short,
    /// A process, which may be killed.
    Process,
}

/// One sender.
#[derive(Debug, Clone)]
pub struct SenderPlan {
    pub kind: Kind,
    /// The pushes are for this room only.
    pub room: Option<u32>,
    /// The longest pause between two, in milliseconds.
    pub pause: u64,
    /// How much larger than need be the pushes are, in bytes.
    pub pad: usize,
}

/// A fault, and when it comes.
#[derive(Debug, Clone)]
pub struct Planned {
    pub fault: Fault,
    /// For so many milliseconds before it the servers read nothing: they never see what it takes away.
    pub unseen: Option<u64>,
    /// In milliseconds from the walk's start.
    pub begin: u64,
    pub end: u64,
}

/// All that a seed decides.
#[derive(Debug, Clone)]
pub struct Plan {
    pub seed: u64,
    pub persistence: Persistence,
    pub tls: bool,
    pub stream_length: usize,
    pub lease: Duration,
    /// Of awaited and blocking pushes.
    pub timeout: Duration,
    pub pages_each: usize,
    /// The first page of each server is left and opened again and again.
    pub restless: bool,
    pub senders: Vec<SenderPlan>,
    pub faults: Vec<Planned>,
    /// Nobody pushes from before the last fault.
    pub quiet: bool,
    /// How long pushes go on after the last fault, in milliseconds.
    pub after: u64,
}

fn one_of<T: Copy>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())]
}

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rng = &mut rng;
        let persistence = one_of(rng, &[Persistence::Always, Persistence::EverySecond, Persistence::Nothing]);
        let tls = rng.u8(..8) == 0;
        let faults = faults(rng, tls);
        let may_be_quiet = may_end_in_quiet(&faults, persistence);
        Plan {
            seed,
            persistence,
            tls,
            stream_length: one_of(rng, &[100, 100, 1_000, 100_000]),
            lease: Duration::from_millis(one_of(rng, &[1_000, 2_000, 5_000])),
            timeout: Duration::from_millis(one_of(rng, &[500, 2_000, 5_000])),
            pages_each: one_of(rng, &[1, 3, 4, 5]),
            restless: rng.u8(..3) == 0,
            senders: senders(rng),
            faults,
            quiet: may_be_quiet && rng.u8(..3) == 0,
            after: rng.u64(0..1_000),
        }
    }
}

fn senders(rng: &mut Rng) -> Vec<SenderPlan> {
    const KINDS: [Kind; 7] =
        [Kind::Blocking, Kind::Awaited, Kind::Queued, Kind::Many, Kind::Http, Kind::Short, Kind::Process];
    let sender = |rng: &mut Rng, kind| SenderPlan {
        kind,
        room: (rng.u8(..4) == 0).then(|| rng.u32(..ROOMS)),
        pause: one_of(rng, &[2, 5, 20]),
        pad: one_of(rng, &[0, 0, 0, 0, 0, 1_000, 8_000, 60_000]),
    };
    let others = rng.usize(2..=4);
    let mut kinds = KINDS;
    rng.shuffle(&mut kinds);
    // One at least has a layer that lives for as long as the walk.
    let first = one_of(rng, &KINDS[..4]);
    std::iter::once(first).chain(kinds.into_iter().take(others)).map(|kind| sender(rng, kind)).collect()
}

fn faults(rng: &mut Rng, tls: bool) -> Vec<Planned> {
    let mut faults: Vec<Planned> = Vec::new();
    let (mut begin, mut end) = (300, 300);
    for _ in 0..rng.usize(1..=5) {
        let fault = loop {
            let fault = fault(rng);
            // A replica would have another certificate.
            if !(tls && matches!(fault, Fault::FailOver { .. })) {
                break fault;
            }
        };
        // Some begin while the one before has not ended, if they don't meet in one process.
        let overlaps = rng.u8(..3) == 0;
        let meets = |other: &Planned| other.fault.subject() == fault.subject() && other.end >= begin;
        let start = if overlaps && !faults.iter().any(meets) { begin + 100 } else { end };
        begin = start + rng.u64(50..600);
        let lasts = fault.lasts(rng);
        let unseen = (fault.may_be_unseen() && rng.bool()).then(|| rng.u64(20..400));
        faults.push(Planned { fault, unseen, begin, end: begin + lasts });
        end = faults.iter().map(|planned| planned.end).max().expect("there is one");
    }
    faults.sort_by_key(|planned| planned.begin);
    faults
}

/// Nobody has to push to find what the last fault loses, and it comes when the others are over.
fn may_end_in_quiet(faults: &[Planned], persistence: Persistence) -> bool {
    let Some((last, before)) = faults.split_last() else { return false };
    !last.fault.forgets_some(persistence) && before.iter().all(|planned| planned.end <= last.begin)
}

fn fault(rng: &mut Rng) -> Fault {
    let (link, server) = (rng.usize(..LINKS), rng.usize(..SERVERS));
    match rng.u8(..20) {
        0 | 1 => Fault::KillRedis { loses: one_of(rng, &[0, 300, 3_000, 30_000]) },
        2 => Fault::StopRedis,
        3 => Fault::Flush,
        4 => Fault::Trim { keep: one_of(rng, &[0, 10, 100]) },
        5 => Fault::LoseCounter,
        6 => Fault::LoseRecord,
        7 | 8 => Fault::FailOver { demotes: rng.bool() },
        9 => Fault::ReadOnly,
        10 => Fault::Full,
        11 => Fault::KillClients,
        12 => Fault::CutLink { link },
        13 => Fault::SlowLink { link, rate: one_of(rng, &[20_000, 100_000, 400_000]) },
        14 => Fault::LateLink { link, delay: rng.u64(5..100) },
        15 => Fault::StalledLink { link, way: one_of(rng, &[Way::Requests, Way::Answers]) },
        16 => Fault::LostAnswers { link },
        17 => Fault::KillServer { server },
        18 => Fault::StopServer { server },
        _ => Fault::KillSender,
    }
}
