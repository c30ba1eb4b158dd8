//! A help desk for several agents.
//!
//! ```sh
//! cargo run -p helpdesk
//! ```
//!
//! Open <http://127.0.0.1:8080> in two browsers, or in one and in a private window, and sign in as two of the
//! demonstration accounts: `Ada`, `Ben` and `Cleo`, each with the password `demo`. What one of them does to a
//! ticket, the other one sees at once: in the list, on the ticket's page, behind the bell and as a toast.
//! Tickets that nobody answers become more urgent by themselves (`--patience`, 600 seconds by default).
//!
//! Customers' mail comes from another program, through Redis. Both programs use the same database, by default
//! a file in the folder for temporary files:
//!
//! ```sh
//! redis-server &
//! DJUST_SECRET=$(openssl rand -hex 32) cargo run -p helpdesk -- --redis redis://127.0.0.1:6379
//! cargo run -p helpdesk --bin helpdesk-mail -- --from eve@example.org "The door doesn't open"
//! ```

use clap::Parser;
use helpdesk::{Settings, default_database, server};
use std::error::Error;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Smaller and faster for many connections than the system's allocator.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A help desk for several agents.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The port to listen on
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// The address to listen on; 0.0.0.0 makes the help desk reachable from other machines
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Carry pushes through this Redis, as in redis://127.0.0.1:6379, so that helpdesk-mail reaches the pages
    #[arg(long, env = "REDIS_URL", value_name = "URL")]
    redis: Option<String>,
    /// The SQLite file with the tickets
    #[arg(long, value_name = "FILE", default_value_os_t = default_database())]
    database: PathBuf,
    /// For how many seconds a ticket may wait before its priority is raised
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    patience: u64,
    /// Signs pages and encrypts cookies: 64 bytes or more, and the same for all servers with one Redis
    #[arg(long, env = "DJUST_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

#[actix_web::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_target(false).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let Options { port, host, redis, database, patience, secret } = options;
    let listener = TcpListener::bind((host.as_str(), port)).map_err(|error| {
        format!("can't listen on {host}:{port}: {error}. Choose another port with --port")
    })?;
    let address = listener.local_addr()?;
    let patience = Duration::from_secs(patience);
    let server = server(listener, Settings { database, redis, secret, patience }).await?;
    say(&format!("The help desk is open at http://{address}"));
    Ok(server.await?)
}

#[expect(clippy::print_stdout, reason = "where to look is what the command line is for")]
fn say(line: &str) {
    println!("{line}");
}
