//! Alerts: a push that calls a handler.
//!
//! `level` is an enum. djust refuses a push with a level that does not exist, says why, and changes
//! no page; in Rust such a push does not compile. `cargo run -p deploy-alert` raises alerts from
//! outside, through Redis.

use contracts::{Alerts, Level};
use djust::{LiveView, MountContext, MountResult, handlers, live_view};
use djust::{push::PushError, push::Receipt};

/// How many alerts a page keeps, the newest ones.
const LIMIT: usize = 50;

pub struct Alert {
    id: u64,
    level: Level,
    message: String,
}

#[live_view(template = "alerts.html", contract = Alerts)]
pub struct AlertView {
    /// The newest first.
    alerts: Vec<Alert>,
    next_id: u64,
}

impl LiveView for AlertView {
    async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
        Ok(AlertView { alerts: Vec::new(), next_id: 1 })
    }
}

#[handlers]
impl AlertView {
    /// A push calls this on every open page.
    #[push]
    fn on_alert(&mut self, level: Level, message: String) {
        self.alerts.insert(0, Alert { id: self.next_id, level, message });
        self.alerts.truncate(LIMIT);
        self.next_id += 1;
    }

    /// The browser calls this: `dj-value-id` in the template is the argument `id`.
    #[event]
    fn dismiss(&mut self, id: u64) {
        self.alerts.retain(|alert| alert.id != id);
    }

    #[event]
    fn dismiss_all(&mut self) {
        self.alerts.clear();
    }

    /// Raises an alert as any code could: this page can do no more than a cron job.
    #[event]
    fn raise(&mut self, level: Level) -> Result<(), PushError> {
        raise(level, "Raised by hand, on one of the open pages.").map(drop)
    }
}

/// One line, checked by the compiler, from anywhere in the program.
pub fn raise(level: Level, message: &str) -> Result<Receipt, PushError> {
    AlertView::push().on_alert(level, message.to_owned()).queue()
}

#[cfg(test)]
mod tests {
    use super::{AlertView, Level, raise};
    use djust::push::{Push, PushError};
    use djust::testing::{TestApp, TestPage};
    use std::error::Error;

    #[actix_web::test]
    async fn an_alert_reaches_every_page_and_is_dismissed_on_one() -> Result<(), Box<dyn Error>> {
        let app = TestApp::new(djust::Djust::builder().view::<AlertView>());
        let mut one = app.mount::<AlertView>("/alerts").await?;
        let mut other = app.mount::<AlertView>("/alerts").await?;
        one.click("#raise-critical").await;
        raise(Level::Info, "All is well")?;
        one.settled().await;
        other.settled().await;
        assert_eq!(one.texts(".alert-level"), ["info", "critical"], "the newest first");
        one.click("#alerts li.tone-info button").await;
        assert_eq!(one.texts(".alert-level"), ["critical"]);
        assert_eq!(other.text("#alert-count"), "2");
        other.click("#dismiss-all").await;
        assert!(other.has("p.empty") && !other.has("#dismiss-all"));
        Ok(())
    }

    #[actix_web::test]
    async fn the_buttons_are_nothing_but_pushes() -> Result<(), Box<dyn Error>> {
        let mut page = TestPage::<AlertView>::mount("/alerts").await?;
        page.click("#raise-warning").await;
        let text = "Raised by hand, on one of the open pages.";
        let push = Push::handler("on_alert").arg("level", "warning").arg("message", text);
        assert_eq!(page.app().pushes(), [(AlertView::PATH.to_owned(), push)]);
        Ok(())
    }

    #[actix_web::test]
    async fn a_push_with_a_level_that_does_not_exist_changes_no_page() -> Result<(), Box<dyn Error>> {
        let mut page = TestPage::<AlertView>::mount("/alerts").await?;
        let push = Push::handler("on_alert").arg("level", "fatal").arg("message", "x");
        let refused = page.push((AlertView::PATH, push)).await;
        assert!(matches!(refused, Err(PushError::Invalid { .. })), "{refused:?}");
        assert_eq!((page.text("#alert-count"), page.patches()), ("0".into(), 0));
        Ok(())
    }
}
