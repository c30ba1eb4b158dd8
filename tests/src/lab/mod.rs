//! Views for tests in a real browser: one for each thing that a person can have in a page.
//!
//! What outlives a view here stands for an application's database. The program is `src/bin/lab.rs`.

mod fields;
mod page;

pub use fields::{Choices, Dates, Profile, Rows, Search, Status, Wizard};
pub use page::{Dialogs, Fragile, Frames, Markup, Names};
