//! The help desk as a library, for its two programs: the server in `main.rs`, and `helpdesk-mail`.
//!
//! - `tickets_view.rs`, `ticket_view.rs`, `toasts.rs`: the live views;
//! - `site.rs`, `agents.rs`: the pages around them, login and logout;
//! - `desk.rs`: what can be done, and who is told; `keys.rs`: by which keys;
//! - `escalator.rs`: the actor that raises priorities;
//! - `store`: the database.

mod agents;
mod demo;
mod desk;
mod escalator;
mod filter;
mod keys;
mod server;
mod site;
mod store;
#[cfg(test)]
mod testing;
mod ticket;
mod ticket_view;
mod tickets_view;
mod toasts;

pub use desk::Desk;
pub use server::{Settings, server};
pub use store::Store;
pub use ticket::{NewTicket, Priority, Ticket};

use std::path::PathBuf;

/// Where both programs look for the tickets, unless they are told otherwise.
pub fn default_database() -> PathBuf {
    std::env::temp_dir().join("djust-helpdesk.db")
}
