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
