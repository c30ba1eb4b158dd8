//! A ticket and its parts, and how they are named.

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

/// What a customer needs help with.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub subject: String,
    /// Who asks.
    pub customer: String,
    /// Who has to do something.
    pub status: Status,
    /// How soon.
    pub priority: Priority,
    /// Who takes care of it.
    pub agent: Option<String>,
    /// How long agents have worked on it.
    pub minutes: i64,
    /// Since when it has its status, in seconds since 1970.
    pub since: i64,
}

/// A message of a customer or an agent about a ticket.
#[derive(Debug, Clone)]
pub struct Message {
    pub id: i64,
    pub author: String,
    pub from_agent: bool,
    pub text: String,
    pub at: i64,
}

/// A ticket that doesn't exist yet.
pub struct NewTicket<'a> {
    /// What it is about.
    pub subject: &'a str,
    /// Who asks.
    pub customer: &'a str,
    /// The first message.
    pub text: &'a str,
    /// How soon.
    pub priority: Priority,
}

/// Who has to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The customer waits for us.
    Open,
    /// We wait for the customer.
    Waiting,
    /// Nobody waits.
    Solved,
}

/// How soon something has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// In its turn.
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

impl Status {
    /// In the order of their numbers in the database.
    pub const ALL: [Status; 3] = [Status::Open, Status::Waiting, Status::Solved];

    /// As it is written in forms and shown.
    pub fn name(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Waiting => "waiting",
            Status::Solved => "solved",
        }
    }
}

impl Priority {
    /// In the order of their numbers in the database.
    pub const ALL: [Priority; 3] = [Priority::Normal, Priority::High, Priority::Urgent];

    /// As it is written in forms and shown.
    pub fn name(self) -> &'static str {
        match self {
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }
}

impl FromRow<'_, SqliteRow> for Ticket {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Ticket {
            id: row.try_get("id")?,
            subject: row.try_get("subject")?,
            customer: row.try_get("customer")?,
            status: numbered(row, "status", &Status::ALL)?,
            priority: numbered(row, "priority", &Priority::ALL)?,
            agent: row.try_get("agent")?,
            minutes: row.try_get("minutes")?,
            since: row.try_get("since")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Message {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Message {
            id: row.try_get("id")?,
            author: row.try_get("author")?,
            from_agent: row.try_get("from_agent")?,
            text: row.try_get("text")?,
            at: row.try_get("at")?,
        })
    }
}

fn numbered<T: Copy>(row: &SqliteRow, column: &str, all: &[T]) -> sqlx::Result<T> {
    let number: u32 = row.try_get(column)?;
    let found = all.get(number as usize).copied();
    found.ok_or_else(|| sqlx::Error::Decode(format!("{column} is {number}").into()))
}

/// How long ago that was: `5 min`.
pub fn ago(then: i64, now: i64) -> String {
    match now.saturating_sub(then) {
        ..60 => "just now".to_owned(),
        seconds @ 60..3_600 => format!("{} min", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_the_largest_unit_that_fits() {
        let told: Vec<_> = [-5, 59, 60, 3_599, 7_200, 200_000].map(|then| ago(0, then)).into();
        assert_eq!(told, ["just now", "just now", "1 min", "59 min", "2 h", "2 d"]);
    }
}
