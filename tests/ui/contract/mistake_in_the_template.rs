//@ error: Cart:1:7: `Cart` has no field `itms`; its only field is `items`
use djust_tests::ui::*;

cart_contract! {}

#[live_view(source = "<p>{{ itms }}</p>", contract = CartContract, default)] //~
#[derive(Default)]
struct Cart {
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
