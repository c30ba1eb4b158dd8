//@ error: no method named `itmes` found for struct `CartContractPush` …
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
}

fn main() {
    let _ = CartContract::push().itmes(1).into_push(); //~
}
