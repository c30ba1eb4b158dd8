//! What can be done with tickets. Each change is stored first, then every page that shows it is told.
//!
//! Pushes say that something has changed, and views read what there is now. So a push that is lost with its
//! view, or comes twice, does no harm. Pages of all servers are told, and by other programs too.

use crate::keys::{AgentKey, SessionKey, TicketKey};
use crate::store::{News, Store};
use crate::ticket::{NewTicket, Priority, Status, Ticket};
use crate::ticket_view::TicketView;
use crate::tickets_view::TicketsView;
use crate::toasts::Toasts;
use djust::Pusher;
use djust::push::TypedPush;

/// The store, and who has to hear of its changes. A clone is another handle on the same.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    pusher: Pusher,
}

impl Desk {
    /// A desk with these tickets, whose pages hear of changes by this pusher.
    pub fn new(store: Store, pusher: Pusher) -> Self {
        Desk { store, pusher }
    }

    /// What there is: reading needs no telling.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// A customer's new ticket.
    ///
    /// # Errors
    /// It can't be stored.
    pub async fn open_ticket(&self, new: &NewTicket<'_>) -> sqlx::Result<Ticket> {
        let ticket = self.store.add_ticket(new, 0).await?;
        self.tell(ticket.id, &format!("{} writes: {}", ticket.customer, ticket.subject), None).await?;
        Ok(ticket)
    }

    /// An agent's answer.
    pub(crate) async fn answer(
        &self,
        ticket: &Ticket,
        agent: &str,
        text: &str,
        minutes: u16,
        status: Status,
    ) -> sqlx::Result<()> {
        self.store.answer(ticket.id, agent, text, minutes, status).await?;
        let done = if status == Status::Solved { "solved" } else { "answered" };
        self.tell(ticket.id, &format!("{agent} {done} “{}”", ticket.subject), Some(agent)).await
    }

    /// Whether the ticket is this agent's now.
    pub(crate) async fn take(&self, ticket: &Ticket, agent: &str) -> sqlx::Result<bool> {
        let is_taken = self.store.take(ticket.id, agent).await?;
        if is_taken {
            self.tell(ticket.id, &format!("{agent} took “{}”", ticket.subject), Some(agent)).await?;
        }
        Ok(is_taken)
    }

    pub(crate) async fn set_priority(
        &self,
        ticket: &Ticket,
        agent: &str,
        priority: Priority,
    ) -> sqlx::Result<()> {
        if self.store.set_priority(ticket.id, priority).await? {
            let text = format!("{agent} made “{}” {}", ticket.subject, priority.name());
            self.tell(ticket.id, &text, Some(agent)).await?;
        }
        Ok(())
    }

    /// Raises the priority of open tickets that have waited for so many seconds. Says how many there were.
    pub(crate) async fn raise_overdue(&self, seconds: i64) -> sqlx::Result<usize> {
        let raised = self.store.raise_overdue(seconds).await?;
        for ticket in &raised {
            let text = format!("“{}” waits too long: {} now", ticket.subject, ticket.priority.name());
            self.tell(ticket.id, &text, None).await?;
        }
        Ok(raised.len())
    }

    /// A toast on this agent's own pages.
    pub(crate) fn say_to(&self, agent: &str, text: impl Into<String>) {
        self.queue(Toasts::push().on_say(text.into()).key(AgentKey(agent)));
    }

    /// This agent's other pages know that the news have been read.
    pub(crate) async fn mark_read(&self, agent: &str, news: i64) -> sqlx::Result<()> {
        self.store.mark_read(agent, news).await?;
        self.queue(Toasts::push().on_read(news).key(AgentKey(agent)));
        Ok(())
    }

    /// Forgets the session, then ends its views: in this order, so that `mount` doesn't find it any more.
    pub(crate) async fn sign_out(&self, session: &str) -> sqlx::Result<()> {
        self.store.end_session(session).await?;
        if let Err(error) = self.pusher.end_views(SessionKey(session)).await {
            tracing::error!(%error, "the views of a session that has ended live on");
        }
        Ok(())
    }

    async fn tell(&self, ticket: i64, text: &str, agent: Option<&str>) -> sqlx::Result<()> {
        let news: News = self.store.add_news(ticket, text, agent).await?;
        self.queue(TicketsView::push().on_change());
        self.queue(TicketView::push().on_change().key(TicketKey(ticket)));
        self.queue(Toasts::push().on_news(news));
        Ok(())
    }

    /// The change is stored: that pages don't know of it yet is no reason to undo it.
    fn queue(&self, push: TypedPush) {
        if let Err(error) = push.via(&self.pusher).queue() {
            tracing::warn!(%error, "open pages were not told of a change");
        }
    }
}
