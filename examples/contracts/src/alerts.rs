//! Alerts: a level and a text.

use djust::push_contract;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The page of alerts.
#[push_contract(path = "alerts.views.AlertView")]
pub struct Alerts {
    /// Shows one more alert.
    pub on_alert: fn(level: Level, message: String),
}

/// How bad it is. Other systems use other words for the levels: aliases accept them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For your information.
    #[serde(alias = "success", alias = "notice")]
    Info,
    /// Somebody should look.
    #[serde(alias = "warn")]
    Warning,
    /// Somebody has to act.
    #[serde(alias = "error", alias = "danger")]
    Critical,
}

impl Level {
    /// Returns its name, for a style and for people.
    pub fn name(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Critical => "critical",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads a level on a command line.
impl FromStr for Level {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let levels = [Level::Info, Level::Warning, Level::Critical];
        levels.into_iter().find(|level| level.name() == name).ok_or("write info, warning or critical")
    }
}
