//@ error: `TicketKey` has no field `1`; its only field is `0`
#[djust::push_key("ticket:{1}")] //~
struct TicketKey(u64);

fn main() {
    let _ = TicketKey(7).to_string();
}
