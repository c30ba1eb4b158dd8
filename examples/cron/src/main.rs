//! A scheduler that pushes figures to the gallery's dashboard, and works only while somebody
//! watches:
//!
//! ```sh
//! cargo run -p cron
//! ```
//!
//! Open <http://127.0.0.1:8080/dashboard> on a gallery that uses Redis:
//! `DJUST_SECRET=$(openssl rand -hex 32) cargo run -p gallery -- --redis redis://127.0.0.1:6379`.
//! Then close the page and watch the scheduler skip its work. It ends with Ctrl-C, or after the
//! last of `--runs`.

use clap::Parser;
use contracts::Metrics;
use djust::push::{QueryError, viewers};
use sender::{Redis, exit, is_it_running, say};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler};

/// Pushes figures to the gallery's dashboard while somebody watches it.
#[derive(Parser)]
struct Options {
    /// When to run, in cron format with seconds first
    #[arg(long, default_value = "*/2 * * * * *")]
    schedule: String,
    /// Ends after this many runs
    #[arg(long)]
    runs: Option<u64>,
    #[command(flatten)]
    redis: Redis,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    options.redis.connect()?;
    viewers(Metrics::PATH).await.map_err(is_it_running)?;
    let mut scheduler = JobScheduler::new().await?;
    // A queue of one: a run that takes longer than the schedule's interval only delays the next
    // report.
    let (report, mut reports) = mpsc::channel(1);
    let job = Job::new_async(options.schedule.as_str(), move |_, _| {
        let report = report.clone();
        Box::pin(async move {
            // An error means that the program is ending.
            let _ = report.send(figures().await).await;
        })
    });
    let job = job.map_err(|error| {
        format!("--schedule {:?}: {error}; an example: \"*/2 * * * * *\", each two seconds", options.schedule)
    })?;
    scheduler.add(job).await?;
    scheduler.start().await?;
    let mut runs = 0;
    while options.runs.is_none_or(|last| runs < last) {
        tokio::select! {
            Some(report) = reports.recv() => say(&report.unwrap_or_else(|error| format!("not pushed: {error}"))),
            ended = tokio::signal::ctrl_c() => { ended?; break; }
        }
        runs += 1;
    }
    scheduler.shutdown().await?;
    Ok(())
}

/// One run. Asking for viewers is cheap; collecting figures might not be.
async fn figures() -> Result<String, QueryError> {
    let watching = viewers(Metrics::PATH).await?;
    if watching.views == 0 {
        return Ok("nobody watches: nothing to do".to_owned());
    }
    let visitors = collect().await;
    let push = Metrics::push()
        .visitors(visitors)
        .pending_orders(fastrand::u32(0..=60))
        .error_rate(fastrand::f64() * 2.0)
        .status("Figures by cron".to_owned());
    push.on_sample().send().await?;
    Ok(format!("pushed {visitors} visitors; pages: {}, on servers: {}", watching.views, watching.nodes))
}

/// Stands for a slow query.
async fn collect() -> u32 {
    tokio::time::sleep(Duration::from_millis(50)).await;
    fastrand::u32(80..=160)
}
