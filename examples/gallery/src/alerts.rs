//! Alerts: a push that calls a handler.
//!
//! `level` is an enum. A push with a level that doesn't exist is refused, with the reason, and changes
//! no page; in Rust it doesn't compile. Other systems have other words for the same: aliases take them in.

use djust::{LiveView, MountContext, MountResult, handlers, live_view};
use djust::{push::PushError, push::Receipt};
use serde::{Deserialize, Serialize};

/// How many alerts a page keeps: the newest.
const LIMIT: usize = 50;

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    #[serde(alias = "success", alias = "notice")]
    Info,
    #[serde(alias = "warn")]
    Warning,
    #[serde(alias = "error", alias = "danger")]
    Critical,
}

pub struct Alert {
    id: u64,
    level: Level,
    message: String,
}

impl Alert {
    /// The level's name, for a style and for people.
    fn level(&self) -> &'static str {
        match self.level {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Critical => "critical",
        }
    }
}

#[live_view(template = "alerts.html", path = "alerts.views.AlertView")]
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
    /// What a push calls, on every open page.
    #[push]
    fn on_alert(&mut self, level: Level, message: String) {
        self.alerts.insert(0, Alert { id: self.next_id, level, message });
        self.alerts.truncate(LIMIT);
        self.next_id += 1;
    }

    /// What a browser calls: `dj-value-id` in the template is the argument `id`.
    #[event]
    fn dismiss(&mut self, id: u64) {
        self.alerts.retain(|alert| alert.id != id);
    }

    #[event]
    fn dismiss_all(&mut self) {
        self.alerts.clear();
    }

    /// Raises an alert as any code could: this page has no advantage over a cron job.
    #[event]
    fn raise(&mut self, level: Level) -> Result<(), PushError> {
        raise(level, "Raised by hand, on one of the open pages.").map(drop)
    }
}

/// One line, checked by the compiler, from anywhere in the program.
pub fn raise(level: Level, message: &str) -> Result<Receipt, PushError> {
    AlertView::push().on_alert(level, message.to_owned()).send()
}
