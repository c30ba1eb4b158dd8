//@ error: every typed push has a method `send`; give this field another name
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub send: u32, //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
