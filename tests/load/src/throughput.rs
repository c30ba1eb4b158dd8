//! Deliveries a second of one worker, and of two on two CPUs.
//!
//! On a machine with two CPUs the second worker shares its CPU with the clients, and what those use
//! is reported. With more CPUs, name three: `--cpus 0,1/2`.

use crate::generator::{Crowd, Generator};
use crate::options::Cpus;
use crate::round::Subject;
use crate::{Result, compare, process};
use serde::Serialize;
use std::time::{Duration, Instant};

/// Pushes that are on their way at a time.
const IN_FLIGHT: u32 = 4;

/// What a number of workers delivers.
#[derive(Debug, Serialize)]
pub struct Throughput {
    /// Worker threads.
    pub workers: usize,
    /// Updates that clients received in a second.
    pub deliveries_per_second: f64,
    /// Pushes that reached all clients in a second.
    pub pushes_per_second: f64,
    /// The CPUs that the server used, on average.
    pub server_cpus: f64,
    /// The share of a CPU that the clients used.
    pub generator_cpus: f64,
}

/// Measures one worker, then two.
///
/// # Errors
/// The server can't be started, or a client is lost.
pub fn run(crowd: Crowd, time: Duration, cpus: &Cpus) -> Result<[Throughput; 2]> {
    let one = measure(&compare::fanout("djust", &["--workers", "1"])?, 1, crowd, time, &cpus.one_worker())?;
    let two = measure(&compare::fanout("djust", &["--workers", "2"])?, 2, crowd, time, &cpus.two_workers())?;
    Ok([one, two])
}

fn measure(
    subject: &Subject,
    workers: usize,
    crowd: Crowd,
    time: Duration,
    cpus: &Cpus,
) -> Result<Throughput> {
    let server = subject.start(cpus)?;
    let mut generator = Generator::new(subject.kind, server.address(), crowd)?;
    generator.join()?;
    generator.push()?;
    let own = std::process::id();
    let (begun, updates) = (Instant::now(), generator.tally().updates);
    let (server_cpu, own_cpu) = (server.cpu_time()?, process::cpu_time(own)?);
    let mut newest = 1;
    let mut complete = 1;
    while begun.elapsed() < time {
        while newest < complete + IN_FLIGHT {
            newest = generator.send_push()?;
        }
        complete += 1;
        generator.wait_for_push(complete)?;
        generator.receive_push()?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    Ok(Throughput {
        workers,
        deliveries_per_second: (generator.tally().updates - updates) as f64 / seconds,
        pushes_per_second: f64::from(complete - 1) / seconds,
        server_cpus: (server.cpu_time()? - server_cpu).as_secs_f64() / seconds,
        generator_cpus: (process::cpu_time(own)? - own_cpu).as_secs_f64() / seconds,
    })
}
