//! The kinds of faults: each begins, and ends some time later.
//!
//! | subject | kinds |
//! |---|---|
//! | Redis | killed, stopped, flushed, trimmed, full, its counter or a server's record lost, failed over, read-only |
//! | a link | cut, slow, late, stalled in one direction, answers lost |
//! | a server | killed and started again, stopped |
//! | a sender | killed, if it is a process |
//!
//! Faults of different subjects may overlap.

use crate::plan::{Persistence, SERVERS};
use crate::site::{STREAM, Site};
use djust_tests::proxy::{Flow, Way};
use djust_tests::redis_server::signal;
use fastrand::Rng;
use std::time::Duration;

/// A kind of fault, and where it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `kill -9`; what it has written down is there when it ends. Where it is written every second, the last so many bytes are not, as
    /// when the machine has failed.
    KillRedis {
        loses: u64,
    },
    /// SIGSTOP: it answers nobody, and nothing breaks.
    StopRedis,
    Flush,
    /// Only this many entries of the stream are left.
    Trim {
        keep: u32,
    },
    /// The keys that count entries are gone, as by eviction.
    LoseCounter,
    /// What a server says of itself is gone.
    LoseRecord,
    /// A replica that has not got the newest takes over. The old one is killed, or is a replica then.
    FailOver {
        demotes: bool,
    },
    /// It is a replica of nobody: it answers questions, and takes nothing.
    ReadOnly,
    /// It has no memory left: it refuses what would be kept.
    Full,
    /// Redis ends all connections.
    KillClients,
    CutLink {
        link: usize,
    },
    /// So many bytes a second pass.
    SlowLink {
        link: usize,
        rate: u64,
    },
    /// Whatever passes takes so many milliseconds.
    LateLink {
        link: usize,
        delay: u64,
    },
    /// Nothing passes in this direction, and nothing breaks.
    StalledLink {
        link: usize,
        way: Way,
    },
    /// What is asked arrives, and what is answered does not.
    LostAnswers {
        link: usize,
    },
    /// `kill -9`; another process takes its place when it ends.
    KillServer {
        server: usize,
    },
    StopServer {
        server: usize,
    },
    /// The sender processes are killed.
    KillSender,
}

/// What a fault happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Redis,
    Link(usize),
    Server(usize),
    Sender,
}

impl Fault {
    pub fn subject(self) -> Subject {
        match self {
            Fault::KillRedis { .. }
            | Fault::StopRedis
            | Fault::Flush
            | Fault::Trim { .. }
            | Fault::LoseCounter
            | Fault::LoseRecord
            | Fault::FailOver { .. }
            | Fault::ReadOnly
            | Fault::Full
            | Fault::KillClients => Subject::Redis,
            Fault::CutLink { link }
            | Fault::SlowLink { link, .. }
            | Fault::LateLink { link, .. }
            | Fault::StalledLink { link, .. }
            | Fault::LostAnswers { link } => Subject::Link(link),
            Fault::KillServer { server } | Fault::StopServer { server } => Subject::Server(server),
            Fault::KillSender => Subject::Sender,
        }
    }

    /// Whether Redis may forget the newest of what it has taken, and keep the rest.
    pub fn forgets_some(self, persistence: Persistence) -> bool {
        match self {
            Fault::KillRedis { .. } => persistence == Persistence::EverySecond,
            Fault::FailOver { .. } => true,
            _ => false,
        }
    }

    /// Whether it matters that servers have not read the newest when it begins.
    pub fn may_be_unseen(self) -> bool {
        matches!(
            self,
            Fault::KillRedis { .. }
                | Fault::Flush
                | Fault::Trim { .. }
                | Fault::LoseCounter
                | Fault::FailOver { .. }
        )
    }

    /// Whether it is over as soon as it has begun.
    fn is_instant(self) -> bool {
        matches!(
            self,
            Fault::Flush
                | Fault::Trim { .. }
                | Fault::LoseCounter
                | Fault::LoseRecord
                | Fault::KillClients
                | Fault::CutLink { .. }
                | Fault::KillSender
        )
    }

