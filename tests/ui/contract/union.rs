//@ error: a contract is a struct, not a union
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub union CartContract { //~
    items: u32,
}

cart! {}

fn main() {
    let _ = CartContract::push().into_push();
}
