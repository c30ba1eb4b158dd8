//! The orders, and the changes that have yet to be pushed, in SQLite or PostgreSQL.
//!
//! A trigger writes to the table `changes` in the transaction of each change. So none is missed,
//! whichever program made it, and even if this one was not running. Both databases use the same
//! statements; they differ in the schema and in how to wait: this program checks SQLite five times
//! a second, and PostgreSQL sends a `NOTIFY`.

use contracts::{Order, Status};
use sqlx::sqlite::SqlitePool;
#[cfg(feature = "postgres")]
use sqlx::{
    Connection,
    postgres::{PgConnection, PgListener, PgPool},
};
use std::time::Duration;

/// How many orders the pages show.
const SHOWN: i64 = 20;
/// How many changes are pushed at once.
const AT_ONCE: i64 = 100;
/// How often SQLite is checked.
const LOOK: Duration = Duration::from_millis(200);
/// How often PostgreSQL is checked even without a notification: a listener that has lost its
/// connection misses some.
#[cfg(feature = "postgres")]
const LOOK_ANYWAY: Duration = Duration::from_secs(10);

/// A database of orders.
pub enum Database {
    Sqlite(SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(PgPool, PgListener),
}

/// Orders that have changed, in their present state.
#[derive(Default)]
pub struct Changes {
    pub orders: Vec<Order>,
    numbers: Vec<i64>,
}

/// Evaluates the same expression with either database's pool.
macro_rules! with_pool {
    ($database:expr, $pool:ident => $expression:expr) => {
        match $database {
            Database::Sqlite($pool) => $expression,
            #[cfg(feature = "postgres")]
            Database::Postgres($pool, _) => $expression,
        }
    };
}

impl Database {
    /// Opens the database, and creates the missing tables.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres") {
            // A pool would try again for half a minute, and not report what was wrong.
            PgConnection::connect(url).await?.close().await?;
            let pool = PgPool::connect(url).await?;
            sqlx::raw_sql(include_str!("../schema/postgres.sql")).execute(&pool).await?;
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen("orders_changed").await?;
            return Ok(Database::Postgres(pool, listener));
        }
        let pool = SqlitePool::connect(url).await?;
        sqlx::raw_sql(include_str!("../schema/sqlite.sql")).execute(&pool).await?;
        Ok(Database::Sqlite(pool))
    }

    /// Waits until there may be changes. It may be dropped without losing any.
    pub async fn wait(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Database::Sqlite(_) => tokio::time::sleep(LOOK).await,
            #[cfg(feature = "postgres")]
            Database::Postgres(_, listener) => {
                if let Ok(notified) = tokio::time::timeout(LOOK_ANYWAY, listener.recv()).await {
                    notified?;
                }
            }
        }
        Ok(())
    }

    /// Returns changes that have not been pushed yet, the oldest first.
    pub async fn changes(&self) -> Result<Changes, sqlx::Error> {
        let changes = "SELECT changes.number, orders.id, item, cents, status, placed FROM changes \
                       JOIN orders ON orders.id = changes.order_id ORDER BY changes.number LIMIT $1";
        let rows: Vec<(i64, i64, String, i64, String, i64)> =
            with_pool!(self, pool => sqlx::query_as(changes).bind(AT_ONCE).fetch_all(pool).await?);
        let mut changes = Changes::default();
        for (number, id, item, cents, status, placed) in rows {
            let order = order((id, item, cents, status, placed))?;
            changes.numbers.push(number);
            if !changes.orders.contains(&order) {
                changes.orders.push(order);
            }
        }
        Ok(changes)
    }

    /// Deletes changes that have been pushed. Others may have been committed meanwhile, even with
    /// smaller numbers: they stay.
    pub async fn told(&self, changes: &Changes) -> Result<(), sqlx::Error> {
        for number in &changes.numbers {
            let told = "DELETE FROM changes WHERE number = $1";
            with_pool!(self, pool => sqlx::query(told).bind(number).execute(pool).await.map(drop)?);
        }
        Ok(())
    }

    /// Returns the newest orders.
    pub async fn newest(&self) -> Result<Vec<Order>, sqlx::Error> {
        let newest = "SELECT id, item, cents, status, placed FROM orders ORDER BY id DESC LIMIT $1";
        let rows: Vec<Columns> =
            with_pool!(self, pool => sqlx::query_as(newest).bind(SHOWN).fetch_all(pool).await?);
        rows.into_iter().map(order).collect()
    }

    /// Places an order and returns its number.
    pub async fn place(&self, item: &str, cents: i64) -> Result<i64, sqlx::Error> {
        let place = "INSERT INTO orders (item, cents) VALUES ($1, $2) RETURNING id";
        with_pool!(self, pool => sqlx::query_scalar(place).bind(item).bind(cents).fetch_one(pool).await)
    }

    /// Marks an order as paid.
    pub async fn pay(&self, id: i64) -> Result<(), sqlx::Error> {
        let pay = "UPDATE orders SET status = 'paid' WHERE id = $1";
        with_pool!(self, pool => sqlx::query(pay).bind(id).execute(pool).await.map(drop))
    }
}

/// Id, item, cents, status, placed.
type Columns = (i64, String, i64, String, i64);

/// Makes an order as the pages know it.
fn order((id, item, cents, status, placed): Columns) -> Result<Order, sqlx::Error> {
    let unknown = || sqlx::Error::Decode(format!("order {id} has the status {status:?}").into());
    let status = Status::named(&status).ok_or_else(unknown)?;
    Ok(Order { id: format!("DB-{id}"), item, cents, status, placed })
}
