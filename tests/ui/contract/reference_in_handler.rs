//@ error: what a push carries is owned: there are no references in a contract
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
