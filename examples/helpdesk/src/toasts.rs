//! The bell and the toasts, on every page: a view of the layout's, beside the page's own.
//!
//! News are kept until they have been read, so a page that is opened later has them behind its bell. A toast is
//! on the pages that are open at the moment, and goes by itself.

use crate::agents::Agent;
use crate::desk::Desk;
use crate::keys::AgentKey;
use crate::store::News;
use djust::prelude::*;
use std::time::Duration;

/// How long a toast is there.
const TOAST_TIME: Duration = Duration::from_secs(8);
/// How many toasts are there at a time; the oldest ones go.
const TOASTS: usize = 4;
/// How many news the bell shows.
const NEWS: usize = 20;

#[live_view(template = "toasts.html")]
pub struct Toasts {
    agent: Agent,
    desk: Desk,
    /// What the agent has not read, the newest first.
    unread: Vec<News>,
    /// The oldest first.
    toasts: Vec<Toast>,
    next_toast: u64,
}

struct Toast {
    id: u64,
    text: String,
    ticket: Option<i64>,
}

impl LiveView for Toasts {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let desk = cx.app_data::<Desk>().expect("main.rs hands out the desk").clone();
        let agent = Agent::of_view(cx, &desk).await?;
        cx.join(AgentKey(&agent.name));
        let unread = desk.store().unread_news(&agent.name).await?;
        Ok(Toasts { agent, desk, unread, toasts: Vec::new(), next_toast: 0 })
    }
}

#[handlers]
impl Toasts {
    /// Something has happened to a ticket. Whoever did it knows.
    #[push]
    fn on_news(&mut self, news: News, cx: &mut ViewContext<Self>) {
        let is_known = self.unread.iter().any(|known| known.id == news.id);
        if is_known || news.agent.as_ref() == Some(&self.agent.name) {
            return;
        }
        self.show(news.text.clone(), Some(news.ticket), cx);
        self.unread.insert(0, news);
        self.unread.truncate(NEWS);
    }

    /// Something for this agent only.
    #[push]
    fn on_say(&mut self, text: String, cx: &mut ViewContext<Self>) {
        self.show(text, None, cx);
    }

    /// The agent has read the news up to this, on one of their pages.
    #[push]
    fn on_read(&mut self, news: i64) {
        self.unread.retain(|unread| unread.id > news);
    }

    #[event]
    async fn mark_read(&mut self) -> Result<(), sqlx::Error> {
        let Some(newest) = self.unread.first() else { return Ok(()) };
        self.desk.mark_read(&self.agent.name, newest.id).await
    }

    #[event]
    fn dismiss(&mut self, toast: u64) {
        self.toasts.retain(|shown| shown.id != toast);
    }

    fn show(&mut self, text: String, ticket: Option<i64>, cx: &mut ViewContext<Self>) {
        let id = self.next_toast;
        self.next_toast += 1;
        if self.toasts.len() == TOASTS {
            self.toasts.remove(0);
        }
        self.toasts.push(Toast { id, text, ticket });
        cx.spawn(tokio::time::sleep(TOAST_TIME), move |view, ()| view.dismiss(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDesk;
    use crate::ticket::Priority;
    use djust::testing::TestPage;

    async fn page(desk: &TestDesk, agent: &str) -> TestPage<Toasts> {
        desk.app.mount(desk.request_of(agent, "/").await).await.expect("the agent is signed in")
    }

    #[actix_web::test]
    async fn others_are_told_what_an_agent_does_until_they_have_read_it() {
        let desk = TestDesk::new().await;
        let ticket = desk.ticket("The door").await;
        let (mut ada, mut ben) = (page(&desk, "Ada").await, page(&desk, "Ben").await);
        assert_eq!(ben.text("#unread"), "1");
        assert!(!ben.has(".toast"));

        desk.desk.set_priority(&ticket, "Ada", Priority::High).await.expect("it is stored");
        ada.settled().await;
        ben.settled().await;
        assert!(!ada.has(".toast"));
        assert_eq!(ben.text(".toast p"), "Ada made “The door” high");
        assert_eq!(ben.attribute(".toast a", "href").as_deref(), Some("/tickets/1"));
        assert_eq!(ben.texts("#news li"), ["Ada made “The door” high", "eve@example.org writes: The door"]);

        let mut second_tab = page(&desk, "Ben").await;
        assert_eq!(second_tab.text("#unread"), "2");
        ben.click("#mark-read").await;
        ben.settled().await;
        second_tab.settled().await;
        assert!(!ben.has("#unread") && !second_tab.has("#unread"));
        assert_eq!(page(&desk, "Ben").await.count("#news li"), 0);
        assert_eq!(ada.count("#news li"), 1);
    }

    #[actix_web::test]
    async fn a_toast_goes_by_a_click_or_by_itself() {
        let desk = TestDesk::new().await;
        let mut page = page(&desk, "Ada").await;
        tokio::time::pause();
        for text in ["one", "two"] {
            page.push(Toasts::push().on_say(text.to_owned())).await.expect("it is a push");
        }
        page.click(".toast:first-child .close").await;
        assert_eq!(page.texts(".toast p"), ["two"]);
        page.advance(TOAST_TIME + Duration::from_millis(50)).await;
        assert_eq!(page.count(".toast"), 0);
    }

    #[actix_web::test]
    async fn the_oldest_toast_makes_room() {
        let desk = TestDesk::new().await;
        let mut page = page(&desk, "Ada").await;
        for number in 0..=TOASTS {
            page.push(Toasts::push().on_say(number.to_string())).await.expect("it is a push");
        }
        assert_eq!(page.texts(".toast p"), ["1", "2", "3", "4"]);
    }
}
