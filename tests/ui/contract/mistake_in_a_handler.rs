//@ error: an argument of a handler is owned: only the context is a reference, and it is `&mut`
use djust_tests::ui::*;

cart_contract! {}

#[live_view(source = "<p></p>", contract = CartContract, default)]
#[derive(Default)]
struct Cart {
    #[push]
    items: u32,
}

#[handlers]
impl Cart {
    #[push]
    fn on_alert(&mut self, level: &str, text: Option<String>) { //~
        drop((level, text));
    }
}

fn main() {
    let _ = CartContract::push().into_push();
    let _ = Cart::push().into_push();
}
