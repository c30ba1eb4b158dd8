//@ error: `shop.vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv` is longer than the 88 characters that a view path may have
use djust_tests::ui::*;

#[push_contract(path = "shop.vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv")] //~
pub struct CartContract {
    pub items: u32,
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
