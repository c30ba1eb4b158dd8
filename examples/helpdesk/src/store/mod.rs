//! What is kept: tickets, messages, news and sessions, in an SQLite file that several programs share.

mod news;
mod sessions;
mod tickets;

pub use news::News;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// A clone is another handle on the same database.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens the file, and makes what is missing in it.
    ///
    /// # Errors
    /// It can't be opened, or is no database.
    pub async fn open(file: &Path) -> sqlx::Result<Self> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let pool = SqlitePool::connect_with(options.journal_mode(SqliteJournalMode::Wal)).await?;
        Store::with_tables(pool).await
    }

    /// A database that is gone with its last handle.
    #[cfg(test)]
    pub(crate) async fn in_memory() -> sqlx::Result<Self> {
        // Each connection would have a database of its own, so there is one, and it stays.
        let pool =
            sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        Store::with_tables(pool.connect("sqlite::memory:").await?).await
    }

    async fn with_tables(pool: SqlitePool) -> sqlx::Result<Self> {
        sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
        Ok(Store { pool })
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
