//@ error: `items` is declared twice
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub items: fn(), //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
