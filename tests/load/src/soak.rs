//! Pushes at a steady pace for a while: is the memory flat, and does every client get everything?

use crate::Result;
use crate::generator::{Crowd, Generator};
use crate::options::Options;
use crate::round::Subject;
use serde::Serialize;
use std::time::{Duration, Instant};

/// How often the memory is read.
const SAMPLE_INTERVAL: Duration = Duration::from_secs(5);

/// How long the last push may take to arrive.
const LAST_PUSH_TIME: Duration = Duration::from_secs(5);

/// What a soak has shown.
#[derive(Debug, Serialize)]
pub struct Soak {
    /// The clients.
    pub clients: usize,
    /// Pushes that were requested.
    pub pushes: u32,
    /// Updates that were received.
    pub deliveries: u64,
    /// Updates that a newer one stood for: the client was slower than the pushes.
    pub skipped: u64,
    /// Clients without the last push.
    pub missing: usize,
    /// Resident memory of the server in kB, every five seconds.
    pub memory_kb: Vec<u64>,
    /// The share of a CPU that the server used.
    pub cpu_share: f64,
}

/// Runs for so many seconds.
///
/// # Errors
/// A client is lost.
pub fn run(subject: &Subject, crowd: Crowd, seconds: u64, options: &Options) -> Result<Soak> {
    let server = subject.start(&options.cpus)?;
    let mut generator = Generator::new(subject.kind, server.address(), crowd)?;
    generator.join()?;
    let interval = Duration::from_secs_f64(1.0 / options.pushes_per_second);
    let (begun, cpu) = (Instant::now(), server.cpu_time()?);
    let end = begun + Duration::from_secs(seconds);
    let mut memory_kb = vec![server.resident_kb()?];
    let (mut next_push, mut next_sample, mut pushes) = (begun, begun + SAMPLE_INTERVAL, 0);
    while next_push < end {
        generator.idle(next_push.saturating_duration_since(Instant::now()))?;
        pushes = generator.send_push()?;
        generator.receive_push()?;
        next_push += interval;
        if Instant::now() >= next_sample {
            next_sample += SAMPLE_INTERVAL;
            memory_kb.push(server.resident_kb()?);
            eprint!("\r{pushes} pushes, {} kB", server.resident_kb()?);
        }
    }
    let cpu_share = (server.cpu_time()? - cpu).as_secs_f64() / begun.elapsed().as_secs_f64();
    generator.idle(LAST_PUSH_TIME)?;
    memory_kb.push(server.resident_kb()?);
    eprintln!();
    let tally = generator.tally();
    Ok(Soak {
        clients: crowd.clients,
        pushes,
        deliveries: tally.updates,
        skipped: tally.skipped,
        missing: generator.behind(),
        memory_kb,
        cpu_share,
    })
}
