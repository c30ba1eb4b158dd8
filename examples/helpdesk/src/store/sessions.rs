//! Who is signed in. A cookie can be copied; what counts is that its session is listed here.

use super::Store;

impl Store {
    /// The new session's id, which nobody can guess.
    pub(crate) async fn begin_session(&self, agent: &str) -> sqlx::Result<String> {
        let insert = sqlx::query_scalar(
            "INSERT INTO sessions (id, agent) VALUES (lower(hex(randomblob(16))), ?) RETURNING id",
        );
        insert.bind(agent).fetch_one(&self.pool).await
    }

    /// The agent whose session it is.
    pub(crate) async fn session(&self, session: &str) -> sqlx::Result<Option<String>> {
        let select = sqlx::query_scalar("SELECT agent FROM sessions WHERE id = ?");
        select.bind(session).fetch_optional(&self.pool).await
    }

    pub(crate) async fn end_session(&self, session: &str) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM sessions WHERE id = ?").bind(session).execute(&self.pool).await.map(drop)
    }
}
