//@ error: `Cart` is not a view path: it is ASCII names joined by dots, like shop.views.Cart
use djust_tests::ui::*;

#[push_contract(path = "Cart")] //~
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(text: String),
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
