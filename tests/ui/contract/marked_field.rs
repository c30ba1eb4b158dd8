//@ error: this marks parts of a view; all that a contract has is for pushes, without a mark
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    #[push] //~
    pub items: u32,
}

cart! {}

fn main() {
    let _ = CartContract::push().into_push();
}
