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
use djust::layer::RedisLayer;
use djust::push::set_default_layer;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Alerts every open page of the gallery.
#[derive(Parser)]
struct Options {
    /// What to say
    text: String,
    /// info, warning or critical
    #[arg(long, default_value_t = Level::Warning)]
    level: Level,
    /// The Redis that the gallery uses
    #[arg(
        long,
        env = "REDIS_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "redis://127.0.0.1:6379"
    )]
    redis: String,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match alert(&options) {
        Ok(told) => say(&told),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn alert(options: &Options) -> Result<String, Box<dyn Error>> {
    set_default_layer(Arc::new(RedisLayer::new(&options.redis)?));
    let sent = Alerts::push().on_alert(options.level, options.text.clone()).send_blocking();
    let sent = sent.map_err(|error| {
        format!("{error}. Is Redis running? `redis-server` starts one, --redis names another one")
    })?;
    let receipt = sent.confirm_blocking(Duration::from_secs(2))?;
    Ok(match receipt.views {
        0 => "Nobody has the alerts open: nobody was told.".to_owned(),
        views => format!("Open pages told: {views}, on servers: {}", receipt.nodes),
    })
}

#[expect(clippy::print_stdout, reason = "a command prints its result")]
fn say(line: &str) {
    println!("{line}");
}
