//! A command that alerts every open page of the gallery:
//!
//! ```sh
//! cargo run -p deploy-alert -- "Version 2 goes live in five minutes"
//! ```
//!
//! First open <http://127.0.0.1:8080/alerts> on a gallery that uses Redis:
//! `DJUST_SECRET=$(openssl rand -hex 32) cargo run -p gallery -- --redis redis://127.0.0.1:6379`.
//! There is no runtime here. Without one, a push blocks until Redis has stored it, and its receipt
//! can find out how many pages it has reached.

use clap::Parser;
use contracts::{Alerts, Level};
use sender::{Redis, exit, is_it_running, say};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

/// Alerts every open page of the gallery.
#[derive(Parser)]
struct Options {
    /// What to say
    text: String,
    /// info, warning or critical
    #[arg(long, default_value_t = Level::Warning)]
    level: Level,
    #[command(flatten)]
    redis: Redis,
}

fn main() -> ExitCode {
    exit(alert(&Options::parse()).map(|told| say(&told)))
}

fn alert(options: &Options) -> Result<String, Box<dyn Error>> {
    options.redis.connect()?;
    let sent = Alerts::push().on_alert(options.level, options.text.clone()).send_blocking();
    let sent = sent.map_err(is_it_running)?;
    let receipt = sent.confirm_blocking(Duration::from_secs(2))?;
    Ok(match receipt.views {
        0 => "Nobody has the alerts open: nobody was told.".to_owned(),
        views => format!("Open pages told: {views}, on servers: {}", receipt.nodes),
    })
}
