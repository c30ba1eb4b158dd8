//! A customer's mail becomes a ticket: it is stored, and a push through Redis tells the agents' pages.
//!
//! ```sh
//! echo "It says E-17." | cargo run -p helpdesk --bin helpdesk-mail -- --from eve@example.org "The door doesn't open"
//! ```

use clap::Parser;
use djust::Pusher;
use djust::layer::RedisLayer;
use helpdesk::{Desk, NewTicket, Priority, Store, default_database};
use std::error::Error;
use std::io::{IsTerminal, Read, stdin};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How long Redis may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Makes a ticket of a mail. Its text comes from the standard input.
#[derive(Parser)]
struct Options {
    /// What it is about
    subject: String,
    /// Who writes
    #[arg(long, value_name = "ADDRESS", default_value = "customer@example.org")]
    from: String,
    /// The Redis that the help desk uses
    #[arg(
        long,
        env = "REDIS_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "redis://127.0.0.1:6379"
    )]
    redis: String,
    /// The SQLite file with the tickets
    #[arg(long, value_name = "FILE", default_value_os_t = default_database())]
    database: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match deliver(&Options::parse()).await {
        Ok(ticket) => say(&format!("This is ticket {ticket} now.")),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

async fn deliver(options: &Options) -> Result<i64, Box<dyn Error>> {
    let mut text = String::new();
    if !stdin().is_terminal() {
        stdin().read_to_string(&mut text)?;
    }
    // What can't be pushed by then is given up: the ticket is stored, and lists read it when they open.
    let layer = RedisLayer::builder(&options.redis).queue_timeout(TIMEOUT).build()?;
    let pusher = Pusher::new(Arc::new(layer));
    let desk = Desk::new(Store::open(&options.database).await?, pusher.clone());
    let (subject, customer, text) = (options.subject.trim(), options.from.trim(), text.trim());
    let priority = Priority::Normal;
    let ticket = desk.open_ticket(&NewTicket { subject, customer, text, priority }).await?;
    match pusher.flush(TIMEOUT).await {
        0 => Ok(ticket.id),
        _ => Err(format!(
            "ticket {} is stored, but no page was told: is Redis running? `redis-server` starts one, --redis names \
             another one",
            ticket.id
        )
        .into()),
    }
}

#[expect(clippy::print_stdout, reason = "the answer is what the command is run for")]
fn say(line: &str) {
    println!("{line}");
}