    /// How long it lasts, in milliseconds.
    pub fn lasts(self, rng: &mut Rng) -> u64 {
        match self {
            _ if self.is_instant() => 0,
            Fault::FailOver { .. } => rng.u64(50..1_500),
            _ if rng.bool() => rng.u64(50..700),
            _ => rng.u64(700..3_000),
        }
    }

    pub fn begin(self, site: &mut Site) {
        match self {
            Fault::KillRedis { .. } => site.redis.kill(),
            Fault::StopRedis => site.redis.pause(),
            Fault::Flush => site.command(&["FLUSHALL"]),
            Fault::Trim { keep } => site.command(&["XTRIM", STREAM, "MAXLEN", &keep.to_string()]),
            Fault::LoseCounter => site.delete("djust:number:*", usize::MAX),
            Fault::LoseRecord => site.delete("djust:node:*", 1),
            Fault::FailOver { .. } => site.begin_failover(),
            // Nobody listens at this port.
            Fault::ReadOnly => site.command(&["REPLICAOF", "127.0.0.1", "1"]),
            Fault::Full => site.command(&["CONFIG", "SET", "maxmemory", "1"]),
            Fault::KillClients => site.command(&["CLIENT", "KILL", "TYPE", "normal"]),
            Fault::CutLink { link } => site.links[link].cut(),
            Fault::SlowLink { link, rate } => site.links[link].limit(rate),
            Fault::LateLink { link, delay } => site.links[link].delay(Duration::from_millis(delay)),
            Fault::StalledLink { link, way } => site.links[link].set(way, Flow::Stalls),
            Fault::LostAnswers { link } => site.links[link].set(Way::Answers, Flow::Vanishes),
            Fault::KillServer { server } => site.kill_server(server),
            Fault::StopServer { server } => signal(site.server(server).pid(), "STOP"),
            Fault::KillSender => site.desk.kill_processes(),
        }
    }

    pub fn end(self, site: &mut Site) {
        match self {
            Fault::KillRedis { loses } => site.start_redis(loses),
            Fault::StopRedis => site.redis.resume(),
            Fault::FailOver { demotes } => site.end_failover(demotes),
            Fault::ReadOnly => site.command(&["REPLICAOF", "NO", "ONE"]),
            Fault::Full => site.command(&["CONFIG", "SET", "maxmemory", "0"]),
            Fault::SlowLink { link, .. } => site.links[link].limit(0),
            Fault::LateLink { link, .. } => site.links[link].delay(Duration::ZERO),
            Fault::StalledLink { link, way } => site.links[link].set(way, Flow::Passes),
            Fault::LostAnswers { link } => {
                site.links[link].set(Way::Answers, Flow::Passes);
                // No connection goes on after what it has lost.
                site.links[link].cut();
            }
            Fault::KillServer { server } => site.start_server(server),
            Fault::StopServer { server } => signal(site.server(server).pid(), "CONT"),
            _ => debug_assert!(self.is_instant(), "{self:?} has an end"),
        }
    }

    /// Whether Redis can't be told meanwhile that a server lives.
    pub fn renews_no_lease(self) -> bool {
        matches!(
            self,
            Fault::KillRedis { .. }
                | Fault::StopRedis
                | Fault::FailOver { .. }
                | Fault::ReadOnly
                | Fault::Full
        )
    }

    /// The server that can't reach Redis meanwhile, or not in time, or can't be reached by its answers.
    pub fn cuts_off(self) -> Option<usize> {
        match self {
            Fault::StalledLink { link, .. }
            | Fault::LostAnswers { link }
            | Fault::SlowLink { link, .. }
            | Fault::LateLink { link, .. }
                if link < SERVERS =>
            {
                Some(link)
            }
            Fault::StopServer { server } => Some(server),
            _ => None,
        }
    }
}
