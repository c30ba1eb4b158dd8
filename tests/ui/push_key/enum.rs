//@ error: #[push_key] belongs on a struct
#[djust::push_key("ticket:{id}")]
enum TicketKey { //~
    Id(u64),
}

fn main() {
    let _ = TicketKey::Id(7).to_string();
}
