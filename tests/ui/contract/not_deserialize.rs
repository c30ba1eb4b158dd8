//@ error: the trait bound `…WriteOnly: …
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub opaque: WriteOnly, //~
}

fn main() {
    let _ = CartContract::push().opaque(WriteOnly).into_push();
}
