//! The pages, and what a push sends to each: the bytes that djust sends for the same page of
//! `examples/fanout`. A test of that example compares them.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The messages that the chat keeps.
const MESSAGES: u32 = 50;

/// The rows of the table.
const ROWS: u32 = 200;

/// A page of `examples/fanout`, and the floor's counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// Two of twenty values change.
    Dashboard,
    /// A marker and one cell of 200 rows change.
    Table,
    /// A message is appended, and the oldest of 50 is dropped.
    Chat,
    /// Two values change once a second, without a push.
    Ticker,
}

impl Page {
    /// All pages, in the order of the report.
    pub const ALL: [Page; 4] = [Page::Dashboard, Page::Table, Page::Chat, Page::Ticker];

    /// The name, as it stands in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Page::Dashboard => "dashboard",
            Page::Table => "table",
            Page::Chat => "chat",
            Page::Ticker => "ticker",
        }
    }

    /// How many cells the floor's page shows, so that it is about as large as djust's.
    pub(super) fn cells(self) -> u32 {
        match self {
            Page::Dashboard => 20,
            Page::Table => ROWS,
            Page::Chat => MESSAGES,
            Page::Ticker => 2,
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the frame that push `n` sends to each client of a page; pushes count from 1.
///
/// ```
/// use djust_load::floor::{Page, frame};
/// assert_eq!(frame(Page::Dashboard, 7), r#"[0,"S000007",1,"7"]"#);
/// ```
pub fn frame(page: Page, n: u32) -> String {
    match page {
        Page::Dashboard => format!(r#"[0,"S{n:06}",1,"{n}"]"#),
        Page::Table => format!(r#"[0,"S{n:06}",1,[0,[{},[2,"{n}"]]]]"#, n % ROWS),
        Page::Chat => {
            let kept = MESSAGES - 1;
            format!(r#"[0,[[[1,{kept}],"<li><span class=\"text\" dj=0>S{n:06}</span></li>"],[]]]"#)
        }
        Page::Ticker => format!(r#"[0,"{}",1,"{n}"]"#, 10_000 + n * 37 % 500),
    }
}
