//@ error: `width$` in the key takes its width from an argument: write the number
#[djust::push_key("ticket:{id:width$}")] //~
struct TicketKey {
    id: u64,
    width: usize,
}

fn main() {
    let _ = TicketKey { id: 7, width: 3 }.to_string();
}
