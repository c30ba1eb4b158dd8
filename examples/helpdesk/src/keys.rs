//! The keys that views have and pushes name, each written once.

use djust::push_key;

/// The views of one ticket.
#[push_key("ticket:{0}")]
pub struct TicketKey(pub i64);

/// The views of one agent, in all browsers.
#[push_key("agent:{0}")]
pub struct AgentKey<'a>(pub &'a str);

/// The views of one login: all tabs of one browser.
#[push_key("session:{0}")]
pub struct SessionKey<'a>(pub &'a str);
