//@ error: the trait bound `Opaque: …
use djust::push_contract;

#[derive(serde::Deserialize)]
pub struct Opaque;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub opaque: Opaque, //~
}

fn main() {
    let _ = CartContract::push().opaque(Opaque).into_push();
}
