//@ error: `CartContract` can't be generic: it is the contract of one view
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract<'a> { //~
    pub items: u32,
    pub more: Vec<std::borrow::Cow<'a, str>>,
}

cart! {}

fn main() {
    let _ = CartContract::push().into_push();
}
