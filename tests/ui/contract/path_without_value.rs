//@ error: `path` needs a value: path = …
use djust_tests::ui::*;

#[push_contract(path)] //~
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(text: String),
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
