//@ error: a `{` in the key is not closed
#[djust::push_key("ticket:{0")] //~
struct TicketKey(u64);

fn main() {
    let _ = TicketKey(7).to_string();
}
