//@ error: a contract names its types: `impl` can't be read from JSON
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(text: impl Into<String>), //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
