//@ error: the field `shop` is not in the key's text: write {shop} there
#[djust::push_key("ticket:{id}")]
struct TicketKey {
    id: u64,
    shop: u64, //~
}

fn main() {
    let _ = TicketKey { id: 7, shop: 1 }.to_string();
}
