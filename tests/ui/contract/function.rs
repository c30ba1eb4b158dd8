//@ error: #[push_contract] belongs on a struct
use djust::push_contract;

#[push_contract(path = "shop.views.Cart")]
fn contract() {} //~

fn main() {
    contract();
}
