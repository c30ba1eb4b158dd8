//@ error: a `}` in the key has no `{` before it
#[djust::push_key("ticket:0}")] //~
struct TicketKey(u64);

fn main() {
    let _ = TicketKey(7).to_string();
}
