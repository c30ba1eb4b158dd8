//@ error: a push gets no answer: a handler in a contract returns nothing
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(text: String) -> bool, //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
