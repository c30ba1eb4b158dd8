//! One ticket: its messages, and a form to answer it.
//!
//! Several agents may have the same ticket open. Each sees what the others do, and keeps what they have typed.

use crate::agents::Agent;
use crate::desk::Desk;
use crate::keys::TicketKey;
use crate::store::now;
use crate::ticket::{Message, Priority, Status, Ticket, ago};
use djust::prelude::*;
use djust::view::HandlerError;
use serde::Deserialize;
use validator::{Validate, ValidationError};

#[live_view(template = "ticket.html", tick_interval = 30_000)]
pub struct TicketView {
    agent: Agent,
    desk: Desk,
    ticket: Ticket,
    messages: Vec<Message>,
    errors: FieldErrors,
    now: i64,
}

/// The form.
#[derive(Deserialize, Validate)]
struct Answer {
    #[validate(custom(function = "says_something"), length(max = 2000, message = "At most 2000 letters."))]
    text: String,
    #[validate(range(max = 480, message = "Nobody works on a ticket for more than 480 minutes a day."))]
    minutes: Option<u16>,
    status: Status,
}

fn says_something(text: &str) -> Result<(), ValidationError> {
    if text.trim().chars().count() >= 3 {
        return Ok(());
    }
    Err(ValidationError::new("blank").with_message("Write an answer first.".into()))
}

impl LiveView for TicketView {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let desk = cx.app_data::<Desk>().expect("main.rs hands out the desk").clone();
        let agent = Agent::of_view(cx, &desk).await?;
        let missing = || Refusal::not_found("There is no such ticket.");
        let id = cx.param("ticket").and_then(|id| id.parse().ok()).ok_or_else(missing)?;
        cx.join(TicketKey(id));
        let ticket = desk.store().ticket(id).await?.ok_or_else(missing)?;
        let messages = desk.store().messages(id).await?;
        Ok(TicketView { agent, desk, ticket, messages, errors: FieldErrors::new(), now: now() })
    }

    /// The ages of the messages go on.
    async fn handle_tick(&mut self, _: &mut ViewContext<Self>) {
        self.now = now();
    }
}

#[handlers]
impl TicketView {
    #[event]
    async fn answer(
        &mut self,
        form: Result<Form<Answer>, FieldErrors>,
        cx: &mut ViewContext<Self>,
    ) -> Result<(), HandlerError> {
        let Form(answer) = form.map_err(|errors| self.errors.refuse(errors))?;
        answer.validate().map_err(|errors| self.errors.refuse(errors))?;
        self.errors.clear();
        let (text, minutes) = (answer.text.trim(), answer.minutes.unwrap_or_default());
        self.desk.answer(&self.ticket, &self.agent.name, text, minutes, answer.status).await?;
        self.desk.say_to(&self.agent.name, "Your answer is sent.");
        cx.reset_form("answer");
        Ok(())
    }

    /// Somebody else may be faster.
    #[event]
    async fn take(&mut self) -> Result<(), sqlx::Error> {
        if !self.desk.take(&self.ticket, &self.agent.name).await? {
            self.desk.say_to(&self.agent.name, "Somebody was faster: this ticket is taken.");
        }
        Ok(())
    }

    #[event]
    async fn set_priority(&mut self, value: Priority) -> Result<(), sqlx::Error> {
        self.desk.set_priority(&self.ticket, &self.agent.name, value).await
    }

    /// The ticket has changed, by this page or by another.
    #[push]
    async fn on_change(&mut self) -> Result<(), sqlx::Error> {
        if let Some(ticket) = self.desk.store().ticket(self.ticket.id).await? {
            self.ticket = ticket;
        }
        self.messages = self.desk.store().messages(self.ticket.id).await?;
        self.now = now();
        Ok(())
    }

