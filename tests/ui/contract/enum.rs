//@ error: a contract is a struct, not an enum: its fields are those that a push may set
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub enum CartContract { //~
    Items(u32),
}

cart! {}

fn main() {
    let _ = CartContract::push().into_push();
}
