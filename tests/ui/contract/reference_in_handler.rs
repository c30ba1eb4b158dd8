//@ error: a push carries owned values: a contract can't have references
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(text: &str), //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
