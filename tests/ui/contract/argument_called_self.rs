//@ error: an argument of a handler needs a name, because JSON uses it: fn(text: String)
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(self: String), //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
