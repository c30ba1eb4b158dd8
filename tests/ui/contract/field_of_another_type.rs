//@ error: `Cart` needs the #[push] field `items: u32` of its contract `CartContract`
use djust_tests::ui::*;

cart_contract! {}

#[live_view(source = "<p></p>", contract = CartContract, default)] //~
#[derive(Default)]
struct Cart {
    #[push]
    items: i64,
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