    fn age(&self, then: &i64) -> String {
        ago(*then, self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDesk;
    use crate::toasts::Toasts;
    use djust::testing::TestPage;

    async fn page(desk: &TestDesk, agent: &str) -> TestPage<TicketView> {
        let request = desk.request_of(agent, "/tickets/1").await.param("ticket", "1");
        desk.app.mount(request).await.expect("the agent is signed in")
    }

    #[actix_web::test]
    async fn a_ticket_is_for_agents_and_has_to_exist() {
        let desk = TestDesk::new().await;
        let request = desk.request("/tickets/1").param("ticket", "1");
        let refused = desk.app.mount::<TicketView>(request).await.err().expect("nobody is signed in");
        assert_eq!(refused.redirect.as_deref(), Some("/login?next=%2Ftickets%2F1"));
        for id in ["1", "door"] {
            let request = desk.request_of("Ada", "/tickets/x").await.param("ticket", id);
            let refused = desk.app.mount::<TicketView>(request).await.err().expect("there is no ticket");
            assert_eq!((refused.status, refused.message.as_str()), (404, "There is no such ticket."));
        }
    }

    #[actix_web::test]
    async fn an_answer_that_is_not_right_stays_with_messages_beside_its_fields() {
        let desk = TestDesk::new().await;
        desk.ticket("The door").await;
        let mut page = page(&desk, "Ada").await;
        page.fill("#text", " \n ").await;
        page.fill("#minutes", "9999").await;
        page.submit("#answer").await;
        assert!(page.was_refused());
        assert_eq!(page.text("#text-error"), "Write an answer first.");
        assert_eq!(page.attribute("#text", "aria-invalid").as_deref(), Some("true"));
        assert!(page.text("#minutes-error").starts_with("Nobody works"));
        assert_eq!((page.value("#minutes"), page.count(".message")), ("9999".to_owned(), 1));

        page.fill("#minutes", "some").await;
        page.submit("#answer").await;
        assert_eq!(page.text("#minutes-error"), "This is not a whole number.");
    }

    #[actix_web::test]
    async fn an_answer_is_on_every_page_of_the_ticket_and_leaves_what_others_type() {
        let desk = TestDesk::new().await;
        desk.ticket("The door").await;
        let (mut ada, mut ben) = (page(&desk, "Ada").await, page(&desk, "Ben").await);
        ben.fill("#text", "I am still writing").await;
        ada.fill("#text", "Push, don't pull.").await;
        ada.fill("#minutes", "7").await;
        ada.fill("#status", "solved").await;
        ada.submit("#answer").await;
        assert!(!ada.was_refused());
        ada.settled().await;
        ben.settled().await;
        for page in [&ada, &ben] {
            assert_eq!(page.texts(".message-text"), ["Please help.", "Push, don't pull."]);
            assert_eq!(page.text("#status-now"), "solved");
            assert_eq!((page.text("#agent"), page.text("#minutes-spent")), ("Ada".into(), "7 min".into()));
        }
        assert_eq!(ada.value("#text"), "");
        assert_eq!(ben.value("#text"), "I am still writing");
    }

    #[actix_web::test]
    async fn one_agent_takes_a_ticket_and_the_slower_one_is_told() {
        let desk = TestDesk::new().await;
        let ticket = desk.ticket("The door").await;
        let mut ada = page(&desk, "Ada").await;
        let request = desk.request_of("Ada", "/").await;
        let mut toasts = desk.app.mount::<Toasts>(request).await.expect("Ada is signed in");
        assert!(desk.desk.store().take(ticket.id, "Ben").await.expect("it is stored"));
        ada.click("#take").await;
        toasts.settled().await;
        assert_eq!(toasts.text(".toast p"), "Somebody was faster: this ticket is taken.");
    }

    #[actix_web::test]
    async fn a_changed_priority_reaches_the_other_pages() {
        let desk = TestDesk::new().await;
        desk.ticket("The door").await;
        let (mut ada, mut ben) = (page(&desk, "Ada").await, page(&desk, "Ben").await);
        ada.fill("#priority", "urgent").await;
        ada.settled().await;
        ben.settled().await;
        assert_eq!((ada.value("#priority"), ben.value("#priority")), ("urgent".into(), "urgent".into()));
    }
}
