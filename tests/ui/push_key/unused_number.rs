//@ error: the field `1` is not in the key's text: write {1} there
#[djust::push_key("ticket:{0}")]
struct TicketKey(
    u64,
    Vec<u8>, //~
);

fn main() {
    let _ = TicketKey(7, Vec::new()).to_string();
}
