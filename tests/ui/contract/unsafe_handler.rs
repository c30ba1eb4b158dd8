//@ error: a handler in a contract is a plain `fn(name: Type, …)`
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub on_alert: unsafe fn(text: String), //~
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
