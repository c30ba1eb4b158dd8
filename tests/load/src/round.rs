//! One server's figures: it is started, clients join, and pushes (or ticks) reach them.

use crate::Result;
use crate::floor::Page;
use crate::generator::{Arrivals, Control, Crowd, Generator};
use crate::options::Cpus;
use crate::protocol::Kind;
use crate::server::Server;
use crate::statistics::median;
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Clients that come and go before anything is measured: what a process makes once exists then.
const FIRST_CLIENTS: usize = 8;

/// Pushes before those that count.
const FIRST_PUSHES: u32 = 3;

/// How long a server may go on with what a join or a push has left it to do.
const SETTLING_TIME: Duration = Duration::from_millis(300);

/// The time between two pushes, so that one is over when the next begins.
const GAP: Duration = Duration::from_millis(20);

/// A server that takes part.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its name in reports.
    pub name: &'static str,
    /// How its clients speak.
    pub kind: Kind,
    /// Its program.
    pub program: PathBuf,
    /// The program's arguments.
    pub arguments: Vec<String>,
}

impl Subject {
    /// Starts it.
    ///
    /// # Errors
    /// It can't be started.
    pub fn start(&self, cpus: &Cpus) -> Result<Server> {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        Server::start(&self.program, &arguments, cpus)
    }
}

/// What happens in a round.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The clients.
    pub crowd: Crowd,
    /// Pushes that count.
    pub pushes: u32,
    /// How long ticks count.
    pub tick_time: Duration,
}

/// The figures of a round, or the medians of several.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figures {
    /// CPU time of the server for one update of one client, in microseconds.
    pub cpu_per_update_us: f64,
    /// Milliseconds from a push to the first client that has it. Ticks have no such times.
    pub first_ms: Option<f64>,
    /// To half of the clients.
    pub median_ms: Option<f64>,
    /// To 99% of them.
    pub p99_ms: Option<f64>,
    /// To the last.
    pub last_ms: Option<f64>,
    /// Bytes of an update, without the headers of WebSocket and TCP.
    pub bytes_per_update: f64,
    /// Resident memory that a client adds, in kB, once all have joined.
    pub memory_per_client_kb: f64,
    /// The same after the pushes.
    pub memory_after_pushes_kb: f64,
    /// Clients that join in a second, each loading its page first.
    pub joins_per_second: f64,
    /// CPU time of the server for a page and a join, in microseconds.
    pub cpu_per_join_us: f64,
}

impl Figures {
    /// Returns the median of each figure.
    pub fn median(rounds: &[Figures]) -> Figures {
        let of = |figure: fn(&Figures) -> f64| median(rounds.iter().map(figure));
        let time = |figure: fn(&Figures) -> Option<f64>| {
            let times: Vec<f64> = rounds.iter().filter_map(figure).collect();
            (!times.is_empty()).then(|| median(times))
        };
        Figures {
            cpu_per_update_us: of(|round| round.cpu_per_update_us),
            first_ms: time(|round| round.first_ms),
            median_ms: time(|round| round.median_ms),
            p99_ms: time(|round| round.p99_ms),
            last_ms: time(|round| round.last_ms),
            bytes_per_update: of(|round| round.bytes_per_update),
            memory_per_client_kb: of(|round| round.memory_per_client_kb),
            memory_after_pushes_kb: of(|round| round.memory_after_pushes_kb),
            joins_per_second: of(|round| round.joins_per_second),
            cpu_per_join_us: of(|round| round.cpu_per_join_us),
        }
    }
}

/// Measures a server once.
///
/// # Errors
/// It can't be started, or a client is lost.
pub fn run(subject: &Subject, plan: &Plan, cpus: &Cpus) -> Result<Figures> {
    let server = subject.start(cpus)?;
    let kind = subject.kind;
    warm_up(kind, &server, plan)?;
    let clients = plan.crowd.clients as f64;
    let memory = server.resident_kb()?;
    let grown = || -> Result<f64> { Ok((server.resident_kb()? as f64 - memory as f64) / clients) };

    let mut generator = Generator::new(kind, server.address(), plan.crowd)?;
    let (cpu, begun) = (server.cpu_time()?, Instant::now());
    generator.join()?;
    let join_time = begun.elapsed();
    generator.idle(SETTLING_TIME)?;
    let join_cpu = server.cpu_time()? - cpu;
    let memory_per_client_kb = grown()?;

    let updates = match plan.crowd.page {
        Page::Ticker => ticks(&server, &mut generator, plan)?,
        Page::Dashboard | Page::Table | Page::Chat => pushes(&server, &mut generator, plan)?,
    };
    let milliseconds = |of: fn(&Arrivals) -> Duration| {
        let times: Vec<f64> = updates.arrivals.iter().map(|push| of(push).as_secs_f64() * 1e3).collect();
        (!times.is_empty()).then(|| median(times))
    };
    Ok(Figures {
        cpu_per_update_us: updates.cpu.as_secs_f64() * 1e6 / updates.count as f64,
        first_ms: milliseconds(|push| push.first),
        median_ms: milliseconds(|push| push.median),
        p99_ms: milliseconds(|push| push.p99),
        last_ms: milliseconds(|push| push.last),
        bytes_per_update: updates.bytes as f64 / updates.count as f64,
        memory_per_client_kb,
        memory_after_pushes_kb: grown()?,
        joins_per_second: clients / join_time.as_secs_f64(),
        cpu_per_join_us: join_cpu.as_secs_f64() * 1e6 / clients,
    })
}

/// What was sent while a server's time was taken.
struct Updates {
    count: u64,
    bytes: u64,
    cpu: Duration,
    arrivals: Vec<Arrivals>,
}

fn warm_up(kind: Kind, server: &Server, plan: &Plan) -> Result<()> {
    let crowd = Crowd { clients: FIRST_CLIENTS, ..plan.crowd };
    let mut generator = Generator::new(kind, server.address(), crowd)?;
    generator.join()?;
    drop(generator);
    let mut control = Control::new(server.address());
    let limit = Instant::now() + Duration::from_secs(10);
    while control.live_views()? > 0 && Instant::now() < limit {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn pushes(server: &Server, generator: &mut Generator, plan: &Plan) -> Result<Updates> {
    for _ in 0..FIRST_PUSHES {
        generator.push()?;
        generator.idle(GAP)?;
    }
    measured(server, generator, |generator| {
        let mut arrivals = Vec::new();
        for _ in 0..plan.pushes {
            arrivals.push(generator.push()?);
            generator.idle(GAP)?;
        }
        Ok(arrivals)
    })
}

fn ticks(server: &Server, generator: &mut Generator, plan: &Plan) -> Result<Updates> {
    measured(server, generator, |generator| generator.idle(plan.tick_time).map(|()| Vec::new()))
}

fn measured(
    server: &Server,
    generator: &mut Generator,
    work: impl FnOnce(&mut Generator) -> Result<Vec<Arrivals>>,
) -> Result<Updates> {
    let (count, bytes) = (generator.tally().updates, generator.tally().bytes);
    let cpu = server.cpu_time()?;
    let arrivals = work(generator)?;
    let cpu = server.cpu_time()? - cpu;
    let tally = generator.tally();
    match tally.updates - count {
        0 => Err("no client has received an update".into()),
        count => Ok(Updates { count, bytes: tally.bytes - bytes, cpu, arrivals }),
    }
}
