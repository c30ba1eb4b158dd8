//! The tickets of a new database.

use crate::store::Store;
use crate::ticket::{NewTicket, Priority, Status};

const TICKETS: [(i64, &str, &str, Priority, &str); 7] = [
    (
        190_000,
        "The invoice of May has the wrong address",
        "mona@harbour-cafe.example",
        Priority::Normal,
        "Hello,\nwe moved in April, and the invoice still names our old street. Could you send us a new one?",
    ),
    (
        93_000,
        "Can't print labels since the update",
        "office@lindqvist.example",
        Priority::High,
        "Since this morning's update the label printer only beeps. We ship at four, so please hurry.\n\nGreetings, Per",
    ),
    (
        12_000,
        "How do I export all contacts?",
        "tariq@northlight.example",
        Priority::Normal,
        "I found the export of single contacts. Is there one for all of them?",
    ),
    (
        5_400,
        "Two colleagues see each other's drafts",
        "it@brandt-soehne.example",
        Priority::Urgent,
        "Two of our users see drafts of each other. That must not be possible, so please call me as soon as you read this.",
    ),
    (
        2_700,
        "Password mail never arrives",
        "yuki@paperbirds.example",
        Priority::Normal,
        "I tried it four times, and looked into the spam folder. What else can I do?",
    ),
    (
        900,
        "A typo on your pricing page",
        "jo@example.org",
        Priority::Normal,
        "It says “montly”. Otherwise a lovely page!",
    ),
    (
        240,
        "Please delete my account",
        "former@customer.example",
        Priority::Normal,
        "I don't need it any more. Thank you for everything.",
    ),
];

impl Store {
    /// Tickets to look at, if there are none.
    pub async fn fill(&self) -> sqlx::Result<()> {
        if !self.is_empty().await? {
            return Ok(());
        }
        for (age, subject, customer, priority, text) in TICKETS {
            self.add_ticket(&NewTicket { subject, customer, text, priority }, age).await?;
        }
        let export = "There is: Settings → Data → Export everything. Does that work for you?";
        self.answer(3, "Ben", export, 5, Status::Waiting).await?;
        self.answer(6, "Cleo", "Thank you! It is corrected.", 2, Status::Solved).await
    }
}
