//@ error: mismatched types
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
}

fn main() {
    let _ = CartContract::push().items("three").into_push(); //~
}
