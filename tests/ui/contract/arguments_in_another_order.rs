//@ error: `Cart` needs the #[push] handler `on_alert(level: String, text: Option<String>)` of its contract `CartContract`
use djust_tests::ui::*;

cart_contract! {}

#[live_view(source = "<p></p>", contract = CartContract, default)] //~
#[derive(Default)]
struct Cart {
    #[push]
    items: u32,
}

#[handlers]
impl Cart {
    #[push]
    fn on_alert(&mut self, text: Option<String>, level: String) {
        drop((level, text));
    }
}

fn main() {
    let _ = CartContract::push().into_push();
    let _ = Cart::push().into_push();
}
