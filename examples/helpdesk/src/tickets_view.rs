//! The list of tickets: those that the filter in the page's URL lets through.
//!
//! The filter is an ordinary form with the method GET, and links: the URL says what is shown, can be kept and
//! sent, and the browser's back button works. The view keeps the list up to date.

use crate::agents::Agent;
use crate::desk::Desk;
use crate::filter::Filter;
use crate::store::now;
use crate::ticket::{Status, Ticket, ago};
use djust::prelude::*;

#[live_view(template = "tickets.html", tick_interval = 30_000)]
pub struct TicketsView {
    agent: Agent,
    desk: Desk,
    filter: Filter,
    tickets: Vec<Ticket>,
    /// How many there are of each status, in the order of [`Status::ALL`].
    counts: [i64; 3],
    now: i64,
}

impl LiveView for TicketsView {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let desk = cx.app_data::<Desk>().expect("main.rs hands out the desk").clone();
        let agent = Agent::of_view(cx, &desk).await?;
        let filter = cx.query()?;
        let (tickets, counts) = (Vec::new(), [0; 3]);
        let mut view = TicketsView { agent, desk, filter, tickets, counts, now: now() };
        view.on_change().await?;
        Ok(view)
    }

    /// The ages of the tickets go on.
    async fn handle_tick(&mut self, _: &mut ViewContext<Self>) {
        self.now = now();
    }
}

#[handlers]
impl TicketsView {
    /// A ticket is new, or has changed.
    #[push]
    async fn on_change(&mut self) -> Result<(), sqlx::Error> {
        self.tickets = self.desk.store().tickets(&self.filter).await?;
        self.counts = self.desk.store().counts(&self.filter.text).await?;
        self.now = now();
        Ok(())
    }

    /// The links above the list: URL, name, count, and whether it is the one shown.
    fn tabs(&self) -> Vec<(String, &'static str, i64, bool)> {
        let all = (self.filter.url(None), "all", self.counts.iter().sum(), self.filter.status.is_none());
        let each = Status::ALL.into_iter().zip(self.counts).map(|(status, count)| {
            let status_shown = self.filter.status == Some(status);
            (self.filter.url(Some(status)), status.name(), count, status_shown)
        });
        each.chain([all]).collect()
    }

    fn age(&self, ticket: &Ticket) -> String {
        ago(ticket.since, self.now)
    }

    fn is_mine(&self, ticket: &Ticket) -> bool {
        ticket.agent.as_ref() == Some(&self.agent.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDesk;
    use djust::testing::TestPage;

    async fn list(desk: &TestDesk, agent: &str, url: &str) -> TestPage<TicketsView> {
        desk.app.mount(desk.request_of(agent, url).await).await.expect("the agent is signed in")
    }

    fn subjects(page: &TestPage<TicketsView>) -> Vec<String> {
        page.texts(".ticket-subject a")
    }

    #[actix_web::test]
    async fn visitors_are_sent_to_the_login_and_back_to_what_they_wanted() {
        let desk = TestDesk::new().await;
        let refused = desk.app.mount::<TicketsView>(desk.request("/?status=open&text=a%26b")).await;
        let refused = refused.err().expect("nobody is signed in");
        let to = "/login?next=%2F%3Fstatus%3Dopen%26text%3Da%2526b";
        assert_eq!((refused.status, refused.redirect.as_deref()), (302, Some(to)));
    }

    #[actix_web::test]
    async fn the_url_says_which_tickets_are_shown() {
        let desk = TestDesk::new().await;
        let (door, lamp) = (desk.ticket("The door").await, desk.ticket("The lamp").await);
        desk.desk.answer(&lamp, "Ben", "It is bright again.", 1, Status::Solved).await.expect("it is stored");

        let all = list(&desk, "Ada", "/").await;
        assert_eq!(subjects(&all), [door.subject.as_str(), &lamp.subject]);
        assert_eq!(all.texts(".tabs a"), ["open 1", "waiting 0", "solved 1", "all 2"]);
        assert_eq!(all.attribute("#tab-all", "aria-current").as_deref(), Some("page"));

        assert_eq!(subjects(&list(&desk, "Ada", "/?status=solved").await), ["The lamp"]);
        let found = list(&desk, "Ada", "/?status=open&text=DOOR").await;
        assert_eq!(subjects(&found), ["The door"]);
        assert_eq!(found.value("#text"), "DOOR");
        assert_eq!(found.attribute("#tab-solved", "href").as_deref(), Some("/?status=solved&text=DOOR"));
        let none = list(&desk, "Ada", "/?text=cat").await;
        assert_eq!(none.text("#empty"), "No ticket has “cat” in its subject or customer.");
    }

    #[actix_web::test]
    async fn a_filter_that_does_not_exist_is_a_bad_request() {
        let desk = TestDesk::new().await;
        let request = desk.request_of("Ada", "/?status=lost").await;
        let refused = desk.app.mount::<TicketsView>(request).await.err().expect("there is no such status");
        assert_eq!(refused.status, 400);
    }

    #[actix_web::test]
    async fn a_change_reaches_each_list_and_its_filter_decides() {
        let desk = TestDesk::new().await;
        let mut all = list(&desk, "Ada", "/").await;
        let mut open = list(&desk, "Ben", "/?status=open").await;
        let door = desk.ticket("The door").await;
        for page in [&mut all, &mut open] {
            page.settled().await;
            assert_eq!(subjects(page), ["The door"]);
        }
        desk.desk.answer(&door, "Ada", "It is open.", 5, Status::Waiting).await.expect("it is stored");
        all.settled().await;
        open.settled().await;
        assert_eq!(all.text("#ticket-1 .ticket-agent"), "you");
        assert_eq!(all.text("#ticket-1 .ticket-badges .status-waiting"), "waiting");
        assert!(open.has("#empty"));
    }

    #[actix_web::test]
    async fn the_end_of_a_session_ends_its_views_and_no_others() {
        let desk = TestDesk::new().await;
        let other = list(&desk, "Ada", "/").await;
        let mut page = list(&desk, "Ada", "/").await;
        let session = page.state(|view| view.agent.session.clone()).await.expect("the view is there");
        desk.desk.sign_out(&session).await.expect("it is stored");
        page.settled().await;
        assert_eq!(page.ended().as_deref(), Some("revoked"));
        assert_eq!(other.ended(), None);
        let refused = page.reconnect().await.err().expect("nobody is signed in");
        assert_eq!(refused.redirect.as_deref(), Some("/login?next=%2F"));
    }
}
