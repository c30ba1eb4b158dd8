//! A queue of jobs in Redis and its worker, by apalis, which pushes to the gallery's dashboard:
//!
//! ```sh
//! cargo run -p jobs
//! ```
//!
//! First open <http://127.0.0.1:8080/dashboard> on a gallery that uses Redis:
//! `DJUST_SECRET=$(openssl rand -hex 32) cargo run -p gallery -- --redis redis://127.0.0.1:6379`.
//! The program puts twelve orders into the queue and processes them, and pushes the end of each.
//! With `--forever` it continues with an order a second.

use apalis::prelude::{BackendExt, BoxDynError, Data, TaskSink, WorkerBuilder};
use apalis_redis::{Config, RedisStorage};
use clap::Parser;
use contracts::Metrics;
use sender::{Redis, exit, is_it_running, say};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// How often an idle worker looks for new orders.
const LOOK: Duration = Duration::from_millis(200);
/// How long an order takes.
const WORK: Duration = Duration::from_millis(250);

/// Processes a queue of orders; the gallery's dashboard follows.
#[derive(Parser)]
struct Options {
    /// How many orders are put into the queue
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..))]
    jobs: u32,
    /// Continues with an order a second, until Ctrl-C
    #[arg(long)]
    forever: bool,
    #[command(flatten)]
    redis: Redis,
}

/// A job, as it is in the queue.
#[derive(Debug, Serialize, Deserialize)]
struct ProcessOrder {
    cents: u64,
}

/// The counters.
#[derive(Default)]
struct Count {
    /// Orders that this process has put into the queue.
    queued: AtomicU32,
    /// Orders that this process has processed: as many, but perhaps other ones.
    done: AtomicU32,
    cents: AtomicU64,
    forever: bool,
    /// Notified when there is nothing left to do.
    end: Notify,
}

type Orders = RedisStorage<ProcessOrder>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit(run(&Options::parse()).await.map(|done| say(&format!("{done} orders done"))))
}

async fn run(options: &Options) -> Result<u32, Box<dyn Error>> {
    options.redis.connect()?;
    let config = Config::default().queue("djust-example-orders");
    let connection = apalis_redis::connect(options.redis.url.as_str()).await.map_err(is_it_running)?;
    let mut queue = RedisStorage::new(connection).with_config(config);
    let count = Arc::new(Count { forever: options.forever, ..Count::default() });
    for _ in 0..options.jobs {
        enqueue(&mut queue, &count).await?;
    }
    let more = options.forever.then(|| tokio::spawn(go_on(queue.clone(), Arc::clone(&count))));
    // Workers of one queue share its jobs, and need different names.
    let name = format!("worker-{}", std::process::id());
    let worker = WorkerBuilder::new(name.as_str())
        .backend(queue.poll_with_interval(LOOK))
        .data(Arc::clone(&count))
        .build(process);
    let last = Arc::clone(&count);
    let end = async move {
        tokio::select! {
            () = last.end.notified() => Ok(()),
            asked = tokio::signal::ctrl_c() => asked,
        }
    };
    // The worker finishes the present job first.
    worker.run_until(end).await?;
    more.inspect(|more| more.abort());
    Ok(count.done.load(Ordering::Relaxed))
}

async fn enqueue(queue: &mut Orders, count: &Count) -> Result<(), Box<dyn Error>> {
    count.queued.fetch_add(1, Ordering::Relaxed);
    queue.push(ProcessOrder { cents: fastrand::u64(500..=9_900) }).await?;
    Ok(())
}

async fn go_on(mut queue: Orders, count: Arc<Count>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Err(error) = enqueue(&mut queue, &count).await {
            eprintln!("no new order: {error}");
        }
    }
}

/// The job. If its push fails, the job fails, as it would after a failed query.
async fn process(order: ProcessOrder, count: Data<Arc<Count>>) -> Result<(), BoxDynError> {
    tokio::time::sleep(WORK).await;
    let done = count.done.fetch_add(1, Ordering::Relaxed) + 1;
    let pending = count.queued.load(Ordering::Relaxed).saturating_sub(done);
    let cents = count.cents.fetch_add(order.cents, Ordering::Relaxed) + order.cents;
    let push = Metrics::push()
        .pending_orders(pending)
        .revenue(cents as f64 / 100.0)
        .status(format!("{done} orders done by the worker"));
    let pushed = push.send().await;
    if pending == 0 && !count.forever {
        count.end.notify_one();
    }
    pushed?;
    Ok(())
}
