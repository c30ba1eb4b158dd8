//@ error: the key has a field's name in braces, as in "room:{room}", not ``
#[djust::push_key("ticket:{}")] //~
struct TicketKey(u64);

fn main() {
    let _ = TicketKey(7).to_string();
}
