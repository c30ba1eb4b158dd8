//@ error: `Other` is not a push contract
use djust_tests::ui::*;

cart_contract! {}

struct Other;

#[live_view(source = "<p></p>", contract = Other, default)] //~
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
