//! Tickets and their messages.

use super::{Store, now};
use crate::filter::Filter;
use crate::ticket::{Message, NewTicket, Priority, Status, Ticket};

/// How many tickets a list shows.
const SHOWN: i64 = 200;

/// The tickets with a text in them; `?1` is the text.
const WITH_TEXT: &str = "(?1 = '' OR instr(lower(subject || ' ' || customer), lower(?1)) > 0)";

impl Store {
    /// Urgent ones first, then those that have waited longest.
    pub(crate) async fn tickets(&self, filter: &Filter) -> sqlx::Result<Vec<Ticket>> {
        let sql = format!(
            "SELECT * FROM tickets WHERE {WITH_TEXT} AND (?2 IS NULL OR status = ?2)
             ORDER BY status = {solved}, priority DESC, since, id LIMIT ?3",
            solved = Status::Solved as i64,
        );
        let status = filter.status.map(|status| status as i64);
        sqlx::query_as(&sql).bind(&filter.text).bind(status).bind(SHOWN).fetch_all(&self.pool).await
    }

    /// How many tickets with this text there are of each status, in the order of [`Status::ALL`].
    pub(crate) async fn counts(&self, text: &str) -> sqlx::Result<[i64; 3]> {
        let sql = format!("SELECT status, count(*) FROM tickets WHERE {WITH_TEXT} GROUP BY status");
        let found: Vec<(i64, i64)> = sqlx::query_as(&sql).bind(text).fetch_all(&self.pool).await?;
        Ok(Status::ALL.map(|status| {
            found.iter().find(|(number, _)| *number == status as i64).map_or(0, |(_, count)| *count)
        }))
    }

    pub(crate) async fn ticket(&self, id: i64) -> sqlx::Result<Option<Ticket>> {
        sqlx::query_as("SELECT * FROM tickets WHERE id = ?").bind(id).fetch_optional(&self.pool).await
    }

    /// The oldest first.
    pub(crate) async fn messages(&self, ticket: i64) -> sqlx::Result<Vec<Message>> {
        let select = sqlx::query_as("SELECT * FROM messages WHERE ticket = ? ORDER BY id");
        select.bind(ticket).fetch_all(&self.pool).await
    }

    /// `age` is for how many seconds it has been there.
    pub(crate) async fn add_ticket(&self, new: &NewTicket<'_>, age: i64) -> sqlx::Result<Ticket> {
        let mut transaction = self.pool.begin().await?;
        let insert = sqlx::query_as::<_, Ticket>(
            "INSERT INTO tickets (subject, customer, priority, since) VALUES (?, ?, ?, ?) RETURNING *",
        );
        let insert = insert.bind(new.subject).bind(new.customer).bind(new.priority as i64);
        let ticket = insert.bind(now() - age).fetch_one(&mut *transaction).await?;
        let insert = sqlx::query(
            "INSERT INTO messages (ticket, author, from_agent, text, at) VALUES (?, ?, FALSE, ?, ?)",
        );
        let insert = insert.bind(ticket.id).bind(new.customer).bind(new.text).bind(ticket.since);
        insert.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(ticket)
    }

    /// Adds an agent's message, and gives the ticket its new status.
    pub(crate) async fn answer(
        &self,
        ticket: i64,
        agent: &str,
        text: &str,
        minutes: u16,
        status: Status,
    ) -> sqlx::Result<()> {
        let mut transaction = self.pool.begin().await?;
        let update = sqlx::query(
            "UPDATE tickets SET minutes = minutes + ?2, agent = COALESCE(agent, ?3), raised = NULL,
             since = CASE WHEN status = ?4 THEN since ELSE ?5 END, status = ?4 WHERE id = ?1",
        );
        let update = update.bind(ticket).bind(minutes).bind(agent).bind(status as i64).bind(now());
        update.execute(&mut *transaction).await?;
        let insert = sqlx::query(
            "INSERT INTO messages (ticket, author, from_agent, text, at) VALUES (?, ?, TRUE, ?, ?)",
        );
        insert.bind(ticket).bind(agent).bind(text).bind(now()).execute(&mut *transaction).await?;
        transaction.commit().await
    }

    /// Whether the ticket is this agent's now: it isn't if another one was faster.
    pub(crate) async fn take(&self, ticket: i64, agent: &str) -> sqlx::Result<bool> {
        let update = sqlx::query("UPDATE tickets SET agent = ?2 WHERE id = ?1 AND agent IS NULL");
        Ok(update.bind(ticket).bind(agent).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Whether that has changed anything.
    pub(crate) async fn set_priority(&self, ticket: i64, priority: Priority) -> sqlx::Result<bool> {
        let update = sqlx::query("UPDATE tickets SET priority = ?2 WHERE id = ?1 AND priority <> ?2");
        Ok(update.bind(ticket).bind(priority as i64).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Raises the priority of each open ticket that has waited for so many seconds since it was opened or
    /// last raised.
    pub(crate) async fn raise_overdue(&self, seconds: i64) -> sqlx::Result<Vec<Ticket>> {
        let update = sqlx::query_as(
            "UPDATE tickets SET priority = priority + 1, raised = ?1
             WHERE status = ?2 AND priority < ?3 AND max(since, COALESCE(raised, 0)) <= ?1 - ?4 RETURNING *",
        );
        let update = update.bind(now()).bind(Status::Open as i64).bind(Priority::Urgent as i64);
        update.bind(seconds).fetch_all(&self.pool).await
    }

    pub(crate) async fn is_empty(&self) -> sqlx::Result<bool> {
        let any: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM tickets)").fetch_one(&self.pool).await?;
        Ok(!any)
    }
}
