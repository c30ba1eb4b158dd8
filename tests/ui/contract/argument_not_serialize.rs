//@ error: the trait bound `Opaque: …
use djust::push_contract;

#[derive(serde::Deserialize)]
pub struct Opaque;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub on_alert: fn(first: u8, opaque: Opaque), //~
}

fn main() {
    let _ = CartContract::push().on_alert(1, Opaque).into_push();
}
