//@ error: #[push_key] takes the key's text: #[push_key("ticket:{id}")]
#[djust::push_key] //~
struct TicketKey(u64);

fn main() {
    let _ = TicketKey(7).to_string();
}
