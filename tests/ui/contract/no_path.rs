//@ error: #[push_contract] needs the path of the view: path = "shop.views.Cart"
use djust_tests::ui::*;

#[push_contract] //~
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(text: String),
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
