//@ error: #[push_key] belongs on a struct
#[djust::push_key("ticket:{id}")]
fn ticket_key() {} //~

fn main() {
    ticket_key();
}
