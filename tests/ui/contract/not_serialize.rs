//@ error: the trait bound `…ReadOnly: …
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub opaque: ReadOnly, //~
}

fn main() {
    let _ = CartContract::push().opaque(ReadOnly).into_push();
}
