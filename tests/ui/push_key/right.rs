//@ compiles
#![deny(warnings, missing_docs, clippy::all)]
//! Keys of every form, for a view and for senders.

use djust::{live_view, push_key};
use std::fmt::Display;

/// A ticket's key.
#[push_key("ticket:{0}")]
#[derive(Debug, Clone, Copy)]
pub struct TicketKey(pub u64);

/// A seat's key, with braces of its own.
#[push_key("{{{row:02}}}:{type}:{row:?}:{seat}")]
pub struct SeatKey<'a, S: Display> {
    row: u8,
    r#type: &'a str,
    seat: S,
}

#[push_key("lobby")]
struct LobbyKey;

/// A ticket.
#[live_view(key = TicketKey(self.id), source = "<p>{{ id }}</p>", default)]
#[derive(Debug, Default)]
pub struct Ticket {
    id: u64,
}

#[live_view(key = LobbyKey, source = "nothing", default)]
#[derive(Default)]
struct Lobby;

#[live_view(key = if self.free { "free" } else { self.name.trim() }, source = "{{ name }}", default)]
#[derive(Default)]
struct Seat {
    name: String,
    free: bool,
}

fn main() {
    let key = SeatKey { row: 1, r#type: "window", seat: 'A' };
    let _ = Ticket::push().key(TicketKey(7)).key(key).key("ticket:7").key(String::new()).into_push();
    let _ = (Lobby::push().key(LobbyKey).into_push(), Seat::push().into_push());
}
