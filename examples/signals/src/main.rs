//! A database whose changes push to the gallery:
//!
//! ```sh
//! cargo run -p signals -- --orders 5
//! ```
//!
//! Open <http://127.0.0.1:8080/orders> first, of a gallery that uses Redis: `DJUST_SECRET=$(openssl rand -hex 32) cargo run -p gallery -- --redis redis://127.0.0.1:6379`.
//! Five orders are written to an SQLite file and paid, and each change is pushed because the database has it, not because this
//! program wrote it: without `--orders` it watches until Ctrl-C, and `--orders 5 --write-only` in another shell writes.
//!
//! With PostgreSQL, which notifies instead of being looked at:
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

/// How long the program goes on when a push has failed, before it tries again.
const RETRY: Duration = Duration::from_secs(1);
/// How often all that is newest is pushed if somebody watches: for pages that have been opened since. The others are sent nothing,
/// because nothing changes on them.
const REFRESH: Duration = Duration::from_secs(1);

/// Pushes the changes of a database to the gallery's orders.
#[derive(Parser)]
struct Options {
    /// Places so many orders, half a second apart, pays each, and ends when the pages have been told
    #[arg(long)]
    orders: Option<usize>,
    /// Only writes: another one of these programs, which watches, pushes
    #[arg(long, requires = "orders")]
    write_only: bool,
    /// sqlite:FILE?mode=rwc, or postgres://… in a build with `--features postgres`; djust-orders.db in the folder for temporary
    /// files by default
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

/// Places orders and pays them; without a number, never ends.
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

/// Pushes what has changed, as soon as it has.
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
            eprintln!("not told yet: {error}");
            sleep(RETRY).await;
        }
        database.wait().await?;
    }
}

/// The changes stay in the database until Redis has the push: after a failure they are pushed again, and to push an order as it
/// is twice does no harm.
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
