//@ error: #[push_contract] has no argument `key`; its only argument is path
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart", key = "{items}")] //~
pub struct CartContract {
    pub items: u32,
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
