//! A database that pushes its changes to the gallery:
//!
//! ```sh
//! cargo run -p signals -- --orders 5
//! ```
//!
//! First open <http://127.0.0.1:8080/orders> on a gallery that uses Redis:
//! `DJUST_SECRET=$(openssl rand -hex 32) cargo run -p gallery -- --redis redis://127.0.0.1:6379`.
//! The program writes five orders to an SQLite file and pays them. It pushes each change because
//! the database has it, not because the program wrote it: without `--orders` it watches until
//! Ctrl-C, and `--orders 5 --write-only` in another shell writes.
//!
//! With PostgreSQL, which sends notifications instead of being polled:
//!
//! ```sh
//! cargo run -p signals --features postgres -- --database postgres://user:password@127.0.0.1/shop --orders 5
//! ```

mod database;

use clap::Parser;
use contracts::{Order, Orders};
use database::Database;
use djust::push::{PushError, viewers};
use sender::{Redis, exit, is_it_running, say};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const ITEMS: [&str; 6] =
    ["Copper wire, 2 mm", "Zinc sheet", "Tin rod", "Lead foil", "Nickel tube", "Silver wire"];

/// How long the program waits after a failed push before it tries again.
const RETRY: Duration = Duration::from_secs(1);
/// How often the newest orders are pushed if somebody watches, for pages that opened meanwhile. The
/// other pages receive nothing, because nothing changes on them.
const REFRESH: Duration = Duration::from_secs(1);

/// Pushes the changes of a database to the gallery's orders.
#[derive(Parser)]
struct Options {
    /// Places this many orders, half a second apart, pays each, and ends when all changes are pushed
    #[arg(long)]
    orders: Option<usize>,
    /// Only writes; another instance of this program watches and pushes
    #[arg(long, requires = "orders")]
    write_only: bool,
    /// sqlite:FILE?mode=rwc, or postgres://… in a build with `--features postgres`; djust-orders.db
    /// in the folder for temporary files by default
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database: Option<String>,
    #[command(flatten)]
    redis: Redis,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let url = options.database.clone().unwrap_or_else(|| {
        format!("sqlite:{}?mode=rwc", std::env::temp_dir().join("djust-orders.db").display())
    });
    let open = async || Database::open(&url).await.map_err(|error| unusable(&url, &error));
    let mut database = open().await?;
    if options.write_only {
        return write(&database, options.orders).await;
    }
    options.redis.connect()?;
    viewers(Orders::PATH).await.map_err(is_it_running)?;
    // The writer has a connection of its own, as any other program would.
    let writer = open().await?;
    tokio::select! {
        watched = watch(&mut database) => watched?,
        written = write(&writer, options.orders) => { written?; tell(&database).await?; }
        ended = tokio::signal::ctrl_c() => ended?,
    }
    Ok(())
}

fn unusable(url: &str, error: &sqlx::Error) -> String {
    let kind = url.split(':').next().unwrap_or_default();
    match error {
        _ if kind.starts_with("postgres") && !cfg!(feature = "postgres") => {
            "this program is built without PostgreSQL: build it with --features postgres".to_owned()
        }
        error => format!("the {kind} database can't be used: {error}; name another one with --database"),
    }
}

/// Places orders and pays them. Without a number, it never ends.
async fn write(database: &Database, orders: Option<usize>) -> Result<(), Box<dyn Error>> {
    let Some(orders) = orders else { return std::future::pending().await };
    for number in 0..orders {
        let id = database.place(ITEMS[number % ITEMS.len()], fastrand::i64(290..=24_900)).await?;
        sleep(Duration::from_millis(350)).await;
        database.pay(id).await?;
        sleep(Duration::from_millis(150)).await;
    }
    say(&format!("{orders} orders placed and paid"));
    Ok(())
}

/// Pushes changes as soon as they happen.
async fn watch(database: &mut Database) -> Result<(), Box<dyn Error>> {
    let mut refreshed = None::<Instant>;
    loop {
        let told = async {
            tell(database).await?;
            if refreshed.is_none_or(|last| last.elapsed() >= REFRESH) {
                refreshed = Some(Instant::now());
                if viewers(Orders::PATH).await?.views > 0 {
                    push(database.newest().await?).await?;
                }
            }
            Ok::<_, Box<dyn Error>>(())
        };
        if let Err(error) = told.await {
            eprintln!("not pushed yet: {error}");
            sleep(RETRY).await;
        }
        database.wait().await?;
    }
}

/// Pushes the changes. They stay in the database until Redis has stored the push. After a failure
/// they are pushed again; pushing the state of an order twice does no harm.
async fn tell(database: &Database) -> Result<(), Box<dyn Error>> {
    loop {
        let changes = database.changes().await?;
        if changes.orders.is_empty() {
            return Ok(());
        }
        push(changes.orders.clone()).await?;
        database.told(&changes).await?;
        say(&format!("pushed {}", changes.orders.len()));
    }
}

async fn push(orders: Vec<Order>) -> Result<(), PushError> {
    Orders::push().on_orders(orders).send().await.map(drop)
}
