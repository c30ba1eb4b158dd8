//@ error: `Vec<u8>` doesn't implement `std::fmt::Display`
#[djust::push_key("ticket:{0}")] //~
struct TicketKey(Vec<u8>);

fn main() {
    let _ = TicketKey(Vec::new()).to_string();
}
