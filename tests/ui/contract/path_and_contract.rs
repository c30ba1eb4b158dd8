//@ error: a view with a contract has the contract's path: leave out this one
use djust_tests::ui::*;

cart_contract! {}

#[live_view(source = "<p></p>", path = "shop.views.Cart", contract = CartContract, default)] //~
#[derive(Default)]
struct Cart {
    #[push]
    items: u32,
}

#[handlers]
impl Cart {
    #[push]
    fn on_alert(&mut self, level: String, text: Option<String>) {
        drop((level, text));
    }
}

fn main() {
    let _ = CartContract::push().into_push();
    let _ = Cart::push().into_push();
}
