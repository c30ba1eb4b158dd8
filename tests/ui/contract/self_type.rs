//@ error: a contract has no values, so `Self` can't be carried: write another type's name
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub like: Option<Box<Self>>, //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
