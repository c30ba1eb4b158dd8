//! A sender process of the random walks: it stores a number and pushes it, again and again, until it is killed.
//!
//! It says `begun` before it stores a number, and then `taken`, `refused` or `unknown`.

use clap::Parser;
use djust::layer::RedisLayer;
use djust::push::{LayerError, Push, PushError, Pusher};
use djust_tests::walked::{Stored, WALKED};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A sender process of the random walks.
#[derive(Parser)]
struct Options {
    /// The Redis to push through
    #[arg(long)]
    redis: String,
    /// Certificates to trust for `rediss://`, a PEM file
    #[arg(long)]
    certificates: Option<PathBuf>,
    /// How many pushes Redis keeps for each view
    #[arg(long)]
    stream_length: usize,
    /// How long a push is tried, in milliseconds
    #[arg(long)]
    timeout_ms: u64,
    /// Where the numbers are stored
    #[arg(long)]
    stored: PathBuf,
    /// Which sender this is
    #[arg(long)]
    sender: usize,
    /// The first number
    #[arg(long)]
    first: u64,
    /// Only for the views with this key
    #[arg(long)]
    key: Option<String>,
    /// The longest pause between two, in milliseconds
    #[arg(long)]
    pause_ms: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let stored = Stored::open(&options.stored)?;
    let mut layer = RedisLayer::builder(options.redis)
        .stream_length(options.stream_length)
        .timeout(Duration::from_millis(options.timeout_ms));
    if let Some(file) = options.certificates {
        layer = layer.certificates(std::fs::read(file)?);
    }
    let pusher = Pusher::new(Arc::new(layer.build()?));
    let mut output = std::io::stdout();
    for number in options.first.. {
        writeln!(output, "begun")?;
        stored.store(options.sender, number)?;
        let push = Push::handler("take").arg("sender", options.sender).arg("number", number);
        let push = match &options.key {
            Some(key) => push.key(key),
            None => push,
        };
        let said = match pusher.push_to_view(WALKED, push) {
            Ok(_) => "taken",
            Err(PushError::Unavailable(LayerError::NotStored { .. } | LayerError::QueueFull { .. })) => {
                "refused"
            }
            Err(_) => "unknown",
        };
        writeln!(output, "{said}")?;
        std::thread::sleep(Duration::from_millis(fastrand::u64(..=options.pause_ms)));
    }
    Ok(())
}
