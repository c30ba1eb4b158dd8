//@ error: `TicketKey` has no field `number`; its only field is `id`
#[djust::push_key("ticket:{number}")] //~
struct TicketKey {
    id: u64,
}

fn main() {
    let _ = TicketKey { id: 7 }.to_string();
}
