//! Jobs whose progress the gallery shows:
//!
//! ```sh
//! cargo run -p actor-job
//! ```
//!
//! First open <http://127.0.0.1:8080/jobs> on a gallery that uses Redis:
//! `DJUST_SECRET=$(openssl rand -hex 32) cargo run -p gallery -- --redis redis://127.0.0.1:6379`.
//! The job itself is in `job.rs`; the gallery runs the same actor behind its button.

use actor_job::{Job, Plan};
use clap::Parser;
use contracts::{Progress, State};
use djust::push::{flush, viewers};
use sender::{Redis, exit, is_it_running, say};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

const NAMES: [&str; 4] = ["Thumbnails", "Monthly report", "Search index", "Backup"];

/// Runs jobs side by side; every jobs page of the gallery shows their progress.
#[derive(Parser)]
struct Options {
    /// How many jobs
    #[arg(long, default_value_t = 3)]
    jobs: usize,
    /// How many steps each has
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,
    /// How long a step takes, in milliseconds; each further job is a little slower
    #[arg(long, default_value_t = 120)]
    pause: u64,
    /// Lets the last job fail halfway
    #[arg(long)]
    fail: bool,
    #[command(flatten)]
    redis: Redis,
}

#[actix_rt::main]
async fn main() -> ExitCode {
    exit(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    options.redis.connect()?;
    let watching = viewers(Progress::PATH).await.map_err(is_it_running)?;
    say(&format!("Pages watching: {}", watching.views));
    let jobs: Vec<_> = (0..options.jobs).map(|number| plan(options, number)).collect();
    let ends: Vec<_> = jobs.iter().map(|plan| Job::begin(plan.clone())).collect();
    for (plan, end) in jobs.iter().zip(ends) {
        let state = end.await.unwrap_or(State::Failed);
        say(&format!("{}: {}", plan.name, state.name()));
    }
    match flush(Duration::from_secs(5)).await {
        0 => Ok(()),
        left => Err(format!("{left} pushes have not reached Redis").into()),
    }
}

fn plan(options: &Options, number: usize) -> Plan {
    let name = match number / NAMES.len() {
        0 => NAMES[number].to_owned(),
        round => format!("{} {}", NAMES[number % NAMES.len()], round + 1),
    };
    let pause = Duration::from_millis(options.pause).mul_f64(1.0 + number as f64 / 4.0);
    let fails = options.fail && number + 1 == options.jobs;
    Plan { name, steps: options.steps, pause, fails_at: fails.then_some(options.steps.div_ceil(2)) }
}
