//@ error: the trait bound `…ReadOnly: …
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub on_alert: fn(first: u8, opaque: ReadOnly), //~
}

fn main() {
    let _ = CartContract::push().on_alert(1, ReadOnly).into_push();
}
