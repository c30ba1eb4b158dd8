//@ error: this attribute is for views: leave it out, because a push may use everything in a contract
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
