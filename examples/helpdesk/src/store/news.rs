//! What has happened to tickets, and who has read of it.

use super::Store;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

/// How many news are kept for the bell.
const SHOWN: i64 = 20;

/// Something that has happened to a ticket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct News {
    pub id: i64,
    pub ticket: i64,
    pub text: String,
    /// The agent whose doing it is; none for customers and for the desk itself.
    pub agent: Option<String>,
}

impl FromRow<'_, SqliteRow> for News {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(News {
            id: row.try_get("id")?,
            ticket: row.try_get("ticket")?,
            text: row.try_get("text")?,
            agent: row.try_get("agent")?,
        })
    }
}

impl Store {
    pub(crate) async fn add_news(&self, ticket: i64, text: &str, agent: Option<&str>) -> sqlx::Result<News> {
        let insert = sqlx::query_as("INSERT INTO news (ticket, text, agent) VALUES (?, ?, ?) RETURNING *");
        insert.bind(ticket).bind(text).bind(agent).fetch_one(&self.pool).await
    }

    /// What others have done since this agent last looked, the newest first.
    pub(crate) async fn unread_news(&self, agent: &str) -> sqlx::Result<Vec<News>> {
        let select = sqlx::query_as(
            "SELECT * FROM news WHERE agent IS NOT ?1
             AND id > COALESCE((SELECT news FROM readers WHERE agent = ?1), 0) ORDER BY id DESC LIMIT ?2",
        );
        select.bind(agent).bind(SHOWN).fetch_all(&self.pool).await
    }

    /// The agent has read everything up to this.
    pub(crate) async fn mark_read(&self, agent: &str, news: i64) -> sqlx::Result<()> {
        let insert = sqlx::query(
            "INSERT INTO readers (agent, news) VALUES (?1, ?2)
             ON CONFLICT (agent) DO UPDATE SET news = max(news, ?2)",
        );
        insert.bind(agent).bind(news).execute(&self.pool).await.map(drop)
    }
}
